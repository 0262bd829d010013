"""What the text of a template file holds, before anyone asks what it means."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from secure_constructs.errors import Problem

DEEPEST: Final = 128
"""
How deep values may be nested in a file; templates stay below 40.
"""


class Document:
    """
    A parsed file.

    Args:
        body: Its content as plain Python values.
        find_lines: Finds the line on which each resource begins, when the first is asked for.
    """

    def __init__(self, *, body: Any, find_lines: Callable[[], Mapping[str, int]]) -> None:
        self.body = body
        self._find_lines = find_lines

    @functools.cached_property
    def lines(self) -> Mapping[str, int]:
        """
        The line on which each resource begins, by logical id; counted from 1.
        """
        return self._find_lines()


class Malformed(Exception):  # noqa: N818 - caught where the name of the file is known
    """
    A text is not the JSON or YAML it is taken for.
    """

    def __init__(self, place: str, message: str, fix: str) -> None:
        self.problem = Problem(place=place, message=message, fix=fix)
        super().__init__(str(self.problem))
