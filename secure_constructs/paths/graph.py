"""Nodes, edges, and the graph they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Final, NamedTuple

from secure_constructs.iam.answers import Answer
from secure_constructs.template import Resource


class Kind(StrEnum):
    """
    What a node is for an attacker.
    """

    OUTSIDER = "outsider"
    """
    Someone who is not part of the app.
    """
    ENTRY = "entry"
    """
    A request comes in here and is handed on at once: a route, a URL, a distribution.
    """
    WORKLOAD = "workload"
    """
    Runs code or a workflow, with a role of its own.
    """
    CHANNEL = "channel"
    """
    Keeps or passes on what is put in: a queue, a topic, a bus, a rule, a stream.
    """
    STORE = "store"
    """
    Holds data, secrets or keys.
    """
    ROLE = "role"
    """
    What a workload may do.
    """


class Flow(StrEnum):
    """
    What an edge lets its source do to its target.
    """

    REQUEST = "request"
    """
    An outsider sends something.
    """
    HANDOVER = "handover"
    """
    What comes in here is passed on there, by AWS.
    """
    IDENTITY = "identity"
    """
    A workload acts with a role.
    """
    READ = "read"
    WRITE = "write"
    INVOKE = "invoke"
    CONTROL = "control"
    """
    Change what it runs or how it is set up.
    """
    ASSUME = "assume"
    """
    Act with a role that is not its own.
    """


class Guard(StrEnum):
    """
    Who is asked before a request gets in; from the weakest to the strongest.
    """

    NONE = "none"
    API_KEY = "api key"
    """
    Meters, and keeps no one out: it is shared with every client.
    """
    AUTHORIZER = "authorizer"
    """
    A user pool, a token issuer, or a function of the app's own.
    """
    IAM = "iam"
    """
    Only principals that a policy names.
    """

    @property
    def asks_who(self) -> bool:
        """
        Whether strangers stay out.
        """
        return self in {Guard.AUTHORIZER, Guard.IAM}


# Type -> what it is for an attacker; every other type is no node unless an edge makes it one.
KINDS: Final[Mapping[str, Kind]] = {
    "AWS::ApiGateway::RestApi": Kind.ENTRY,
    "AWS::ApiGatewayV2::Api": Kind.ENTRY,
    "AWS::AppSync::Api": Kind.ENTRY,
    "AWS::AppSync::GraphQLApi": Kind.ENTRY,
    "AWS::CloudFront::Distribution": Kind.ENTRY,
    "AWS::Cognito::UserPool": Kind.ENTRY,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Kind.ENTRY,
    "AWS::Lambda::Url": Kind.ENTRY,
    "AWS::SES::MailManagerIngressPoint": Kind.ENTRY,
    "AWS::CodeBuild::Project": Kind.WORKLOAD,
    "AWS::ECS::TaskDefinition": Kind.WORKLOAD,
    "AWS::Glue::Job": Kind.WORKLOAD,
    "AWS::Lambda::Function": Kind.WORKLOAD,
    "AWS::StepFunctions::StateMachine": Kind.WORKLOAD,
    "AWS::Events::EventBus": Kind.CHANNEL,
    "AWS::Events::Rule": Kind.CHANNEL,
    "AWS::IoT::TopicRule": Kind.CHANNEL,
    "AWS::Kinesis::Stream": Kind.CHANNEL,
    "AWS::KinesisFirehose::DeliveryStream": Kind.CHANNEL,
    "AWS::Logs::LogGroup": Kind.CHANNEL,
    "AWS::MSK::Cluster": Kind.CHANNEL,
    "AWS::MSK::ServerlessCluster": Kind.CHANNEL,
    "AWS::Pipes::Pipe": Kind.CHANNEL,
    "AWS::SES::MailManagerRuleSet": Kind.CHANNEL,
    "AWS::SES::ReceiptRule": Kind.CHANNEL,
    "AWS::SNS::Topic": Kind.CHANNEL,
    "AWS::SQS::Queue": Kind.CHANNEL,
    "AWS::Scheduler::Schedule": Kind.CHANNEL,
    "AWS::DynamoDB::GlobalTable": Kind.STORE,
    "AWS::DynamoDB::Table": Kind.STORE,
    "AWS::KMS::Key": Kind.STORE,
    "AWS::RDS::DBCluster": Kind.STORE,
    "AWS::RDS::DBInstance": Kind.STORE,
    "AWS::S3::Bucket": Kind.STORE,
    "AWS::SSM::Parameter": Kind.STORE,
    "AWS::SecretsManager::Secret": Kind.STORE,
    "AWS::IAM::Role": Kind.ROLE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """
    A resource, a part of one, or someone outside.

    There is one object for each, so that two are the same only if they are one object: see
    `node_of`.

    Args:
        kind: What it is for an attacker.
        resource: The resource; none for an outsider.
        part: Which part of the resource, such as ``POST /orders``; the name of an outsider.
    """

    kind: Kind
    resource: Resource | None = None
    part: str = ""

    @property
    def power(self) -> bool:
        """
        Whether this stands for what is allowed to everything of a service.
        """
        return self.resource is None and self.kind is _ROLE

    @property
    def id(self) -> str:
        """
        What tells it from every other node: stack, logical id and part.
        """
        if self.resource is None:
            return self.part
        stack = self.resource.template.origin.stack or self.resource.template.origin.file
        name = f"{stack}/{self.resource.logical_id}" if stack else self.resource.logical_id
        return f"{name} {self.part}" if self.part else name

    @property
    def name(self) -> str:
        """
        What to call it in a sentence: its path within the stack where it is known.
        """
        if self.resource is None:
            return self.part
        stack = self.resource.template.origin.stack
        path = self.resource.construct_path.removeprefix(f"{stack}/")
        return f"{path or self.resource.logical_id} {self.part}".rstrip()

    def __str__(self) -> str:
        return self.name


# Before Python 3.12 each look at a member through its class is a call.
_ROLE: Final = Kind.ROLE
_WORKLOAD: Final = Kind.WORKLOAD

INTERNET: Final = Node(Kind.OUTSIDER, part="the internet")
"""
Anyone.
"""
MEMBERS: Final = Node(Kind.OUTSIDER, part="signed-in users")
"""
Users of an identity pool, who act with a role of the account from their own devices.
"""
ACCOUNTS: Final = Node(Kind.OUTSIDER, part="other accounts")
"""
Other AWS accounts that a policy lets in.
"""
DEVICES: Final = Node(Kind.OUTSIDER, part="devices")
"""
Things that publish to AWS IoT with certificates of their own.
"""
SENDERS: Final = Node(Kind.OUTSIDER, part="mail senders")
"""
Whoever sends mail to an address of the app.
"""
PRINCIPALS: Final = Node(Kind.OUTSIDER, part="this account's principals")
"""
Whoever holds credentials of the account and a policy that lets them in, outside the templates.
"""
AWS: Final = Node(Kind.OUTSIDER, part="AWS")
"""
AWS itself: the clock, events of its services, CloudFormation.
"""
DEFAULT_BUS: Final = Node(Kind.CHANNEL, part="the default event bus")
"""
The bus that every account has, which no template makes.
"""


def node_of(resource: Resource, part: str = "", kind: Kind | None = None) -> Node:
    """
    Give the node of a resource, or of a part of it.

    Args:
        resource: The resource.
        part: Which part of it.
        kind: What it is for an attacker. Default: an entry for a part, what its type says for the
            whole.
    """
    if not part and (kind is None or kind is KINDS.get(resource.type, _WORKLOAD)):
        return resource.once("attack map node", _node_of)
    own = kind or Kind.ENTRY
    return resource.once(f"attack map node {own} {part}", lambda held: Node(own, held, part))


def _node_of(resource: Resource) -> Node:
    return Node(KINDS.get(resource.type, _WORKLOAD), resource)


@cache
def power_of(name: str) -> Node:
    """
    Give the node that stands for what is allowed to everything of a service, by its name.
    """
    return Node(_ROLE, part=name)


_CARRIES: Final = frozenset(
    {Flow.REQUEST, Flow.HANDOVER, Flow.IDENTITY, Flow.WRITE, Flow.INVOKE, Flow.ASSUME}
)


class Edge(NamedTuple):
    """
    One step an attacker, or what an attacker sent, can take.

    Args:
        source: Where it starts.
        target: Where it leads.
        flow: What it lets the source do.
        via: The resource that makes it.
        label: What it is called: ``POST /orders``, ``s3:PutObject``.
        place: The property of *via* that makes it; empty for the resource as a whole.
        guard: For a request: who is asked before it gets in.
        waf: For a request: whether a web ACL sees it first.
        limited: What limits the input where no web ACL can see it, as a clause; empty for nothing.
        certain: False when it depends on what is not known before deployment.
        asynchronous: Whether the source waits for no answer, so that what comes in may be kept
            and tried again.
        filtered: A filter that lets only some through, in words; empty where all gets through.
        prefix: For a handover of objects: what their keys begin with, where that is all it filters.
        kinds: For a handover of changes: the kinds it lets through, where that is all it filters.
        scope: For a grant: what part of the target it is about, as the policy writes it.
        actions: For a grant: every action that gives it; the label is the first.
    """

    source: Node
    target: Node
    flow: Flow
    via: Resource
    label: str = ""
    place: str = ""
    guard: Guard = Guard.NONE
    waf: Answer = Answer.NO
    limited: str = ""
    certain: bool = True
    asynchronous: bool = False
    filtered: str = ""
    prefix: str = ""
    kinds: frozenset[str] = frozenset()
    scope: str = ""
    actions: tuple[str, ...] = ()

    @property
    def carries(self) -> bool:
        """
        Whether what was put into the source gets on to the target.

        What a workload reads it asked for itself, and what it may do to everything of a service
        says nothing about where it puts what it got.
        """
        target = self.target
        return self.flow in _CARRIES and (target.resource is not None or target.kind is not _ROLE)

    def __str__(self) -> str:
        label = f" [{self.label}]" if self.label else ""
        return f"{self.source} -> {self.target}{label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """
    A connection that could not be read.

    Args:
        resource: The resource that makes it.
        place: The property whose value is not known.
    """

    resource: Resource
    place: str


class Graph:
    """
    Everything that is connected, in the order of the templates.

    Args:
        edges: The edges.
        unread: The connections that could not be read.

    Attributes:
        carrying: The edges by which what was put into a node gets on.
    """

    def __init__(self, edges: Iterable[Edge], unread: Iterable[Unread] = ()) -> None:
        self.edges = tuple(edges)
        self.unread = tuple(unread)
        self.carrying = [edge for edge in self.edges if edge.carries]
        self._leaving: defaultdict[Node, list[Edge]] = defaultdict(list)
        self._entering: defaultdict[Node, list[Edge]] = defaultdict(list)
        self._onward: defaultdict[Node, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            self._leaving[edge.source].append(edge)
            self._entering[edge.target].append(edge)
        for edge in self.carrying:
            self._onward[edge.source].append(edge)

    def leaving(self, node: Node) -> list[Edge]:
        """
        Give the edges that start at a node.
        """
        return self._leaving.get(node, [])

    def onward(self, node: Node) -> list[Edge]:
        """
        Give the edges by which what was put into a node gets on.
        """
        return self._onward.get(node, [])

    def entering(self, node: Node) -> list[Edge]:
        """
        Give the edges that lead to a node.
        """
        return self._entering.get(node, [])

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """
        Every node that an edge touches.
        """
        return tuple(
            dict.fromkeys(node for edge in self.edges for node in (edge.source, edge.target))
        )

    def of_type(self, *types: str) -> Iterator[Node]:
        """
        Give the nodes that are resources of some types.
        """
        for node in self.nodes:
            if node.resource is not None and not node.part and node.resource.type in types:
                yield node

    def node(self, logical_id: str) -> Node | None:
        """
        Find the node of a resource by its logical id, or by its construct path.
        """
        return next(
            (
                node
                for node in self.nodes
                if node.resource is not None
                and not node.part
                and logical_id in {node.resource.logical_id, node.resource.construct_path, node.id}
            ),
            None,
        )

    def __repr__(self) -> str:
        return f"<Graph {len(self.nodes)} nodes, {len(self.edges)} edges>"
