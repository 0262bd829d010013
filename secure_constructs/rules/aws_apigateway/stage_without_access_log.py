"""Stages that keep no record of who called."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import (
    DEPLOYMENT,
    HTTP_STAGE,
    STAGE,
    stage_of,
)
from secure_constructs.template import Resource, Template


class StageWithoutAccessLog(Rule):
    """
    The stage keeps no access log.

    After an attack nobody can say which callers used which routes, from where and with what result;
    the logs of the functions behind know neither the refused requests nor the callers' addresses.
    """

    id = "apigateway-stage-without-access-log"
    control = "apigw.access-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT, HTTP_STAGE)
    fix = (
        "set access_log_destination=LogGroupLogDestination(log_group) and"
        " access_log_format=AccessLogFormat.json_with_standard_fields() in deploy_options"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    )

    passes = (
        Example(
            "a log group receives each call",
            {
                "AccessLogSetting": {
                    "DestinationArn": "arn:aws:logs:eu-west-1:111122223333:log-group:calls"
                }
            },
        ),
        Example(
            "a log group receives each call of an HTTP API",
            {"AccessLogSettings": {"DestinationArn": "a", "Format": "$context.requestId"}},
            type=HTTP_STAGE,
        ),
        Example("a deployment that makes no stage", {"RestApiId": "a"}, type=DEPLOYMENT),
        Example(
            "the stage that a deployment makes",
            {"StageName": "v1", "StageDescription": {"AccessLogSetting": {"DestinationArn": "a"}}},
            type=DEPLOYMENT,
        ),
    )
    fails = (
        Example("no setting", {"StageName": "prod"}),
        Example(
            "a format without a destination",
            {"AccessLogSettings": {"Format": "$context.requestId"}},
            type=HTTP_STAGE,
        ),
        Example(
            "a destination without a format, without which an HTTP API keeps no log",
            {"AccessLogSettings": {"DestinationArn": "a"}},
            type=HTTP_STAGE,
        ),
        Example("the stage that a deployment makes", {"StageName": "v1"}, type=DEPLOYMENT),
        Example(
            "left out where the condition does not hold",
            {
                "AccessLogSetting": {
                    "Fn::If": ["Logged", {"DestinationArn": "a"}, {"Ref": "AWS::NoValue"}]
                }
            },
            sections={"Conditions": {"Logged": {"Fn::Equals": ["prod", "test"]}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        stage = stage_of(resource)
        if stage is None:
            return
        setting = "AccessLogSettings" if resource.type == HTTP_STAGE else "AccessLogSetting"
        destination = stage.text(f"{setting}.DestinationArn") or ""
        if not destination or destination.isdecimal():
            yield self.finding(stage, setting, "the access log has no destination")
        elif resource.type == HTTP_STAGE and not stage.has(f"{setting}.Format"):
            yield self.finding(stage, setting, "the access log has no format, so none is kept")
