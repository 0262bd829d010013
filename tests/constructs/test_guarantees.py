"""
The page that says, for each construct, what it guarantees and which test holds it.

A test's name is the guarantee. ``pytest tests/constructs/test_guarantees.py --update-golden``
writes the page anew.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from secure_constructs import constructs

HERE = Path(__file__).parent
PAGE = HERE / "README.md"

# About the tests' own subject, and not about a construct.
NOT_GUARANTEES = ("keeps_its_logical_id", "passes_", "tells_a_misspelt_prop")


def homes() -> dict[str, str]:
    """
    The constructs, by the file of their tests.
    """
    return {
        home: ", ".join(name for name in constructs.__all__ if constructs._HOMES[name] == home)
        for home in sorted({constructs._HOMES[name] for name in constructs.__all__})
    }


def guarantees(home: str) -> list[str]:
    """
    What the tests of a construct hold.
    """
    tree = ast.parse((HERE / f"test_{home}.py").read_text("utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not node.name.removeprefix("test_").startswith(NOT_GUARANTEES)
    ]


def page() -> str:
    lines = [
        "# What each construct guarantees, and the test that holds it",
        "",
        "Besides, each of these tests judges the stack it built by all rules, and",
        "[the judges of the field](../judges/README.md) judge every construct.",
        "",
        "Written by `pytest tests/constructs/test_guarantees.py --update-golden`; a test holds it.",
    ]
    for home, names in homes().items():
        lines += ["", f"## {names}", "", "| guarantee | test |", "|---|---|"]
        for name in guarantees(home):
            words = name.removeprefix("test_").replace("_", " ")
            lines.append(f"| {words} | [`test_{home}.py::{name}`](test_{home}.py) |")
    return "\n".join((*lines, ""))


def test_the_page_lists_what_the_tests_hold(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize("home", homes())
def test_every_construct_has_guarantees(home: str) -> None:
    assert guarantees(home)
