"""Keys as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam

from secure_constructs.constructs import SecureKey

if TYPE_CHECKING:
    import aws_cdk as cdk


def key(stack: cdk.Stack) -> None:
    """
    The key the stack shares, one that people administer, one that services use.
    """
    SecureKey.of(stack)
    SecureKey(
        stack,
        "Ledger",
        admins=[iam.Role.from_role_name(stack, "KeyOfficers", "key-officers")],
        alias="ledger",
        description="What the ledger is encrypted with",
        multi_region=True,
        pending_window=Duration.days(30),
        rotation_period=Duration.days(180),
    )
    used = SecureKey(stack, "Used")
    used.grants.logs()
    used.grants.service(
        "events.amazonaws.com",
        source_arn=stack.format_arn(service="events", resource="rule", resource_name="*"),
    )
