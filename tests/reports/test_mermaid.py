"""The diagram for a pull request: what a code host can draw, and nothing a name can break."""

from __future__ import annotations

import re

import pytest

from secure_constructs.reports import mermaid
from tests.reports import maps

# A label holds letters, digits, a few marks that mean nothing, numbered letters and line breaks.
LABEL = r'"(?:[A-Za-z0-9 .,_/-]|#\d+;|<br>)*"'
LINES = (
    r"flowchart LR",
    rf"  n\d+(?:\(\[{LABEL}\]\)|>{LABEL}\]|\{{\{{{LABEL}\}}\}}|\[[(/]?{LABEL}[)\\]?\])",
    rf"  n\d+ (?:-->|-\.->)(?:\|{LABEL}\|)? n\d+",
    r"  classDef [a-z-]+ [a-z0-9:,# -]+",
    r"  class [n0-9,]+ [a-z-]+",
    r"  linkStyle [0-9,]+ [a-z0-9:,#-]+",
)


def lines(name: str) -> list[str]:
    return mermaid.diagram(getattr(maps, name)()).splitlines()


@pytest.mark.parametrize("name", ["sound", "exposed", "hostile", "large"])
def test_every_line_is_one_that_a_diagram_may_hold(name: str) -> None:
    said, empty, opened, *diagram, closed = lines(name)

    assert said.startswith("**Attack map**: ")
    assert (empty, opened, closed) == ("", "```mermaid", "```")
    strange = [line for line in diagram if not any(re.fullmatch(known, line) for known in LINES)]
    assert strange == []


def test_a_diagram_stays_within_what_code_hosts_draw() -> None:
    diagram = lines("large")

    assert sum(map(len, diagram)) < 50_000
    assert sum("-->" in line for line in diagram) < 500


def test_the_first_line_counts_what_is_left_out() -> None:
    assert re.search(
        r"30 exposed, .* behind WAF; the worst are drawn, and \d+ are left out", lines("large")[0]
    )
    assert "left out" not in lines("exposed")[0]


def test_only_the_ways_of_inputs_are_drawn() -> None:
    diagram = "\n".join(lines("exposed"))

    assert "Refund" in diagram
    assert "OrdersTable" not in diagram
    assert "Role" not in diagram


def test_a_verdict_is_told_in_words_and_by_the_line() -> None:
    diagram = lines("exposed")

    assert any('["Refund<br>#33; exposed"]' in line for line in diagram)
    assert any(line.startswith("  linkStyle ") for line in diagram)
    assert '  n14 -.->|"sns#58;Publish"| n15' in diagram


def test_a_finding_is_named_by_its_severity() -> None:
    assert any('"RefundUrl<br>high finding"' in line for line in lines("exposed"))
    assert not any("PartnerBus<br>" in line for line in lines("exposed"))  # accepted


def test_nothing_that_comes_in_is_one_line() -> None:
    empty = maps.drawn(maps.Plan("Empty", {"Table": "table"}))

    assert mermaid.diagram(empty) == "**Attack map**: 0 inputs\n"
