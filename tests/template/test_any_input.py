"""Whatever is given to the engine, it answers with findings and never raises."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_constructs import check_template
from secure_constructs.assessment import DEFECT, UNREADABLE, assess
from secure_constructs.rules import Example, Rule, catalogue
from secure_constructs.template import Template

WORDS = st.sampled_from(
    [
        *("Resources", "Parameters", "Conditions", "Mappings", "Outputs", "Transform", "Type"),
        *("Properties", "Default", "Ref", "Condition", "DependsOn", "Statement", "Principal"),
        *("Fn::If", "Fn::Sub", "Fn::GetAtt", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::And"),
        *("Fn::FindInMap", "Fn::Equals", "Fn::Not", "Fn::Or", "Fn::ImportValue", "Fn::Length"),
        *("Fn::ForEach::Loop", "Fn::ToJsonString", "Fn::Base64", "Fn::GetStackOutput", "Fn::Cidr"),
        *("A", "B", "A.Arn", "${A}", "${A.Arn}/*", "${", "*", "AWS::NoValue", "AWS::Region"),
        *("AWS::LanguageExtensions", "true", "-1", "1e999", "", "ä\ud800", "arn:aws:s3:::a"),
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=8)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def examples(rule: Rule) -> tuple[Example, ...]:
    return (*rule.fails, *rule.passes, *rule.uncertain)


RESOURCE_TYPES = sorted({kind for rule in catalogue() for kind in rule.resource_types})
TEMPLATES = st.fixed_dictionaries(
    {
        "Resources": st.dictionaries(
            st.sampled_from("ABC"),
            st.fixed_dictionaries(
                {"Type": st.sampled_from(RESOURCE_TYPES), "Properties": JSON},
                optional={
                    "Condition": JSON,
                    "DependsOn": JSON,
                    "Metadata": JSON,
                    "DeletionPolicy": JSON,
                },
            ),
            max_size=3,
        )
    },
    optional=dict.fromkeys(("Parameters", "Conditions", "Mappings", "Outputs", "Transform"), JSON),
)
EXAMPLES = [example.template(rule) for rule in catalogue() for example in examples(rule)]
SAM = {
    "Transform": ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
    "Globals": {"Function": {"Runtime": "python3.13"}, "Api": {"TracingEnabled": True}},
    "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}},
    "Resources": {
        "Fn::ForEach::Tables": ["N", {"Ref": "Names"}, {"T${N}": {"Type": "AWS::SQS::Queue"}}],
        "Orders": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Handler": "app.handler",
                "CodeUri": "src/",
                "Policies": [{"S3ReadPolicy": {"BucketName": "b"}}],
                "Events": {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}},
                "FunctionUrlConfig": {"AuthType": "NONE"},
            },
        },
        "Machine": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {"DefinitionUri": "m.json"},
        },
    },
}


def assert_judged(template: Any) -> None:
    findings = check_template(template)

    assert [finding for finding in findings if finding.rule_id == DEFECT] == []


@given(JSON)
def test_any_json_is_answered(value: Any) -> None:
    assert_judged(value)


@given(TEMPLATES)
def test_templates_of_any_content_are_answered(template: dict[str, Any]) -> None:
    assert_judged(template)


@given(st.data())
@settings(max_examples=300)
def test_real_looking_templates_with_a_changed_value_are_answered(data: st.DataObject) -> None:
    template = copy.deepcopy(data.draw(st.sampled_from(EXAMPLES)))
    holder, key = data.draw(st.sampled_from(list(places(template))))
    holder[key] = data.draw(JSON)

    assert_judged(template)


@given(st.data())
@settings(max_examples=50)
def test_sam_templates_with_a_changed_value_are_answered(data: st.DataObject) -> None:
    template = copy.deepcopy(SAM)
    holder, key = data.draw(st.sampled_from(places(template)))
    holder[key] = data.draw(JSON)

    assert_judged(template)


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_every_value_of_an_example_may_be_of_a_wrong_kind(rule: Rule) -> None:
    for example in (rule.fails[0], rule.passes[0]):
        template = Template(example.template(rule)).body
        for holder, key in places(template):
            right = holder[key]
            for wrong in (None, "x", 7, [], {}, [[None]], {"Ref": "Nowhere"}):
                holder[key] = wrong
                assert assess([Template(template)], rules=[rule]).defects == ()
            holder[key] = right


def places(value: Any) -> list[tuple[Any, Any]]:
    """
    List every place of a template below its sections that can hold another value.
    """
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, item in entries:
            found.append((holder, key))
            if isinstance(item, dict | list):
                waiting.append(item)
    return found


DEEP_LIST: list[Any] = []
DEEP_MAP: dict[str, Any] = {}
CONDITION: dict[str, Any] = {"Fn::Equals": ["a", "b"]}
CIRCLE: dict[str, Any] = {"Type": "AWS::S3::Bucket", "Properties": {}}
CIRCLE["Properties"]["Tags"] = CIRCLE
for _ in range(5_000):
    DEEP_LIST, DEEP_MAP = [DEEP_LIST], {"A": DEEP_MAP}
    CONDITION = {"Fn::Not": [CONDITION]}
LAUGHS: Any = "ha"
for _ in range(40):
    LAUGHS = [LAUGHS, LAUGHS, LAUGHS]


@pytest.mark.parametrize(
    "value",
    [DEEP_LIST, DEEP_MAP, CONDITION, CIRCLE, LAUGHS, 10**5_000],
    ids=["deep list", "deep map", "deep condition", "circle", "shared lists", "long number"],
)
@pytest.mark.parametrize(
    "section", ["Resources", "Parameters", "Conditions", "Mappings", "Outputs", "Metadata"]
)
def test_values_without_end_are_refused(section: str, value: Any) -> None:
    template = {
        "Resources": {
            "A": {
                "Type": "AWS::S3::Bucket",
                "Condition": "C",
                "Properties": {"BucketName": {"Fn::Join": ["", [{"Ref": "A"}, "x"]]}},
            }
        }
    }
    template[section] = {"A": value, "C": value}

    assert_judged(template)


@pytest.mark.parametrize("value", [None, True, 3, "text", [], [1], {}, {"a": 1}])
def test_what_is_no_template_is_a_finding(value: Any) -> None:
    (finding,) = check_template(value)

    assert finding.rule_id == UNREADABLE
