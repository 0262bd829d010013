"""The verdict: what gates, what is accepted, and what happens when a rule fails."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from secure_constructs import check_template
from secure_constructs.assessment import (
    DEFECT,
    UNREADABLE,
    WAIVER_EXPIRED,
    WAIVER_WITHOUT_MATCH,
    Assessment,
    assess,
)
from secure_constructs.config import Config, Waiver
from secure_constructs.findings import Finding, Severity
from secure_constructs.rules import Rule, catalogue
from secure_constructs.template import Block, Origin, Resource, Template, Undecided

TODAY = dt.date(2026, 11, 21)
URL = next(rule for rule in catalogue() if rule.id == "lambda-url-without-auth")


def template(auth: Any = "NONE", **attributes: Any) -> Template:
    url = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": auth}, **attributes}
    return Template({"Resources": {"Url": url}}, origin=Origin(construct_paths={"Url": "Shop/Url"}))


def judged(config: Config | None = None, auth: Any = "NONE") -> Assessment:
    return assess([template(auth)], config=config, rules=[URL], today=TODAY)


def waiver(**changes: Any) -> Waiver:
    plain = Waiver(
        rule=URL.id, path="Shop", reason="partners sign", owner="payments", expires=TODAY
    )
    return replace(plain, **changes)


def test_a_finding_at_the_gate_refuses() -> None:
    assessment = judged()

    assert [finding.rule_id for finding in assessment.gating] == [URL.id]
    assert assessment.refused


def test_a_finding_below_the_gate_does_not_refuse() -> None:
    assessment = judged(Config(gate=Severity.CRITICAL))

    assert assessment.active
    assert not assessment.refused


def test_an_uncertain_finding_never_refuses() -> None:
    assessment = judged(auth={"Ref": "Missing"})

    assert [finding.certain for finding in assessment.uncertain] == [False]
    assert assessment.active == ()
    assert not assessment.refused


def test_a_waiver_accepts_with_its_reason_until_its_last_day() -> None:
    assessment = judged(Config(waivers=(waiver(),)))

    assert list(assessment.acknowledged.values()) == ["partners sign"]
    assert assessment.active == ()
    assert not assessment.refused


def test_a_waiver_that_has_expired_accepts_nothing_and_says_so() -> None:
    expired = waiver(expires=TODAY - dt.timedelta(days=1))

    assessment = judged(Config(waivers=(expired,)))

    assert assessment.refused
    (about,) = (f for f in assessment.active if f.rule_id == WAIVER_EXPIRED)
    assert "owned by payments, expired on 2026-11-20" in about.message


@pytest.mark.parametrize(
    "changes",
    [{"path": "Shop/Ur"}, {"path": "Shop/Url/Below"}, {"rule": "sqs-unencrypted"}, {"path": "Url"}],
)
def test_a_waiver_that_matches_nothing_is_a_finding(changes: dict[str, str]) -> None:
    assessment = judged(Config(waivers=(waiver(**changes),)))

    assert assessment.refused
    assert WAIVER_WITHOUT_MATCH in {finding.rule_id for finding in assessment.active}


@pytest.mark.parametrize("path", ["Shop", "Shop/Url"])
def test_a_waiver_holds_at_its_construct_and_below(path: str) -> None:
    assert not judged(Config(waivers=(waiver(path=path),))).refused


def test_a_waiver_names_the_logical_id_where_cdk_made_no_construct() -> None:
    lone = Template(
        {"Resources": {"Url": {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}}}}
    )

    assert not assess([lone], config=Config(waivers=(waiver(path="Url"),)), today=TODAY).refused


def test_what_cannot_be_read_refuses_whatever_the_gate() -> None:
    broken = Template({"Resources": {"Url": {}}})

    assessment = assess([broken], config=Config(gate=Severity.CRITICAL), rules=[URL])

    assert [finding.rule_id for finding in assessment.gating] == [UNREADABLE]


class _Broken(Rule):
    """
    Fails.

    It is made to.
    """

    id = "lambda-broken"
    control = "lambda.broken"
    risk = URL.risk
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Url",)
    fix = "mend it"
    references = ("https://docs.aws.amazon.com/",)
    passes = ()
    fails = ()
    error: BaseException = ValueError("broken")

    def check(self, url: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        yield self.finding(url, "AuthType", "found before it failed")
        raise self.error


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(0), RecursionError(), MemoryError()])
def test_a_rule_that_fails_refuses_and_names_itself(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Broken, "error", error)

    assessment = assess([template()], rules=[_Broken(), URL])

    assert assessment.refused
    (defect,) = assessment.defects
    assert (defect.rule_id, defect.logical_id) == ("lambda-broken", "Url")
    assert type(error).__name__ in defect.trace
    assert {"lambda-broken", URL.id, DEFECT} == {f.rule_id for f in assessment.gating} | {
        f.rule_id for f in assessment.active
    }


def test_a_rule_that_cannot_decide_is_uncertain_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Broken, "error", Undecided("Cors.AllowOrigins"))

    (finding,) = (f for f in assess([template()], rules=[_Broken()]).findings if not f.certain)

    assert finding.property_path == "Cors.AllowOrigins"
    assert finding.message == "Cors.AllowOrigins is not known before deployment"


class _Partly(_Broken):
    """
    Never part of the catalogue: knows one value of a list, and not the rest.
    """

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        del template
        yield self.finding(resource, "Cors.AllowOrigins", "anyone may ask")
        raise Undecided("Cors.AllowOrigins")


def test_what_is_certain_of_a_value_stays_so_where_the_rest_is_not_known() -> None:
    (finding,) = assess([template()], rules=[_Partly()]).findings

    assert finding.certain
    assert finding.message == "anyone may ask"


def test_findings_come_worst_first() -> None:
    resources = {
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.6"}},
        "U": {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}},
    }

    ranks = [finding.severity.rank for finding in check_template({"Resources": resources})]

    assert len(set(ranks)) > 1
    assert ranks == sorted(ranks)


def work_for(functions: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """
    Count the values that are looked at to judge functions, each with a role of its own.
    """
    resources: dict[str, Any] = {}
    for number in range(functions):
        resources[f"F{number}"] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Role": {"Fn::GetAtt": [f"R{number}", "Arn"]},
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Code": {"ZipFile": "def handler(event, context): ..."},
            },
        }
        resources[f"R{number}"] = {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Statement": []}},
        }
    looked = 0
    look = Block.get

    def counting(*arguments: Any, **keywords: Any) -> Any:
        nonlocal looked
        looked += 1
        return look(*arguments, **keywords)

    with monkeypatch.context() as patched:
        patched.setattr(Block, "get", counting)
        assess([Template({"Resources": resources})])
    return looked


def test_the_work_grows_with_the_size_of_the_template_and_not_faster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert work_for(80, monkeypatch) < 2.2 * work_for(40, monkeypatch)


@pytest.mark.parametrize("condition", ["true", {"Ref": "Public"}])
def test_leaves_nothing_of_a_template_for_the_garbage_collector(condition: Any) -> None:
    url = {"Type": "AWS::Lambda::Url", "Condition": "Live", "Properties": {"AuthType": "NONE"}}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": {"Ref": "Url"}, "AssumeRolePolicyDocument": {}},
    }
    body = {
        "Parameters": {"Public": {"Type": "String"}},
        "Conditions": {"Live": {"Fn::Equals": [condition, "true"]}},
        "Resources": {"Url": url, "Role": role},
    }
    assert check_template(body)  # whatever is made once for all has been made
    collecting = gc.isenabled()
    gc.disable()
    try:
        gc.collect()
        assert check_template(body)
        assert gc.collect() == 0
    finally:
        if collecting:
            gc.enable()
