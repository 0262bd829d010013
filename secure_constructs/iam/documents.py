"""
Policy documents as they stand in a template, in every shape that IAM or CloudFormation accepts.

What cannot be read is kept as unreadable, never left out: a statement with an unreadable part
answers "maybe" where the part would tell.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from secure_constructs.errors import SecureConstructsError
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context, conditions
from secure_constructs.iam.restrictions import RESTRICTING_KEYS
from secure_constructs.iam.statements import (
    Effect,
    Entries,
    Kind,
    Principal,
    Statement,
    entries,
)

__all__ = [
    "RESTRICTING_KEYS",
    "Effect",
    "Entries",
    "Kind",
    "PolicyDocument",
    "PolicyError",
    "Principal",
    "Statement",
]

T = TypeVar("T")

_DENY: Final = Effect.DENY
# What most are comes first: to look for the other takes longer.
_MAPS: Final = (dict, Mapping)
_LISTS: Final = (list, tuple)
_EFFECTS: Final = {effect.value: effect for effect in Effect}
# In bytes, so that what is kept stays bounded: no longer than a trust policy may be.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_SHORT: Final = 4096
_WITHOUT_REFERENCES: Final = 2  # the version of marshal that writes equal values alike
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

    __slots__ = ("_known", "allowing", "denying", "readable", "statements", "version")

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
        self.allowing = tuple([s for s in statements if s.effect is not _DENY])
        self.denying = tuple([s for s in statements if s.effect is _DENY])
        self._known: dict[Hashable, Any] = {}

    def once(self, question: Hashable, answer: Callable[[PolicyDocument], T]) -> T:
        """
        Work something out about this document, and remember it for whoever asks next.

        Args:
            question: What is asked; the same question has the same answer.
            answer: Works it out.
        """
        if question not in self._known:
            self._known[question] = answer(self)
        found: T = self._known[question]
        return found

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

    @classmethod
    def alike(cls, value: Any) -> PolicyDocument:
        """
        Read a document that nobody has to tell from another one which says the same.

        Most roles trust one service in the same words: those are read once, and what is worked
        out for one of them is known for all.
        """
        try:
            # In full, types included; what refers to a resource, or is not known, is refused.
            written = marshal.dumps(value, _WITHOUT_REFERENCES)
        except ValueError:
            return cls.parse(value)
        return _alike(written) if len(written) <= _SHORT else cls.parse(value)

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


_NOTHING: Final = PolicyDocument(statements=())


# -- Reading ----------------------------------------------------------------------------------


def _document(value: object) -> PolicyDocument:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        value = _decoded(value)
    if not isinstance(value, _MAPS):
        return PolicyDocument(statements=(), readable=False)
    written = value.get("Version", "2008-10-17")
    version = written if isinstance(written, str) else _VARIABLES_SINCE
    body = value.get("Statement")
    if body is None:
        misspelt = any(isinstance(key, str) and key.lower() == "statement" for key in value)
        return PolicyDocument(statements=(), version=version, readable=not misspelt)
    variables = version >= _VARIABLES_SINCE
    if isinstance(body, _LISTS):
        statements = [
            _statement(entry, f"Statement.{index}", variables=variables)
            for index, entry in enumerate(body)
        ]
    else:
        statements = [_statement(body, "Statement", variables=variables)]
    return PolicyDocument(
        statements=tuple(statements),
        version=version,
        readable=all("Statement" not in statement.unreadable for statement in statements),
    )


@lru_cache(maxsize=1024)
def _alike(written: bytes) -> PolicyDocument:
    return _document(marshal.loads(written))  # noqa: S302 (written here, see PolicyDocument.alike)


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _statement(value: object, place: str, *, variables: bool) -> Statement:
    if not isinstance(value, _MAPS):
        return Statement(place=place, effect=None, unreadable=frozenset({"Statement"}))
    found: dict[str, Any] = {"effect": None}
    unreadable = set()
    for name, content in value.items():
        element = _ELEMENTS.get(name)
        if element is None:
            unreadable.add(_meant(name))
        elif content is not None:
            field, read = element
            found[field], complete = read(content)
            if not complete:
                unreadable.add(name)
    if found["effect"] is None:
        unreadable.add("Effect")
    return Statement(place=place, unreadable=frozenset(unreadable), variables=variables, **found)


def _meant(name: object) -> str:
    """
    Give the element that is meant by a name which IAM would not know.
    """
    return _SPELLED.get(name.lower(), name) if isinstance(name, str) else "Statement"


def _sid(value: object) -> tuple[str | None, bool]:
    return (value if isinstance(value, str) and value else None), True


def _effect(value: object) -> tuple[Effect | None, bool]:
    effect = _EFFECTS.get(value) if isinstance(value, str) else None
    return effect, effect is not None


def _texts(value: object) -> tuple[Entries, bool]:
    """
    Read one text or a list of them.

    Returns:
        The texts, and whether they are all there are.
    """
    if isinstance(value, str):
        return entries([value]), True
    if not isinstance(value, _LISTS):
        return entries([]), False
    texts = [entry for entry in value if isinstance(entry, str)]
    return entries(texts), len(texts) == len(value)


def _principals(value: object) -> tuple[tuple[Principal, ...], bool]:
    if isinstance(value, str):
        return (Principal(Kind.ANYONE if value == "*" else Kind.AWS, value),), True
    if isinstance(value, _LISTS):
        parts = [_principals(entry) for entry in value if entry is not None]
        return tuple(p for found, _ in parts for p in found), all(c for _, c in parts)
    if not isinstance(value, _MAPS):
        return (), False
    found: list[Principal] = []
    complete = True
    for name, named in value.items():
        texts, all_read = _texts(() if named is None else named)
        kind = _KINDS.get(name) if isinstance(name, str) else None
        complete = complete and all_read and kind is not None
        found.extend([Principal(kind or Kind.UNKNOWN, text) for text in texts])
    return tuple(found), complete


_KINDS: Final = {
    kind.value: kind for kind in (Kind.AWS, Kind.SERVICE, Kind.FEDERATED, Kind.CANONICAL_USER)
}
# Element -> where a statement keeps it, and how it is read: what it says, and whether that is all.
_ELEMENTS: Final[Mapping[object, tuple[str, Callable[[Any], tuple[Any, bool]]]]] = {
    "Sid": ("sid", _sid),
    "Effect": ("effect", _effect),
    "Action": ("actions", _texts),
    "NotAction": ("not_actions", _texts),
    "Resource": ("resources", _texts),
    "NotResource": ("not_resources", _texts),
    "Principal": ("principals", _principals),
    "NotPrincipal": ("not_principals", _principals),
    "Condition": ("conditions", conditions),
}
_SPELLED: Final = {str(name).lower(): str(name) for name in _ELEMENTS}


def _insist(document: PolicyDocument) -> None:
    if not document.readable:
        raise PolicyError("the policy document is not a map with statements; write it as JSON")
    for statement in document.statements:
        if statement.unreadable:
            parts = ", ".join(sorted(statement.unreadable))
            raise PolicyError(f"{statement.place}: {parts} cannot be read; write it as IAM does")
