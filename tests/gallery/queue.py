"""Queues as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from secure_constructs.constructs import SecureKey, SecureQueue

if TYPE_CHECKING:
    import aws_cdk as cdk


def queue(stack: cdk.Stack) -> None:
    """
    A queue, a FIFO queue with a key, one with dead letters and senders of its own.
    """
    SecureQueue(stack, "Work")
    SecureQueue(
        stack,
        "Ledger",
        content_based_deduplication=True,
        encryption_master_key=SecureKey(stack, "Key"),
        fifo=True,
    )

    sender = iam.Role(stack, "Sender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    receiver = iam.Role(stack, "Receiver", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    named = SecureQueue(
        stack,
        "Named",
        dead_letter_queue=sqs.DeadLetterQueue(
            max_receive_count=3, queue=SecureQueue(stack, "NotHandled", holds_dead_letters=True)
        ),
        visibility_timeout=Duration.minutes(5),
    )
    named.accept_only(sender)
    named.grants.send_messages(sender)
    named.grants.consume_messages(receiver)
