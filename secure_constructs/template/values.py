"""Values as they stand once everything that can be resolved has been resolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Self, TypeVar

if TYPE_CHECKING:
    from secure_constructs.template.model import Resource

T = TypeVar("T")

LONGEST: Final = 1024 * 1024
"""
The longest text that is put together from parts, in characters: that of a whole template.

A longer one is not known, so that texts made of texts stay bounded.
"""


class _Unresolved:
    """
    The value of something that is not known before deployment.

    It has no truth value: code that asks for one gets :exc:`Undecided`,
    so that not knowing can never be mistaken for yes or no.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNRESOLVED"

    def __bool__(self) -> bool:
        raise Undecided

    def __reduce__(self) -> str:
        return "UNRESOLVED"


UNRESOLVED: Final = _Unresolved()


class Undecided(Exception):  # noqa: N818 - an answer, not an error: the third value
    """
    A question that cannot be answered before deployment, or whose value cannot be read.

    Args:
        place: The dotted path of the value that was asked for.
    """

    def __init__(self, place: str = "") -> None:
        self.place = place
        super().__init__(place)


class Attribute(NamedTuple):
    """
    A part of a text that one resource provides at deployment.

    Args:
        resource: The resource.
        name: The attribute asked for; empty for ``Ref``.
        whole: False when only a piece of the attribute is used.
    """

    resource: Resource
    name: str
    whole: bool = True

    def __str__(self) -> str:
        dot = "." if self.name else ""
        return f"${{{self.resource.logical_id}{dot}{self.name}}}"


class Pseudo(NamedTuple):
    """
    A part of a text that CloudFormation provides at deployment, such as ``AWS::AccountId``.
    """

    name: str

    def __str__(self) -> str:
        return f"${{{self.name}}}"


class Unknown(NamedTuple):
    """
    A part of a text about which nothing is known.

    Args:
        name: The parameter it comes from, or ``?``.
    """

    name: str = "?"

    def __str__(self) -> str:
        return f"${{{self.name}}}"


Part = str | Attribute | Pseudo | Unknown


class Text(str):
    """
    A string with parts that are provided at deployment.

    As a ``str`` it reads as ``Fn::Sub`` would write it: ``arn:${AWS::Partition}:s3:::${Bucket}/*``.
    """

    __slots__ = ("parts",)
    parts: tuple[Part, ...]

    def __new__(cls, parts: tuple[Part, ...], spelled: str | None = None) -> Self:  # noqa: D102 - see the class
        text = super().__new__(cls, "".join(map(str, parts)) if spelled is None else spelled)
        text.parts = parts
        return text

    @property
    def target(self) -> Resource | None:
        """
        The resource this is the ``Ref`` or an attribute of, when it is nothing else besides.
        """
        if len(self.parts) == 1 and isinstance(self.parts[0], Attribute):
            return self.parts[0].resource
        return None

    @property
    def resources(self) -> tuple[Resource, ...]:
        """
        Every resource that provides a part, in order, each once.
        """
        found = [part.resource for part in self.parts if isinstance(part, Attribute)]
        return tuple(found if len(found) < 2 else dict.fromkeys(found))  # noqa: PLR2004 - one is each once

    @property
    def known(self) -> bool:
        """
        Whether every part has a known source, even if its text is set at deployment.
        """
        return not any(isinstance(part, Unknown) for part in self.parts)


def concatenated(values: list[Any], delimiter: str = "") -> Any:
    """
    Join resolved values, keeping track of the parts that are set at deployment.

    Returns:
        A ``str``, a :class:`Text`, or ``UNRESOLVED`` when nothing at all is known,
        or the text is longer than any template.
    """
    texts = [value if isinstance(value, str) else _text(value) for value in values]
    if len(delimiter) * len(texts) + sum(map(len, texts)) > LONGEST:
        return UNRESOLVED
    spelled = delimiter.join(texts)
    if _PLAIN.issuperset(map(type, texts)):
        return spelled
    parts: list[Part] = []
    for index, text in enumerate(texts):
        if index and delimiter:
            parts.append(delimiter)
        if isinstance(text, Text):
            parts.extend(text.parts)
        else:
            parts.append(text)
    return text_of(parts, spelled)


def text_of(parts: Sequence[Part], spelled: str | None = None) -> Any:
    """
    Make the simplest value of *parts*: a plain string where all of it is known.

    Args:
        parts: The parts, in order.
        spelled: How they read together, where that is known already.
    """
    merged: list[Part] = []
    for part in parts:
        if not isinstance(part, str):
            merged.append(part)
        elif part:
            if merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
    if not merged:
        return ""
    if len(merged) == 1 and isinstance(merged[0], str):
        return merged[0]
    if _NOT_KNOWN.issuperset(map(type, merged)):
        return UNRESOLVED
    return Text(tuple(merged), spelled)


_PLAIN: Final = frozenset({str})
_NOT_KNOWN: Final = frozenset({Unknown})
_UNKNOWN: Final = Text((Unknown(),))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else _UNKNOWN


class Known(Generic[T]):
    """
    The elements of a list, as far as they are known.

    Iterating gives the known elements first and, if there were others,
    raises :exc:`Undecided` after them.
    A rule that looks for one bad element is certain when it finds it,
    a rule that needs one good element likewise,
    and both are undecided when only an unknown element could tell.
    """

    __slots__ = ("complete", "elements", "place")

    def __init__(self, elements: tuple[T, ...], *, complete: bool, place: str) -> None:
        self.elements = elements
        self.complete = complete
        self.place = place

    def __iter__(self) -> Iterator[T]:
        return iter(self.elements) if self.complete else self._as_far_as_known()

    def _as_far_as_known(self) -> Iterator[T]:
        yield from self.elements
        raise Undecided(self.place)

    def __bool__(self) -> bool:
        if not self.elements and not self.complete:
            raise Undecided(self.place)
        return bool(self.elements)

    def __len__(self) -> int:
        if not self.complete:
            raise Undecided(self.place)
        return len(self.elements)

    def __repr__(self) -> str:
        return f"Known({self.elements!r}, complete={self.complete})"


NOTHING: Final[Known[Any]] = Known((), complete=True, place="")
"""
The elements of a list that is not there.
"""
