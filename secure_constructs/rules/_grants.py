"""How much a statement of an identity policy allows."""

from __future__ import annotations

import re
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import Statement

_ALL: Final = re.compile(r"\*+(?::\*+)?")
_SERVICE: Final = re.compile(r"(?P<service>[\w-]+):\*+")


def on_everything(statement: Statement) -> Answer:
    """
    Say whether a statement names every resource.
    """
    if statement.not_resources is not None:
        return Answer.NO  # all but some: a fault of its own
    named = any(_ALL.fullmatch(resource) for resource in statement.resources or ())
    return Answer.of(named) | _doubt(statement, "Resource")


def grants_everything(statement: Statement) -> Answer:
    """
    Say whether a statement allows every action on every resource, whoever asks.
    """
    named = any(_ALL.fullmatch(action) for action in statement.actions or ())
    actions = Answer.of(named) | _doubt(statement, "Action")
    unconditional = Answer.MAYBE if statement.conditions else Answer.YES
    allows = Answer.YES if statement.allows else Answer.MAYBE
    return actions & on_everything(statement) & unconditional & allows


def whole_services(statement: Statement) -> tuple[str, ...]:
    """
    Give the services of which a statement allows every action.
    """
    matches = (_SERVICE.fullmatch(action) for action in statement.actions or ())
    return tuple(dict.fromkeys(match["service"].lower() for match in matches if match))


def _doubt(statement: Statement, element: str) -> Answer:
    return Answer.MAYBE if element in statement.unreadable else Answer.NO
