"""Policies that nobody should write, and many do: named or undecided, never taken for safe."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs import check_template
from secure_constructs.iam import Answer, simulate
from secure_constructs.iam.escalation import escalations
from tests.iam.templates import allow, deny, document, role, template
from tests.work import work

OBJECT = "arn:aws:s3:::b/x"


def asked(*statements: Any, action: str = "s3:GetObject", resource: str = OBJECT) -> Answer:
    return simulate([document(*statements)], action=action, resource=resource)


@pytest.mark.parametrize("action", ["s3:GetObjectt", "nosuch:Thing", "s3", "s3:", ":", "", "*:Get"])
def test_an_action_that_does_not_exist_allows_no_other(action: str) -> None:
    assert asked(allow(action)) is Answer.NO


def test_an_action_that_is_newer_than_our_data_is_still_compared() -> None:
    assert asked(allow("s3:GetObjectFuture"), action="s3:GetObjectFuture") is Answer.YES


@pytest.mark.parametrize(
    "operator", ["StringResembles", "StringEqualz", "ForSomeValues:StringEquals"]
)
@pytest.mark.parametrize("statement", [allow, deny])
def test_an_operator_that_does_not_exist_decides_nothing(operator: str, statement: Any) -> None:
    strange = statement("s3:*", Condition={operator: {"aws:username": "ann"}})
    others = [allow("s3:*")] if statement is deny else []
    assert asked(strange, *others) is Answer.MAYBE


@pytest.mark.parametrize("resource", ["arn:aws:s3", "arn::::::", "b/x", "", "arn:aws:sqs:::b/x"])
def test_what_is_no_arn_of_it_covers_nothing(resource: str) -> None:
    assert asked(allow("s3:GetObject", on=resource)) is Answer.NO


@pytest.mark.parametrize("resource", [5, {"a": "b"}, [["arn:aws:s3:::b/*"]]])
def test_a_resource_that_is_no_text_is_undecided(resource: Any) -> None:
    assert asked(allow("s3:GetObject", on=resource)) is Answer.MAYBE


def test_of_statements_that_contradict_each_other_the_denial_holds() -> None:
    same = {"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}
    assert asked(allow("s3:*"), deny("s3:*")) is Answer.NO
    assert asked(allow("s3:*", **same), deny("s3:*", **same)) is Answer.NO


@pytest.mark.parametrize(
    ("variable", "answer"),
    [
        ("${aws:username}", Answer.MAYBE),
        ("${aws:username, 'x'}", Answer.MAYBE),
        ("${nobody:knows}", Answer.MAYBE),
        ("${*}", Answer.NO),
    ],
)
def test_a_variable_is_anything_until_it_is_known(variable: str, answer: Answer) -> None:
    home = allow("s3:GetObject", on=f"arn:aws:s3:::b/{variable}")
    assert asked(home) is answer


@pytest.mark.parametrize(
    "statement",
    [
        allow("iam:*", Condition={"StringResembles": {"aws:username": "ann"}}),
        {**allow("iam:*"), "Effect": "Permit"},
        {"Effect": "Allow", "Action": {"Fn::Unknown": "x"}, "Resource": "*"},
    ],
    ids=["operator", "effect", "action"],
)
def test_escalation_is_not_certain_of_what_cannot_be_read(statement: dict[str, Any]) -> None:
    ways = escalations(template(Role=role(statement)))
    assert [way for way in ways if way.certain] == []
    assert ways


@pytest.mark.parametrize(
    "policies",
    [
        "text",
        [None],
        [{"PolicyName": "p"}],
        [{"PolicyDocument": "{not json"}],
        [{"PolicyDocument": {"Statement": {"Effect": "Allow"}}}],
        [{"PolicyDocument": {"Statement": [[[]]]}}],
    ],
)
def test_no_shape_makes_a_rule_fail(policies: Any) -> None:
    broken = {"AssumeRolePolicyDocument": {}, "Policies": policies}
    body = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": broken}}}
    assert isinstance(check_template(body), tuple)


def role_with(statements: int) -> dict[str, Any]:
    # No name stands in two sizes, so that nothing is known from the size before.
    names = [f"{statements}x{n}" for n in range(statements)]
    many = [allow(f"s3:Get{name}", on=f"arn:aws:s3:::b{name}/*") for name in names]
    return {"Resources": {"R": role(*many, allow("iam:PutRolePolicy"))}}


def test_judges_ten_thousand_statements() -> None:
    found = [finding.rule_id for finding in check_template(role_with(10_000)) if finding.certain]
    assert "iam-privilege-escalation" in found


def test_judging_takes_no_more_work_than_there_are_statements() -> None:
    few, many = (role_with(statements) for statements in (400, 800))
    check_template(role_with(10))
    assert work(lambda: check_template(many)) < 2.2 * work(lambda: check_template(few))
