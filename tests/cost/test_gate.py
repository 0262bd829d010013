"""An app that attackers can make cost more than was set is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import secure_constructs.cost
from secure_constructs.assessment import COST_ABOVE_LIMIT, Assessment, assess
from secure_constructs.config import Config
from secure_constructs.findings import Finding, Severity
from secure_constructs.template import Template
from tests.cost.stacks import ENDLESS, function, ref, template, url

if TYPE_CHECKING:
    import pytest

OPEN = function("F", MemorySize=1_024) | url("F")


def judged(most: float | None, read: Template | None = None, **more: Any) -> Assessment:
    read = read or template(OPEN, stack="Shop")
    return assess([read], config=Config(max_cost_per_hour=most, **more), rules=[])


def found(assessment: Assessment) -> Finding:
    (finding,) = [f for f in assessment.findings if f.rule_id == COST_ABOVE_LIMIT]
    return finding


def test_says_nothing_where_no_limit_is_set() -> None:
    assert judged(None).findings == ()


def test_says_nothing_below_the_limit() -> None:
    assert judged(1_000).findings == ()


def test_refuses_above_the_limit_and_says_what_lowers_it() -> None:
    assessment = judged(50)

    finding = found(assessment)
    assert assessment.gating == (finding,)
    assert finding.message.startswith("attackers can make the app cost $")
    assert "max-cost-per-hour is $50.00; the most of it is compute of F, $60.00" in finding.message
    assert finding.fix.startswith("set reserved_concurrent_executions=10 on F, which leaves $")
    assert finding.stack == "Shop"


def test_refuses_whichever_severity_gates() -> None:
    assert judged(50, gate=Severity.CRITICAL).refused


def test_does_not_refuse_for_what_is_not_known() -> None:
    stack = function("F", MemorySize=ref("Later"), ReservedConcurrentExecutions=10) | url("F")
    body = {"Parameters": {"Later": {"Type": "Number"}}, "Resources": stack}

    assessment = judged(5, Template(body))

    assert not found(assessment).certain
    assert not assessment.refused


def test_refuses_what_nothing_bounds() -> None:
    finding = found(judged(1e9, template(ENDLESS)))

    assert finding.certain
    assert finding.message.startswith("nothing bounds what ")


def test_the_settings_of_the_configuration_hold() -> None:
    assert judged(50, account_concurrency=10).findings == ()
    assert judged(1_000, prices={"lambda-request": 1.0}).refused
    assert judged(1_000, limits={"log_kb": 1e6}).refused


def test_a_ceiling_that_fails_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(secure_constructs.cost, "above", fails)

    assessment = judged(1)

    assert [defect.rule_id for defect in assessment.defects] == [COST_ABOVE_LIMIT]
    assert assessment.refused
