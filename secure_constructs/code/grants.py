"""
The grants that a function's code takes, as lines of Python for the app.

They are proposals: someone reads them, and writes them down. Nothing is granted by itself, and a
line that cannot be exact says what has to be filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from secure_constructs.code.calls import ANY, Call
from secure_constructs.code.operations import need_of
from secure_constructs.code.usage import target_of
from secure_constructs.template import Resource

_READS: Final = ("BatchGetItem", "ConditionCheckItem", "GetItem", "Query")
_WRITES: Final = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")
_METHODS: Final = {
    "s3:DeleteObject": "delete_objects",
    "s3:GetObject": "read_objects",
    "s3:ListBucket": "list_objects",
    "s3:PutObject": "write_objects",
    "secretsmanager:GetSecretValue": "read",
    "secretsmanager:PutSecretValue": "write",
    "sns:Publish": "publish",
    "sqs:PurgeQueue": "purge",
    "sqs:SendMessage": "send_messages",
    "states:StartExecution": "start_execution",
    "states:StartSyncExecution": "start_sync_execution",
    "states:StopExecution": "stop_execution",
}
_WRITES_STREAM: Final = frozenset({"kinesis:PutRecord", "kinesis:PutRecords"})
# What a construct calls its ARN.
_ARNS: Final = {
    "dynamodb": "table_arn",
    "events": "event_bus_arn",
    "kinesis": "stream_arn",
    "kms": "key_arn",
    "lambda": "function_arn",
    "s3": "bucket_arn",
    "secretsmanager": "secret_arn",
    "sns": "topic_arn",
    "sqs": "queue_arn",
    "states": "state_machine_arn",
}
_CONSUMES: Final = frozenset({"sqs:DeleteMessage", "sqs:ReceiveMessage"})
_NOUNS: Final = {
    "dynamodb": "table",
    "events": "bus",
    "kinesis": "stream",
    "kms": "key",
    "lambda": "other_function",
    "s3": "bucket",
    "secretsmanager": "secret",
    "sns": "topic",
    "sqs": "queue",
    "states": "state_machine",
}
_BETWEEN_WORDS: Final = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|\W+"


class Taken(NamedTuple):
    """
    What code does to one thing.

    Args:
        resource: The resource, when it is one of the templates'.
        variable: The environment variable that names it, when one does.
        actions: The actions.
    """

    resource: Resource | None
    variable: str
    actions: tuple[str, ...]


def proposed_grants(
    function: Resource, calls: Iterable[Call], only: Callable[[str], bool] = lambda _: True
) -> tuple[str, ...]:
    """
    Give the lines that grant what calls take, and no more.

    Args:
        function: The function.
        calls: Its calls.
        only: The actions that are of interest.
    """
    name = variable_name(function)
    lines: list[str] = []
    for taken in _taken(function, calls, only):
        lines.extend(_lines(name, taken))
    return tuple(dict.fromkeys(lines))


def variable_name(resource: Resource) -> str:
    """
    Give the name that a Python app would have for a resource.
    """
    last = resource.construct_path.rpartition("/")[2]
    last = last or re.sub(r"[0-9A-F]{8}$", "", resource.logical_id)
    return "_".join(part for part in re.split(_BETWEEN_WORDS, last) if part).lower()


def _taken(
    function: Resource, calls: Iterable[Call], only: Callable[[str], bool]
) -> Iterator[Taken]:
    found: dict[tuple[Resource | None, str, str], dict[str, None]] = {}
    for call in calls:
        if call.service == ANY:
            continue
        resource = target_of(function, call)
        variable = "" if resource else next((n.text for _, n in call.about if n.variable), "")
        for group in need_of(call.service, call.operation, call.keywords).required:
            # Of an object's versions the newest is meant, unless the code names another.
            for action in group[:1] if call.service == "s3" else group:
                if only(action):
                    key = (resource, variable, action.partition(":")[0])
                    found.setdefault(key, {})[action] = None
    for (resource, variable, _), actions in found.items():
        yield Taken(resource, variable, tuple(sorted(actions)))


def _lines(function: str, taken: Taken) -> Iterator[str]:
    prefix = taken.actions[0].partition(":")[0]
    named = variable_name(taken.resource) if taken.resource else taken.variable.lower()
    holder = named or _NOUNS.get(prefix, "")
    names = {action: action.partition(":")[2] for action in taken.actions}
    rest: list[str] = []
    if prefix == "dynamodb" and holder:
        for method, known in (("read_items", _READS), ("write_items", _WRITES)):
            used = [name for name in names.values() if name in known]
            if used:
                listed = ", ".join(f'"{name}"' for name in used)
                yield f"{holder}.grants.{method}({function}, {listed})"
        rest = [action for action, name in names.items() if name not in (*_READS, *_WRITES)]
    elif prefix == "sqs" and holder and _CONSUMES & set(names):
        yield f"{holder}.grants.consume_messages({function})"
        rest = [action for action in names if action not in _CONSUMES]
    else:
        rest = list(names)
    if holder and _WRITES_STREAM & set(rest):
        yield f"{holder}.grants.write({function})"
        rest = [action for action in rest if action not in _WRITES_STREAM]
    for action in [action for action in rest if holder]:
        line = _line(holder, action, function)
        if line:
            yield line
            rest.remove(action)
    if rest:
        listed = ", ".join(f'"{action}"' for action in rest)
        attribute = _ARNS.get(prefix)
        where = f"[<the ARN of {named}>]" if named else "[<its ARN>]"
        if taken.resource is not None and attribute and prefix != "s3":
            where = f"[{named}.{attribute}]"
        yield (
            f"{function}.add_to_role_policy(iam.PolicyStatement("
            f"actions=[{listed}], resources={where}))"
        )


def _line(holder: str, action: str, function: str) -> str:
    """
    Give the call that grants one action; nothing when there is none for it.
    """
    if action == "events:PutEvents":
        return f'{holder}.grants.put_events({function}, sources=["<the source of its events>"])'
    if action == "lambda:InvokeFunction":
        return f"{holder}.grant_invoke({function})"
    method = _METHODS.get(action)
    return f"{holder}.grants.{method}({function})" if method else ""
