"""Clients that get tokens in a URL."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class ImplicitFlow(Rule):
    """
    The client gets its tokens in the URL of a redirect.

    URLs end in histories, logs and referrers, and whoever finds one is the user until the token
    expires. OAuth 2.1 drops the implicit grant for that; a code with PKCE serves browsers as well.
    """

    id = "cognito-implicit-flow"
    control = "cognito.implicit-flow"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::Cognito::UserPoolClient",)
    fix = "set o_auth=OAuthSettings(flows=OAuthFlows(authorization_code_grant=True))"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints-oauth-grants.html",
    )

    passes = (
        Example(
            "a code is exchanged",
            {"AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": True},
        ),
        Example("no hosted pages", {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
        Example(
            "flows that are switched off",
            {"AllowedOAuthFlows": ["implicit"], "AllowedOAuthFlowsUserPoolClient": False},
        ),
    )
    fails = (
        Example(
            "implicit beside code",
            {"AllowedOAuthFlows": ["code", "implicit"], "AllowedOAuthFlowsUserPoolClient": "true"},
        ),
        Example(
            "implicit, as a single value",
            {"AllowedOAuthFlows": "implicit", "AllowedOAuthFlowsUserPoolClient": True},
        ),
    )

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if client.flag("AllowedOAuthFlowsUserPoolClient") and any(
            flow == "implicit" for flow in client.texts("AllowedOAuthFlows")
        ):
            yield self.finding(client, "AllowedOAuthFlows", "tokens are handed out in URLs")
