"""Stages that are told not to be traced."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.services.stages import DEPLOYMENT, STAGE, stage_of
from secure_constructs.template import Resource, Template


class TracingDeclined(Rule):
    """
    The template switches the tracing of calls off.

    It is off by default, so someone decided about it: the path of an attack through functions,
    queues and tables has to be pieced together from many logs.
    """

    id = "apigateway-tracing-declined"
    control = "apigw.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT)
    fix = "set tracing_enabled=True in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html",
    )

    passes = (
        Example("traced", {"TracingEnabled": True}),
        Example("nothing is said", {"StageName": "prod"}),
        Example("a deployment that makes no stage", {"RestApiId": "a"}, type=DEPLOYMENT),
        Example(
            "the stack traces elsewhere, so that no trace starts here: a fault of its own",
            {"TracingEnabled": False},
            beside={
                "Orders": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"TracingConfig": {"Mode": "Active"}},
                }
            },
        ),
    )
    fails = (
        Example("switched off", {"TracingEnabled": False}),
        Example("switched off in text", {"TracingEnabled": "false"}),
        Example(
            "the stage that a deployment makes",
            {"StageName": "v1", "StageDescription": {"TracingEnabled": False}},
            type=DEPLOYMENT,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        stage = stage_of(resource)
        if stage is None or traced(template) is not None:
            return
        if stage.flag("TracingEnabled") is False:
            yield self.finding(stage, "TracingEnabled", "tracing is switched off")
