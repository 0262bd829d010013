"""Policies and ACLs of resources: what others may put in or take out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context
from secure_constructs.iam.documents import PolicyDocument, Statement
from secure_constructs.iam.policies import Policy, bus_policy
from secure_constructs.iam.roles import ROLE
from secure_constructs.iam.statements import Kind as Named
from secure_constructs.iam.statements import Principal
from secure_constructs.paths.edges._callers import CLOUDFRONT, Caller, is_own
from secure_constructs.paths.graph import (
    ACCOUNTS,
    DEFAULT_BUS,
    INTERNET,
    PRINCIPALS,
    Edge,
    Flow,
    Guard,
    Kind,
    Node,
    node_of,
)
from secure_constructs.paths.partial import each
from secure_constructs.paths.targets import target_of
from secure_constructs.services.distributions import DISTRIBUTION
from secure_constructs.services.public_access import acls_ignored
from secure_constructs.template import Resource, Template, Text, Undecided

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

# What is known of a request by someone who has nothing to do with the account.
_STRANGER: Final = Context(
    {
        "aws:PrincipalAccount": "000000000000",
        "aws:PrincipalOrgID": "o-0000000000",
        "aws:PrincipalIsAWSService": "false",
        "aws:SecureTransport": "true",
        "aws:SourceVpce": None,
        "aws:SourceVpc": None,
    }
)
# Conditions that name a source elsewhere, as a clause.
_SOURCES: Final = {
    "aws:principalorgid": "only accounts of the organisation",
    "aws:principalorgpaths": "only accounts of the organisation",
    "aws:sourceorgid": "only accounts of the organisation",
    "aws:sourceorgpaths": "only accounts of the organisation",
    "aws:sourcearn": "only the source that the policy names",
    "aws:sourceaccount": "only the account that the policy names",
    "aws:sourceowner": "only the account that the policy names",
    "aws:principalaccount": "only the account that the policy names",
    "aws:principalarn": "only the principals that the policy names",
    "sts:externalid": "only who knows the external id",
}
_NETWORKS: Final = ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce")
# Services that carry what their customers send, so that anyone can be behind them.
# What such a service hands over for is in the templates where a resource like these says so.
_DEPUTIES: Final = {
    "cloudwatch": ("AWS::CloudWatch::",),
    "events": ("AWS::Events::",),
    "iot": ("AWS::IoT::",),
    "s3": ("AWS::S3::Bucket", "Custom::S3BucketNotifications"),
    "scheduler": ("AWS::Scheduler::",),
    "ses": ("AWS::SES::",),
    "sns": ("AWS::SNS::Subscription",),
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
    subjects = list(_subjects(resource, names, template))
    for node in subjects:
        reader = _Reader(node=node, policy=policy, via=resource, template=template)
        yield from each(policy.document.allowing, reader.admitted)
    if not policy.document.readable:
        raise Undecided(place)


def _policy(resource: Resource, place: str) -> Policy:
    if resource.type == _BUS_POLICY:
        return bus_policy(resource)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """
    Reads the statements of a policy about one resource.

    Args:
        node: The resource.
        policy: Its policy.
        via: What holds the policy.
        template: The template of the policy.
    """

    node: Node
    policy: Policy
    via: Resource
    template: Template

    def admitted(self, statement: Statement) -> Iterator[Edge]:
        """
        Give whom a statement lets in, and what for.
        """
        kind = self.node.resource.type if self.node.resource is not None else _BUS
        for flow, actions in _ACTIONS[kind].items():
            allowed = [(one, statement.applies_to_action(one)) for one in actions]
            action, answer = max(allowed, key=lambda found: found[1].value)
            if not answer.possible:
                continue
            for caller in self._callers(statement, flow):
                outside = caller.node.kind is Kind.OUTSIDER
                yield Edge(
                    source=caller.node,
                    target=self.node,
                    flow=flow,
                    label=action,
                    via=self.via,
                    place=self.policy.at(statement, "Principal" if outside else ""),
                    guard=caller.guard,
                    limited=caller.limited,
                    certain=caller.certain and answer.certain and statement.allows,
                    asynchronous=flow is Flow.WRITE,
                )

    def _callers(self, statement: Statement, flow: Flow) -> Iterator[Caller]:
        if statement.public.possible:
            caller = self._anyone(statement)
            if caller is not None:
                yield caller
            if statement.public.certain:
                return
        seen: set[Node] = set()
        for principal in statement.principals or ():
            found = self._named(principal, statement, flow)
            if found is not None and found.node not in seen:
                seen.add(found.node)
                yield found

    def _anyone(self, statement: Statement) -> Caller | None:
        """
        Say who is behind a principal that is anyone, given the conditions.
        """
        if self._source_here(statement) or self._kept_private():
            return None
        opened = statement.open_to_anyone
        if opened.possible:
            refused = self.policy.document.refuses(_STRANGER, action=self._some_action(statement))
            if refused is Answer.YES:
                return None
            certain = opened.certain and refused is Answer.NO
            return Caller(node=INTERNET, guard=Guard.NONE, certain=certain)
        if self._own_only(statement):
            return None
        if any(statement.condition_values(key) for key in _NETWORKS):
            return Caller(node=PRINCIPALS, limited="only the networks that the policy names")
        return Caller(node=ACCOUNTS, limited=_limits(statement) or "a condition of the policy")

    def _named(self, principal: Principal, statement: Statement, flow: Flow) -> Caller | None:
        """
        Say who a principal is, where someone else does not tell already.
        """
        if principal.public.possible:
            return None
        if principal.kind is Named.SERVICE:
            return self._service(principal.value, statement, flow)
        if principal.kind is not Named.AWS:
            return None
        role = self.template.find(principal.value, ROLE)
        if role is not None:
            return Caller(node=node_of(role))
        account = principal.account
        if account is not None and is_own(account, self.template):
            if principal.account_wide:
                return None  # leaves it to the policies of its principals
            return Caller(node=PRINCIPALS)
        if account is None and isinstance(principal.value, Text):
            return None if principal.value.resources else Caller(node=ACCOUNTS, certain=False)
        return Caller(node=ACCOUNTS, limited=_limits(statement))

    def _service(self, service: str, statement: Statement, flow: Flow) -> Caller | None:
        if service == CLOUDFRONT:
            front = self._front(statement)
            # What it fetches is read with the distribution.
            return Caller(node=node_of(front)) if front is not None and flow is Flow.WRITE else None
        sources = _DEPUTIES.get(service.partition(".")[0])
        if sources is None or self._source_here(statement):
            return None
        if statement.restricted.possible:
            if self._own_only(statement):
                return None
            return Caller(node=ACCOUNTS, guard=Guard.NONE, limited=_limits(statement))
        resource = self.node.resource
        if resource is not None and any(
            mention.source.type.startswith(sources) for mention in resource.mentions
        ):
            return None
        return Caller(node=ACCOUNTS, guard=Guard.NONE, certain=False)

    def _front(self, statement: Statement) -> Resource | None:
        for arn in statement.condition_values("aws:SourceArn"):
            found = self.template.find(arn, DISTRIBUTION)
            if found is not None:
                return found
        return None

    def _source_here(self, statement: Statement) -> bool:
        """
        Say whether a statement is for a source in the templates, which is read with that source.
        """
        return any(
            (isinstance(arn, Text) and arn.resources) or self.template.find(arn) is not None
            for arn in statement.condition_values("aws:SourceArn")
        )

    def _own_only(self, statement: Statement) -> bool:
        """
        Say whether a condition lets in the account of the template only.
        """
        keys = ("aws:SourceAccount", "aws:SourceOwner", "aws:PrincipalAccount")
        values = [value for key in keys for value in statement.condition_values(key)]
        return bool(values) and all(is_own(value, self.template) for value in values)

    def _kept_private(self) -> bool:
        bucket = self.node.resource
        return bucket is not None and bucket.type == _BUCKET and _restricted(bucket)

    def _some_action(self, statement: Statement) -> str:
        return next(iter(statement.actions or ()), "*")


def _limits(statement: Statement) -> str:
    """
    Say how conditions limit who calls from elsewhere.
    """
    return next(
        (said for key, said in _SOURCES.items() if statement.condition_values(key)),
        "",
    )


def _restricted(bucket: Resource) -> bool:
    """
    Say whether a bucket takes no notice of a policy that lets anyone in.
    """
    switch = bucket.get("PublicAccessBlockConfiguration.RestrictPublicBuckets")
    return switch in (True, "true")


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
