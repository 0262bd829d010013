"""User pools that leave the second factor to their users."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class OptionalMfa(Rule):
    """
    Users decide whether they sign in with a second factor.

    Those who reuse passwords are those who decline, and an account of theirs that is taken over
    is often the way in. A shop that fears for its sign-ups may accept this finding.
    """

    id = "cognito-optional-mfa"
    control = "cognito.mfa"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPool",)
    fix = "set mfa=Mfa.REQUIRED"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html",
    )

    passes = (
        Example("required", {"MfaConfiguration": "ON"}),
        Example("off, which another rule reports", {"MfaConfiguration": "OFF"}),
    )
    fails = (Example("optional", {"MfaConfiguration": "OPTIONAL"}),)

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if pool.text("MfaConfiguration") == "OPTIONAL":
            yield self.finding(pool, "MfaConfiguration", "a second factor is up to each user")
