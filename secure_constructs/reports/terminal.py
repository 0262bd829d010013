"""The text report on a terminal: coloured, and broken to its width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from secure_constructs.reports import text

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment

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
}
_WIDEST: Final = 110


def show(
    assessment: Assessment, *, uncertain: bool = False, console: Console | None = None
) -> None:
    """
    Print the report.

    Args:
        assessment: The verdict.
        uncertain: Show the uncertain findings as well. Default: they are counted.
        console: Where to; the standard output by default.
    """
    screen = console or Console(highlight=False)
    width = min(screen.width, _WIDEST)
    for line in text.lines(assessment, uncertain=uncertain):
        content = Text.assemble(*((span, _STYLES.get(style, "")) for span, style in line.pieces()))
        if line.whole:
            indented = Text(" " * line.indent) + content
            screen.print(indented, soft_wrap=True, highlight=False)
        else:
            screen.print(Padding(content, (0, 0, 0, line.indent)), width=width, highlight=False)
