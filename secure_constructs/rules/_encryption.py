"""Stores for which nobody has chosen how they are encrypted."""

from __future__ import annotations

from typing import Final

from secure_constructs.iam.policies import resource_policy
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.template import Resource

BUCKET: Final = "AWS::S3::Bucket"
QUEUE: Final = "AWS::SQS::Queue"
TABLES: Final = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
TOPIC: Final = "AWS::SNS::Topic"

# The properties with which a store says how it is encrypted.
_CHOICES: Final = {
    TOPIC: ("KmsMasterKeyId",),
    BUCKET: ("BucketEncryption",),
    QUEUE: ("KmsMasterKeyId", "SqsManagedSseEnabled"),
    **dict.fromkeys(TABLES, ("SSESpecification",)),
}
_KINDS: Final = tuple(_CHOICES)


def left_to_default(store: Resource) -> str:
    """
    Say that a stack leaves the encryption of its stores to the service, if *store* is to say so.

    It is one decision for the stack, so the first of its topics, buckets, queues and tables says it
    for all of them.
    """
    if not _silent(store):
        return ""
    sharing = spokesman(store, _KINDS, _silent)
    return f"no key is chosen for it{others(sharing, 'nor for')}" if sharing else ""


def _silent(store: Resource) -> bool:
    if all(store.get(choice, "") == "" for choice in _CHOICES[store.type]):
        return store.type != BUCKET or not _asked_for(store)
    return store.type == BUCKET and not any(
        rule.has("ServerSideEncryptionByDefault")
        for rule in store.blocks("BucketEncryption.ServerSideEncryptionConfiguration")
    )


def _asked_for(bucket: Resource) -> bool:
    """
    Say whether the policy of a bucket has its writers say how they encrypt.
    """
    return any(
        condition.key.startswith("s3:x-amz-server-side-encryption")
        for policy in bucket.template.referrers(bucket, "AWS::S3::BucketPolicy", at="Bucket")
        for statement in resource_policy(policy).document.denying
        for condition in statement.conditions
    )
