"""Parameters and outputs can be judged like resources, and are never taken for one."""

from __future__ import annotations

from secure_constructs.assessment import assess, check_template
from secure_constructs.template import OUTPUT, PARAMETER, Origin, Template

BODY = {
    "Parameters": {
        "DbPassword": {"Type": "String", "Default": "hunter2-hunter2"},
        "Broken": "not a map",
    },
    "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
    "Resources": {"DbPassword1": {"Type": "AWS::S3::Bucket"}},
    "Outputs": {
        "Where": {"Value": {"Ref": "DbPassword1"}},
        "Absent": {"Condition": "Never", "Value": "hunter2"},
    },
}


def test_gives_parameters_and_the_outputs_that_exist() -> None:
    found = {item.logical_id: item.type for item in Template(BODY).declarations}

    assert found == {"Parameters.DbPassword": PARAMETER, "Outputs.Where": OUTPUT}


def test_they_are_no_resources() -> None:
    template = Template(BODY)

    assert list(template.resources) == ["DbPassword1"]
    assert template.of_type(PARAMETER, OUTPUT) == ()
    assert template.find("Parameters.DbPassword") is None


def test_their_values_are_resolved() -> None:
    (output,) = (item for item in Template(BODY).declarations if item.type == OUTPUT)

    assert template_target(output.get("Value")) == "DbPassword1"


def template_target(value: object) -> str:
    target = getattr(value, "target", None)
    assert target is not None
    return str(target.logical_id)


def test_a_finding_names_the_section_and_stands_at_the_stack() -> None:
    template = Template(BODY, origin=Origin(stack="Shop/Data"))

    (finding,) = (
        finding
        for finding in assess([template]).findings
        if finding.rule_id == "cloudformation-secret-in-parameter"
    )

    assert finding.logical_id == "Parameters.DbPassword"
    assert finding.property_path == "Default"
    assert finding.construct_path == "Shop/Data"


def test_they_are_not_counted_as_resources() -> None:
    assert assess([Template(BODY)]).resources == 1
    assert check_template({"Resources": {}, "Outputs": {"A": {"Value": "b"}}}) == ()
