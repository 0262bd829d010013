"""
Large tables that are shipped compressed and read a block at a time.

A file begins with one line of JSON: where the data comes from, and for each block the first key in
it and its length in bytes. The blocks follow, each a JSON object compressed with zlib, keys sorted,
with a line for each key, so that only what is asked for has to be decoded.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

_DATA: Final = Path(__file__).parent.parent / "data"


class Archive(NamedTuple):
    """
    One table.

    Args:
        origin: Source, version and date of the data.
        first_keys: The first key of each block.
        bounds: Where each block begins, and where the last one ends.
        content: The compressed blocks.
    """

    origin: dict[str, str]
    first_keys: tuple[str, ...]
    bounds: tuple[int, ...]
    content: bytes

    def get(self, key: str) -> Any:
        """
        Give what the table holds for *key*, or ``None``.
        """
        return _entry(self, key)

    def lines(self, position: int) -> str:
        """
        Read one block.
        """
        start, end = self.bounds[position : position + 2]
        return zlib.decompress(self.content[start:end]).decode()

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=256)
def _entry(archive: Archive, key: str) -> Any:
    position = bisect_right(archive.first_keys, key) - 1
    if position < 0:
        return None
    lines, beginning = _lines(archive, position), f"\n{json.dumps(key)}:"
    found = lines.find(beginning)
    if found < 0:
        return None
    start = found + len(beginning)
    return json.loads(lines[start : lines.index("\n", start)].removesuffix(","))


@lru_cache(maxsize=64)
def _lines(archive: Archive, position: int) -> str:
    return archive.lines(position)


@lru_cache(maxsize=8)
def archive(name: str) -> Archive:
    """
    Open a table of ``secure_constructs/data``; its content is read when it is asked for.
    """
    data = (_DATA / name).read_bytes()
    line, _, content = data.partition(b"\n")
    header = json.loads(line)
    blocks = header.pop("blocks")
    return Archive(
        origin=header,
        first_keys=tuple(first for first, _ in blocks),
        bounds=tuple(accumulate((length for _, length in blocks), initial=0)),
        content=content,
    )


def packed(table: dict[str, Any], origin: dict[str, str], *, block_size: int) -> bytes:
    """
    Write a table, *block_size* keys to a block.
    """
    keys = sorted(table)
    groups = [keys[start : start + block_size] for start in range(0, len(keys), block_size)]
    bodies = [zlib.compress(_written(table, group).encode(), 9) for group in groups]
    blocks = [[group[0], len(body)] for group, body in zip(groups, bodies, strict=True)]
    return json.dumps({**origin, "blocks": blocks}).encode() + b"\n" + b"".join(bodies)


def _written(table: dict[str, Any], keys: list[str]) -> str:
    lines = (f"{json.dumps(key)}:{json.dumps(table[key], separators=(',', ':'))}" for key in keys)
    return "{\n" + ",\n".join(lines) + "\n}"
