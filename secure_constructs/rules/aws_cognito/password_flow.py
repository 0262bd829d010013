"""Clients that send passwords as they are."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PasswordFlow(Rule):
    """
    The app takes the user's password and sends it on as it is.

    Every script in the page, every proxy that opens TLS and every log of the app may see it.
    With SRP or the hosted pages the password never leaves the user's device or Cognito.
    The flow for servers, which asks for AWS credentials, is left alone.
    """

    id = "cognito-password-flow"
    control = "cognito.password-flow"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPoolClient",)
    fix = "set auth_flows=AuthFlow(user_srp=True), without user_password"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html",
    )

    passes = (
        Example(
            "the password never leaves the device",
            {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
        ),
        Example("a server signs users in", {"ExplicitAuthFlows": "ALLOW_ADMIN_USER_PASSWORD_AUTH"}),
    )
    fails = (
        Example("passwords are sent", {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}),
        Example("by its old name", {"ExplicitAuthFlows": "USER_PASSWORD_AUTH"}),
    )

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for flow in client.texts("ExplicitAuthFlows"):
            if flow in ("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"):
                yield self.finding(client, "ExplicitAuthFlows", f"{flow} sends passwords")
                return
