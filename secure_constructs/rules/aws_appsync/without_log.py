"""AppSync APIs that keep no log."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._values import filled
from secure_constructs.services.appsync import EVENTS, GRAPHQL
from secure_constructs.template import Resource, Template


class WithoutLog(Rule):
    """
    The API keeps no log.

    Who sent which query, from where and with what result, cannot be found out after an attack.
    """

    id = "appsync-without-log"
    control = "appsync.logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (GRAPHQL, EVENTS)
    fix = "set log_config=LogConfig(field_log_level=FieldLogLevel.ERROR)"
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",)

    passes = (
        Example(
            "errors are logged",
            {"LogConfig": {"FieldLogLevel": "ERROR", "CloudWatchLogsRoleArn": "arn:a"}},
        ),
        Example(
            "an event API that logs",
            {"EventConfig": {"LogConfig": {"LogLevel": "ERROR", "CloudWatchLogsRoleArn": "a"}}},
            type=EVENTS,
        ),
    )
    fails = (
        Example("no setting", {"AuthenticationType": "AWS_IAM"}),
        Example("no setting for an event API", {"Name": "chat"}, type=EVENTS),
        Example("a level, and no role to write with", {"LogConfig": {"FieldLogLevel": "ERROR"}}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        path = "LogConfig" if api.type == GRAPHQL else "EventConfig.LogConfig"
        if not api.block(path):
            yield self.finding(api, path, "requests are not logged")
        elif not filled(api, f"{path}.CloudWatchLogsRoleArn"):
            path = f"{path}.CloudWatchLogsRoleArn"
            yield self.finding(api, path, "no role lets it write the log, so none is kept")
