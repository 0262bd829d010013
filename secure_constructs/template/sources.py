"""Which line of the user's code, or of a template, made what is judged."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from secure_constructs.findings import SourceLine

# A frame as CDK writes it: "name (file:line)", perhaps with a column.
_FRAME: Final = re.compile(r"\((?P<file>[^()]+?):(?P<line>[0-9]{1,9})(?::[0-9]+)?\)\s*$")
_INSTALLED: Final = frozenset({"dist-packages", "node_modules", "site-packages"})


class Lines(Mapping[str, SourceLine]):
    """
    Lines by the name of what stands there, all found when the first is asked for.

    Only findings name a line, and most apps have few.

    Args:
        find: Finds them.
    """

    def __init__(self, find: Callable[[], Mapping[str, SourceLine]]) -> None:
        self._find = find

    @functools.cached_property
    def _found(self) -> Mapping[str, SourceLine]:
        return self._find()

    def __getitem__(self, name: str) -> SourceLine:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def user_line(trace: object) -> SourceLine | None:
    """
    Give the innermost line of user code in a stack trace as CDK writes it.

    Args:
        trace: Its lines, or one text of them.
    """
    frames = trace.splitlines() if isinstance(trace, str) else trace
    for frame in frames if isinstance(frames, list) else ():
        found = _FRAME.search(frame) if isinstance(frame, str) else None
        if found and (file := _users_file(found["file"], os.getcwd())):  # noqa: PTH109 - the key of a cache
            return SourceLine(file=file, line=int(found["line"]))
    return None


@functools.lru_cache(maxsize=256)
def _users_file(name: str, folder: str) -> str:
    """
    Name a file as seen from a folder; empty for installed code.
    """
    file = Path(name)
    if not _INSTALLED.isdisjoint(file.parts):
        return ""
    if file.is_relative_to(folder):
        file = file.relative_to(folder)
    return file.as_posix()
