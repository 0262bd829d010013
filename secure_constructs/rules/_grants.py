"""How much a statement of an identity policy allows."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from secure_constructs.iam.actions import Level, matching
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import Entries, Statement
from secure_constructs.iam.patterns import Pattern, action_pattern
from secure_constructs.iam.statements import OPEN

_ALL: Final = re.compile(r"\*+(?::\*+)?")
_EVERY_ARN: Final = re.compile(
    r"\*+(?::\*+)*|arn(?::(?:aws[\w-]*|\$\{AWS::Partition\}|\*))?(?::\*)*:?\*+"
)
_EVERY_ONE: Final = re.compile(
    r"\*|arn:(?:[^:{]|\{[^}]*\})*:(?:dynamodb|s3|secretsmanager|ssm):.*:\*"
)
_EVERY_OF_SERVICE: Final = re.compile(
    r"arn:(?:[^:{]|\{[^}]*\})*:(?P<service>[\w-]+):(?:[^{]|\{[^}]*\})*:\*"
)
_SERVICE: Final = re.compile(r"(?P<service>[\w-]+):\*+")

# What functions do for their own logs, metrics and network; AWS's own policies allow it everywhere.
_HARMLESS: Final = frozenset(
    {
        "cloudwatch:PutMetricData",
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DeleteRetentionPolicy",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
    }
)

# Actions that give out what a resource holds, and not only what it is.
_READS_DATA: Final = frozenset(
    {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:Query",
        "dynamodb:Scan",
        "kinesis:GetRecords",
        "kms:Decrypt",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParameter",
        "ssm:GetParameterHistory",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
    }
)

_SAID_ELSEWHERE: Final = _HARMLESS | _READS_DATA


def on_everything(statement: Statement) -> Answer:
    """
    Say whether a statement names every resource.
    """
    if statement.not_resources is not None:
        return Answer.NO  # all but some: a fault of its own
    if statement.resources and statement.resources.once("everything", _has_everything):
        return Answer.YES
    return _doubt(statement, "Resource")


def _has_everything(resources: Entries) -> bool:
    return any(map(_EVERY_ARN.fullmatch, resources.wide))


def grants_everything(statement: Statement) -> Answer:
    """
    Say whether a statement allows every action on every resource, whoever asks.
    """
    every = statement.actions is not None and statement.actions.once("all", _has_all)
    actions = Answer.of(every) | _doubt(statement, "Action")
    if not actions.possible:
        return actions
    unconditional = Answer.MAYBE if statement.conditions else Answer.YES
    allows = Answer.YES if statement.allows else Answer.MAYBE
    return actions & on_everything(statement) & unconditional & allows


def _has_all(actions: Entries) -> bool:
    return any(map(_ALL.fullmatch, actions.wide))


def whole_services(statement: Statement) -> tuple[str, ...]:
    """
    Give the services of which a statement allows every action.
    """
    return statement.actions.once("whole services", _services) if statement.actions else ()


def _services(actions: Entries) -> tuple[str, ...]:
    matches = map(_SERVICE.fullmatch, actions.wide)
    return tuple(dict.fromkeys(match["service"].lower() for match in matches if match))


def on_whole_services(statement: Statement, services: tuple[str, ...]) -> Answer:
    """
    Say whether a statement names every resource, or every one of one of some services.
    """
    matches = (_EVERY_OF_SERVICE.fullmatch(resource) for resource in statement.resources or ())
    return on_everything(statement) | Answer.of(
        any(match and match["service"] in services for match in matches)
    )


def anywhere(statement: Statement, levels: frozenset[Level]) -> tuple[str, ...]:
    """
    Give the actions of some levels that a statement allows on every resource though it need not.

    Actions that cannot be bound to a resource, whole services, and statements under a condition
    are left out: there is nothing to do about the first, the second is a fault of its own,
    and a condition may bind what the resource does not. Where single resources stand beside the
    star, they were to bind it.
    """
    if not statement.actions or not _unbound(statement):
        return ()
    return statement.actions.once(
        levels, lambda actions: tuple([a for a in actions if _needlessly_wide(a, levels)])
    )


def goes_anywhere(statement: Statement, levels: frozenset[Level]) -> bool:
    """
    Say whether there is any such action, without looking for the others.
    """
    return _unbound(statement) and any(
        _needlessly_wide(entry, levels) for entry in statement.actions or ()
    )


def _unbound(statement: Statement) -> bool:
    """
    Say whether a statement names every resource, and nothing else that may bind it.
    """
    return on_everything(statement).certain and not (
        statement.conditions and len(statement.resources or ()) == 1
    )


def _needlessly_wide(entry: str, levels: frozenset[Level]) -> bool:
    """
    Say whether an entry allows an action of some levels that could be bound to a resource.
    """
    return not _SERVICE.fullmatch(entry) and any(
        found.level in levels and found.limitable and found.name not in _SAID_ELSEWHERE
        for found in matching(entry)
    )


def data_read_anywhere(statement: Statement, *, whole_services: bool = False) -> tuple[str, ...]:
    """
    Give the actions with which a statement allows to read what every resource of a kind holds.

    Args:
        statement: The statement.
        whole_services: Whether every action of a service counts. Default: it does not, since in
            an app's own policy that is a fault of its own.
    """
    if not statement.resources or statement.conditions:
        return ()
    if not any(map(_EVERY_ONE.fullmatch, statement.resources.wide)):
        return ()
    return entries_of(statement, _READS_DATA, whole_services=whole_services)


def entries_of(
    statement: Statement, wanted: frozenset[str], *, whole_services: bool = False
) -> tuple[str, ...]:
    """
    Give the entries of a statement that stand for one of some actions.

    Args:
        statement: The statement.
        wanted: The actions.
        whole_services: Whether every action of a service counts. Default: it does not.
    """
    if not statement.actions:
        return ()
    found = statement.actions.once(wanted, lambda actions: _standing_for(actions, wanted))
    if whole_services or not found:
        return found
    return tuple(entry for entry in found if not _SERVICE.fullmatch(entry))


def _standing_for(actions: Entries, wanted: frozenset[str]) -> tuple[str, ...]:
    asked = _by_service(wanted)
    return tuple(
        [
            entry
            for service, written in actions.by_service.items()
            if service in asked
            for entry in written
            if _stands_for(entry, asked[service])
        ]
    )


def _stands_for(entry: str, asked: dict[str, Pattern]) -> bool:
    if not OPEN.search(entry):  # it stands for one action alone
        return entry.lower() in asked
    pattern = action_pattern(entry)
    return any(pattern.covers(action).certain for action in asked.values())


@cache
def _by_service(actions: frozenset[str]) -> dict[str, dict[str, Pattern]]:
    """
    Give actions by their service and their name in lower case.
    """
    found: dict[str, dict[str, Pattern]] = {}
    for action in actions:
        service = action.partition(":")[0]
        found.setdefault(service, {})[action.lower()] = action_pattern(action)
    return found


def named(actions: tuple[str, ...]) -> str:
    """
    Name some actions, shortly.
    """
    more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
    return f"{actions[0]}{more}"


def _doubt(statement: Statement, element: str) -> Answer:
    return Answer.MAYBE if element in statement.unreadable else Answer.NO
