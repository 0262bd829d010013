"""Stages that log whole requests and responses."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import (
    DEPLOYMENT,
    HTTP_STAGE,
    STAGE,
    method_settings,
    stage_of,
)
from secure_constructs.template import Resource, Template


class DataTrace(Rule):
    """
    Whole requests and responses go to the execution log.

    Addresses, orders, tokens in bodies and query strings: whoever may read logs reads them,
    for as long as the log is kept, which is for ever by default.
    AWS recommends against it in production.
    """

    id = "apigateway-data-trace"
    control = "apigw.data-trace"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.MEDIUM
    resource_types = (STAGE, DEPLOYMENT, HTTP_STAGE)
    fix = "leave data_trace_enabled out of deploy_options, and log single fields in the access log"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    )

    passes = (
        Example(
            "errors are logged without data",
            {
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "LoggingLevel": "ERROR",
                        "DataTraceEnabled": False,
                    }
                ]
            },
        ),
    )
    fails = (
        Example(
            "all methods",
            {
                "MethodSettings": [
                    {"ResourcePath": "/*", "HttpMethod": "*", "DataTraceEnabled": "true"}
                ]
            },
        ),
        Example(
            "one method",
            {
                "MethodSettings": {
                    "ResourcePath": "/~1orders",
                    "HttpMethod": "POST",
                    "DataTraceEnabled": True,
                }
            },
        ),
        Example(
            "the stage that a deployment makes",
            {"StageName": "v1", "StageDescription": {"DataTraceEnabled": True}},
            type=DEPLOYMENT,
        ),
        Example(
            "a WebSocket API",
            {"DefaultRouteSettings": {"DataTraceEnabled": True}},
            type=HTTP_STAGE,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        stage = stage_of(resource)
        if stage is None:
            return
        for settings in method_settings(stage):
            if settings.flag("DataTraceEnabled"):
                message = "whole requests and responses are logged"
                yield self.finding(settings, "DataTraceEnabled", message)
                return
