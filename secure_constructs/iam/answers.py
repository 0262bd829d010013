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
        return cls.YES if fact else cls.NO

    @classmethod
    def any(cls, answers: Iterable[Answer]) -> Answer:
        """Give the best of *answers*, no for none; stops at the first yes."""
        best = cls.NO
        for answer in answers:
            if answer is cls.YES:
                return answer
            if answer is cls.MAYBE:
                best = answer
        return best

    @classmethod
    def all(cls, answers: Iterable[Answer]) -> Answer:
        """Give the worst of *answers*, yes for none; stops at the first no."""
        worst = cls.YES
        for answer in answers:
            if answer is cls.NO:
                return answer
            if answer is cls.MAYBE:
                worst = answer
        return worst

    @property
    def certain(self) -> bool:
        """Whether the answer is yes."""
        return self is Answer.YES

    @property
    def possible(self) -> bool:
        """Whether the answer is yes or maybe."""
        return self is not Answer.NO

    def __and__(self, other: Answer) -> Answer:
        return self if self.value <= other.value else other

    def __or__(self, other: Answer) -> Answer:
        return self if self.value >= other.value else other

    def __invert__(self) -> Answer:
        return _OPPOSITE[self]

    def __bool__(self) -> NoReturn:
        raise TypeError("an Answer may be maybe: compare it, or use .certain or .possible")


_OPPOSITE = {Answer.YES: Answer.NO, Answer.MAYBE: Answer.MAYBE, Answer.NO: Answer.YES}
