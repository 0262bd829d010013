"""Queues that lie under a key nobody can admit others to."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class AwsManagedKey(Rule):
    """
    Messages of the queue lie under the key that AWS manages for the account.

    The policy of that key cannot be changed: it admits everyone in the account who may use the
    queue, and neither another account nor most services, whose messages are dropped without a word.
    """

    id = "sqs-aws-managed-key"
    control = "sqs.cmk"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SQS::Queue",)
    fix = (
        "pass encryption_master_key=key, or leave the keys to SQS with QueueEncryption.SQS_MANAGED"
    )
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    )

    passes = (
        Example(
            "a key of its own",
            {"KmsMasterKeyId": {"Ref": "Key"}},
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example("no key", {"QueueName": "orders"}),
    )
    fails = (
        Example("by its alias", {"KmsMasterKeyId": "alias/aws/sqs"}),
        Example(
            "by the ARN of its alias",
            {
                "KmsMasterKeyId": {
                    "Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sqs"
                }
            },
        ),
    )

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if (key := queue.text("KmsMasterKeyId")) and key.endswith("alias/aws/sqs"):
            yield self.finding(queue, "KmsMasterKeyId", "the key is the one that AWS manages")
