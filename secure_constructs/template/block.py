"""A map inside a resource, read with types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeVar

from secure_constructs.template.values import NOTHING, UNRESOLVED, Known, Text, Undecided

if TYPE_CHECKING:
    from secure_constructs.template.model import Resource

T = TypeVar("T")
Path = str | tuple[str, ...]

ABSENT: Final = object()
"""
What is found where nothing is set.
"""

_FLAGS: Final = {"true": True, "false": False}


class Block:
    """
    A map of resolved values, and where it stands in its resource.

    Paths are dotted, list positions are numbers: ``Rules.0.Status``;
    a key that itself contains a dot is given as a tuple of steps.
    Every typed accessor returns ``None``, or something empty, for what is absent,
    and raises :exc:`Undecided` for what is not known or has a shape that cannot be read.

    Args:
        resource: The resource it belongs to.
        path: Where it stands below the resource's properties; empty for the properties themselves.
        value: Its resolved content as plain Python values.
    """

    __slots__ = ("path", "resource", "value")

    def __init__(self, resource: Resource, path: str, value: Mapping[str, Any]) -> None:
        self.resource = resource
        self.path = path
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __iter__(self) -> Iterator[str]:
        keys: Iterator[Any] = iter(self.value)
        return (key for key in keys if isinstance(key, str))

    def __repr__(self) -> str:
        return f"<{self.resource.logical_id} {self.path or 'Properties'}>"

    def at(self, path: Path = "") -> str:
        """
        Give the path of a property of this block, seen from the resource.
        """
        inner = path if isinstance(path, str) else ".".join(path)
        return f"{self.path}.{inner}" if self.path and inner else self.path or inner

    def get(self, path: Path, default: Any = None) -> Any:
        """
        Give the resolved value, ``UNRESOLVED`` where it is not known, *default* where it is absent.
        """
        value = self._look(path)
        return default if value is ABSENT else value

    def has(self, path: Path) -> bool:
        """
        Say whether the property is set at all, known or not.
        """
        return self._look(path) is not ABSENT

    def text(self, path: Path) -> str | None:
        """
        Read a string; numbers and booleans are given as CloudFormation would write them.
        """
        found: str | None = self._read(path, _text)
        return found

    def flag(self, path: Path) -> bool | None:
        """
        Read a boolean; ``"true"`` and ``"false"`` count, in any case, as they do in CloudFormation.
        """
        found: bool | None = self._read(path, _flag)
        return found

    def number(self, path: Path) -> int | float | None:
        """
        Read a number; ``"300"`` counts, as it does in CloudFormation.
        """
        found: int | float | None = self._read(path, _number)
        return found

    def block(self, path: Path) -> Block:
        """
        Read a map; an empty block where it is absent.
        """
        found = self._read(path, _map)
        return Block(self.resource, self.at(path), found or {})

    def items(self, path: Path) -> Known[Any]:
        """
        Read a list of anything; a value that is no list counts as a list of one.
        """
        return self._list(path, _anything)

    def texts(self, path: Path) -> Known[str]:
        """
        Read a list of strings; a single string counts as a list of one.
        """
        return self._list(path, _text)

    def blocks(self, path: Path) -> Known[Block]:
        """
        Read a list of maps; a single map counts as a list of one.
        """
        value = self._look(path)
        if value is ABSENT:
            return NOTHING
        place = self.at(path)
        if isinstance(value, dict):
            return Known((Block(self.resource, place, value),), complete=True, place=place)
        if not isinstance(value, list):
            return Known((), complete=False, place=place)
        blocks = [
            Block(self.resource, f"{place}.{n}", item)
            for n, item in enumerate(value)
            if isinstance(item, dict)
        ]
        return Known(tuple(blocks), complete=len(blocks) == len(value), place=place)

    def _entry(self, name: str) -> Any:
        """
        Give what stands under a name.
        """
        found = self.value.get(name)
        return ABSENT if found is None else found

    def _look(self, path: Path) -> Any:
        """
        Walk to a value; a step into something that is no map or list cannot be read.
        """
        if not path:
            return self.value
        if isinstance(path, str):
            if "." not in path:  # most are one step
                return self._entry(path)
            path = tuple(path.split("."))
        value = self._entry(path[0])
        for step in path[1:]:
            if isinstance(value, dict):
                value = value.get(step, ABSENT)
            elif isinstance(value, list) and step.isdecimal():
                value = value[int(step)] if int(step) < len(value) else ABSENT
            elif value is not ABSENT:
                return UNRESOLVED
            if value is None:
                return ABSENT
        return value

    def _read(self, path: Path, read: Callable[[Any], Any]) -> Any:
        value = self._look(path)
        if value is ABSENT:
            return None
        value = value if value is UNRESOLVED else read(value)
        if value is UNRESOLVED:
            raise Undecided(self.at(path))
        return value

    def _list(self, path: Path, read: Callable[[Any], Any]) -> Known[Any]:
        value = self._look(path)
        if value is ABSENT:
            return NOTHING
        values = value if isinstance(value, list) else [value]
        known = [found for item in values if (found := read(item)) is not UNRESOLVED]
        complete = len(known) == len(values)
        return Known(tuple(known), complete=complete, place="" if complete else self.at(path))


def _anything(value: Any) -> Any:
    return value


def _map(value: Any) -> Any:
    return value if isinstance(value, dict) else UNRESOLVED


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return UNRESOLVED


def _flag(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and not isinstance(value, Text):
        return _FLAGS.get(value.lower(), UNRESOLVED)
    return UNRESOLVED


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return UNRESOLVED
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and not isinstance(value, Text):
        try:
            number = int(value) if value.strip().lstrip("+-").isdecimal() else float(value)
        except ValueError:
            return UNRESOLVED
        return number if isfinite(number) else UNRESOLVED
    return UNRESOLVED
