"""Access logs that no query can read field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import (
    DEPLOYMENT,
    HTTP_STAGE,
    STAGE,
    stage_of,
)
from secure_constructs.template import Resource, Template

# A field may stand without quotes where its value is a number.
_FIELD: Final = re.compile(r"\$(?:context|input|stageVariables)\.[\w.$-]+|\$\{[^}]*\}")


class UnstructuredAccessLog(Rule):
    """
    The access log is no JSON.

    Alarms and searches need fields. In free text the address of a caller or the status of a call
    has to be cut out by position, which a caller can upset with a blank in a header.
    """

    id = "apigateway-unstructured-access-log"
    control = "apigw.structured-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT, HTTP_STAGE)
    fix = "set access_log_format=AccessLogFormat.json_with_standard_fields() in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    )

    passes = (
        Example(
            "JSON",
            {
                "AccessLogSetting": {
                    "DestinationArn": "a",
                    "Format": '{"ip": "$context.identity.sourceIp", "status": $context.status}',
                }
            },
        ),
        Example("the log is missing, which another rule reports", {"StageName": "prod"}),
        Example(
            "an HTTP API without a format has no log, which another rule reports",
            {"AccessLogSettings": {"DestinationArn": "a"}},
            type=HTTP_STAGE,
        ),
        Example("a deployment that makes no stage", {"RestApiId": "a"}, type=DEPLOYMENT),
    )
    fails = (
        Example(
            "the common log format",
            {
                "AccessLogSetting": {
                    "DestinationArn": "a",
                    "Format": "$context.identity.sourceIp [$context.requestTime] $context.status",
                }
            },
        ),
        Example(
            "blanks between the fields of an HTTP API",
            {"AccessLogSettings": {"DestinationArn": "a", "Format": "$context.requestId ok"}},
            type=HTTP_STAGE,
        ),
        Example("no format", {"AccessLogSetting": {"DestinationArn": "a"}}),
        Example(
            "the stage that a deployment makes",
            {"StageDescription": {"AccessLogSetting": {"DestinationArn": "a"}}},
            type=DEPLOYMENT,
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"AccessLogSetting": {"DestinationArn": "a", "Format": {"Ref": "Format"}}},
            sections={"Parameters": {"Format": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        stage = stage_of(resource)
        if stage is None:
            return
        setting = "AccessLogSettings" if resource.type == HTTP_STAGE else "AccessLogSetting"
        if not stage.has(f"{setting}.DestinationArn"):
            return
        text = stage.text(f"{setting}.Format")
        if text is None and resource.type == HTTP_STAGE:
            return  # then there is no log, which another rule reports
        if text is None:
            yield self.finding(stage, setting, "the access log has no format")
        elif not _is_json(text):
            yield self.finding(
                stage, f"{setting}.Format", "the format of the access log is no JSON"
            )


def _is_json(text: str) -> bool:
    try:
        parsed = json.loads(_FIELD.sub("0", text))
    except ValueError:
        return False
    return isinstance(parsed, dict)
