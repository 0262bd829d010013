"""A web ACL counts wherever the association with the stage is written."""

from __future__ import annotations

from typing import Any

from secure_constructs.assessment import assess
from secure_constructs.findings import Finding
from secure_constructs.template import Origin, Template
from secure_constructs.template.model import Scope

API = {
    "Type": "AWS::ApiGateway::RestApi",
    "Properties": {"Name": "orders"},
}
STAGE = {
    "Type": "AWS::ApiGateway::Stage",
    "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
}


def association(arn: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::WAFv2::WebACLAssociation",
        "Properties": {"ResourceArn": arn, "WebACLArn": "arn:aws:wafv2:x:1:regional/webacl/a/b"},
    }


def judged(*templates: Template) -> list[Finding]:
    return [
        finding
        for finding in assess(templates).findings
        if finding.rule_id == "apigateway-stage-without-web-acl"
    ]


def test_counts_an_association_in_another_stack() -> None:
    scope = Scope()
    orders = Template(
        {
            "Resources": {"Api": API, "Stage": STAGE},
            "Outputs": {"Api": {"Value": {"Ref": "Api"}, "Export": {"Name": "orders-api"}}},
        },
        scope=scope,
        origin=Origin(stack="Orders"),
    )
    arn = {
        "Fn::Sub": [
            "arn:aws:apigateway:${AWS::Region}::/restapis/${api}/stages/prod",
            {"api": {"Fn::ImportValue": "orders-api"}},
        ]
    }
    edge = Template(
        {"Resources": {"Association": association(arn)}}, scope=scope, origin=Origin(stack="Edge")
    )
    scope.templates.extend([orders, edge])

    assert judged(orders, edge) == []


def test_is_not_misled_by_an_association_with_another_api() -> None:
    arn = {"Fn::Sub": "arn:aws:apigateway:x::/restapis/${Other}/stages/prod"}
    template = Template(
        {
            "Resources": {
                "Api": API,
                "Stage": STAGE,
                "Other": API,
                "Association": association(arn),
            }
        }
    )

    (finding,) = judged(template)

    assert finding.logical_id == "Stage"
    assert finding.certain


def test_is_certain_only_in_the_worlds_without_the_association() -> None:
    arn = {"Fn::Sub": "arn:aws:apigateway:x::/restapis/${Api}/stages/prod"}
    template = Template(
        {
            "Parameters": {"Stage": {"Type": "String"}},
            "Conditions": {"Production": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
            "Resources": {
                "Api": API,
                "Stage": STAGE,
                "Association": {**association(arn), "Condition": "Production"},
            },
        }
    )

    (finding,) = judged(template)

    assert not finding.certain
