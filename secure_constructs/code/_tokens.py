"""The tokens of JavaScript."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/|\A\#![^\n]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<template>`)
    |(?P<name>[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|\#[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>=>|\.\.\.|\?\.(?!\d)|[{}()\[\];,<>+\-*/%&|^!~?:=.@])""",
    re.VERBOSE | re.DOTALL,
)
_PATTERN: Final = re.compile(
    r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,1000}\]){1,1000}/[a-z]*"
)
_BEFORE_PATTERN: Final = frozenset("(,=:[!&|?{};+-*%~^<>") | {
    "=>",
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "else",
    "do",
    "yield",
    "await",
}
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_DEEPEST: Final = 200


class Token(NamedTuple):
    """
    One token of a source.

    Args:
        kind: ``name``, ``text``, ``number``, ``sign`` or ``pattern``.
        text: What it is; of a text what it says, nothing if that is made of parts.
        line: Its line, from 1.
    """

    kind: str
    text: str
    line: int


class UnreadableError(Exception):
    """
    A source that cannot be read.

    Args:
        line: Where.
        reason: Why, as a clause.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def tokens_of(source: str) -> list[Token]:  # noqa: C901, PLR0912 (one case per kind of token)
    """
    Read a source.

    Raises:
        UnreadableError: It is no JavaScript.
    """
    found: list[Token] = []
    open_: list[str] = []
    position, line = 0, 1
    while position < len(source):
        last = found[-1] if found else None
        if source[position] == "/" and (last is None or last.text in _BEFORE_PATTERN):
            pattern = _PATTERN.match(source, position)
            if pattern is not None:
                found.append(Token("pattern", "", line))
                position = pattern.end()
                continue
        match = _TOKEN.match(source, position)
        if match is not None and match[0] == "/" and source.startswith("/*", position):
            raise UnreadableError(line, "does not parse as JavaScript: a comment is not closed")
        if match is None:
            raise UnreadableError(line, "does not parse as JavaScript")
        kind, text = match.lastgroup or "", match[0]
        position = match.end()
        if kind == "template" or (text == "}" and open_ and open_[-1] == "`{"):
            if kind != "template":
                open_.pop()
            position, line, inside = _template(source, position, line)
            found.append(Token("text", "", line))
            if inside:
                open_.append("`{")
            continue
        if kind == "sign" and text in "([{":
            open_.append(text)
            if len(open_) > _DEEPEST:
                raise UnreadableError(line, "is nested too deeply to be read")
        elif kind == "sign" and text in _CLOSING and (not open_ or open_.pop() != _CLOSING[text]):
            raise UnreadableError(line, "does not parse as JavaScript: brackets do not match")
        if kind != "space":
            found.append(Token(kind, text[1:-1] if kind == "text" else text, line))
        line += text.count("\n")
    if open_:
        raise UnreadableError(line, "does not parse as JavaScript: a bracket is not closed")
    return found


def _template(source: str, position: int, line: int) -> tuple[int, int, bool]:
    """
    Skip the text of a template up to its end, or to the next expression in it.
    """
    while position < len(source):
        character = source[position]
        if character == "\\":
            position += 2
            continue
        if character == "`":
            return position + 1, line, False
        if source.startswith("${", position):
            return position + 2, line, True
        line += character == "\n"
        position += 1
    raise UnreadableError(line, "does not parse as JavaScript: a text is not closed")
