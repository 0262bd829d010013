"""JSON templates, with the line of each resource."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.template.documents import Document, Malformed

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BETWEEN: Final = re.compile(r"[ \t\r\n]*[,:][ \t\r\n]*")


class _GivenTwice(ValueError):  # noqa: N818 - never leaves this module
    """
    A map has two entries of one name, so that readers would disagree about its content.
    """


def read_json(text: str) -> Document:
    """
    Parse a JSON template.

    Raises:
        Malformed: It is no JSON, or a map has a key twice.
    """
    try:
        body = _loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        message = f"broken JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise Malformed(place, message, "mend the JSON") from None
    except _GivenTwice as error:
        raise Malformed(*_where_given_twice(text, str(error)), "keep one of the two") from None
    except RecursionError:
        fix = "check the generator of this file"
        raise Malformed("", "values are nested too deep to be a template", fix) from None
    except ValueError as error:
        if "digits" in str(error):  # Python's own limit, and its own advice
            message = "a number has more than 4,000 digits"
            raise Malformed("", message, "check the generator of this file") from None
        raise Malformed("", f"broken JSON: {error}", "mend the JSON") from None
    return Document(body=body, find_lines=lambda: dict(_resource_lines(text)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _GivenTwice(next(name for name in found if names.count(name) > 1))
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
_loads: Final = _DECODER.decode


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """
    List the members of the object at a position: name, where it stands, where its value stands.
    """
    at = _skip(_SPACE, text, at + 1)
    while text[at] == '"':
        name, end = _DECODER.raw_decode(text, at)
        value = _skip(_BETWEEN, text, end)
        yield name, at, value
        _, end = _DECODER.raw_decode(text, value)
        at = _skip(_BETWEEN, text, end)


def _resource_lines(text: str) -> Iterator[tuple[str, int]]:
    """
    Give the line of each resource of a text that is known to be JSON.
    """
    start = _skip(_SPACE, text, 0)
    if text[start] != "{":
        return
    for section, _, value in _members(text, start):
        if section == "Resources" and text[value] == "{":
            line, counted = 1, 0
            for logical_id, at, _ in _members(text, value):
                line += text.count("\n", counted, at)
                counted = at
                yield logical_id, line
            return


def _where_given_twice(text: str, key: str) -> tuple[str, str]:
    """
    Name the smallest part that has *key* twice.

    This is the second of two sections or resources, or the one in which it happens.
    """
    at, place = _twice(text, _skip(_SPACE, text, 0), "")
    line = text.count("\n", 0, at) + 1
    where = f"line {line}, {place}" if place else f"line {line}"
    return where, f"the key {key} is given twice"


def _twice(text: str, start: int, place: str) -> tuple[int, str]:
    seen: set[str] = set()
    if text[start] != "{":
        return start, place
    inside = start, place
    try:
        for name, at, value in _members(text, start):
            if name in seen:
                return at, place
            seen.add(name)
            inside = at, f"{place}.{name}" if place else name
            if name == "Resources" and not place:
                inside = _twice(text, value, name)
    except _GivenTwice:
        pass
    return inside


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else _SPACE.match(text, at).end()  # type: ignore[union-attr]
