"""
What a verb says is possible with it, and nothing beside: asked of what the grant made.

The identity policies of the role, and the key's policy where a key is asked, are put to the
evaluator of IAM policies with the calls that a handler makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_constructs.constructs import (
    SecureBucket,
    SecureKey,
    SecureQueue,
    SecureSecret,
    SecureStream,
    SecureTable,
    SecureTopic,
)
from secure_constructs.constructs._base import logical_id_of
from secure_constructs.iam import Answer, simulate

ACCOUNT, REGION = "111122223333", "eu-west-1"
PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": REGION}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/handler"

Synthesized = Callable[[cdk.Stack], dict[str, Any]]
Grant = Callable[[Any, iam.Role], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A grant, what is possible with it, and what must not be; ``@`` is the resource."""

    grant: Grant
    allowed: tuple[str, ...]
    denied: tuple[str, ...]


def bucket(stack: cdk.Stack) -> SecureBucket:
    return SecureBucket(stack, "It", encryption_key=key(stack))


def key(stack: cdk.Stack) -> kms.Key:
    return SecureKey(stack, "Key")


def table(stack: cdk.Stack) -> SecureTable:
    return SecureTable(
        stack,
        "It",
        dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )


def copies(grants: Any, role: iam.Role, **options: Any) -> None:
    made = grants.node.scope
    elsewhere = SecureBucket(made, "Elsewhere", encryption_key=SecureKey(made, "Other"))
    to = s3.GrantReplicationPermissionDestinationProps(
        bucket=elsewhere, encryption_key=elsewhere.encryption_key
    )
    if options:
        grants.grants.replication_permission(role, destinations=[to], **options)
    else:
        grants.grant_replication_permission(role, destinations=[to])


COPYING = (
    "s3:GetReplicationConfiguration @",
    "s3:ListBucket @",
    "s3:GetObjectVersionForReplication @/a",
    "s3:GetObjectVersionAcl @/a",
    "s3:GetObjectVersionTagging @/a",
    "kms:Decrypt Key through s3",
    "s3:ReplicateObject Elsewhere/a",
    "s3:ReplicateTags Elsewhere/a",
    "kms:Encrypt Other through s3",
)

VERBS: dict[str, tuple[Callable[[cdk.Stack], Any], Verb]] = {
    "bucket grant_read": (
        bucket,
        Verb(
            grant=lambda it, role: it.grant_read(role, "in/*"),
            allowed=("s3:GetObject @/in/a", "kms:Decrypt Key through s3"),
            denied=(
                "s3:GetObject @/out/a",
                "s3:GetObjectTagging @/in/a",
                "s3:ListBucket @",
                "s3:PutObject @/in/a",
                "kms:Decrypt Key",
            ),
        ),
    ),
    "bucket grant_put": (
        bucket,
        Verb(
            grant=lambda it, role: it.grant_put(role),
            allowed=("s3:PutObject @/a", "kms:GenerateDataKey Key through s3"),
            denied=("s3:PutObjectTagging @/a", "s3:GetObject @/a", "s3:DeleteObject @/a"),
        ),
    ),
    "bucket grant_replication_permission": (
        bucket,
        Verb(
            grant=copies,
            allowed=COPYING,
            denied=(
                "s3:GetObjectVersion @/a",
                "s3:ObjectOwnerOverrideToBucketOwner Elsewhere/a",
                "s3:ReplicateDelete Elsewhere/a",
                "s3:ReplicateObject @/a",
                "kms:Decrypt Key",
                "kms:Encrypt Other",
                "kms:ReEncryptTo Other through s3",
            ),
        ),
    ),
    "bucket replication_permission with deletions": (
        bucket,
        Verb(
            grant=lambda it, role: copies(it, role, deletions=True),
            allowed=(*COPYING, "s3:ReplicateDelete Elsewhere/a"),
            denied=("s3:ReplicateDelete @/a", "s3:DeleteObject Elsewhere/a"),
        ),
    ),
    "table grant_read_data": (
        table,
        Verb(
            grant=lambda it, role: it.grant_read_data(role),
            allowed=("dynamodb:GetItem @", "dynamodb:BatchGetItem @", "dynamodb:Query @"),
            denied=("dynamodb:Scan @", "dynamodb:PutItem @", "dynamodb:GetRecords @/stream/1"),
        ),
    ),
    "table grant_stream_read": (
        table,
        Verb(
            grant=lambda it, role: it.grant_stream_read(role),
            allowed=tuple(
                f"dynamodb:{action} It.StreamArn"
                for action in ("DescribeStream", "GetShardIterator", "GetRecords", "ListStreams")
            ),
            denied=("dynamodb:GetItem @", "dynamodb:Query @", "dynamodb:Scan @"),
        ),
    ),
    "stream grant_read": (
        lambda stack: SecureStream(stack, "It", encryption_key=key(stack)),
        Verb(
            grant=lambda it, role: it.grant_read(role),
            allowed=(
                *(
                    f"kinesis:{action} @"
                    for action in ("DescribeStream", "ListShards", "GetShardIterator", "GetRecords")
                ),
                "kms:Decrypt Key through kinesis",
            ),
            denied=("kinesis:ListStreams *", "kinesis:PutRecord @", "kms:Decrypt Key"),
        ),
    ),
    "queue grant_consume_messages": (
        lambda stack: SecureQueue(stack, "It"),
        Verb(
            grant=lambda it, role: it.grant_consume_messages(role),
            allowed=("sqs:ReceiveMessage @", "sqs:DeleteMessage @", "sqs:GetQueueAttributes @"),
            denied=("sqs:SendMessage @", "sqs:PurgeQueue @"),
        ),
    ),
    "topic grant_publish": (
        lambda stack: SecureTopic(stack, "It", master_key=key(stack)),
        Verb(
            grant=lambda it, role: it.grant_publish(role),
            allowed=("sns:Publish It.Ref", "kms:GenerateDataKey Key through sns"),
            denied=("sns:Subscribe It.Ref", "kms:GenerateDataKey Key"),
        ),
    ),
    "secret grant_read": (
        lambda stack: SecureSecret(stack, "It", encryption_key=key(stack), no_rotation="A test."),
        Verb(
            grant=lambda it, role: it.grant_read(role),
            allowed=(
                "secretsmanager:GetSecretValue It.Ref",
                "kms:Decrypt Key through secretsmanager",
            ),
            denied=("secretsmanager:PutSecretValue It.Ref", "kms:Decrypt Key"),
        ),
    ),
    "key grant_admin": (
        key,
        Verb(
            grant=lambda it, role: it.grant_admin(role),
            allowed=tuple(
                f"kms:{action} Key"
                for action in (
                    "DescribeKey",
                    "DisableKey",
                    "EnableKey",
                    "ScheduleKeyDeletion",
                    "CancelKeyDeletion",
                    "ListGrants",
                    "RevokeGrant",
                )
            ),
            # The second half would let them use it, or undo what the construct guarantees.
            denied=tuple(
                f"kms:{action} Key"
                for action in (
                    "Decrypt",
                    "Encrypt",
                    "GenerateDataKey",
                    "CreateGrant",
                    "PutKeyPolicy",
                    "DisableKeyRotation",
                    "EnableKeyRotation",
                    "TagResource",
                )
            ),
        ),
    ),
}


def known(value: Any) -> Any:
    """A value of a template as it is once deployed, with made-up ARNs."""
    if isinstance(value, list):
        return [known(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        name, attribute = value["Fn::GetAtt"]
        return arn_of(name if attribute == "Arn" else f"{name}.{attribute}")
    if "Fn::Join" in value:
        return "".join(known(value["Fn::Join"][1]))
    if "Ref" in value:
        return PSEUDO.get(value["Ref"], arn_of(f"{value['Ref']}.Ref"))
    return {name: known(each) for name, each in value.items()}


def arn_of(name: str) -> str:
    return f"arn:aws:any:{REGION}:{ACCOUNT}:{name}"


def answer(call: str, resources: Mapping[str, Any], names: Mapping[str, str]) -> Answer:
    """Whether the role may make a call: ``action resource[ through service]``."""
    action, place, *through = call.split()
    head, mark, rest = place.partition("/")
    name, dot, attribute = head.partition(".")
    logical_id = names.get("It" if name == "@" else name, "")
    resource = "*" if place == "*" else arn_of(f"{logical_id}{dot}{attribute}") + mark + rest
    host = f"{through[1]}.{REGION}.amazonaws.com" if through else None
    policy = None
    if action.startswith("kms:"):
        policy = known(resources[logical_id]["Properties"]["KeyPolicy"])
    return simulate(
        policies_of_roles(resources.values()),
        action=action,
        resource=resource,
        caller=ROLE,
        context={"kms:ViaService": host},
        resource_policy=policy,
    )


def policies_of_roles(resources: Iterable[Mapping[str, Any]]) -> list[object]:
    return [
        known(resource["Properties"]["PolicyDocument"])
        for resource in resources
        if resource["Type"] == "AWS::IAM::Policy"
        and resource["Properties"]["PolicyName"].startswith("Handler")
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_what_the_verb_says_is_allowed_and_nothing_beside(
    stack: cdk.Stack, synthesized: Synthesized, verb: str
) -> None:
    make, said = VERBS[verb]
    made = make(stack)
    role = iam.Role(stack, "Handler", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    said.grant(made, role)
    resources = synthesized(stack)["Resources"]
    names = {
        child.node.id: logical_id_of(child)
        for child in stack.node.children
        if isinstance(child, cdk.Resource)
    }
    assert [call for call in said.allowed if answer(call, resources, names) is not Answer.YES] == []
    assert [call for call in said.denied if answer(call, resources, names) is not Answer.NO] == []
