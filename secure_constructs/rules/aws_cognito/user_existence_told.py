"""Clients that say which users exist."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UserExistenceTold(Rule):
    """
    A failed sign-in says whether the user exists.

    An attacker who tries a list of addresses learns which of them are customers,
    and spends leaked passwords on those only. Telling is what a client does that sets nothing.
    Clients that take neither passwords nor hosted sign-ins are left alone.
    """

    id = "cognito-user-existence-told"
    control = "cognito.user-existence-errors"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPoolClient",)
    fix = "set prevent_user_existence_errors=True"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
    )

    passes = (
        Example("hidden", {"PreventUserExistenceErrors": "ENABLED"}),
        Example(
            "a client of machines",
            {
                "AllowedOAuthFlows": ["client_credentials"],
                "AllowedOAuthFlowsUserPoolClient": True,
            },
        ),
    )
    fails = (
        Example("told by default", {"ClientName": "shop"}),
        Example("told", {"PreventUserExistenceErrors": "LEGACY"}),
    )

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if tuple(client.texts("AllowedOAuthFlows")) == ("client_credentials",):
            return
        if (client.text("PreventUserExistenceErrors") or "LEGACY").upper() != "ENABLED":
            message = "failed sign-ins say whether the user exists"
            yield self.finding(client, "PreventUserExistenceErrors", message)
