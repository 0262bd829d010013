"""Intrinsic functions are resolved as far as a template tells, and never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.template import UNRESOLVED, Origin, Template, Text

BODY: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "prod"},
        "Open": {"Type": "String"},
        "Count": {"Type": "Number", "Default": 3},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "None": {"Type": "List<String>", "Default": ""},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/shop/key"},
        "Odd": "text",
    },
    "Mappings": {
        "Names": {"eu": {"Queue": "q-eu", "Same": "s"}, "us": {"Queue": "q-us", "Same": "s"}},
        "Lists": {"eu": {"Zones": ["a", "b"]}},
    },
    "Conditions": {
        "Yes": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "Nope": {"Fn::Not": [{"Condition": "Yes"}]},
        "Maybe": {"Fn::Equals": [{"Ref": "Open"}, "x"]},
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "orders"}},
        "Key": {"Type": "AWS::KMS::Key"},
        "Gone": {"Type": "AWS::KMS::Key", "Condition": "Nope"},
    },
    "Outputs": {
        "Arn": {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}, "Export": {"Name": "shop-arn"}},
        "Self": {"Value": {"Fn::ImportValue": "self"}, "Export": {"Name": "self"}},
    },
}


def resolved(value: Any, **environment: str) -> Any:
    origin = Origin(environment={f"AWS::{name}": text for name, text in environment.items()})
    return Template(BODY, origin=origin).resolve(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ([1, True, None], [1, True, None]),
        ({"Ref": "Stage"}, "prod"),
        ({"Ref": "Count"}, 3),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "None"}, []),
        ({"Ref": "AWS::NoValue"}, None),
        ({"A": {"Ref": "AWS::NoValue"}, "B": 1}, {"B": 1}),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"Fn::Sub": "${Stage}-x"}, "prod-x"),
        ({"Fn::Sub": ["${a}-${Stage}", {"a": {"Ref": "Count"}}]}, "3-prod"),
        ({"Fn::Sub": "${!Stage}"}, "${Stage}"),
        ({"Fn::Sub": "no braces $ { }"}, "no braces $ { }"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-prod"),
        ({"Fn::Join": ["-", {"Ref": "Zones"}]}, "a-b"),
        ({"Fn::Join": ["", ["a", {"Ref": "AWS::NoValue"}]]}, "a"),
        ({"Fn::Split": ["-", "a-b"]}, ["a", "b"]),
        ({"Fn::Select": [1, {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": ["0", ["a"]]}, "a"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::If": ["Yes", "a", "b"]}, "a"),
        ({"Fn::If": ["Nope", "a", "b"]}, "b"),
        ({"Fn::If": ["Maybe", "same", "same"]}, "same"),
        ({"X": {"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, "b"]}}, {}),
        ({"Fn::FindInMap": ["Names", "eu", "Queue"]}, "q-eu"),
        ({"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "Same"]}, "s"),
        ({"Fn::FindInMap": ["Lists", "eu", "Zones"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Names", "ap", "Queue", {"DefaultValue": "d"}]}, "d"),
        ({"Fn::Base64": {"Ref": "Stage"}}, "prod"),
        ({"Fn::ToJsonString": {"a": {"Ref": "Count"}}}, '{"a":3}'),
        ({"Fn::Length": {"Ref": "Zones"}}, 2),
        ({"Ref": "Stage", "Other": 1}, {"Ref": "Stage", "Other": 1}),
    ],
)
def test_gives_what_is_known(value: Any, expected: Any) -> None:
    assert resolved(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Open"},
        {"Ref": "Stored"},
        {"Ref": "Odd"},
        {"Ref": "Missing"},
        {"Ref": "Gone"},
        {"Ref": ["Stage"]},
        {"Fn::GetAtt": "Missing.Arn"},
        {"Fn::GetAtt": ["Bucket"]},
        {"Fn::GetAtt": ["Bucket", {"Ref": "Open"}]},
        {"Fn::Sub": 3},
        {"Fn::Sub": "${Open}"},
        {"Fn::Join": "x"},
        {"Fn::Join": ["-", {"Ref": "Open"}]},
        {"Fn::Split": ["", "a"]},
        {"Fn::Select": [5, ["a"]]},
        {"Fn::Select": [-1, ["a"]]},
        {"Fn::Select": [{"Ref": "Open"}, ["a"]]},
        {"Fn::If": ["Maybe", "a", "b"]},
        {"Fn::If": ["Missing", "a", "b"]},
        {"Fn::If": ["Yes", "a"]},
        {"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "Queue"]},
        {"Fn::FindInMap": ["Names", "ap", "Queue"]},
        {"Fn::FindInMap": ["Missing", "a", "b"]},
        {"Fn::ImportValue": "elsewhere"},
        {"Fn::ImportValue": "self"},
        {"Fn::GetStackOutput": {"StackName": "Elsewhere", "OutputName": "Arn"}},
        {"Fn::GetAZs": ""},
        {"Fn::Cidr": ["10.0.0.0/16", 1, 8]},
        {"Fn::Transform": {"Name": "AWS::Include"}},
        {"Fn::Length": {"Ref": "Open"}},
        {"Fn::ToJsonString": {"a": {"Ref": "Open"}}},
    ],
)
def test_does_not_guess_what_is_not_known(value: Any) -> None:
    assert resolved(value) is UNRESOLVED


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"Ref": "AWS::Region"}, "${AWS::Region}"),
        ({"Ref": "Bucket"}, "${Bucket}"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "${Bucket.Arn}"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "${Bucket.Arn}"),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}, "${Bucket.Arn}/*"),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:s3:::${Open}/*"},
            "arn:${AWS::Partition}:s3:::${Open}/*",
        ),
        ({"Fn::Join": ["-", ["x", {"Ref": "Open"}]]}, "x-${Open}"),
        ({"Fn::ImportValue": "shop-arn"}, "${Bucket.Arn}"),
    ],
)
def test_keeps_the_parts_that_are_set_at_deployment(value: Any, written: str) -> None:
    text = resolved(value)

    assert isinstance(text, Text)
    assert text == written


def test_a_text_leads_to_its_resource() -> None:
    template = Template(BODY)
    whole = template.resolve({"Fn::GetAtt": ["Bucket", "Arn"]})
    objects = template.resolve({"Fn::Sub": "${Bucket.Arn}/*"})

    assert whole.target == template.resources["Bucket"]
    assert objects.target is None
    assert objects.resources == (template.resources["Bucket"],)
    assert template.find(objects) == template.resources["Bucket"]


def test_a_text_with_an_unknown_part_says_so() -> None:
    assert resolved({"Fn::Sub": "${Bucket}-x"}).known
    assert not resolved({"Fn::Sub": "${Bucket}-${Open}"}).known


def test_uses_what_is_known_of_the_environment() -> None:
    sub = {"Fn::Sub": "${AWS::Region}-${AWS::AccountId}"}

    assert resolved(sub, Region="eu-west-1") == "eu-west-1-${AWS::AccountId}"


def test_a_split_of_an_arn_still_leads_to_its_resource() -> None:
    arn = {"Fn::GetAtt": ["Bucket", "Arn"]}

    piece = resolved({"Fn::Select": [5, {"Fn::Split": [":", arn]}]})

    assert isinstance(piece, Text)
    assert [resource.logical_id for resource in piece.resources] == ["Bucket"]


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Bucket"},
        "orders",
        "arn:aws:s3:::orders",
        "arn:aws:s3:::orders/*",
        {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"},
    ],
)
def test_finds_the_resource_that_a_value_denotes(value: Any) -> None:
    template = Template(BODY)

    assert template.find(template.resolve(value)) == template.resources["Bucket"]


@pytest.mark.parametrize("value", ["other", "", None, 3, UNRESOLVED, "arn:aws:s3:::other"])
def test_finds_nothing_where_nothing_is_denoted(value: Any) -> None:
    assert Template(BODY).find(value) is None


def test_a_mapping_that_looks_itself_up_is_not_known() -> None:
    look = {"Fn::FindInMap": ["A", "B", "C"]}

    assert Template({"Mappings": {"A": {"B": {"C": look}}}}).resolve(look) is UNRESOLVED


def test_outputs_that_lead_on_without_end_are_not_known() -> None:
    outputs = {
        f"O{n}": {"Value": {"Fn::ImportValue": f"o{n + 1}"}, "Export": {"Name": f"o{n}"}}
        for n in range(3_000)
    }

    assert Template({"Outputs": outputs}).output("O0") is UNRESOLVED


@pytest.mark.parametrize(
    ("wrap", "levels"),
    [
        (lambda text: {"Fn::Sub": ["${a}${a}", {"a": text}]}, 30),
        (lambda text: {"Fn::Join": ["-" * 200_000, [text, text]]}, 3),
        (lambda text: {"Fn::ToJsonString": {"a": text}}, 40),
    ],
    ids=["texts in texts", "long delimiters", "JSON in JSON"],
)
def test_a_text_longer_than_any_template_is_not_known(wrap: Any, levels: int) -> None:
    text: Any = '"quoted"'
    for _ in range(levels):
        text = wrap(text)

    assert resolved(text) is UNRESOLVED


def test_outputs_made_of_outputs_are_looked_at_once() -> None:
    outputs = {
        f"O{n}": {
            "Value": {"Fn::Sub": ["${a}", {"a": {"Fn::If": ["?", *[before(n)] * 2]}}]},
            "Export": {"Name": f"o{n}"},
        }
        for n in range(60)
    }

    assert Template({"Outputs": outputs}).output("O59") == "end"


def before(number: int) -> Any:
    return {"Fn::ImportValue": f"o{number - 1}"} if number else "end"


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Split": [",", {"Ref": "Long"}]},
        {"Fn::Sub": "${Long}"},
        {"Fn::Join": ["", ["x", {"Ref": "Long"}]]},
    ],
    ids=["split", "sub", "join"],
)
def test_long_values_that_are_repeated_stay_bounded_together(value: Any) -> None:
    long = "a," * 50_000
    body = {
        "Parameters": {"Long": {"Type": "String", "Default": long}},
        "Resources": {
            f"R{n}": {"Type": "A::B::C", "Properties": {"X": value}} for n in range(2_000)
        },
    }

    found = [resource.get("X") for resource in Template(body).resources.values()]

    assert found[0] is not UNRESOLVED
    assert found[-1] is UNRESOLVED


def test_a_list_that_is_mentioned_again_is_the_same_list() -> None:
    names = {"Type": "CommaDelimitedList", "Default": "a, b"}
    template = Template({"Parameters": {"Names": names}})

    assert template.resolve({"Ref": "Names"}) == ["a", "b"]
    assert template.resolve({"Ref": "Names"}) is template.resolve({"Ref": "Names"})
