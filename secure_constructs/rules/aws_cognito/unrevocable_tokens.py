"""Clients whose tokens cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UnrevocableTokens(Rule):
    """
    Refresh tokens of the client cannot be revoked.

    A stolen one gives new access tokens until it expires, 30 days by default,
    whatever the user does. Revocation is on unless it is switched off.
    """

    id = "cognito-unrevocable-tokens"
    control = "cognito.token-revocation"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::Cognito::UserPoolClient",)
    fix = "leave enable_token_revocation=False out"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html",
    )

    passes = (
        Example("on by default", {"ClientName": "shop"}),
        Example("on", {"EnableTokenRevocation": "true"}),
    )
    fails = (Example("off", {"EnableTokenRevocation": False}),)

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if client.flag("EnableTokenRevocation") is False:
            yield self.finding(client, "EnableTokenRevocation", "tokens cannot be revoked")
