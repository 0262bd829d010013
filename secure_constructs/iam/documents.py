"""
Policy documents as they stand in a template, in every shape that IAM or CloudFormation accepts.

What cannot be read is kept as unreadable, never left out: a statement with an unreadable part
answers "maybe" where the part would tell.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from secure_constructs.errors import SecureConstructsError
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context, conditions
from secure_constructs.iam.restrictions import RESTRICTING_KEYS
from secure_constructs.iam.statements import Effect, Kind, Principal, Statement

__all__ = [
    "RESTRICTING_KEYS",
    "Effect",
    "Kind",
    "PolicyDocument",
    "PolicyError",
    "Principal",
    "Statement",
]

T = TypeVar("T")

_DENY: Final = Effect.DENY
_ELEMENTS: Final = {
    "sid": "Sid",
    "effect": "Effect",
    "action": "Action",
    "notaction": "NotAction",
    "resource": "Resource",
    "notresource": "NotResource",
    "principal": "Principal",
    "notprincipal": "NotPrincipal",
    "condition": "Condition",
}
_EFFECTS: Final = {effect.value: effect for effect in Effect}
_VARIABLES_SINCE: Final = "2012-10-17"


class PolicyError(SecureConstructsError):
    """
    A policy document that cannot be read, where the caller asked for one that can.
    """


class PolicyDocument:
    """
    A policy document.

    Args:
        statements: Its statements, in order, those that cannot be read included.
        version: The version of the policy language it is written in.
        readable: False when there may be statements that are not seen here.

    Attributes:
        allowing: The statements that allow, and those that may.
        denying: The statements that deny.
    """

    __slots__ = ("allowing", "denying", "readable", "statements", "version")

    def __init__(
        self,
        *,
        statements: tuple[Statement, ...],
        version: str = "2008-10-17",
        readable: bool = True,
    ) -> None:
        self.statements = statements
        self.version = version
        self.readable = readable
        self.allowing = tuple(s for s in statements if s.effect is not _DENY)
        self.denying = tuple(s for s in statements if s.effect is _DENY)

    @classmethod
    def parse(cls, value: object, *, strict: bool = False) -> PolicyDocument:
        """
        Read a document from a resolved value of a template, or from its JSON text.

        Args:
            value: A map, JSON text, or whatever stands in its place.
            strict: Whether to raise for what cannot be read, instead of marking it.

        Raises:
            PolicyError: If *strict*, and a part cannot be read.
        """
        document = _document(value)
        if strict:
            _insist(document)
        return document

    @property
    def unreadable(self) -> bool:
        """
        Whether some part of it cannot be read.
        """
        return not self.readable or any(statement.unreadable for statement in self.statements)

    def refuses(self, context: Context, *, action: str = "*", resource: str = "*") -> Answer:
        """
        Whether it denies anyone, whoever calls, when a request has this *context*.

        Args:
            context: What the requests have in common.
            action: What is asked for: by default everything.
            resource: On what: by default everything.
        """
        denials = Answer.any(
            _refusal(statement, context, action, resource) for statement in self.denying
        )
        unseen = not self.readable or any(s.effect is None for s in self.statements)
        return denials | (Answer.MAYBE if unseen else Answer.NO)

    def refuses_plain_http(self, *, action: str, resource: str) -> Answer:
        """
        Whether it denies every request that does not come over TLS.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html

        Args:
            action: The actions to protect, such as ``s3:*``.
            resource: The resources to protect: the ARN of the queue, the objects of a bucket.
        """
        plain = Context({"aws:SecureTransport": "false"})
        return self.refuses(plain, action=action, resource=resource)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def __bool__(self) -> bool:
        return bool(self.statements)


def _refusal(statement: Statement, context: Context, action: str, resource: str) -> Answer:
    """
    Whether a denial hits everyone who asks for something in a context; the quick answers first.
    """
    answer = statement.holds(context) & _every_caller(statement)
    if answer.possible:
        answer &= statement.applies_to_action(action)
    return answer & statement.applies_to_resource(resource) if answer.possible else answer


def _every_caller(statement: Statement) -> Answer:
    """
    Whether a denial hits everyone.
    """
    if statement.not_principals is not None:
        return Answer.MAYBE if statement.not_principals else Answer.YES
    if statement.principals is None:
        return Answer.MAYBE if "Principal" in statement.unreadable else Answer.YES
    return statement.public


# -- Reading ----------------------------------------------------------------------------------


def _document(value: object) -> PolicyDocument:
    if value is None:
        return PolicyDocument(statements=())
    if isinstance(value, str):
        value = _decoded(value)
    if not isinstance(value, Mapping):
        return PolicyDocument(statements=(), readable=False)
    written = value.get("Version", "2008-10-17")
    version = written if isinstance(written, str) else _VARIABLES_SINCE
    body = value.get("Statement")
    if body is None:
        misspelt = any(isinstance(key, str) and key.lower() == "statement" for key in value)
        return PolicyDocument(statements=(), version=version, readable=not misspelt)
    variables = version >= _VARIABLES_SINCE
    if isinstance(body, list | tuple):
        entries = [(f"Statement.{index}", entry) for index, entry in enumerate(body)]
    else:
        entries = [("Statement", body)]
    statements = tuple(_statement(entry, place, variables=variables) for place, entry in entries)
    return PolicyDocument(
        statements=statements,
        version=version,
        readable=all("Statement" not in statement.unreadable for statement in statements),
    )


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _statement(value: object, place: str, *, variables: bool) -> Statement:
    if not isinstance(value, Mapping):
        return Statement(place=place, effect=None, unreadable=frozenset({"Statement"}))
    unreadable = set(_misspelt(value))
    written = value.get("Effect")
    effect = _EFFECTS.get(written) if isinstance(written, str) else None
    if effect is None:
        unreadable.add("Effect")

    def read(element: str, reader: Callable[[object], tuple[T, bool]]) -> T | None:
        content = value.get(element)
        if content is None:
            return None
        found, complete = reader(content)
        if not complete:
            unreadable.add(element)
        return found

    sid = value.get("Sid")
    return Statement(
        place=place,
        effect=effect,
        sid=sid if isinstance(sid, str) and sid else None,
        actions=read("Action", _texts),
        not_actions=read("NotAction", _texts),
        resources=read("Resource", _texts),
        not_resources=read("NotResource", _texts),
        principals=read("Principal", _principals),
        not_principals=read("NotPrincipal", _principals),
        conditions=read("Condition", conditions) or (),
        # Last: the lines above fill it.
        unreadable=frozenset(unreadable),
        variables=variables,
    )


def _misspelt(statement: Mapping[object, object]) -> Iterator[str]:
    """
    Name the elements that IAM would not know, as what they were meant to be.
    """
    for key in statement:
        if not isinstance(key, str):
            yield "Statement"
        elif key not in _NAMES:
            yield _ELEMENTS.get(key.lower(), key)


_NAMES: Final = frozenset(_ELEMENTS.values())


def _texts(value: object) -> tuple[tuple[str, ...] | None, bool]:
    """
    Read one text or a list of them.

    Returns:
        The texts, ``None`` if there is no such element, and whether they are all there are.
    """
    if value is None:
        return None, True
    entries = value if isinstance(value, list | tuple) else (value,)
    texts = tuple([entry for entry in entries if isinstance(entry, str)])
    return texts, len(texts) == len(entries)


def _principals(value: object) -> tuple[tuple[Principal, ...] | None, bool]:
    if value is None:
        return None, True
    if isinstance(value, str):
        return (Principal(Kind.ANYONE if value == "*" else Kind.AWS, value),), True
    if isinstance(value, list | tuple):
        parts = [_principals(entry) for entry in value]
        return tuple(p for found, _ in parts for p in found or ()), all(c for _, c in parts)
    if not isinstance(value, Mapping):
        return (), False
    found: list[Principal] = []
    complete = True
    for name, entries in value.items():
        texts, all_read = _texts(entries)
        kind = _KINDS.get(name) if isinstance(name, str) else None
        complete = complete and all_read and kind is not None
        found.extend(Principal(kind or Kind.UNKNOWN, text) for text in texts or ())
    return tuple(found), complete


_KINDS: Final = {
    kind.value: kind for kind in (Kind.AWS, Kind.SERVICE, Kind.FEDERATED, Kind.CANONICAL_USER)
}


def _insist(document: PolicyDocument) -> None:
    if not document.readable:
        raise PolicyError("the policy document is not a map with statements; write it as JSON")
    for statement in document.statements:
        if statement.unreadable:
            parts = ", ".join(sorted(statement.unreadable))
            raise PolicyError(f"{statement.place}: {parts} cannot be read; write it as IAM does")
