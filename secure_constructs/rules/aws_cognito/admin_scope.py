"""Clients whose tokens may change the account they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class AdminScope(Rule):
    """
    Access tokens of the client may change the user's account.

    With the scope ``aws.cognito.signin.user.admin`` a script that steals a token changes the mail
    address, the password and the attributes of its user. The CDK asks for it by default;
    apps with a profile page need it, hence the strict pack.
    """

    id = "cognito-admin-scope"
    control = "cognito.admin-scope"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPoolClient",)
    recommended = False
    fix = "name the scopes in OAuthSettings(scopes=[OAuthScope.OPENID, OAuthScope.EMAIL])"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html",
    )

    passes = (Example("who the user is", {"AllowedOAuthScopes": ["openid", "email"]}),)
    fails = (
        Example(
            "the whole account",
            {"AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"]},
        ),
    )

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if any(s == "aws.cognito.signin.user.admin" for s in client.texts("AllowedOAuthScopes")):
            yield self.finding(
                client, "AllowedOAuthScopes", "tokens may change their user's account"
            )
