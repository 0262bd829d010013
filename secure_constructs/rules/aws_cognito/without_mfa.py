"""User pools where a password is all it takes."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutMfa(Rule):
    """
    Users sign in with a password and nothing else: multi-factor authentication is off.

    Passwords are reused and leaked by the million; whoever has one is the user.
    Off is what a pool gets that sets nothing. Pools that leave the second factor to their users
    are left to the strict pack.
    """

    id = "cognito-without-mfa"
    control = "cognito.mfa"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::Cognito::UserPool",)
    fix = "set mfa=Mfa.REQUIRED and mfa_second_factor=MfaSecondFactor(otp=True, sms=False)"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html",
    )

    passes = (
        Example("a second factor is required", {"MfaConfiguration": "ON"}),
        Example("users choose a second factor", {"MfaConfiguration": "OPTIONAL"}),
    )
    fails = (
        Example("off", {"MfaConfiguration": "OFF"}),
        Example("off by default", {"UserPoolName": "customers"}),
        Example(
            "off by the default of a parameter",
            {"MfaConfiguration": {"Ref": "Mfa"}},
            sections={"Parameters": {"Mfa": {"Type": "String", "Default": "OFF"}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"MfaConfiguration": {"Ref": "Mfa"}},
            sections={"Parameters": {"Mfa": {"Type": "String"}}},
        ),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        # YAML reads OFF without quotes as false.
        if (pool.text("MfaConfiguration") or "OFF").upper() in ("OFF", "FALSE"):
            yield self.finding(pool, "MfaConfiguration", "a password is all it takes to sign in")
