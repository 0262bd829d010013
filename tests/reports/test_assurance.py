"""The assurance matrix as a file: every control once, in an order that can be compared."""

from __future__ import annotations

import csv

from secure_constructs.findings import Severity
from secure_constructs.paths.graph import INTERNET, Flow
from secure_constructs.reports import assurance
from tests.reports import maps


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_a_line_tells_function_risk_control_state_evidence_and_place() -> None:
    found = [
        line
        for line in lines(assurance.table(maps.exposed()))
        if line["rule"] == "lambda-url-without-auth" and line["function"] == "Orders/Refund"
    ]

    assert found == [
        {
            "function": "Orders/Refund",
            "risk": "SAS-2",
            "control": "lambda.url-auth",
            "resource": "Orders/RefundUrl",
            "rule": "lambda-url-without-auth",
            "state": "failed",
            "evidence": "AuthType: auth is NONE, so anyone may call",
            "line": "app.py:53",
        }
    ]


def test_lines_are_sorted_so_that_two_files_can_be_compared() -> None:
    text = assurance.table(maps.exposed())

    rows = [tuple(line.values()) for line in lines(text)]
    assert rows == sorted(rows)
    assert text == assurance.table(maps.exposed())


def test_a_mended_fault_changes_its_own_line_only() -> None:
    plan = maps.Plan("Shop", {"Url": "url", "Fn": "function"})
    plan.join(INTERNET, Flow.REQUEST, "Url")
    plan.join("Url", Flow.HANDOVER, "Fn")
    fault = maps.finding(plan, "Url", "lambda-url-without-auth", Severity.HIGH)

    before = assurance.table(maps.drawn(plan, fault)).splitlines()
    after = assurance.table(maps.drawn(plan)).splitlines()

    (changed,) = set(before) - set(after)
    assert ",failed," in changed


def test_a_spreadsheet_runs_nothing_that_a_template_says() -> None:
    plan = maps.Plan("Shop", {"Url": "url", "=HYPERLINK(1)": "function"})
    plan.join(INTERNET, Flow.REQUEST, "Url")
    plan.join("Url", Flow.HANDOVER, "=HYPERLINK(1)")
    fault = maps.finding(
        plan, "Url", "lambda-url-without-auth", Severity.HIGH, property_path="", message="@x"
    )

    cells = [
        cell for line in lines(assurance.table(maps.drawn(plan, fault))) for cell in line.values()
    ]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'@x" in cells
