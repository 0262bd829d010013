"""Identity pools that let callers leave the limits of a session behind."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class ClassicFlow(Rule):
    """
    The identity pool allows the basic flow.

    Callers then assume a role themselves, without the session policy that Cognito puts on guests,
    and pick any role that trusts the pool.
    """

    id = "cognito-classic-flow"
    control = "cognito.classic-flow"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::IdentityPool",)
    fix = "leave allow_classic_flow=True out"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html",
    )

    passes = (
        Example("the enhanced flow", {"AllowUnauthenticatedIdentities": False}),
        Example("the enhanced flow, stated", {"AllowClassicFlow": "false"}),
    )
    fails = (Example("the basic flow", {"AllowClassicFlow": True}),)

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if pool.flag("AllowClassicFlow"):
            yield self.finding(pool, "AllowClassicFlow", "callers may assume roles themselves")
