"""The log groups that services deliver to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_logs as logs

from secure_constructs.constructs._base import pseudo, remembered
from secure_constructs.constructs.grants import grant_logs

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct

_PREFIX: Final = "/aws/vendedlogs"


def service_log_group(
    scope: Construct,
    id: str,
    *,
    key: kms.IKey | None,
    name: str,
    retention: logs.RetentionDays,
    service: str,
) -> logs.LogGroup:
    """
    A log group that a service delivers to, and that outlives the stack.

    Its name starts with ``/aws/vendedlogs/``: one entry of the account's log resource policy,
    which holds 5,120 characters, then serves all such groups
    (https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html).

    Args:
        scope: Where the log group is defined.
        id: Its id there.
        key: What encrypts it; its policy is extended to admit CloudWatch Logs.
            None for a key that CloudWatch Logs manages.
        name: The name of what logs, unique in the account.
        retention: How long the log is kept.
        service: The service that logs, as its endpoint is called.
    """
    if key is not None:
        # The encryption context names the one group a ciphertext belongs to, so the
        # statement serves all groups that services deliver to.
        groups = f"{_PREFIX}/*"
        remembered(key, f"logs {groups}", lambda: grant_logs(key, groups))
    return logs.LogGroup(
        scope,
        id,
        encryption_key=key,
        log_group_name=f"{_PREFIX}/{service}/{name}",
        removal_policy=cdk.RemovalPolicy.RETAIN,
        retention=retention,
    )


def place_of(service: str) -> str:
    """
    The start of the ARNs of a service in this account and Region, without the last colon.

    Args:
        service: The service, as it stands in an ARN.
    """
    return f"arn:{pseudo('PARTITION')}:{service}:{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}"
