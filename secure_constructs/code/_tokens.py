"""
The tokens of JavaScript.

Between slashes and templates, whose meaning depends on what is before them, one expression finds
all tokens at once; what they are is told by how they begin. Of a bundle only those statements are
taken apart that hold a word which matters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_LETTER: Final = r"A-Za-z_$\u00aa-\u1fff\u2c00-\u2fff\u3001-\ufefe\uff00-\uffff"
_TEXT: Final = r"""
    "[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"
    |'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'
"""
_TOKEN: Final = re.compile(
    rf"""[{_LETTER}][\w{_LETTER}]*
    |=>|\.\.\.|\?\.(?!\d)|[{{}}()\[\];,<>+\-*%&|^!~:.?=@]
    |{_TEXT}
    |\d[\w.]*
    |\#[{_LETTER}][\w{_LETTER}]*
    |(?:\\u(?:[\da-fA-F]{{4}}|\{{[\da-fA-F]+\}})[\w{_LETTER}]*)+
    |\S""",
    re.VERBOSE | re.DOTALL,
)
# What can be read at once: up to a slash or a template, and in a template up to a brace as well.
_PLAIN: Final = re.compile(rf"""(?:[^"'`/]++|{_TEXT})*+""", re.VERBOSE | re.DOTALL)
_IN_TEMPLATE: Final = re.compile(rf"""(?:[^"'`/{{}}]++|{_TEXT})*+""", re.VERBOSE | re.DOTALL)
_TEXTS: Final = re.compile(_TEXT, re.VERBOSE | re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(128)) - set(b"()[]{}"))
_STATEMENT: Final = re.compile(rf"""(?:[^"';]++|{_TEXT})*+;?""", re.VERBOSE | re.DOTALL)
_LAST_WORD: Final = re.compile(r"[\w$]+\Z")
_LONGEST_WORD: Final = 12
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
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
_PARTS: Final = "``"
_TEMPLATE: Final = re.compile(r"(?:[^`\\$]++|\\.|\$(?!\{))*+", re.DOTALL)
_OPENING: Final = frozenset("([{")
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_QUOTES: Final = frozenset("\"'`")
_NO_TOKENS: Final = frozenset("\"'\\#")
_DEEPEST: Final = 200
BREAK: Final = "\n"
"""
Stands between statements that are taken apart, where others are left out.
"""
_AHEAD: Final = 6
_NO_SOURCE: Final = "does not parse as JavaScript"
_OPEN: Final = f"{_NO_SOURCE}: a bracket is not closed"


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


class Piece(NamedTuple):
    """
    A part of a source: code without slashes and templates, or one token.

    Args:
        start: Where it begins.
        end: Where it ends.
        text: The token; nothing for code.
    """

    start: int
    end: int
    text: str = ""


def pieces_of(source: str) -> Iterator[Piece]:
    """
    Cut a source at slashes and templates, and leave out comments.

    Raises:
        UnreadableError: It is no JavaScript.
    """
    position = source.find("\n") if source.startswith("#!") else 0
    # How many braces are open in each expression of a template that is being read.
    templates: list[int] = []
    last = Piece(0, 0)
    while 0 <= position < len(source):
        end = _end(_IN_TEMPLATE if templates else _PLAIN, source, position)
        if end > position:
            code = Piece(position, end)
            yield code
            if not source[position:end].isspace():
                last = code
        position, text = _sign(source, end, last, templates)
        if text:
            last = Piece(end, position, text)
            yield last
    if templates:
        raise UnreadableError(_line(source, len(source)), _OPEN)


def _sign(source: str, at: int, last: Piece, templates: list[int]) -> tuple[int, str]:
    """
    Read what code ends at: where it goes on, and the token there.
    """
    sign = source[at : at + 1]
    if sign == "/":
        return _slash(source, at, last)
    if sign == "`":
        return _template(source, at, templates)
    if sign == "}" and not templates[-1]:
        templates.pop()
        return _template(source, at, templates)
    if sign in ("{", "}"):
        templates[-1] += 1 if sign == "{" else -1
        return at + 1, sign
    if sign:
        raise UnreadableError(_line(source, at), _NO_SOURCE)
    return at, ""


def _slash(source: str, at: int, last: Piece) -> tuple[int, str]:
    """
    Read a comment, a pattern or a division.
    """
    comment = _COMMENT.match(source, at)
    if comment is not None:
        return comment.end(), ""
    if source.startswith("/*", at):
        raise UnreadableError(_line(source, at), f"{_NO_SOURCE}: a comment is not closed")
    before = last.text or _last_token(source[last.start : last.end])
    pattern = _PATTERN.match(source, at) if not before or before in _BEFORE_PATTERN else None
    return (at + 1, "/") if pattern is None else (pattern.end(), pattern[0])


def _template(source: str, at: int, templates: list[int]) -> tuple[int, str]:
    """
    Read the text of a template up to its end, or to the next expression in it.
    """
    end = _end(_TEMPLATE, source, at + 1)
    if source.startswith("`", end):
        return end + 1, source[at : end + 1] if source[at] == "`" else _PARTS
    if source.startswith("${", end):
        templates.append(0)
        return end + 2, _PARTS
    raise UnreadableError(_line(source, at), f"{_NO_SOURCE}: a text is not closed")


def _end(pattern: re.Pattern[str], source: str, at: int) -> int:
    match = pattern.match(source, at)
    return at if match is None else match.end()


def _last_token(code: str) -> str:
    """
    Give the sign or the word that code ends with.
    """
    code = code.rstrip()
    word = _LAST_WORD.search(code[-_LONGEST_WORD:])
    return word[0] if word is not None else code[-1:]


def _line(source: str, offset: int) -> int:
    return source.count("\n", 0, offset) + 1


class Statements:
    """
    The statements of a source, to be taken apart as far as they matter.

    A function ends a statement where the first one in it ends.

    Args:
        source: The source.

    Raises:
        UnreadableError: It is no JavaScript.
    """

    __slots__ = ("_breaks_in", "_pieces", "_places", "_source", "_starts")

    def __init__(self, source: str) -> None:
        self._source = source
        self._pieces = list(pieces_of(source))
        self._starts = [piece.start for piece in self._pieces]
        self._places: dict[str, list[int]] = {}
        self._breaks_in: dict[int, list[int]] = {}
        if not self._matches():
            Tokens(source)  # says where

    def tokens(self, *patterns: str) -> Tokens:
        """
        Take those statements apart in which some patterns find anything.
        """
        found: list[Piece] = []
        done = 0
        for place in sorted(place for pattern in patterns for place in self._found(pattern)):
            if place >= done:
                statement = self._around(place, done)
                if statement:
                    done = statement[-1].end
                    found += [*statement, Piece(done, done, BREAK)]
        return Tokens(self._source, found)

    def _found(self, pattern: str) -> list[int]:
        if pattern not in self._places:
            matches = re.finditer(pattern, self._source)
            self._places[pattern] = [match.start() for match in matches]
        return self._places[pattern]

    def _matches(self) -> bool:
        """
        Whether brackets match, and are not nested too deeply.
        """
        code = "".join(
            piece.text or self._source[piece.start : piece.end]
            for piece in self._pieces
            if piece.text in ("", "{", "}")
        )
        plain = _TEXTS.sub("", code)
        brackets = plain.encode("ascii", "ignore").translate(None, _NO_BRACKETS)
        for _ in range(_DEEPEST):
            if not brackets:
                break
            for pair in (b"()", b"[]", b"{}"):
                brackets = brackets.replace(pair, b"")
        return not brackets

    def _around(self, place: int, done: int) -> list[Piece]:
        """
        Give the statement around a place, none in a comment; it begins where others are done.
        """
        first = last = bisect_right(self._starts, place) - 1
        if first < 0 or place >= self._pieces[first].end:
            return []
        begin = max((at for at in self._breaks(first) if at <= place), default=None)
        end = min((at for at in self._breaks(last) if at > place), default=None)
        while begin is None and first and self._starts[first] > done:
            first -= 1
            begin = max(self._breaks(first), default=None)
        while end is None and last + 1 < len(self._pieces):
            last += 1
            end = min(self._breaks(last), default=None)
        pieces = self._pieces[first : last + 1]
        start = max(pieces[0].start, begin or 0, done)
        pieces[0] = pieces[0]._replace(start=start)
        pieces[-1] = pieces[-1]._replace(end=pieces[-1].end if end is None else end)
        return pieces

    def _breaks(self, number: int) -> list[int]:
        """
        Give where statements end in a piece.
        """
        if number not in self._breaks_in:
            piece = self._pieces[number]
            ends: list[int] = []
            at = piece.start
            for code in [] if piece.text else _STATEMENT.findall(self._source, at, piece.end):
                at += len(code)
                if code[-1:] == ";":
                    ends.append(at)
            self._breaks_in[number] = ends
        return self._breaks_in[number]


class Tokens:
    """
    The tokens of a source.

    Args:
        source: The source.
        pieces: The parts of it to be taken apart. Default: all, and its brackets match

    Raises:
        UnreadableError: It is no JavaScript.
    """

    __slots__ = ("_line", "_offsets", "_source", "_starts", "places", "texts")

    def __init__(self, source: str, pieces: Iterable[Piece] | None = None) -> None:
        self._source = source
        # The number of the first token in each piece, and the piece.
        self._starts: list[tuple[int, Piece]] = []
        self._offsets: dict[int, list[int]] = {}
        self._line = 0, 1
        #: Each token as it is written; empty ones follow, so that one may look ahead.
        self.texts: list[str] = []
        #: Where each token is that is no bracket.
        self.places: dict[str, list[int]] = {}
        for piece in pieces_of(source) if pieces is None else pieces:
            self._starts.append((len(self.texts), piece))
            if piece.text:
                self.texts.append(piece.text)
            else:
                self.texts += _TOKEN.findall(source, piece.start, piece.end)
        self._index(whole=pieces is None)
        self.texts += [""] * _AHEAD

    def __len__(self) -> int:
        return len(self.texts) - _AHEAD

    def is_name(self, at: int) -> bool:
        """
        Whether a token is a name or a word of the language.
        """
        first = self.texts[at][:1]
        return first.isalpha() or first in ("_", "$", "#", "\\") or first > "\x7f"

    def is_text(self, at: int) -> bool:
        """
        Whether a token is a text.
        """
        return self.texts[at][:1] in _QUOTES

    def said(self, at: int) -> str:
        """
        Give what a text says, nothing if that is made of parts; another token as it is written.
        """
        text = self.texts[at]
        return text[1:-1] if text[:1] in _QUOTES else text

    def following(self, at: int, count: int) -> list[str]:
        """
        Give the tokens after one.
        """
        return self.texts[at + 1 : at + 1 + count]

    def positions(self, words: Iterable[str]) -> list[int]:
        """
        Give where some words are, in their order.
        """
        return sorted(at for word in set(words) for at in self.places.get(word, ()))

    def line(self, at: int) -> int:
        """
        Give the line of a token, from 1.
        """
        number = bisect_right(self._starts, at, key=lambda start: start[0]) - 1
        first, piece = self._starts[number]
        if number not in self._offsets:
            found = [] if piece.text else _TOKEN.finditer(self._source, piece.start, piece.end)
            self._offsets[number] = [match.start() for match in found] or [piece.start]
        offset = self._offsets[number][at - first]
        # Most are asked for in their order.
        known, line = self._line if self._line[0] <= offset else (0, 1)
        self._line = offset, line + self._source.count("\n", known, offset)
        return self._line[1]

    def _index(self, *, whole: bool) -> None:
        """
        Note where each token is, and see that brackets match.
        """
        places = self.places
        open_: list[str] = []
        for at, text in enumerate(self.texts):
            if text in _OPENING:
                open_.append(text)
                if whole and len(open_) > _DEEPEST:
                    raise UnreadableError(self.line(at), "is nested too deeply to be read")
            elif text in _CLOSING:
                matches = open_ and open_.pop() == _CLOSING[text]
                if whole and not matches:
                    raise UnreadableError(self.line(at), f"{_NO_SOURCE}: brackets do not match")
            elif text in places:
                places[text].append(at)
            else:
                places[text] = [at]
        if whole and open_:
            raise UnreadableError(_line(self._source, len(self._source)), _OPEN)
        for text in _NO_TOKENS & places.keys():
            raise UnreadableError(self.line(places[text][0]), _NO_SOURCE)
