"""
Grants: what a role may read, write, invoke or change among what the templates define.

A grant on everything of a service is one edge to a power that stands for all of it, shared by all
roles that have it, so that edges stay linear in the resources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.patterns import resource_pattern
from secure_constructs.iam.roles import ROLE, identities
from secure_constructs.paths.edges.roles import WORKLOADS
from secure_constructs.paths.graph import DEFAULT_BUS, Edge, Flow, Kind, Node, node_of
from secure_constructs.template import Pseudo, Resource, Template, Text
from secure_constructs.template.values import Unknown, concatenated

_FUNCTION: Final = "AWS::Lambda::Function"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verbs:
    """
    What can be done to resources of some types.

    Args:
        types: The types.
        actions: The actions that do it, by what they let their caller do.
        within: What is added to the ARN where the actions are about what is inside.
        form: How ARNs of what is inside are spelled, where they are not made of that of the whole.
    """

    types: tuple[str, ...]
    actions: Mapping[Flow, tuple[str, ...]]
    within: str = ""
    form: tuple[str, str] | None = None


# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_VERBS: Final = {
    "dynamodb": _Verbs(
        types=("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"),
        actions={
            Flow.READ: (
                "dynamodb:GetItem",
                "dynamodb:Query",
                "dynamodb:Scan",
                "dynamodb:BatchGetItem",
                "dynamodb:PartiQLSelect",
            ),
            Flow.WRITE: (
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:PartiQLInsert",
                "dynamodb:PartiQLUpdate",
            ),
        },
    ),
    "s3": _Verbs(
        types=("AWS::S3::Bucket",),
        actions={
            Flow.READ: ("s3:GetObject", "s3:GetObjectVersion"),
            Flow.WRITE: ("s3:PutObject",),
            Flow.CONTROL: ("s3:PutBucketPolicy", "s3:PutBucketNotification"),
        },
        within="/*",
    ),
    "secretsmanager": _Verbs(
        types=("AWS::SecretsManager::Secret",),
        actions={
            Flow.READ: ("secretsmanager:GetSecretValue",),
            Flow.WRITE: ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"),
        },
    ),
    "ssm": _Verbs(
        types=("AWS::SSM::Parameter",),
        actions={
            Flow.READ: ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
            Flow.WRITE: ("ssm:PutParameter",),
        },
    ),
    "sqs": _Verbs(
        types=("AWS::SQS::Queue",),
        actions={Flow.READ: ("sqs:ReceiveMessage",), Flow.WRITE: ("sqs:SendMessage",)},
    ),
    "sns": _Verbs(types=("AWS::SNS::Topic",), actions={Flow.WRITE: ("sns:Publish",)}),
    "kinesis": _Verbs(
        types=("AWS::Kinesis::Stream",),
        actions={
            Flow.READ: ("kinesis:GetRecords",),
            Flow.WRITE: ("kinesis:PutRecord", "kinesis:PutRecords"),
        },
    ),
    "firehose": _Verbs(
        types=("AWS::KinesisFirehose::DeliveryStream",),
        actions={Flow.WRITE: ("firehose:PutRecord", "firehose:PutRecordBatch")},
    ),
    "events": _Verbs(types=("AWS::Events::EventBus",), actions={Flow.WRITE: ("events:PutEvents",)}),
    "iam": _Verbs(
        types=(ROLE,),
        actions={
            Flow.CONTROL: (
                "iam:PutRolePolicy",
                "iam:AttachRolePolicy",
                "iam:UpdateAssumeRolePolicy",
            ),
        },
    ),
    "kafka-cluster": _Verbs(
        types=("AWS::MSK::Cluster", "AWS::MSK::ServerlessCluster"),
        actions={
            Flow.READ: ("kafka-cluster:ReadData",),
            Flow.WRITE: ("kafka-cluster:WriteData",),
        },
        form=("arn:*:kafka:*:*:topic/", "/*"),
    ),
    "scheduler": _Verbs(
        types=("AWS::Scheduler::Schedule",),
        actions={Flow.WRITE: ("scheduler:CreateSchedule", "scheduler:UpdateSchedule")},
    ),
    "states": _Verbs(
        types=("AWS::StepFunctions::StateMachine",),
        actions={
            Flow.INVOKE: ("states:StartExecution", "states:StartSyncExecution"),
            Flow.CONTROL: ("states:UpdateStateMachine",),
        },
    ),
    "lambda": _Verbs(
        types=(_FUNCTION,),
        actions={
            Flow.INVOKE: ("lambda:InvokeFunction",),
            Flow.CONTROL: ("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
        },
    ),
    "rds-data": _Verbs(
        types=("AWS::RDS::DBCluster",),
        actions={
            Flow.READ: ("rds-data:ExecuteStatement",),
            Flow.WRITE: ("rds-data:ExecuteStatement",),
        },
    ),
}


_PUT_EVENTS: Final = "events:PutEvents"
# Asked about where the name of a store is not known: the answer is never sure.
_NOT_KNOWN: Final = Text((Unknown(),))
_SERVICE_OF: Final = {kind: service for service, verbs in _VERBS.items() for kind in verbs.types}
TYPES: Final = tuple(dict.fromkeys((*WORKLOADS, *_SERVICE_OF)))


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a role may do, what a workload is told the name of, and what powers reach.
    """
    if resource.type == ROLE:
        yield from granted_to(resource)
    if resource.type in WORKLOADS:
        role = identities(template).role_of(resource)
        if role is not None:
            yield from _by_name(resource, role.resource)
    if resource.type in _SERVICE_OF:
        yield from _by_powers(resource, template)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    """
    Something a role may do.

    Args:
        edge: The edge to what it may do it to, or to the power to do it to anything.
        power: The service and the flow of the power; none where it is about one resource.
    """

    edge: Edge
    power: tuple[str, Flow] | None = None


def granted_to(role: Resource) -> tuple[Edge, ...]:
    """
    Give what a role may do to what the templates define.
    """
    return tuple(grant.edge for grant in _grants(role))


def _grants(role: Resource) -> tuple[_Grant, ...]:
    return role.once("attack map grants", lambda asked: tuple(_read(asked)))


def _read(role: Resource) -> Iterator[_Grant]:
    identity = identities(role.template).of(role)
    caller = Caller(identity)
    services = identity.policies.identity.services
    stores = role.template.once_for_all("attack map stores", _Stores)
    for service, verbs in _VERBS.items():
        if services is None or service in services:
            for flow, actions in verbs.actions.items():
                asked = [action for action in actions if caller.may_at_all(action)]
                if asked:
                    yield from _granted(caller, asked, flow, service, stores)
    if caller.may_at_all(_PUT_EVENTS):
        answer = caller.may(_PUT_EVENTS, _default_bus(role.template))
        if answer.possible:
            edge = _edge(caller, DEFAULT_BUS, Flow.WRITE, _PUT_EVENTS, answer, "event-bus/default")
            yield _Grant(edge=edge)


def _default_bus(template: Template) -> str:
    known = template.environment
    region, account, partition = (
        known.get(name) or Text((Pseudo(name),))
        for name in ("AWS::Region", "AWS::AccountId", "AWS::Partition")
    )
    arn: str = concatenated(["arn", partition, "events", region, account, "event-bus/default"], ":")
    return arn


def _granted(
    caller: Caller, actions: list[str], flow: Flow, service: str, stores: _Stores
) -> Iterator[_Grant]:
    for action in actions:
        if caller.may(action, "*").certain:
            power = _power(service, flow)
            edge = _edge(caller, power, Flow.IDENTITY, action, Answer.YES, "*")
            yield _Grant(edge=edge, power=(service, flow))
            return
    found: dict[Resource, tuple[Answer, str, str]] = {}
    for action in actions:
        for store, asked in _named(caller, action, service, stores):
            if store not in found or not found[store][0].certain:
                answer = caller.may(action, asked)
                if answer.possible and (store not in found or answer.certain):
                    found[store] = (answer, action, asked)
    for store, (answer, action, asked) in found.items():
        yield _Grant(edge=_edge(caller, node_of(store), flow, action, answer, asked))


def _named(
    caller: Caller, action: str, service: str, stores: _Stores
) -> Iterator[tuple[Resource, str]]:
    """
    Give the stores that statements about an action name, and the resource to ask about.
    """
    for statement in caller.witnesses(action):
        if statement.not_resources is not None:
            for store in stores.of(service):
                yield store, stores.arn(store)
        for resource in statement.resources or ():
            own = resource.resources if isinstance(resource, Text) else ()
            known = [store for store in own if _SERVICE_OF.get(store.type) == service]
            if not known and (named := stores.named(resource, service)) is not None:
                known = [named]
            if known:
                for store in known:
                    yield store, resource
            else:
                for store in stores.like(resource, service):
                    whole = stores.arn(store)
                    inside = resource_pattern(whole).covers(resource_pattern(resource)).certain
                    yield store, resource if inside else whole


def _edge(  # noqa: PLR0913, PLR0917 (one fact each)
    caller: Caller, target: Node, flow: Flow, action: str, answer: Answer, scope: str = ""
) -> Edge:
    role = caller.identity.resource
    return Edge(
        source=node_of(role),
        target=target,
        flow=flow,
        label=action,
        via=role,
        certain=answer.certain,
        scope=scope,
    )


def _power(service: str, flow: Flow) -> Node:
    return Node(Kind.ROLE, part=f"{flow} any {service} resource")


def _by_name(workload: Resource, role: Resource) -> Iterator[Edge]:
    """
    Give what a workload with power over a whole service is told the name of: there it puts things.
    """
    powers = {grant.power: grant.edge for grant in _grants(role) if grant.power is not None}
    variables = workload.get("Environment.Variables") if powers else None
    for name, value in variables.items() if isinstance(variables, dict) else ():
        store = workload.template.find(value)
        service = _SERVICE_OF.get(store.type) if store is not None else None
        for flow in (Flow.WRITE, Flow.INVOKE):
            power = powers.get((service, flow)) if service else None
            if power is not None and store is not None:
                yield Edge(
                    source=node_of(workload),
                    target=node_of(store),
                    flow=flow,
                    label=power.label,
                    via=workload,
                    place=f"Environment.Variables.{name}",
                    scope="*",
                )


def _by_powers(store: Resource, template: Template) -> Iterator[Edge]:
    service = _SERVICE_OF[store.type]
    for power in template.once_for_all("attack map powers", _powers):
        if power[0] == service:
            yield Edge(
                source=_power(*power), target=node_of(store), flow=power[1], via=store, scope="*"
            )


def _powers(templates: Iterable[Template]) -> tuple[tuple[str, Flow], ...]:
    """
    Give the powers over everything of a service that some role has.
    """
    grants = (g for t in templates for role in t.of_type(ROLE) for g in _grants(role))
    return tuple(dict.fromkeys(grant.power for grant in grants if grant.power is not None))


class _Stores:
    """
    What grants can be about, found by what a statement writes.

    Args:
        templates: The templates deployed together.
    """

    def __init__(self, templates: Iterable[Template]) -> None:
        templates = tuple(templates)
        self._any = next(iter(templates), None)
        self._by_service: dict[str, list[Resource]] = {}
        for template in templates:
            for resource in template.of_type(*_SERVICE_OF):
                self._by_service.setdefault(_SERVICE_OF[resource.type], []).append(resource)
        self._like: dict[tuple[str, str], tuple[Resource, ...]] = {}

    def of(self, service: str) -> list[Resource]:
        """
        Give everything of a service.
        """
        return self._by_service.get(service, [])

    def arn(self, store: Resource) -> str:
        """
        Give the ARN to ask about: of what is inside, where actions are about that.
        """
        verbs = _VERBS[_SERVICE_OF[store.type]]
        if verbs.form is not None:
            before, after = verbs.form
            arn = concatenated([before, store.physical_name, after])
        else:
            arn = concatenated([store.arn, verbs.within])
        return arn if isinstance(arn, str) else _NOT_KNOWN

    def named(self, resource: str, service: str) -> Resource | None:
        """
        Give what a resource of a statement spells out the ARN or the name of.
        """
        types = _VERBS[service].types
        return self._any.find(resource, *types) if self._any is not None else None

    def like(self, resource: str, service: str) -> tuple[Resource, ...]:
        """
        Give what a resource of a statement may stand for.
        """
        key = (str(resource), service)
        if key not in self._like:
            asked = resource_pattern(resource)
            self._like[key] = tuple(
                store
                for store in self.of(service)
                if asked.covers(resource_pattern(self.arn(store))).possible
            )
        return self._like[key]
