"""What this package raises."""

from __future__ import annotations

from dataclasses import dataclass


class SecureConstructsError(Exception):
    """
    The base of every error this package raises on purpose.
    """


class ConstructError(SecureConstructsError):
    """
    A construct was asked for something it cannot give safely.

    The message names the construct, its path, the prop, the reason and the way out.
    """


class ConfigError(SecureConstructsError):
    """
    A setting of the platform team cannot be read.

    The message names the file, the key and the values that are understood.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    A structural fault that keeps a template, or a part of it, from being read.

    Args:
        place: Where in the file, as a dotted path such as ``Resources.Orders.Type``,
            or ``line 3, column 7``, or empty when it is the file as a whole.
        message: What is wrong, in one clause.
        fix: What to do about it, as an imperative clause.
    """

    place: str
    message: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}; {self.fix}"


class TemplateError(SecureConstructsError):
    """
    A template or cloud assembly cannot be read.

    Args:
        file: The file as the user named it.
        problems: What is wrong with it, at least one.

    Attributes:
        lines: What it says, by problem; a name in it may hold line breaks of its own.
    """

    def __init__(self, file: str, *problems: Problem) -> None:
        self.file = file
        self.problems = problems
        self.lines = tuple(f"{file}: {problem}" for problem in problems)
        super().__init__("\n".join(self.lines))
