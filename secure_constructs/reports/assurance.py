"""
The assurance matrix as a file to keep and compare: one line for each control of each function.

What became of a rule, held against a resource of a function, with its evidence and its line.
Sorted, so that a comparison of two files shows what a change made of the controls.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from secure_constructs.reports._map import map_of

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.paths.attack_map import AttackMap
    from secure_constructs.reports._map import Map

COLUMNS: Final = (
    "function",
    "risk",
    "control",
    "resource",
    "rule",
    "state",
    "evidence",
    "line",
)
# A spreadsheet would run what begins so.
_FORMULA: Final = ("=", "+", "-", "@")


def render(assessment: Assessment, attacks: AttackMap) -> str:
    """
    Write the assurance matrix as CSV.

    Args:
        assessment: The verdict on the templates.
        attacks: The attack map of the same templates.
    """
    return table(map_of(assessment, attacks))


def table(drawn: Map) -> str:
    """
    Write the assurance matrix of a map as CSV.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(_lines(drawn)))
    return text.getvalue()


def _lines(drawn: Map) -> Iterator[tuple[str, ...]]:
    names = {node["id"]: node["construct"] or node["logical_id"] for node in drawn["nodes"]}
    matrix = drawn["matrix"]
    for row in matrix["rows"]:
        for cell in row["cells"]:
            for control in (matrix["controls"][number] for number in cell["controls"]):
                asked = matrix["asked"][control.asked]
                subject = matrix["subjects"][control.subject]
                line = (
                    names[row["function"]],
                    cell["risk"],
                    asked["control"],
                    subject["resource"],
                    asked["rule"],
                    str(control.state),
                    control.evidence,
                    subject["source"],
                )
                yield tuple(map(_inert, line))


def _inert(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
