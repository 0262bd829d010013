"""What takes away from what the statements of a role allow: its denials, and its boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.statements import Statement
from secure_constructs.paths.edges._stores import verbs_of
from secure_constructs.template import Resource, Text
from secure_constructs.template.values import Attribute

_NO, _MAYBE, _YES = Answer
_WITHIN: Final = (":", "/")


class Limits:
    """
    What takes away from what the statements of a role allow.

    Most denials and boundaries say at once that they leave a grant alone, or leave nothing of it;
    the others are asked, with all the role's policies.

    Args:
        caller: The role.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        policies = caller.policies
        self._bounds = policies.bounds
        sets = (policies.identity, *policies.bounds)
        statements = [s for known in sets for document in known.documents for s in document]
        self._denials = [statement for statement in statements if statement.denies]
        self._told = all(known.readable for known in sets) and all(
            statement.effect is not None for statement in statements
        )
        self._known: dict[str, tuple[Answer, list[tuple[Statement, Answer]]]] = {}

    def __bool__(self) -> bool:
        """
        Whether there are any.
        """
        return bool(self._denials or self._bounds or not self._told)

    def leave_everything(self, action: str) -> bool:
        """
        Whether they leave an action on whatever resource alone.
        """
        bound, denials = self._of(action)
        return self._told and bound is _YES and not denials

    def leave(self, answer: Answer, action: str, store: Resource, asked: str) -> Answer:
        """
        Give what is left of a grant.

        Args:
            answer: Whether some statement allows it.
            action: What it allows.
            store: To what.
            asked: The ARN of that, or a part of it.
        """
        if answer is _NO or not self:
            return answer
        bound, denials = self._of(action)
        if bound is _MAYBE or not self._told:
            return self._caller.may(action, asked)
        if bound is _NO:
            return _NO
        for denial, surely in denials:
            hits = surely & _names(denial, store, asked)
            if hits is _YES:
                return _NO
            if hits is _MAYBE:
                return self._caller.may(action, asked)
        return answer

    def _of(self, action: str) -> tuple[Answer, list[tuple[Statement, Answer]]]:
        """
        Say whether the boundary allows an action to everything, and which denials are about it.
        """
        if action not in self._known:
            bound = Answer.all(
                Answer.any(
                    applies if "*" in (statement.resources or ()) else _MAYBE
                    for document in known.documents
                    for statement, applies in self._speaking(document.allowing, action)
                )
                for known in self._bounds
            )
            self._known[action] = (bound, list(self._speaking(self._denials, action)))
        return self._known[action]

    def _speaking(
        self, statements: Iterable[Statement], action: str
    ) -> Iterator[tuple[Statement, Answer]]:
        """
        Give the statements about an action whose conditions may hold, and how surely they do.
        """
        service = action.partition(":")[0]
        for statement in statements:
            at_action = verbs_of(statement).get(service, {}).get(action, _NO)
            if at_action is not _NO:
                applies = at_action & self._caller.finds(statement)
                if applies is not _NO:
                    yield statement, applies


def _names(denial: Statement, store: Resource, asked: str) -> Answer:
    """
    Say whether a denial is about a store; maybe, where its patterns have to be compared.
    """
    if denial.resources is None or denial.unreadable:
        return _MAYBE
    return Answer.any(_is(entry, store, asked) for entry in denial.resources)


def _is(entry: str, store: Resource, asked: str) -> Answer:
    """
    Say whether an entry of a denial is a store: the ARN of another resource is not.
    """
    if entry == "*":
        return _YES
    first, *rest = entry.parts if isinstance(entry, Text) else (entry,)
    if not isinstance(first, Attribute) or not first.whole:
        return _MAYBE
    if first.resource is store:
        return _YES if entry == asked else _MAYBE
    return _MAYBE if rest and not str(rest[0]).startswith(_WITHIN) else _NO
