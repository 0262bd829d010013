"""What takes away from what the statements of a role allow: its denials, and its boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.statements import Statement
from secure_constructs.paths.edges._stores import verbs_of
from secure_constructs.paths.graph import Node
from secure_constructs.template import Resource, Text
from secure_constructs.template.values import Attribute

_NO, _MAYBE, _YES = Answer
_WITHIN: Final = (":", "/")


@dataclass(slots=True, kw_only=True)
class _Limit:
    """
    What takes away from one action.

    Args:
        bound: Whether the boundary allows it to everything.
        everywhere: Whether it is denied to everything.
        named: The resources it is denied to, each with the ARNs that surely are.
        unsure: Whether it is denied to what only a comparison of patterns can tell.
    """

    bound: Answer
    everywhere: Answer = _NO
    named: dict[Resource | None, list[str]] = field(default_factory=dict)
    unsure: bool = False


class Limits:
    """
    What takes away from what the statements of a role allow.

    Most denials and boundaries say at once that they leave a grant alone, or leave nothing of it;
    about others the role is asked with all its policies.

    Args:
        caller: The role.

    Attributes:
        any: Whether there is anything that takes away.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        policies = caller.policies
        self._bounds = policies.bounds
        documents = [d for known in (policies.identity, *self._bounds) for d in known.documents]
        self._denials = [statement for document in documents for statement in document.denying]
        self._told = all(document.readable for document in documents) and all(
            statement.effect is not None
            for document in documents
            for statement in document.allowing
        )
        self.any = bool(self._denials or self._bounds or not self._told)
        self._known: dict[str, _Limit] = {}

    def leave_everything(self, action: str) -> bool:
        """
        Whether they leave an action alone, whatever it is done to.
        """
        if not self.any:
            return True
        limit = self._of(action)
        denied = limit.everywhere is not _NO or limit.named or limit.unsure
        return self._told and limit.bound is _YES and not denied

    def leave(self, answer: Answer, action: str, store: Node, asked: str) -> Answer:
        """
        Give what is left of a grant.

        Args:
            answer: Whether some statement allows it.
            action: What it allows.
            store: To what.
            asked: The ARN of that, or a part of it.
        """
        if answer is _NO or not self.any:
            return answer
        limit = self._of(action)
        if not self._told or limit.bound is _MAYBE:
            return self._caller.may(action, asked)
        if limit.bound is _NO or limit.everywhere is _YES:
            return _NO
        denied = limit.named.get(store.resource)
        if denied is not None and asked in denied:
            return _NO
        if denied is not None or limit.unsure or limit.everywhere is _MAYBE:
            return self._caller.may(action, asked)
        return answer

    def _of(self, action: str) -> _Limit:
        if action not in self._known:
            self._known[action] = self._read(action)
        return self._known[action]

    def _read(self, action: str) -> _Limit:
        limit = _Limit(
            bound=Answer.all(
                Answer.any(
                    applies if "*" in (statement.resources or ()) else _MAYBE
                    for document in known.documents
                    for statement, applies in self._speaking(document.allowing, action)
                )
                for known in self._bounds
            )
        )
        for denial, applies in self._speaking(self._denials, action):
            limit.unsure |= denial.resources is None or bool(denial.unreadable)
            for entry in denial.resources or ():
                _deny(limit, entry, applies)
        return limit

    def _speaking(
        self, statements: Iterable[Statement], action: str
    ) -> Iterator[tuple[Statement, Answer]]:
        """
        Give the statements about an action whose conditions may hold, and how surely they do.
        """
        for statement in statements:
            applies = verbs_of(statement).get(action, _NO)
            if applies is not _NO:
                applies &= self._caller.finds(statement)
            if applies is not _NO:
                yield statement, applies


def _deny(limit: _Limit, entry: str, applies: Answer) -> None:
    if entry == "*":
        limit.everywhere |= applies
        return
    resource = _named(entry)
    if resource is None:
        limit.unsure = True
        return
    surely = limit.named.setdefault(resource, [])
    if applies is _YES:
        surely.append(entry)


def _named(entry: str) -> Resource | None:
    """
    Give the resource whose ARN an entry is, or begins with; the ARN of no other begins so.
    """
    first, *rest = entry.parts if isinstance(entry, Text) else (entry,)
    if not isinstance(first, Attribute) or not first.whole:
        return None
    return first.resource if not rest or str(rest[0]).startswith(_WITHIN) else None
