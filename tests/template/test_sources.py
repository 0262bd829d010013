"""Findings name the line of the user's own code."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_constructs.findings import SourceLine
from secure_constructs.template.sources import Lines, user_line


@pytest.mark.parametrize(
    "trace",
    [
        ["    ...aws-cdk-lib...", "handler (/app/shop.py:41)"],
        "    ...aws-cdk-lib...\nhandler (/app/shop.py:41:7)",
    ],
)
def test_finds_the_line_of_user_code_in_a_trace(trace: object) -> None:
    assert user_line(trace) == SourceLine(file="/app/shop.py", line=41)


@pytest.mark.parametrize("trace", [None, [], "", ["...aws-cdk-lib..."], [3], {"a": 1}])
def test_a_trace_without_user_code_has_no_line(trace: object) -> None:
    assert user_line(trace) is None


def test_lines_below_the_working_directory_are_relative_to_it() -> None:
    assert user_line([f"x ({Path.cwd()}/app.py:3)"]) == SourceLine(file="app.py", line=3)


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages", "node_modules"])
def test_installed_code_is_nobodys_own(folder: str) -> None:
    trace = [f"make (/app/{folder}/lib/x.py:3)", "<module> (/app/shop.py:7)"]

    assert user_line(trace) == SourceLine(file="/app/shop.py", line=7)


def test_lines_are_found_once_and_only_when_asked_for() -> None:
    asked = []

    def find() -> dict[str, SourceLine]:
        asked.append(1)
        return {"Shop/Url": SourceLine(file="app.py", line=3)}

    lines = Lines(find)
    assert asked == []
    assert lines.get("Shop/Url") == lines["Shop/Url"]
    assert list(lines) == ["Shop/Url"]
    assert len(lines) == 1
    assert asked == [1]
