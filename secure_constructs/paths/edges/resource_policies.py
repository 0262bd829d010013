"""Policies and ACLs of resources: what others may put in or take out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from secure_constructs.iam.documents import PolicyDocument, Statement
from secure_constructs.iam.policies import RESOURCE_POLICIES, Policy, bus_policy, resource_policy
from secure_constructs.paths.edges._callers import Admission
from secure_constructs.paths.graph import (
    DEFAULT_BUS,
    INTERNET,
    Edge,
    Flow,
    Kind,
    Node,
    node_of,
)
from secure_constructs.paths.targets import target_of
from secure_constructs.services.public_access import acls_ignored
from secure_constructs.template import Resource, Template, Undecided

_BUCKET: Final = "AWS::S3::Bucket"
_BUS: Final = "AWS::Events::EventBus"
_BUS_POLICY: Final = "AWS::Events::EventBusPolicy"
_DOCUMENT: Final = "PolicyDocument"

# Type -> the property that holds its policy, and the one that names what it is about;
# the resource itself where that is empty.
_POLICIES: Final = {
    "AWS::DynamoDB::Table": ("ResourcePolicy.PolicyDocument", ""),
    _BUS: ("Policy", ""),
    _BUS_POLICY: ("Statement", "EventBusName"),
    "AWS::Kinesis::ResourcePolicy": ("ResourcePolicy", "ResourceArn"),
    "AWS::S3::AccessPoint": ("Policy", "Bucket"),
    "AWS::S3::BucketPolicy": (_DOCUMENT, "Bucket"),
    "AWS::SNS::TopicInlinePolicy": (_DOCUMENT, "TopicArn"),
    "AWS::SNS::TopicPolicy": (_DOCUMENT, "Topics"),
    "AWS::SQS::QueueInlinePolicy": (_DOCUMENT, "Queue"),
    "AWS::SQS::QueuePolicy": (_DOCUMENT, "Queues"),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy", "SecretId"),
}
TYPES: Final = (*_POLICIES, _BUCKET)

# Type -> what puts something in, and what takes something out.
_ACTIONS: Final[Mapping[str, Mapping[Flow, tuple[str, ...]]]] = {
    "AWS::DynamoDB::Table": {
        Flow.READ: ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
        Flow.WRITE: ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"),
    },
    _BUS: {Flow.WRITE: ("events:PutEvents",)},
    "AWS::Kinesis::Stream": {
        Flow.READ: ("kinesis:GetRecords",),
        Flow.WRITE: ("kinesis:PutRecord", "kinesis:PutRecords"),
    },
    _BUCKET: {Flow.READ: ("s3:GetObject",), Flow.WRITE: ("s3:PutObject",)},
    "AWS::SNS::Topic": {Flow.WRITE: ("sns:Publish",)},
    "AWS::SQS::Queue": {Flow.READ: ("sqs:ReceiveMessage",), Flow.WRITE: ("sqs:SendMessage",)},
    "AWS::SecretsManager::Secret": {
        Flow.READ: ("secretsmanager:GetSecretValue",),
        Flow.WRITE: ("secretsmanager:PutSecretValue",),
    },
}


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who else may put something into a resource, or take something out, by its own policy.

    What a service hands over for a source in the templates is read with that source.
    """
    if resource.type == _BUCKET:
        yield from _public_acl(resource)
        return
    place, names = _POLICIES[resource.type]
    if not resource.has(place) and resource.type != _BUS_POLICY:
        return
    policy = _policy(resource, place)
    for node in list(_subjects(resource, names, template)):
        for statement in policy.document.allowing:
            yield from _admitted(statement, node, policy, template)
    if not policy.document.readable:
        raise Undecided(place)


def _policy(resource: Resource, place: str) -> Policy:
    if resource.type == _BUS_POLICY:
        return bus_policy(resource)
    if resource.type in RESOURCE_POLICIES:
        return resource_policy(resource)
    document = PolicyDocument.parse(resource.get(place))
    return Policy(block=resource, path=place, document=document)


def _subjects(resource: Resource, names: str, template: Template) -> Iterator[Node]:
    if not names:
        yield node_of(resource)
        return
    if resource.type == _BUS_POLICY and resource.get(names, "default") == "default":
        yield DEFAULT_BUS
        return
    for value in resource.items(names).elements:
        found = target_of(value, template, *_ACTIONS)
        if found is not None:
            yield found


def _admitted(
    statement: Statement, node: Node, policy: Policy, template: Template
) -> Iterator[Edge]:
    """
    Give whom a statement lets in, and what for.
    """
    admission = Admission(document=policy.document, about=node.resource, template=template)
    for flow, actions in _ACTIONS[node.resource.type if node.resource else _BUS].items():
        allowed = [(one, statement.applies_to_action(one)) for one in actions]
        action, answer = max(allowed, key=lambda found: found[1].value)
        if not answer.possible:
            continue
        for caller in admission.callers(statement, action, fetches=flow is Flow.READ):
            outside = caller.node.kind is Kind.OUTSIDER
            yield Edge(
                source=caller.node,
                target=node,
                flow=flow,
                label=action,
                via=policy.block.resource,
                place=policy.at(statement, "Principal" if outside else ""),
                guard=caller.guard,
                limited=caller.limited,
                certain=caller.certain and answer.certain and statement.allows,
                asynchronous=flow is Flow.WRITE,
            )


def _public_acl(bucket: Resource) -> Iterator[Edge]:
    acl = bucket.text("AccessControl")
    if acl not in {"PublicRead", "PublicReadWrite", "AuthenticatedRead"} or acls_ignored(bucket):
        return
    for flow, label in ((Flow.READ, "s3:GetObject"), (Flow.WRITE, "s3:PutObject")):
        if flow is Flow.READ or acl == "PublicReadWrite":
            yield Edge(
                source=INTERNET,
                target=node_of(bucket),
                flow=flow,
                label=label,
                via=bucket,
                place="AccessControl",
                asynchronous=flow is Flow.WRITE,
            )
