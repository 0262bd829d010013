"""What can be told of something while another part of it is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from secure_constructs.iam.answers import Answer
from secure_constructs.template import Undecided

T = TypeVar("T")
R = TypeVar("R")


def answer_to(question: Callable[[], bool | None]) -> Answer:
    """
    Ask what may not be known; maybe, then.
    """
    try:
        return Answer.of(bool(question()))
    except Undecided:
        return Answer.MAYBE


def each(items: Iterable[T], read: Callable[[T], Iterable[R]]) -> Iterator[R]:
    """
    Read some things one by one, so that one that is not known keeps back none of the others.

    Raises:
        Undecided: At the end, for the first that is not known.
    """
    unknown: Undecided | None = None
    remaining = iter(items)
    while True:
        try:
            item = next(remaining)
        except StopIteration:
            break
        except Undecided as undecided:
            unknown = unknown or undecided
            break
        try:
            yield from read(item)
        except Undecided as undecided:
            unknown = unknown or undecided
    if unknown is not None:
        raise unknown
