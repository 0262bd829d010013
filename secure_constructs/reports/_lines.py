"""Lines of a report that a person reads, before anyone knows how wide the screen is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secure_constructs.reports._groups import printable

Span = tuple[str, str]
"""
A piece of text, and what it is: a severity, ``where``, ``quiet`` or nothing in particular.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of the report.

    Args:
        spans: Its pieces, in order.
        indent: The columns left free, also where a narrow terminal breaks the line.
        whole: True for what is searched or copied, and so is never broken.
    """

    spans: tuple[Span, ...] = ()
    indent: int = 0
    whole: bool = True

    def pieces(self) -> Iterator[Span]:
        """
        Give the pieces as they are safe to print.
        """
        for text, style in self.spans:
            yield printable(text), style

    def __str__(self) -> str:
        text = "".join(text for text, _ in self.pieces())
        return f"{' ' * self.indent}{text}" if text else ""
