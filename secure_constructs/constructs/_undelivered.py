"""Where what a service could not deliver is kept."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs


def keep_undelivered(queue: sqs.IQueue, service: str, *, source_arn: str) -> None:
    """
    Let a service leave in a queue what it could not deliver for one of its resources.

    Args:
        queue: The dead-letter queue.
        service: The principal that delivers, such as ``sns.amazonaws.com``.
        source_arn: The topic, bus or rule; its ARN holds the account.
    """
    queue.grant(_on_behalf_of(service, source_arn), "sqs:SendMessage")


@cache
def _on_behalf_of(service: str, source_arn: str) -> iam.ServicePrincipal:
    # One for all queues of a topic, since making it costs a message.
    return iam.ServicePrincipal(service, conditions={"ArnEquals": {"aws:SourceArn": source_arn}})
