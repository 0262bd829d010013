"""Stages whose calls are not traced."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import DEPLOYMENT, STAGE, stage_of
from secure_constructs.template import Resource, Template


class StageWithoutTracing(Rule):
    """
    Calls are not traced from the stage on.

    A trace that starts at the edge ties a caller to every function, queue and table the call
    touched; without it that path has to be pieced together from many logs.
    """

    id = "apigateway-stage-without-tracing"
    control = "apigw.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT)
    fix = "set tracing_enabled=True in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html",
    )

    passes = (
        Example("traced", {"TracingEnabled": "true"}),
        Example("a deployment that makes no stage", {"RestApiId": "a"}, type=DEPLOYMENT),
    )
    fails = (
        Example("no setting", {"StageName": "prod"}),
        Example("switched off", {"TracingEnabled": False}),
        Example("the stage that a deployment makes", {"StageName": "v1"}, type=DEPLOYMENT),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        stage = stage_of(resource)
        if stage is not None and not stage.flag("TracingEnabled"):
            yield self.finding(stage, "TracingEnabled", "calls are not traced")
