"""What the text of a template file holds, before anyone asks what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from secure_constructs.errors import Problem

DEEPEST: Final = 128
"""
How deep values may be nested in a file; templates stay below 40.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    A parsed file.

    Args:
        body: Its content as plain Python values.
        lines: The line on which each resource begins, by logical id; counted from 1.
    """

    body: Any
    lines: Mapping[str, int] = field(default_factory=dict)


class Malformed(Exception):  # noqa: N818 - caught where the name of the file is known
    """
    A text is not the JSON or YAML it is taken for.
    """

    def __init__(self, place: str, message: str, fix: str) -> None:
        self.problem = Problem(place=place, message=message, fix=fix)
        super().__init__(str(self.problem))
