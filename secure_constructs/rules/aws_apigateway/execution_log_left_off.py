"""Stages that log nothing where logging was made ready."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._execution_logs import logging_role, unlogged
from secure_constructs.services.stages import DEPLOYMENT, HTTP_STAGE, STAGE
from secure_constructs.template import Resource, Template

_READY = {
    "Account": {
        "Type": "AWS::ApiGateway::Account",
        "Properties": {"CloudWatchRoleArn": "arn:aws:iam::111122223333:role/logs"},
    }
}


class ExecutionLogLeftOff(Rule):
    """
    API Gateway was given a role to write logs with, and the stage has it write none.

    Why an authorizer or an integration failed stands in the execution log only: whoever probes
    them leaves no trace. The role is the part that takes work, and a setting is missing. CDK makes
    the role unless it is told not to.
    """

    id = "apigateway-execution-log-left-off"
    control = "apigw.execution-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT, HTTP_STAGE)
    fix = (
        "set logging_level=MethodLoggingLevel.ERROR in deploy_options, or cloud_watch_role=False"
        " where no log is meant"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html",
    )

    passes = (
        Example(
            "errors are logged",
            {"MethodSettings": {"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "ERROR"}},
            beside=_READY,
        ),
        Example("no role", {"StageName": "prod"}),
        Example(
            "an account without a role",
            {"StageName": "prod"},
            beside={"Account": {"Type": "AWS::ApiGateway::Account"}},
        ),
        Example("an HTTP API, which has no such log", {}, type=HTTP_STAGE, beside=_READY),
    )
    fails = (
        Example("no setting", {"StageName": "prod"}, beside=_READY),
        Example(
            "one method only",
            {
                "MethodSettings": [
                    {"ResourcePath": "/orders", "HttpMethod": "GET", "LoggingLevel": "INFO"}
                ]
            },
            beside=_READY,
        ),
        Example(
            "the stage that a deployment makes", {"StageName": "v1"}, type=DEPLOYMENT, beside=_READY
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        role = logging_role(template)
        if role is not None and (found := unlogged(resource, template)):
            stage, path = found
            message = f"errors of all methods are not logged, though {role.logical_id} lets them be"
            yield self.finding(stage, path, message)
