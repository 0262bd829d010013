"""Text reports on a terminal: coloured, and broken to its width."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from secure_constructs.reports._lines import Line

_STYLES: Final = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "rule": "bold",
    "where": "",
    "stack": "bold underline",
    "quiet": "dim",
    "refused": "bold red",
    "passed": "bold green",
    "exposed": "bold red",
    "unknown": "yellow",
    "compensated": "cyan",
    "provenance": "green",
    "behind WAF": "green",
}
_WIDEST: Final = 110


def show(lines: Iterable[Line], *, console: Console | None = None) -> None:
    """
    Print the lines of a report.

    Args:
        lines: The lines.
        console: Where to; the standard output by default.
    """
    screen = console or Console(highlight=False)
    width = min(screen.width, _WIDEST)
    for line in lines:
        content = Text.assemble(*((span, _STYLES.get(style, "")) for span, style in line.pieces()))
        if line.whole:
            indented = Text(" " * line.indent) + content
            screen.print(indented, soft_wrap=True, highlight=False)
        else:
            screen.print(Padding(content, (0, 0, 0, line.indent)), width=width, highlight=False)
