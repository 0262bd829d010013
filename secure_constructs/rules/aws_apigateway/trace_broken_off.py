"""Stages at which no trace starts in a stack that traces."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.services.stages import DEPLOYMENT, STAGE, stage_of
from secure_constructs.template import Resource, Template

_TRACED = {
    "Orders": {
        "Type": "AWS::Lambda::Function",
        "Properties": {"TracingConfig": {"Mode": "Active"}},
    }
}


class TraceBrokenOff(Rule):
    """
    Requests are traced in this stack, but not from this stage on.

    Someone decided that requests are to be followed, and the first step is missing from every
    trace: who called, and which calls never reached the code behind.
    """

    id = "apigateway-trace-broken-off"
    control = "apigw.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT)
    fix = "set tracing_enabled=True in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html",
    )

    passes = (
        Example("traced too", {"TracingEnabled": "true"}, beside=_TRACED),
        Example("nothing is traced in the stack", {"StageName": "prod"}),
        Example(
            "a deployment that makes no stage", {"RestApiId": "a"}, type=DEPLOYMENT, beside=_TRACED
        ),
    )
    fails = (
        Example("the function beside it is traced", {"StageName": "prod"}, beside=_TRACED),
        Example("switched off", {"TracingEnabled": "false"}, beside=_TRACED),
        Example(
            "the stage that a deployment makes",
            {"StageName": "v1"},
            type=DEPLOYMENT,
            beside=_TRACED,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        where = traced(template)
        stage = stage_of(resource)
        if where is not None and stage is not None and not stage.flag("TracingEnabled"):
            message = f"calls are not traced here, and are at {where.logical_id}"
            yield self.finding(stage, "TracingEnabled", message)
