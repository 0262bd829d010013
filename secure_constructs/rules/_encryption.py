"""Stores for which nobody has chosen how they are encrypted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from secure_constructs.iam.policies import resource_policy
from secure_constructs.rules._kept import is_kept
from secure_constructs.rules._stack import others, spokesman, surely
from secure_constructs.template import Resource, Template

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
_TO_PEOPLE: Final = frozenset({"email", "email-json", "sms"})
_ALARMS: Final = ("AWS::Budgets::Budget", "AWS::CloudWatch::")
_SILENT_MENTIONS: Final = ("AWS::SNS::", "AWS::SSM::Parameter", "AWS::CloudFormation::Stack")
# Those that the service encrypts in any case.
_KINDS: Final = (BUCKET, QUEUE, *TABLES)


def left_out(store: Resource) -> Resource | None:
    """
    Give a store of the same kind that says how it is encrypted, where *store* does not.

    To say it for one is a practice that the stack has chosen, and *store* was left out of it.
    """
    if not _silent(store):
        return None
    kinds = TABLES if store.type in TABLES else (store.type,)
    return store.template.once(f"encryption of {kinds[0]}", lambda asked: _saying(asked, kinds))


def left_to_default(store: Resource) -> str:
    """
    Say that a stack leaves the encryption of its stores to the service, if *store* is to say so.

    It is one decision for the stack, so the first of its buckets, queues and tables says it for all
    of them. What is meant to be kept has a say of its own, see :func:`kept_left_to_default`.
    """
    return _unchosen(store, _passing)


def kept_left_to_default(store: Resource) -> str:
    """
    Say that a stack leaves the encryption of what it keeps to the service, if *store* is to say so.

    The first of the buckets and tables that are meant to be kept says it for all of them.
    """
    return _unchosen(store, _kept)


def _unchosen(store: Resource, at_fault: Callable[[Resource], bool]) -> str:
    sharing = spokesman(store, _KINDS, at_fault) if at_fault(store) else ()
    return f"no key is chosen for it{others(sharing, 'nor for')}" if sharing else ""


def _passing(store: Resource) -> bool:
    return _unsaid(store) and not is_kept(store)


def _kept(store: Resource) -> bool:
    return _unsaid(store) and is_kept(store)


def without_key(topic: Resource) -> str:
    """
    Say that topics of a stack store messages without a key, if *topic* is to say so.
    """
    sharing = spokesman(topic, (TOPIC,), _without_key) if _without_key(topic) else ()
    return f"no key is chosen for it{others(sharing, 'nor for')}" if sharing else ""


def _without_key(topic: Resource) -> bool:
    return _silent(topic) and not _tells_people(topic) and not _tells_alarms(topic)


def _tells_people(topic: Resource) -> bool:
    """
    Say whether all that is known to subscribe to a topic is people, by mail or text message.
    """
    apart = topic.template.referrers(topic, "AWS::SNS::Subscription", at="TopicArn")
    protocols = [one.text("Protocol") for one in (*topic.blocks("Subscription"), *apart)]
    return bool(protocols) and all(protocol in _TO_PEOPLE for protocol in protocols)


def _tells_alarms(topic: Resource) -> bool:
    """
    Say whether all that is known to speak to a topic are alarms, which tell names and states.

    Nobody speaks by a subscription or a policy, and what only shows its name does not speak.
    """
    speaking = [
        speaker.type
        for speaker in topic.mentioned_by
        if not speaker.type.startswith(_SILENT_MENTIONS)
    ]
    return bool(speaking) and all(kind.startswith(_ALARMS) for kind in speaking)


def _saying(template: Template, kinds: tuple[str, ...]) -> Resource | None:
    return next((store for store in template.of_type(*kinds) if surely(store, _says)), None)


def _says(store: Resource) -> bool:
    switches = ("SqsManagedSseEnabled", "SSESpecification.SSEEnabled")
    return not _silent(store) and not any(store.flag(switch) is False for switch in switches)


def _unsaid(store: Resource) -> bool:
    named_in_vain = store.get("KmsMasterKeyId") == ""
    return not named_in_vain and _silent(store) and left_out(store) is None


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
