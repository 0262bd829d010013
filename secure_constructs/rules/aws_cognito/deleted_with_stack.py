"""User pools that go when the stack goes."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._kept import is_retained
from secure_constructs.template import Resource, Template


class DeletedWithStack(Rule):
    """
    Deleting the stack, or one wrong deployment, deletes every account.

    Passwords and second factors cannot be restored from anywhere: all users have to register again.
    """

    id = "cognito-deleted-with-stack"
    control = "cognito.deletion-protection"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPool",)
    fix = "set deletion_protection=True and removal_policy=RemovalPolicy.RETAIN"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-deletion-protection.html",
    )

    passes = (
        Example("protected", {"DeletionProtection": "ACTIVE"}),
        Example(
            "kept",
            attributes={"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
        ),
    )
    fails = (
        Example("neither", {"UserPoolName": "customers"}),
        Example("deleted by request", attributes={"DeletionPolicy": "Delete"}),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if pool.text("DeletionProtection") == "ACTIVE":
            return
        if not is_retained(pool):
            yield self.finding(pool, "DeletionProtection", "accounts are deleted with the stack")
