"""
Loops in templates: ``Fn::ForEach``, written out.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from secure_constructs.errors import Problem

LANGUAGE: Final = "AWS::LanguageExtensions"
"""
The transform that makes CloudFormation understand loops.
"""

_LOOP: Final = "Fn::ForEach::"
# CloudFormation takes 500 resources.
_MOST_ITEMS: Final = 5_000
_MOST_VALUES: Final = 1_000_000
_NOT_ALPHANUMERIC: Final = re.compile(r"[^0-9A-Za-z]")


class _Unrolled(Exception):  # noqa: N818 - ends the work early, and is always caught here
    def __init__(self, place: str, message: str) -> None:
        self.problem = Problem(place=place, message=message, fix="mend the loop")
        super().__init__(message)


def has_loops(body: Mapping[str, Any]) -> bool:
    """
    Say whether a template asks for the transform that knows loops.
    """
    asked = body.get("Transform")
    return LANGUAGE in (asked if isinstance(asked, list) else [asked])


def without_loops(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """
    Write out every loop of a template.

    A loop over a collection that is not known before deployment is written out once,
    with its identifier left in: what it makes is judged as far as one of its kind can be.

    Returns:
        The template without loops, and what is wrong with those that cannot be written out;
        with any problem the template is returned as it was.
    """
    loops = _Loops(body)
    try:
        expanded = {
            section: loops.expand(content, section) if isinstance(content, dict) else content
            for section, content in body.items()
            if section != "Transform"
        }
    except _Unrolled as failed:
        return body, (failed.problem,)
    if "Transform" in body:
        expanded["Transform"] = body["Transform"]
    return expanded, ()


class _Loops:
    """
    Writes loops out, and counts what they make.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        parameters = body.get("Parameters")
        self._parameters = parameters if isinstance(parameters, dict) else {}
        mappings = body.get("Mappings")
        self._mappings = mappings if isinstance(mappings, dict) else {}
        self._items = 0
        self._values = 0

    def expand(self, value: Any, place: str) -> Any:
        self._values += 1
        if self._values > _MOST_VALUES:
            raise _Unrolled(place, f"loops make more than {_MOST_VALUES:,} values")
        if isinstance(value, list):
            return [self.expand(item, place) for item in value]
        if not isinstance(value, dict):
            return value
        expanded: dict[str, Any] = {}
        for key, item in value.items():
            if isinstance(key, str) and key.startswith(_LOOP):
                for name, made in self._members(f"{place}.{key}", item):
                    if name in expanded or name in value:
                        raise _Unrolled(f"{place}.{key}", f"the loop makes {name} twice")
                    expanded[name] = made
            else:
                expanded[key] = self.expand(item, f"{place}.{key}")
        return expanded

    def _members(self, place: str, loop: Any) -> Iterator[tuple[str, Any]]:
        if (
            not isinstance(loop, list)
            or len(loop) != 3  # noqa: PLR2004 - identifier, collection, template
            or not isinstance(loop[0], str)
            or not isinstance(loop[2], dict)
        ):
            raise _Unrolled(place, "a loop is [identifier, collection, {key: value}]")
        identifier, collection, fragment = loop
        for item in self._collection(collection):
            self._items += 1
            if self._items > _MOST_ITEMS:
                raise _Unrolled(place, f"loops make more than {_MOST_ITEMS:,} items")
            known = {identifier: item} if item is not None else {}
            filled = _filled(fragment, known)
            if item is None:
                filled = {_named(key, identifier): value for key, value in filled.items()}
            yield from self.expand(filled, place).items()

    def _collection(self, collection: Any) -> list[str | None]:
        """
        Give the items, or a single None when they are not known.
        """
        if isinstance(collection, dict) and len(collection) == 1:
            collection = self._referred(*next(iter(collection.items())))
        if not isinstance(collection, list):
            return [None]
        return [
            str(item) if isinstance(item, str | int | float) else None for item in collection
        ] or []

    def _referred(self, function: Any, argument: Any) -> Any:
        if function == "Ref" and isinstance(argument, str):
            declared = self._parameters.get(argument)
            default = declared.get("Default") if isinstance(declared, dict) else None
            return default.split(",") if isinstance(default, str) else None
        if function == "Fn::FindInMap" and isinstance(argument, list):
            found: Any = self._mappings
            for key in argument[:3]:
                found = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
            return found
        return None


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    """
    Put the value of an identifier where it is mentioned, in keys and values.
    """
    if isinstance(value, str):
        for name, item in known.items():
            value = value.replace(f"${{{name}}}", item)
            value = value.replace(f"&{{{name}}}", _NOT_ALPHANUMERIC.sub("", item))
        return value
    if isinstance(value, list):
        return [_filled(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and isinstance(mentioned := value.get("Ref"), str) and mentioned in known:
        return known[mentioned]
    return {
        _filled(key, known) if isinstance(key, str) else key: _filled(item, known)
        for key, item in value.items()
    }


def _named(key: str, identifier: str) -> str:
    return key.replace(f"${{{identifier}}}", identifier).replace(f"&{{{identifier}}}", identifier)
