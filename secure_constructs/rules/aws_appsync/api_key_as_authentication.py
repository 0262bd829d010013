"""AppSync APIs that ask for an API key and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import EVENTS, GRAPHQL, is_private
from secure_constructs.template import Resource, Template


class ApiKeyAsAuthentication(Rule):
    """
    An API key is what the API asks its callers for by default.

    The key is in every app that uses the API, so it identifies nobody: whoever takes it from there
    runs every query and mutation that names no other authorization.
    It is also what the CDK sets up when no authorization is given.
    """

    id = "appsync-api-key-as-authentication"
    control = "appsync.api-key"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = (GRAPHQL, EVENTS)
    fix = (
        "set default_authorization=AuthorizationMode("
        "authorization_type=AuthorizationType.USER_POOL, user_pool_config=...)"
    )
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",)

    passes = (
        Example("users sign in", {"AuthenticationType": "AMAZON_COGNITO_USER_POOLS"}),
        Example(
            "a key for what the schema marks as public",
            {
                "AuthenticationType": "AWS_IAM",
                "AdditionalAuthenticationProviders": [{"AuthenticationType": "API_KEY"}],
            },
        ),
        Example("a private API", {"AuthenticationType": "API_KEY", "Visibility": "PRIVATE"}),
        Example(
            "publishers sign in",
            {
                "EventConfig": {
                    "DefaultPublishAuthModes": [{"AuthType": "AWS_IAM"}],
                    "DefaultSubscribeAuthModes": [{"AuthType": "API_KEY"}],
                }
            },
            type=EVENTS,
        ),
    )
    fails = (
        Example("a key", {"AuthenticationType": "API_KEY"}),
        Example(
            "anyone with the key publishes events",
            {"EventConfig": {"DefaultPublishAuthModes": {"AuthType": "API_KEY"}}},
            type=EVENTS,
        ),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if is_private(api):
            return
        if api.type == GRAPHQL:
            if api.text("AuthenticationType") == "API_KEY":
                message = "an API key is all that callers are asked for by default"
                yield self.finding(api, "AuthenticationType", message)
            return
        for mode in api.blocks("EventConfig.DefaultPublishAuthModes"):
            if mode.text("AuthType") == "API_KEY":
                message = "an API key is all that publishers are asked for"
                yield self.finding(mode, "AuthType", message)
                return
