"""Queues that do not say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET, QUEUE, left_to_default
from secure_constructs.template import Resource, Template


class EncryptionLeftToDefault(Rule):
    """
    The template does not say how messages in the queue are encrypted.

    SQS encrypts new queues with keys of its own. Queues made before October 2022 it does not,
    and nobody has decided that such keys are enough: whoever may receive may read, and no use of a
    key is recorded. It is said once for all buckets, queues and tables of a stack; to name the keys
    of SQS is a decision too, and will do. For those whose rules demand that decision; where a stack
    has taken it for one queue, ``sqs-encryption-left-out`` speaks instead, to everyone.
    """

    id = "sqs-encryption-left-to-default"
    control = "sqs.encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (QUEUE,)
    fix = "set encryption=QueueEncryption.SQS_MANAGED, as SecureQueue does, or KMS"
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    )
    recommended = False
    passes = (
        Example("the keys of SQS, chosen", {"SqsManagedSseEnabled": True}),
        Example("a key without a name, which another rule reports", {"KmsMasterKeyId": ""}),
        Example("switched off, which is a fault of its own", {"SqsManagedSseEnabled": False}),
        Example("a key", {"KmsMasterKeyId": "alias/orders"}),
        Example(
            "a key that is given at deployment",
            {"KmsMasterKeyId": {"Ref": "Key"}},
            sections={"Parameters": {"Key": {"Type": "String"}}},
        ),
        Example("a bucket says it for the stack", {}, beside={"Receipts": {"Type": BUCKET}}),
    )
    fails = (Example("nothing is said", {"QueueName": "orders"}),)

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        message = left_to_default(queue)
        if message:
            yield self.finding(queue, "SqsManagedSseEnabled", message)
