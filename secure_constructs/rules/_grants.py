"""How much a statement of an identity policy allows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from secure_constructs.iam.actions import Level, matching
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import Statement

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
    for resource in statement.resources or ():
        if resource.endswith("*") and _EVERY_ARN.fullmatch(resource):
            return Answer.YES
    return _doubt(statement, "Resource")


def grants_everything(statement: Statement) -> Answer:
    """
    Say whether a statement allows every action on every resource, whoever asks.
    """
    named = any(
        _ALL.fullmatch(action) for action in statement.actions or () if action.startswith("*")
    )
    actions = Answer.of(named) | _doubt(statement, "Action")
    if not actions.possible:
        return actions
    unconditional = Answer.MAYBE if statement.conditions else Answer.YES
    allows = Answer.YES if statement.allows else Answer.MAYBE
    return actions & on_everything(statement) & unconditional & allows


def whole_services(statement: Statement) -> tuple[str, ...]:
    """
    Give the services of which a statement allows every action.
    """
    matches = (
        _SERVICE.fullmatch(action) for action in statement.actions or () if action.endswith("*")
    )
    return tuple(dict.fromkeys(match["service"].lower() for match in matches if match))


def on_whole_services(statement: Statement, services: tuple[str, ...]) -> Answer:
    """
    Say whether a statement names every resource, or every one of one of some services.
    """
    matches = (_EVERY_OF_SERVICE.fullmatch(resource) for resource in statement.resources or ())
    return on_everything(statement) | Answer.of(
        any(match and match["service"] in services for match in matches)
    )


def anywhere(statement: Statement, *levels: Level) -> tuple[str, ...]:
    """
    Give the actions of some levels that a statement allows on every resource though it need not.

    Actions that cannot be bound to a resource, whole services, and statements under a condition
    are left out: there is nothing to do about the first, the second is a fault of its own,
    and a condition may bind what the resource does not. Where single resources stand beside the
    star, they were to bind it.
    """
    if not on_everything(statement).certain:
        return ()
    if statement.conditions and len(statement.resources or ()) == 1:
        return ()
    return tuple(
        entry
        for entry in statement.actions or ()
        if not _SERVICE.fullmatch(entry)
        and any(
            found.level in levels and found.limitable and found.name not in _SAID_ELSEWHERE
            for found in matching(entry)
        )
    )


def data_read_anywhere(statement: Statement, *, whole_services: bool = False) -> tuple[str, ...]:
    """
    Give the actions with which a statement allows to read what every resource of a kind holds.

    Args:
        statement: The statement.
        whole_services: Whether every action of a service counts. Default: it does not, since in
            an app's own policy that is a fault of its own.
    """
    if statement.conditions or not any(map(_EVERY_ONE.fullmatch, statement.resources or ())):
        return ()
    return tuple(
        entry
        for entry in statement.actions or ()
        if stands_for_any(entry, _READS_DATA) and (whole_services or not _SERVICE.fullmatch(entry))
    )


def entries_of(statement: Statement, wanted: frozenset[str]) -> tuple[str, ...]:
    """
    Give the entries of a statement that stand for one of some actions; whole services aside.
    """
    return tuple(
        entry
        for entry in statement.actions or ()
        if stands_for_any(entry, wanted) and not _SERVICE.fullmatch(entry)
    )


def stands_for_any(entry: str, wanted: frozenset[str]) -> bool:
    """
    Whether an entry stands for one of some actions.
    """
    return _looked_up(entry, wanted) if type(entry) is str else _matches_any(entry, wanted)


def _matches_any(entry: str, wanted: frozenset[str]) -> bool:
    return any(found.name in wanted for found in matching(entry))


_looked_up = lru_cache(maxsize=4096)(_matches_any)


def named(actions: tuple[str, ...]) -> str:
    """
    Name some actions, shortly.
    """
    more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
    return f"{actions[0]}{more}"


def _doubt(statement: Statement, element: str) -> Answer:
    return Answer.MAYBE if element in statement.unreadable else Answer.NO
