"""Identity pools that give AWS credentials to anyone."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UnauthenticatedIdentities(Rule):
    """
    Anyone gets AWS credentials without signing in.

    The identifier of the pool is in every page that uses it. Whoever has it calls AWS
    with the role for guests, in your account, and every permission that role gains later is public.
    """

    id = "cognito-unauthenticated-identities"
    control = "cognito.no-unauthenticated-identities"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::Cognito::IdentityPool",)
    fix = "set allow_unauthenticated_identities=False"
    references = ("https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html",)

    passes = (
        Example("users only", {"AllowUnauthenticatedIdentities": False}),
        Example(
            "users only, by the default of a parameter",
            {"AllowUnauthenticatedIdentities": {"Ref": "Guests"}},
            sections={"Parameters": {"Guests": {"Type": "String", "Default": "false"}}},
        ),
    )
    fails = (
        Example("guests", {"AllowUnauthenticatedIdentities": "true"}),
        Example(
            "guests, by the default of a parameter",
            {"AllowUnauthenticatedIdentities": {"Ref": "Guests"}},
            sections={"Parameters": {"Guests": {"Type": "String", "Default": True}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"AllowUnauthenticatedIdentities": {"Ref": "Guests"}},
            sections={"Parameters": {"Guests": {"Type": "String"}}},
        ),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if pool.flag("AllowUnauthenticatedIdentities"):
            message = "anyone gets AWS credentials without signing in"
            yield self.finding(pool, "AllowUnauthenticatedIdentities", message)
