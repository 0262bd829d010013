"""GraphQL APIs that explain themselves to strangers."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import GRAPHQL, is_private
from secure_constructs.template import Resource, Template


class IntrospectionOpen(Rule):
    """
    Callers may ask the API for its whole schema.

    Types, fields and mutations that no app uses, those for administrators too,
    are found in one request.
    Introspection is on unless it is switched off.
    """

    id = "appsync-introspection-open"
    control = "appsync.introspection"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.LOW
    resource_types = (GRAPHQL,)
    fix = "set introspection_config=IntrospectionConfig.DISABLED"
    references = (
        "https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html",
        "https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateGraphqlApi.html",
    )

    passes = (
        Example("off", {"IntrospectionConfig": "DISABLED"}),
        Example("a private API", {"Visibility": "PRIVATE"}),
    )
    fails = (
        Example("on by default", {"AuthenticationType": "AWS_IAM"}),
        Example("on", {"IntrospectionConfig": "ENABLED"}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if api.text("IntrospectionConfig") != "DISABLED" and not is_private(api):
            yield self.finding(api, "IntrospectionConfig", "callers may ask for the whole schema")
