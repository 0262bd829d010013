"""GraphQL APIs whose calls are not traced."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import GRAPHQL
from secure_constructs.template import Resource, Template


class WithoutTracing(Rule):
    """
    Calls are not traced from the API on.

    A query fans out to many resolvers and sources; without a trace nobody sees
    which caller's request touched what.
    """

    id = "appsync-without-tracing"
    control = "appsync.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (GRAPHQL,)
    fix = "set xray_enabled=True"
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/x-ray-tracing.html",)

    passes = (Example("traced", {"XrayEnabled": "true"}),)
    fails = (
        Example("no setting", {"AuthenticationType": "AWS_IAM"}),
        Example("off", {"XrayEnabled": False}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not api.flag("XrayEnabled"):
            yield self.finding(api, "XrayEnabled", "calls are not traced")
