"""GraphQL APIs that log the data they carry."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import GRAPHQL
from secure_constructs.template import Resource, Template


class VerboseLog(Rule):
    """
    Headers, arguments and results of every field go to the log.

    Tokens, addresses and whatever the API answers are readable by everyone who may read logs,
    for as long as these are kept. Errors alone carry far less.
    """

    id = "appsync-verbose-log"
    control = "appsync.verbose-log"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.MEDIUM
    resource_types = (GRAPHQL,)
    fix = "set exclude_verbose_content=True in LogConfig"
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",)

    passes = (
        Example(
            "all fields without their content",
            {"LogConfig": {"FieldLogLevel": "ALL", "ExcludeVerboseContent": "true"}},
        ),
        Example("errors", {"LogConfig": {"FieldLogLevel": "ERROR"}}),
    )
    fails = (
        Example("all fields", {"LogConfig": {"FieldLogLevel": "ALL"}}),
        Example("all fields, to search for a fault", {"LogConfig": {"FieldLogLevel": "DEBUG"}}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        verbose = api.text("LogConfig.FieldLogLevel") in ("ALL", "DEBUG")
        if verbose and not api.flag("LogConfig.ExcludeVerboseContent"):
            message = "arguments and results of every field are logged"
            yield self.finding(api, "LogConfig.ExcludeVerboseContent", message)
