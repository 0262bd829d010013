"""Queues left out where others say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import QUEUE, left_out
from secure_constructs.template import Resource, Template


def _beside(**properties: object) -> dict[str, object]:
    return {"Other": {"Type": QUEUE, "Properties": properties}}


class EncryptionLeftOut(Rule):
    """
    The template says of another queue how it is encrypted, and not of this one.

    Somebody decided how this stack encrypts its messages, and here it was forgotten, or the name of
    the key came out empty: what the other queue has a key for may wait here under the keys of SQS,
    which bound nobody and record nothing.
    """

    id = "sqs-encryption-left-out"
    control = "sqs.encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (QUEUE,)
    fix = "set encryption= as for the other queue, or use SecureQueue for both"
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    )

    passes = (
        Example(
            "both say it",
            {"SqsManagedSseEnabled": True},
            beside=_beside(KmsMasterKeyId="alias/orders"),
        ),
        Example("neither does, and SQS decides", {}, beside=_beside(QueueName="orders")),
        Example(
            "the other is not encrypted, which is a fault of its own",
            {},
            beside=_beside(SqsManagedSseEnabled="false"),
        ),
    )
    fails = (
        Example(
            "the one beside it has a key",
            {"QueueName": "orders"},
            beside=_beside(KmsMasterKeyId="alias/orders"),
        ),
        Example(
            "the one beside it names the keys of SQS",
            {},
            beside=_beside(SqsManagedSseEnabled="true"),
        ),
        Example("a key without a name", {"KmsMasterKeyId": ""}),
    )

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        other = left_out(queue)
        if other is not None:
            message = f"nothing is said of its encryption, unlike that of {other.logical_id}"
            yield self.finding(queue, "SqsManagedSseEnabled", message)
        elif queue.get("KmsMasterKeyId") == "" and not queue.has("SqsManagedSseEnabled"):
            yield self.finding(queue, "KmsMasterKeyId", "the name of its key is empty")
