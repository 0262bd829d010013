"""Conditions are decided by what a template says, and otherwise kept open."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs import check_template
from secure_constructs.findings import Finding
from secure_constructs.template import Template
from secure_constructs.template.conditions import past_defaults, worlds

URL = "lambda-url-without-auth"
OPEN = {"Fn::Equals": [{"Ref": "Open"}, "x"]}


def holds(expression: Any, **conditions: Any) -> bool | None:
    body = {
        "Parameters": {
            "Stage": {"Type": "String", "Default": "prod"},
            "Flag": {"Type": "String", "Default": "true"},
            "Open": {"Type": "String"},
        },
        "Conditions": {"It": expression, **conditions},
        "Resources": {},
    }
    return Template(body).conditions.holds("It")


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ({"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, True),
        ({"Fn::Equals": [{"Ref": "Stage"}, "test"]}, False),
        ({"Fn::Equals": [{"Ref": "Flag"}, True]}, True),
        ({"Fn::Equals": ["1", 1]}, True),
        (OPEN, None),
        ({"Fn::Equals": [{"Ref": "AWS::Region"}, {"Ref": "AWS::Region"}]}, True),
        ({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}, None),
        ({"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}, True),
        ({"Fn::Not": [OPEN]}, None),
        ({"Fn::And": [OPEN, {"Fn::Equals": ["a", "b"]}]}, False),
        ({"Fn::And": [OPEN, {"Fn::Equals": ["a", "a"]}]}, None),
        ({"Fn::Or": [OPEN, {"Fn::Equals": ["a", "a"]}]}, True),
        ({"Fn::Or": [OPEN, {"Fn::Equals": ["a", "b"]}]}, None),
        ({"Condition": "Other"}, True),
        ({"Condition": "It"}, None),
        ({"Condition": "Missing"}, None),
        ({"Fn::Equals": ["a"]}, None),
        ({"Fn::And": "x"}, None),
        ("x", None),
    ],
)
def test_answers_yes_no_or_not_known(expression: Any, answer: object) -> None:
    assert holds(expression, Other={"Fn::Equals": ["a", "a"]}) is answer


def url(auth: Any, **attributes: Any) -> dict[str, Any]:
    return {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": auth}, **attributes}


def judged(resources: dict[str, Any], **conditions: Any) -> list[Finding]:
    body = {
        "Parameters": {"Open": {"Type": "String"}, "Stage": {"Type": "String", "Default": "prod"}},
        "Conditions": conditions,
        "Resources": resources,
    }
    return [finding for finding in check_template(body) if finding.rule_id == URL]


def test_a_fault_in_one_branch_of_an_open_condition_is_uncertain() -> None:
    (finding,) = judged({"U": url({"Fn::If": ["C", "NONE", "AWS_IAM"]})}, C=OPEN)

    assert not finding.certain
    assert "under some conditions" in finding.message


def test_a_fault_in_every_branch_is_certain() -> None:
    (finding,) = judged({"U": url({"Fn::If": ["C", "NONE", "none"]})}, C=OPEN)

    assert finding.certain


def test_a_fault_of_a_resource_that_may_not_exist_is_certain_for_that_resource() -> None:
    (finding,) = judged({"U": url("NONE", Condition="C")}, C=OPEN)

    assert finding.certain


def test_a_resource_left_out_by_a_default_is_judged_as_if_it_were_there() -> None:
    resources = {"U": url("NONE", Condition="Test")}

    (finding,) = judged(resources, Test={"Fn::Equals": [{"Ref": "Stage"}, "test"]})

    assert finding.certain


IN_TEST = {"Fn::Equals": [{"Ref": "Stage"}, "test"]}


@pytest.mark.parametrize("condition", [IN_TEST, {"Fn::And": [{"Condition": "Other"}, IN_TEST]}])
def test_a_fault_in_the_branch_that_no_default_selects_is_uncertain(condition: Any) -> None:
    auth = {"Fn::If": ["Test", "NONE", "AWS_IAM"]}

    (finding,) = judged({"U": url(auth)}, Test=condition, Other={"Fn::Equals": ["a", "a"]})

    assert not finding.certain
    assert finding.message.endswith("where parameters do not keep their defaults")


def test_a_fault_in_the_branch_that_a_default_selects_is_certain() -> None:
    (finding,) = judged({"U": url({"Fn::If": ["Test", "AWS_IAM", "NONE"]})}, Test=IN_TEST)

    assert finding.certain


def test_a_branch_that_nothing_can_select_is_not_judged() -> None:
    auth = {"Fn::If": ["Never", "NONE", "AWS_IAM"]}

    assert judged({"U": url(auth)}, Never={"Fn::Equals": ["a", "b"]}) == []


def test_what_cannot_be_known_is_not_said_again_for_other_parameters() -> None:
    resources = {"U": url({"Ref": "Open"}), "V": url("AWS_IAM", Condition="Test")}

    (finding,) = judged(resources, Test=IN_TEST)

    assert finding.logical_id == "U"
    assert not finding.certain


def test_two_values_of_one_parameter_are_never_assumed_together() -> None:
    conditions = {
        "Prod": {"Fn::Equals": [{"Ref": "Open"}, "prod"]},
        "Test": {"Fn::Equals": [{"Ref": "Open"}, "test"]},
    }
    template = Template(
        {
            "Parameters": {"Open": {"Type": "String"}},
            "Conditions": conditions,
            "Resources": {"A": url("x", Condition="Prod"), "B": url("x", Condition="Test")},
        }
    )

    assert [sum(world.values()) for world in worlds(template)] == [0, 1, 1]


def test_the_work_stays_bounded_however_many_conditions_are_open() -> None:
    names = [f"C{n}" for n in range(200)]
    template = Template(
        {
            "Parameters": {name: {"Type": "String"} for name in names},
            "Conditions": {name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in names},
            "Resources": {name: url("x", Condition=name) for name in names},
        }
    )

    assert len(list(worlds(template))) <= 20


def test_worlds_past_defaults_are_bounded_however_many_conditions_there_are() -> None:
    names = [f"C{n}" for n in range(200)]
    template = Template(
        {
            "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
            "Conditions": dict.fromkeys(names, IN_TEST),
            "Resources": {name: url("x", Condition=name) for name in names},
        }
    )

    (world,) = past_defaults(template)
    assert world == dict.fromkeys(names, True)


def test_worlds_past_defaults_are_bounded_by_conditions() -> None:
    template = Template(
        {
            "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
            "Resources": {name: url("x", Condition="Never") for name in "ABC"},
        }
    )

    assert list(past_defaults(template)) == [{"Never": True}]


def test_a_chain_of_conditions_without_end_stays_open() -> None:
    chain = {f"C{n}": {"Fn::Not": [{"Condition": f"C{n + 1}"}]} for n in range(3_000)}

    assert holds({"Condition": "C0"}, **chain) is None
