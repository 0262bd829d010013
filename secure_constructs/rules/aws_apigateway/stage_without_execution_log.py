"""Stages that do not log failing calls."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import (
    DEPLOYMENT,
    HTTP_STAGE,
    STAGE,
    api_of,
    settings_for_all,
    stage_of,
)
from secure_constructs.template import Block, Resource, Template


class StageWithoutExecutionLog(Rule):
    """
    The stage does not log what goes wrong inside API Gateway.

    Why an authorizer or an integration failed stands in the execution log only.
    Its events are paid for and many teams find what they need in access logs with error fields,
    so this rule belongs to the strict pack. HTTP APIs have no execution log.
    """

    id = "apigateway-stage-without-execution-log"
    control = "apigw.execution-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT, HTTP_STAGE)
    recommended = False
    fix = "set logging_level=MethodLoggingLevel.ERROR in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html",
    )

    passes = (
        Example(
            "errors are logged",
            {
                "MethodSettings": [
                    {"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "ERROR"}
                ]
            },
        ),
        Example(
            "the stage that a deployment makes",
            {"StageName": "v1", "StageDescription": {"LoggingLevel": "INFO"}},
            type=DEPLOYMENT,
        ),
        Example(
            "an HTTP API",
            {"ApiId": {"Ref": "Api"}},
            beside={
                "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}}
            },
            type=HTTP_STAGE,
        ),
    )
    fails = (
        Example("no setting", {"StageName": "prod"}),
        Example(
            "switched off",
            {"MethodSettings": {"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "OFF"}},
        ),
        Example(
            "one method only",
            {
                "MethodSettings": [
                    {"ResourcePath": "/orders", "HttpMethod": "GET", "LoggingLevel": "INFO"}
                ]
            },
        ),
        Example(
            "a WebSocket API",
            {"ApiId": {"Ref": "Api"}},
            beside={
                "Api": {
                    "Type": "AWS::ApiGatewayV2::Api",
                    "Properties": {"ProtocolType": "WEBSOCKET"},
                }
            },
            type=HTTP_STAGE,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        stage = stage_of(resource)
        if stage is None:
            return
        if resource.type == HTTP_STAGE:
            api = api_of(resource, template)
            if api is None or api.text("ProtocolType") != "WEBSOCKET":
                return
        if not any(_logs(settings) for settings in settings_for_all(stage)):
            path = "DefaultRouteSettings" if resource.type == HTTP_STAGE else "MethodSettings"
            yield self.finding(stage, path, "errors of all methods are not logged")


def _logs(settings: Block) -> bool:
    return (settings.text("LoggingLevel") or "OFF").upper() != "OFF"
