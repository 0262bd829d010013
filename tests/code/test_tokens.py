"""JavaScript is taken apart rightly where a slash, a brace or a quote may mean two things."""

from __future__ import annotations

import pytest

from secure_constructs.code._tokens import BREAK, Statements, Tokens, UnreadableError


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        ("a = b / c / d", ["a", "=", "b", "/", "c", "/", "d"]),
        ("a = /b[/'\"]c/g.test(d)", ["a", "=", "/b[/'\"]c/g", ".", "test", "(", "d", ")"]),
        ("return /'/", ["return", "/'/"]),
        ("x =\n  /* why */ /'/", ["x", "=", "/'/"]),
        ("a // 'b\nc", ["a", "c"]),
        ("'//' + \"/*\"", ["'//'", "+", '"/*"']),
        ("`a'`", ["`a'`"]),
        ("`${a}'${{ b: `c${d}` }}/`", ["``", "a", "``", "{", "b", ":", "``", "d", "``", "}", "``"]),
        ("a?.b ? .5 : c?.5:d", ["a", "?.", "b", "?", ".", "5", ":", "c", "?", ".", "5", ":", "d"]),
        ("#!/usr/bin/env node\na", ["a"]),
        ("{\\u00C0b:1,c:2}", ["{", "\\u00C0b", ":", "1", ",", "c", ":", "2", "}"]),
        ("return\u00a0{}", ["return", "{", "}"]),
        ("this.#größe => ...b", ["this", ".", "#größe", "=>", "...", "b"]),
    ],
)
def test_finds_the_tokens_of_a_source(source: str, tokens: list[str]) -> None:
    found = Tokens(source)

    assert found.texts[: len(found)] == tokens


@pytest.mark.parametrize("source", ["(]", "(", "a '", "`${a", "/* a", "a \\ b", "`a"])
def test_names_what_is_no_javascript(source: str) -> None:
    with pytest.raises(UnreadableError):
        Tokens(source)
    with pytest.raises(UnreadableError):
        Statements(source).tokens("a")


def test_says_the_line_of_each_token() -> None:
    found = Tokens("a\n/* b\n */ c `d\n${e}\n` f\n")

    assert [found.line(at) for at in range(len(found))] == [1, 3, 3, 4, 4, 5]


def test_takes_only_those_statements_apart_that_are_asked_for() -> None:
    source = "a=';b';c(`;${d};`,/;e/,wanted);f=()=>{g;wanted};h"

    found = Statements(source).tokens("wanted")

    expected = ["c", "(", "``", "d", "``", ",", "/;e/", ",", "wanted", ")", ";"]
    assert found.texts[: len(found)] == [*expected, BREAK, "wanted", "}", ";", BREAK]
