"""What is wrong with a template as a whole is named with its place, each fault once."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.template import Template


def places(resources: Any, **sections: Any) -> list[str]:
    return [p.place for p in Template({"Resources": resources, **sections}).problems]


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def test_a_sound_template_has_no_problems() -> None:
    assert places({"A": bucket(Tags=[{"Ref": "AWS::Region"}]), "B": bucket(X={"Ref": "A"})}) == []


@pytest.mark.parametrize(
    ("resources", "place"),
    [
        ({"A": {}}, "Resources.A"),
        ({"A": {"Type": None}}, "Resources.A"),
        ({"A": {"Type": ["AWS::S3::Bucket"]}}, "Resources.A"),
        ({"A": None}, "Resources.A"),
        ({"A": bucket() | {"Properties": "x"}}, "Resources.A.Properties"),
        ({"A": bucket(X=[{"Y": {"Fn::Subb": "z"}}])}, "Resources.A.Properties.X.0.Y"),
        ([], "Resources"),
        (None, "Resources"),
    ],
)
def test_names_the_place_of_a_fault(resources: Any, place: str) -> None:
    assert places(resources) == [place]


@pytest.mark.parametrize("section", ["Parameters", "Mappings", "Conditions", "Outputs"])
def test_names_a_section_that_is_no_map(section: str) -> None:
    assert places({}, **{section: ["x"]}) == [section]


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"PolicyDocument": "oops"}, "PolicyDocument"),
        ({"AssumeRolePolicyDocument": "[1]"}, "AssumeRolePolicyDocument"),
        ({"Policies": [{}, {"PolicyDocument": "oops"}]}, "Policies.1.PolicyDocument"),
        ({"ResourcePolicy": {"PolicyDocument": "oops"}}, "ResourcePolicy.PolicyDocument"),
    ],
)
def test_names_a_policy_document_that_is_a_string(properties: Any, path: str) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": properties}

    assert places({"R": role}) == [f"Resources.R.Properties.{path}"]


@pytest.mark.parametrize(
    "resource",
    [
        {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": '{"Statement": []}'}},
        {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": "{{resolve:ssm:policy}}"}},
        {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Fn::Sub": "{}"}}},
        {"Type": "Custom::Policy", "Properties": {"PolicyDocument": "a-name"}},
        {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"Parameters": {"PolicyDocument": "a-name"}},
        },
    ],
)
def test_takes_policy_documents_that_cloudformation_takes(resource: Any) -> None:
    assert places({"R": resource}) == []


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({"A": ["A"]}, "A -> A"),
        ({"A": ["B"], "B": ["A"]}, "A -> B -> A"),
        ({"A": ["B"], "B": ["C"], "C": ["A"], "D": ["A"]}, "A -> B -> C -> A"),
        ({"A": ["B"], "B": []}, ""),
        ({"A": ["B", "C"], "B": ["C"], "C": []}, ""),
    ],
)
def test_names_the_resources_that_need_each_other(needs: Any, circle: str) -> None:
    resources = {
        name: bucket(X=[{"Fn::GetAtt": [target, "Arn"]} for target in targets])
        for name, targets in needs.items()
    }

    messages = [problem.message for problem in Template({"Resources": resources}).problems]

    assert messages == ([f"resources need each other in a circle: {circle}"] if circle else [])


def test_finds_circles_in_every_kind_of_reference() -> None:
    resources = {
        "A": bucket(X={"Fn::Sub": "${B.Arn}"}),
        "B": bucket(X={"Ref": "C"}),
        "C": {"Type": "AWS::S3::Bucket", "DependsOn": ["A"]},
    }

    (problem,) = Template({"Resources": resources}).problems

    assert "A -> B -> C -> A" in problem.message


def test_names_the_conditions_that_need_each_other() -> None:
    conditions = {
        "Live": {"Fn::Not": [{"Condition": "Test"}]},
        "Test": {"Fn::Or": [{"Condition": "Live"}, {"Fn::Equals": ["a", "b"]}]},
        "Far": {"Fn::And": [{"Condition": "Near"}, {"Condition": "Gone"}]},
        "Near": {"Fn::Equals": ["a", "b"]},
    }

    (problem,) = Template({"Conditions": conditions, "Resources": {}}).problems

    assert problem.place == "Conditions.Live"
    assert problem.message == "conditions need each other in a circle: Live -> Test -> Live"


def test_a_long_chain_is_no_circle() -> None:
    resources = {f"R{n}": bucket(X={"Ref": f"R{n + 1}"}) for n in range(20_000)}

    assert places(resources) == []


@pytest.mark.parametrize(
    "mentions",
    [
        {"DependsOn": "B"},
        {"DependsOn": ["B", "B"]},
        {"Properties": {"X": {"Ref": "B"}}},
        {"Properties": {"X": [{"Y": {"Fn::GetAtt": "B.Arn"}}, {"Fn::GetAtt": ["B", "Arn"]}]}},
        {"Properties": {"X": {"Fn::Sub": "${A.Arn} and ${ B } and ${!C}"}}},
        {"Properties": {"X": {"Fn::Join": ["", [{"Fn::Sub": ["${Y}", {"Y": {"Ref": "B"}}]}]]}}},
    ],
)
def test_knows_what_mentions_a_resource(mentions: dict[str, Any]) -> None:
    body = {"A": bucket() | mentions, "B": bucket(), "C": bucket()}
    template = Template({"Resources": body})
    resources = template.resources

    assert resources["B"].mentioned_by == (resources["A"],)
    assert resources["C"].mentioned_by == ()


def test_what_does_not_exist_mentions_nothing() -> None:
    conditions = {"Never": {"Fn::Equals": ["a", "b"]}}
    resources = {"A": bucket(X={"Ref": "B"}) | {"Condition": "Never"}, "B": bucket()}

    read = Template({"Conditions": conditions, "Resources": resources})

    assert read.resources["B"].mentioned_by == ()
