"""
YAML templates: short-form functions, lines, and no surprises.

Values are built from the parser's events, not by a loader of the library, since a template is
read as CloudFormation reads it and not as YAML 1.1 in Python does:
dates stay strings, ``!GetAtt a.b`` is a function, a key given twice is refused.
Anchors and merges, which ``aws cloudformation package`` and SAM accept, are followed as far as
the result stays of a reasonable size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import yaml

from secure_constructs.template.documents import DEEPEST, Document, Malformed

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Far above any template, far below what would keep a machine busy: a file of the largest size
# that is read holds fewer values than this unless its aliases multiply them.
_MOST_VALUES: Final = 2_000_000

_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(
    r"[-+]?(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]{1,2})?|\.[0-9]+(?:[eE][-+]?[0-9]{1,2})?"
    r"|[0-9]+[eE][-+]?[0-9]{1,2})"
)
_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}

_IN_SECTION: Final = 2  # the file's map is open, and the section's
_STANDARD: Final = "tag:yaml.org,2002:"
_NO_FN: Final = frozenset({"Ref", "Condition"})


def read_yaml(text: str) -> Document:
    """
    Parse a YAML template.

    Short-form functions become long ones: ``!Ref Orders`` is ``{"Ref": "Orders"}``.

    Raises:
        Malformed: It is no YAML, or uses what no template can use.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        message = f"broken YAML: {error.problem or error.context or 'it cannot be parsed'}"
        raise Malformed(place, message, "mend the YAML") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"broken YAML: the character U+{error.character:04X} is not allowed"
        raise Malformed(f"line {line}", message, "take it out") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise Malformed("", f"broken YAML: {error}", "mend the YAML") from None
    return Document(body=builder.body, find_lines=lambda: builder.lines)


@dataclass(slots=True)
class _Open:
    """
    A map or list whose end has not been read yet.
    """

    value: dict[str, Any] | list[Any]
    tag: str | None
    anchor: str | None
    line: int
    key: str | None = None
    key_line: int = 0
    merged: list[dict[str, Any]] = field(default_factory=list)
    size: int = 1


class _Builder:
    """
    Builds values from events, without recursion, counting what aliases repeat.
    """

    def __init__(self) -> None:
        self.body: Any = None
        self.lines: dict[str, int] = {}
        self._open: list[_Open] = []
        self._anchored: dict[str, tuple[Any, int]] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                _refuse(line, "a second document begins", "keep one template per file")

    def _scalar(self, event: Any, line: int) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            self._key(parent, event, line)
            return
        value = _scalar_value(event, line)
        if event.anchor:
            self._anchored[event.anchor] = value, 1
        self._add(value, 1, line)

    def _key(self, parent: _Open, event: Any, line: int) -> None:
        if event.tag not in (None, "!", f"{_STANDARD}str"):
            _refuse(line, f"{event.tag} stands where a key belongs", "write the key as plain text")
        if event.anchor:
            self._anchored[event.anchor] = event.value, 1
        self._name(parent, event.value, line)
        if len(self._open) == _IN_SECTION and self._open[0].key == "Resources":
            self.lines[event.value] = line

    def _name(self, parent: _Open, key: str, line: int) -> None:
        if key in parent.value:
            message = f"the key {key} is given twice"
            _refuse(line, message, "keep one of the two")
        parent.key, parent.key_line = key, line

    def _begin(self, event: Any, line: int) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            _refuse(line, "a map or list stands where a key belongs", "write the key as plain text")
        if len(self._open) >= DEEPEST:
            message = "values are nested too deep to be a template"
            _refuse(line, message, "check the generator of this file")
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(value, event.tag, event.anchor, line))

    def _end(self) -> None:
        closed = self._open.pop()
        if isinstance(closed.value, dict):
            closed.value = _merged(closed.merged, closed.value)
        value = _collection_value(closed)
        if closed.anchor:
            self._anchored[closed.anchor] = value, closed.size
        self._add(value, closed.size, closed.line)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchored:
            defined = any(frame.anchor == anchor for frame in self._open)
            message = f"*{anchor} {'contains itself' if defined else 'has no anchor before it'}"
            _refuse(line, message, "write the value out")
        value, size = self._anchored[anchor]
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            if not isinstance(value, str):
                _refuse(line, f"*{anchor} is no text, and stands as a key", "write the key out")
            self._name(parent, value, line)
            return
        self._add(value, size, line)

    def _add(self, value: Any, size: int, line: int) -> None:
        if not self._open:
            self.body = value
            return
        parent = self._open[-1]
        parent.size += size
        if parent.size > _MOST_VALUES:
            message = f"aliases expand to more than {_MOST_VALUES:,} values"
            _refuse(line, message, "write the values out, or generate the template")
        if isinstance(parent.value, list):
            parent.value.append(value)
            return
        key, parent.key = parent.key, None
        if key == "<<":
            self._merge(parent, value, line)
        elif key is not None:
            parent.value[key] = value

    def _merge(self, parent: _Open, value: Any, line: int) -> None:
        maps = value if isinstance(value, list) else [value]
        if not all(isinstance(item, dict) for item in maps):
            _refuse(line, "<< merges something that is no map", "merge a map")
        parent.merged.extend(maps)


def _merged(maps: list[dict[str, Any]], explicit: dict[str, Any]) -> dict[str, Any]:
    """
    Merge maps: what is written out wins over what is merged, the earlier over the later.
    """
    merged: dict[str, Any] = {}
    for source in reversed(maps):
        merged.update(source)
    return {**merged, **explicit} if merged else explicit


def _scalar_value(event: Any, line: int) -> Any:
    tag, text = event.tag, event.value
    if tag is None or tag == "!":
        return _plain(text) if event.implicit[0] and tag is None else text
    if tag.startswith(_STANDARD):
        kind = tag.removeprefix(_STANDARD)
        if kind == "str":
            return text
        if kind in ("bool", "float", "int", "null"):
            return _plain(text)
        _refuse(line, f"CloudFormation takes no !!{kind}", "write the value as a string")
    name = _function(tag, line)
    if name == "Fn::GetAtt" and "." in text:
        return {name: text.split(".", 1)}
    return {name: text}


def _collection_value(closed: _Open) -> Any:
    tag = closed.tag
    if tag is None or tag in ("!", f"{_STANDARD}map", f"{_STANDARD}seq"):
        return closed.value
    if tag.startswith(_STANDARD):
        kind = tag.removeprefix(_STANDARD)
        _refuse(closed.line, f"CloudFormation takes no !!{kind}", "write a plain map or list")
    return {_function(tag, closed.line): closed.value}


def _function(tag: str, line: int) -> str:
    """
    Give the long form of a short-form function; whether there is one is asked of the template.
    """
    name = tag.removeprefix("!")
    if not name or name == tag:
        _refuse(line, f"{tag} is no intrinsic function", "check its spelling")
    return name if name in _NO_FN else f"Fn::{name.removeprefix('Fn::')}"


def _plain(text: str) -> Any:
    """
    Read an unquoted scalar.

    Words are booleans as in YAML 1.1, which CloudFormation follows.
    Dates and the unusual notations of numbers (octal, base 60, leading zeros of an account id)
    stay as they are written.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _refuse(line: int, message: str, fix: str) -> NoReturn:
    raise Malformed(f"line {line}", message, fix)
