"""What grants are about: the stores, channels, workloads and roles that templates define."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.patterns import Pattern, arn_parts, resource_pattern
from secure_constructs.iam.roles import ROLE
from secure_constructs.iam.statements import Statement
from secure_constructs.paths.graph import Flow
from secure_constructs.template import Resource, Template, Text
from secure_constructs.template.values import Unknown, concatenated

_FUNCTION: Final = "AWS::Lambda::Function"
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}")
_OPEN: Final = re.compile(r"[*?$]")
_PLAIN: Final = re.compile(r"[a-z0-9-]+")
_RESOURCE: Final = frozenset({"Resource"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
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
VERBS: Final = {
    "dynamodb": Verbs(
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
    "s3": Verbs(
        types=("AWS::S3::Bucket",),
        actions={
            Flow.READ: ("s3:GetObject", "s3:GetObjectVersion"),
            Flow.WRITE: ("s3:PutObject",),
            Flow.CONTROL: ("s3:PutBucketPolicy", "s3:PutBucketNotification"),
        },
        within="/*",
    ),
    "secretsmanager": Verbs(
        types=("AWS::SecretsManager::Secret",),
        actions={
            Flow.READ: ("secretsmanager:GetSecretValue",),
            Flow.WRITE: ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"),
        },
    ),
    "ssm": Verbs(
        types=("AWS::SSM::Parameter",),
        actions={
            Flow.READ: ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
            Flow.WRITE: ("ssm:PutParameter",),
        },
    ),
    "sqs": Verbs(
        types=("AWS::SQS::Queue",),
        actions={Flow.READ: ("sqs:ReceiveMessage",), Flow.WRITE: ("sqs:SendMessage",)},
    ),
    "sns": Verbs(types=("AWS::SNS::Topic",), actions={Flow.WRITE: ("sns:Publish",)}),
    "kinesis": Verbs(
        types=("AWS::Kinesis::Stream",),
        actions={
            Flow.READ: ("kinesis:GetRecords",),
            Flow.WRITE: ("kinesis:PutRecord", "kinesis:PutRecords"),
        },
    ),
    "firehose": Verbs(
        types=("AWS::KinesisFirehose::DeliveryStream",),
        actions={Flow.WRITE: ("firehose:PutRecord", "firehose:PutRecordBatch")},
    ),
    "events": Verbs(types=("AWS::Events::EventBus",), actions={Flow.WRITE: ("events:PutEvents",)}),
    "iam": Verbs(
        types=(ROLE,),
        actions={
            Flow.CONTROL: (
                "iam:PutRolePolicy",
                "iam:AttachRolePolicy",
                "iam:UpdateAssumeRolePolicy",
            ),
        },
    ),
    "kafka-cluster": Verbs(
        types=("AWS::MSK::Cluster", "AWS::MSK::ServerlessCluster"),
        actions={
            Flow.READ: ("kafka-cluster:ReadData",),
            Flow.WRITE: ("kafka-cluster:WriteData",),
        },
        form=("arn:*:kafka:*:*:topic/", "/*"),
    ),
    "scheduler": Verbs(
        types=("AWS::Scheduler::Schedule",),
        actions={Flow.WRITE: ("scheduler:CreateSchedule", "scheduler:UpdateSchedule")},
    ),
    "states": Verbs(
        types=("AWS::StepFunctions::StateMachine",),
        actions={
            Flow.INVOKE: ("states:StartExecution", "states:StartSyncExecution"),
            Flow.CONTROL: ("states:UpdateStateMachine",),
        },
    ),
    "lambda": Verbs(
        types=(_FUNCTION,),
        actions={
            Flow.INVOKE: ("lambda:InvokeFunction",),
            Flow.CONTROL: ("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
        },
    ),
    "rds-data": Verbs(
        types=("AWS::RDS::DBCluster",),
        actions={
            Flow.READ: ("rds-data:ExecuteStatement",),
            Flow.WRITE: ("rds-data:ExecuteStatement",),
        },
    ),
}


# Asked about where the name of a store is not known: the answer is never sure.
_NOT_KNOWN: Final = Text((Unknown(),))
SERVICE_OF: Final = {kind: service for service, verbs in VERBS.items() for kind in verbs.types}


def _done_by() -> dict[str, tuple[tuple[str, Flow], ...]]:
    found: dict[str, tuple[tuple[str, Flow], ...]] = {}
    for service, verbs in VERBS.items():
        for flow, actions in verbs.actions.items():
            for action in actions:
                found[action] = (*found.get(action, ()), (service, flow))
    return found


DONE_BY: Final = _done_by()
"""
Each action with what it does, and to what service.
"""


class Stores:
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
            for resource in template.of_type(*SERVICE_OF):
                self._by_service.setdefault(SERVICE_OF[resource.type], []).append(resource)
        self._starts: dict[str, _Starts] = {}
        self._known: dict[tuple[str, str], tuple[tuple[Resource, str], ...]] = {}
        self._arns: dict[Resource, tuple[str, Pattern]] = {}

    def of(self, service: str) -> list[Resource]:
        """
        Give everything of a service.
        """
        return self._by_service.get(service, [])

    def arn(self, store: Resource) -> str:
        """
        Give the ARN to ask about: of what is inside, where actions are about that.
        """
        return self._asked(store)[0]

    def pattern(self, store: Resource) -> Pattern:
        """
        Give the same as a pattern.
        """
        return self._asked(store)[1]

    def _asked(self, store: Resource) -> tuple[str, Pattern]:
        if store not in self._arns:
            arn = _arn(store)
            self._arns[store] = (arn, resource_pattern(arn))
        return self._arns[store]

    def about(
        self, statements: Iterable[Statement], service: str
    ) -> Iterator[tuple[Resource, str]]:
        """
        Give what some statements name, and the ARN or the pattern to ask about for each.
        """
        for statement in statements:
            if statement.not_resources is not None:
                for store in self.of(service):
                    yield store, self.arn(store)
            for resource in statement.resources or ():
                yield from self.named(resource, service)

    def named(self, resource: str, service: str) -> Iterable[tuple[Resource, str]]:
        """
        Give what a resource of a statement names, and the ARN or the pattern to ask about for each.
        """
        if isinstance(resource, Text):
            whole = resource.target
            if whole is not None and SERVICE_OF.get(whole.type) == service:
                return ((whole, resource),)
            own = [store for store in resource.resources if SERVICE_OF.get(store.type) == service]
            if own:
                return [(store, resource) for store in own]
        spelled = self._spelled(resource, service)
        return self._like(resource, service) if spelled is None else ((spelled, resource),)

    def _spelled(self, resource: str, service: str) -> Resource | None:
        """
        Give what a resource of a statement spells out the ARN or the name of.
        """
        types = VERBS[service].types
        return self._any.find(resource, *types) if self._any is not None else None

    def _like(self, resource: str, service: str) -> tuple[tuple[Resource, str], ...]:
        """
        Give what a resource of a statement may stand for, and the ARN to ask about for each.
        """
        key = (str(resource), service)
        if key not in self._known:
            if service not in self._starts:
                self._starts[service] = _Starts(
                    [(store, *self._asked(store)) for store in self.of(service)]
                )
            asked = resource_pattern(resource)
            self._known[key] = tuple(
                (store, resource if _surely_in(asked, whole) else arn)
                for store, arn, whole in self._starts[service].like(resource)
                if asked.covers(whole).possible
            )
        return self._known[key]


def _arn(store: Resource) -> str:
    verbs = VERBS[SERVICE_OF[store.type]]
    if verbs.form is not None:
        before, after = verbs.form
        arn = concatenated([before, store.physical_name, after])
    else:
        arn = concatenated([store.arn, verbs.within])
    return arn if isinstance(arn, str) else _NOT_KNOWN


def _surely_in(asked: Pattern, whole: Pattern) -> bool:
    return asked == whole if whole.fixed else whole.covers(asked).certain


def verbs_of(statement: Statement) -> Mapping[str, Answer]:
    """
    Give the actions among `VERBS` that a statement is about, or may be, in their order.
    """
    if statement.actions is None or not statement.unreadable <= _RESOURCE:
        return _verbs(statement, VERBS)
    return statement.actions.once("verbs", lambda actions: _verbs(statement, _services(actions)))


def _verbs(statement: Statement, services: Container[str]) -> dict[str, Answer]:
    return {
        action: answer
        for action, done in DONE_BY.items()
        if done[0][0] in services and (answer := statement.applies_to_action(action)).possible
    }


def _services(actions: Iterable[str]) -> Container[str]:
    """
    Give the services that some actions name; all, where one may be of any.
    """
    prefixes = {action.partition(":")[0].lower() for action in actions}
    return prefixes if all(map(_PLAIN.fullmatch, prefixes)) else VERBS


class _Starts:
    """
    Stores by how their ARNs start after the account, up to what is not spelled out.

    Where two ARNs have as many colons, either start has to begin with the other for both to
    have anything in common.

    Args:
        stores: The stores, with their ARNs, as text and as patterns.
    """

    def __init__(self, stores: Sequence[tuple[Resource, str, Pattern]]) -> None:
        self._stores = stores
        self._places: dict[tuple[int, str], list[int]] = {}
        for place, (_, arn, _) in enumerate(stores):
            self._places.setdefault(_start(arn), []).append(place)
        self._sorted = sorted(self._places)
        self._colons = {colons for colons, _ in self._sorted}

    def like(self, arn: str) -> Iterator[tuple[Resource, str, Pattern]]:
        """
        Give the stores that an ARN may stand for, in their order, with their ARNs.
        """
        colons, start = _start(arn)
        if self._colons != {colons}:
            yield from self._stores
            return
        shorter = [(colons, start[:length]) for length in range(len(start))]
        first = bisect_left(self._sorted, (colons, start))
        longer = takewhile(lambda key: key[1].startswith(start), islice(self._sorted, first, None))
        for place in sorted(
            place for key in chain(shorter, longer) for place in self._places.get(key, ())
        ):
            yield self._stores[place]


def _start(arn: str) -> tuple[int, str]:
    """
    Give how many colons an ARN has after the account, and what it starts with there.
    """
    parts = arn_parts(arn)
    if parts is None:
        return -1, ""
    spelled = _PLACEHOLDER.sub("$", parts[-1])
    return spelled.count(":"), _OPEN.split(spelled)[0]


def stores_around(template: Template) -> Stores:
    """
    Give what grants can be about in all templates deployed together, looked through once.
    """
    return template.once_for_all("attack map stores", Stores)
