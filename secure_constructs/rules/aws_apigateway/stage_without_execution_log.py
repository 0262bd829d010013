"""Stages that do not log failing calls."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._execution_logs import logging_role, unlogged
from secure_constructs.services.stages import DEPLOYMENT, HTTP_STAGE, STAGE
from secure_constructs.template import Resource, Template


class StageWithoutExecutionLog(Rule):
    """
    The stage does not log what goes wrong inside API Gateway.

    Why an authorizer or an integration failed stands in the execution log only.
    Its events are paid for and many teams find what they need in access logs with error fields,
    so this rule belongs to the strict pack; where a stack has given API Gateway a role to write it
    with, ``apigateway-execution-log-left-off`` speaks instead, to everyone. HTTP APIs have no
    execution log.
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
        Example(
            "a role to log with was given, which another rule reports",
            {"StageName": "prod"},
            beside={
                "Account": {
                    "Type": "AWS::ApiGateway::Account",
                    "Properties": {"CloudWatchRoleArn": "arn:aws:iam::111122223333:role/logs"},
                }
            },
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
        if logging_role(template) is None and (found := unlogged(resource, template)):
            stage, path = found
            yield self.finding(stage, path, "errors of all methods are not logged")
