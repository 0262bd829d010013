"""Queues that store messages unencrypted."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class Unencrypted(Rule):
    """
    Messages lie unencrypted in the queue.

    SQS encrypts new queues by default. This one says it should not, so whoever reaches the
    storage reads the messages.
    """

    id = "sqs-unencrypted"
    control = "sqs.encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::SQS::Queue",)
    fix = "leave encryption at its default, or set encryption=QueueEncryption.SQS_MANAGED"
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    )

    passes = (
        Example("the default encrypts", {"QueueName": "orders"}),
        Example(
            "a key of its own", {"SqsManagedSseEnabled": False, "KmsMasterKeyId": "alias/orders"}
        ),
    )
    fails = (
        Example("switched off", {"SqsManagedSseEnabled": False}),
        Example("switched off in text", {"SqsManagedSseEnabled": "false"}),
    )

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if queue.flag("SqsManagedSseEnabled") is False and not queue.has("KmsMasterKeyId"):
            yield self.finding(queue, "SqsManagedSseEnabled", "encryption is switched off")
