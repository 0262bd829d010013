"""Stages whose calls are not traced."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.services.stages import DEPLOYMENT, STAGE, stage_of
from secure_constructs.template import Resource, Template


class StageWithoutTracing(Rule):
    """
    Calls are not traced from the stage on.

    A trace that starts at the edge ties a caller to every function, queue and table the call
    touched; without it that path has to be pieced together from many logs. Traces cost money, and
    many teams trace with another tool than X-Ray, hence the strict pack; where a stack has chosen
    X-Ray, or a stage declines it, ``apigateway-trace-broken-off`` and
    ``apigateway-tracing-declined`` speak instead, to everyone.
    """

    id = "apigateway-stage-without-tracing"
    control = "apigw.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT)
    fix = "set tracing_enabled=True in deploy_options"
    recommended = False
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html",
    )

    passes = (
        Example("traced", {"TracingEnabled": "true"}),
        Example("a deployment that makes no stage", {"RestApiId": "a"}, type=DEPLOYMENT),
        Example("switched off, which another rule reports", {"TracingEnabled": False}),
        Example(
            "requests are traced elsewhere in the stack, which another rule reports",
            {"StageName": "prod"},
            beside={
                "Flow": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {"TracingConfiguration": {"Enabled": True}},
                }
            },
        ),
    )
    fails = (
        Example("no setting", {"StageName": "prod"}),
        Example("the stage that a deployment makes", {"StageName": "v1"}, type=DEPLOYMENT),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        stage = stage_of(resource)
        if stage is None or traced(template) is not None:
            return
        if stage.flag("TracingEnabled") is None:
            yield self.finding(stage, "TracingEnabled", "calls are not traced")
