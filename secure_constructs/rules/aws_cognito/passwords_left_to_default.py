"""User pools that leave the strength of passwords to Cognito."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PasswordsLeftToDefault(Rule):
    """
    The template does not say how strong passwords have to be, and they are all it takes to sign in.

    Cognito asks for 8 characters then. Where there is no second factor, NIST asks for 15, since
    whoever steals a table of hashes or may guess for long enough finds the shorter ones; and what
    somebody changes by hand, a deployment of this template does not bring back.
    """

    id = "cognito-passwords-left-to-default"
    control = "cognito.password-policy"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPool",)
    fix = "set mfa=Mfa.REQUIRED, as SecureUserPool does, or PasswordPolicy(min_length=15)"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html",
        "https://pages.nist.gov/800-63-4/sp800-63b.html",
    )

    passes = (
        Example("it is said", {"Policies": {"PasswordPolicy": {"MinimumLength": 15}}}),
        Example("a second factor is asked for", {"MfaConfiguration": "ON"}),
        Example(
            "nobody signs in with a password",
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN", "EMAIL_OTP"]}}},
        ),
    )
    fails = (
        Example("nothing is said", {"UserPoolName": "shop"}),
        Example("a policy that says nothing", {"Policies": {"PasswordPolicy": {}}}),
        Example("a second factor is up to the users", {"MfaConfiguration": "OPTIONAL"}),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if pool.block("Policies.PasswordPolicy") or pool.text("MfaConfiguration") == "ON":
            return
        factors = tuple(pool.texts("Policies.SignInPolicy.AllowedFirstAuthFactors"))
        if not factors or "PASSWORD" in factors:
            message = "nothing is said about passwords, so 8 characters are enough"
            yield self.finding(pool, "Policies.PasswordPolicy", message)
