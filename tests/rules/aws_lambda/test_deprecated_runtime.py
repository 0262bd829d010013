"""A runtime whose end is near is an open question, not yet a fault."""

from __future__ import annotations

import datetime as dt

import pytest

from secure_constructs import runtimes
from secure_constructs.assessment import check_template

TEMPLATE = {
    "Resources": {
        "Orders": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13"}}
    }
}


@pytest.mark.parametrize(
    ("days", "certain"),
    [(-1, [True]), (0, [False]), (90, [False]), (91, [])],
    ids=["ended", "ends today", "ends in 90 days", "ends later"],
)
def test_is_certain_only_once_the_runtime_has_ended(
    monkeypatch: pytest.MonkeyPatch, days: int, certain: list[bool]
) -> None:
    life = runtimes.lifecycle("python3.13")
    assert life is not None
    monkeypatch.setattr(runtimes, "_today", lambda: life.deprecated - dt.timedelta(days=days))

    found = [
        finding
        for finding in check_template(TEMPLATE)
        if finding.rule_id == "lambda-deprecated-runtime"
    ]

    assert [finding.certain for finding in found] == certain
    assert all(str(life.deprecated) in finding.message for finding in found)
