"""The three answers that a question about permissions can have."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable


class Answer(Enum):
    """
    Yes, no, or maybe: it depends on what is known only at deployment or in the request.

    ``&``, ``|`` and ``~`` are Kleene's strong three-valued logic.
    An answer has no truth value of its own, because "maybe" would pass for one of the others
    without anyone noticing: compare it, or ask `certain` or `possible`.
    """

    NO = 0
    MAYBE = 1
    YES = 2

    @classmethod
    def of(cls, fact: bool) -> Answer:  # noqa: FBT001 (a fact is what it converts)
        """Give yes for what is so and no for what is not."""
        return _YES if fact else _NO

    @classmethod
    def any(cls, answers: Iterable[Answer]) -> Answer:
        """Give the best of *answers*, no for none; stops at the first yes."""
        best = _NO
        for answer in answers:
            if answer is _YES:
                return answer
            if answer is _MAYBE:
                best = answer
        return best

    @classmethod
    def all(cls, answers: Iterable[Answer]) -> Answer:
        """Give the worst of *answers*, yes for none; stops at the first no."""
        worst = _YES
        for answer in answers:
            if answer is _NO:
                return answer
            if answer is _MAYBE:
                worst = answer
        return worst

    @property
    def certain(self) -> bool:
        """Whether the answer is yes."""
        return self is _YES

    @property
    def possible(self) -> bool:
        """Whether the answer is yes or maybe."""
        return self is not _NO

    def __and__(self, other: Answer) -> Answer:
        if self is _NO or other is _YES:
            return self
        return other if other is _NO or self is _YES else _MAYBE

    def __or__(self, other: Answer) -> Answer:
        if self is _YES or other is _NO:
            return self
        return other if other is _YES or self is _NO else _MAYBE

    def __invert__(self) -> Answer:
        return _OPPOSITE[self]

    def __bool__(self) -> NoReturn:
        raise TypeError("an Answer may be maybe: compare it, or use .certain or .possible")


# Before Python 3.12 each look at a member through its class is a call.
_NO, _MAYBE, _YES = Answer
_OPPOSITE = {_YES: _NO, _MAYBE: _MAYBE, _NO: _YES}
