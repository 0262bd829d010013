"""What judges object to, and which of it we have answered in ``accepted.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ACCEPTED = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Objection:
    """
    One finding of a judge.

    Args:
        judge: Who objects.
        rule: The rule, as the judge names it.
        place: The path of the construct, its stack first; the logical id where there is none.
    """

    judge: str
    rule: str
    place: str

    def __str__(self) -> str:
        return f"{self.judge} {self.rule} {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """
    Some objections: a judge, a rule and where.

    Args:
        judge: Who objects.
        rule: The rule, to the letter.
        where: The path of the construct, where ``*`` stands for anything.
    """

    judge: str
    rule: str
    where: str

    def covers(self, objection: Objection) -> bool:
        return (self.judge, self.rule) == (objection.judge, objection.rule) and fnmatchcase(
            objection.place, self.where
        )

    def __str__(self) -> str:
        return f"{self.judge} {self.rule} {self.where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    Why some objections stand, and are right not to be followed.

    Args:
        about: What they ask for.
        because: Why that is wrong, or does not apply.
        patterns: The objections.
    """

    about: str
    because: str
    patterns: tuple[Pattern, ...]

    def covers(self, objection: Objection) -> bool:
        return any(pattern.covers(objection) for pattern in self.patterns)


def read_answers(text: str) -> tuple[Answer, ...]:
    """
    Read answers as they stand in ``accepted.toml``.

    Args:
        text: The content of the file.

    Raises:
        ValueError: An answer gives no reason, or a line is not ``judge rule where``.
    """
    return tuple(_answer(entry) for entry in tomllib.loads(text).get("accepted", ()))


def _answer(entry: Mapping[str, object]) -> Answer:
    about, because, lines = (entry.get(key) for key in ("about", "because", "objections"))
    if not (isinstance(about, str) and isinstance(because, str) and because.strip()):
        raise ValueError(f"{entry} says not what it is about, or not why")
    if not isinstance(lines, list) or not lines:
        raise ValueError(f"{about!r} names no objections")
    return Answer(about=about, because=because, patterns=tuple(map(_pattern, lines)))


def _pattern(line: str) -> Pattern:
    match line.split(maxsplit=2):
        case judge, rule, where:
            return Pattern(judge=judge, rule=rule, where=where)
    raise ValueError(f"{line!r} is not: judge rule where")


def unanswered(objections: Iterable[Objection], answers: Iterable[Answer]) -> tuple[Objection, ...]:
    """
    Give the objections that no answer covers.
    """
    answers = tuple(answers)
    return tuple(
        objection
        for objection in sorted(set(objections))
        if not any(answer.covers(objection) for answer in answers)
    )


def stale(objections: Iterable[Objection], answers: Iterable[Answer]) -> tuple[Pattern, ...]:
    """
    Give the lines of answers that answer nothing any more.
    """
    objections = tuple(objections)
    return tuple(
        pattern
        for answer in answers
        for pattern in answer.patterns
        if not any(pattern.covers(objection) for objection in objections)
    )
