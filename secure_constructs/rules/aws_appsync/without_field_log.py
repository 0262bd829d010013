"""GraphQL APIs that do not log which field failed."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import GRAPHQL
from secure_constructs.template import Resource, Template


class WithoutFieldLog(Rule):
    """
    Errors of single fields are not logged.

    A GraphQL request that was refused in one field is logged as a success as a whole,
    so probing for fields one may not read leaves no trace.
    """

    id = "appsync-without-field-log"
    control = "appsync.field-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (GRAPHQL,)
    fix = "set field_log_level=FieldLogLevel.ERROR in LogConfig"
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",)

    passes = (
        Example("errors", {"LogConfig": {"FieldLogLevel": "ERROR"}}),
        Example("no log at all, which another rule reports", {"AuthenticationType": "AWS_IAM"}),
    )
    fails = (
        Example("none", {"LogConfig": {"FieldLogLevel": "NONE"}}),
        Example("no level", {"LogConfig": {"CloudWatchLogsRoleArn": "arn:a"}}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if api.block("LogConfig") and (api.text("LogConfig.FieldLogLevel") or "NONE") == "NONE":
            yield self.finding(api, "LogConfig.FieldLogLevel", "errors of fields are not logged")
