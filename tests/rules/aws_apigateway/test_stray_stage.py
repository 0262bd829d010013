"""SAM's second stage is one finding, not one for each thing it lacks."""

from __future__ import annotations

from secure_constructs.assessment import check_template

TEMPLATE = {
    "Resources": {
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "Properties": {"RestApiId": "abc123", "StageName": "Stage"},
        },
        "Prod": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": "abc123",
                "StageName": "Prod",
                "DeploymentId": {"Ref": "Deployment"},
                "TracingEnabled": True,
                "MethodSettings": [
                    {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 50}
                ],
            },
        },
    }
}


def test_reports_the_second_stage_once() -> None:
    found = [finding for finding in check_template(TEMPLATE) if finding.logical_id == "Deployment"]

    assert [finding.rule_id for finding in found] == ["apigateway-stray-stage"]


def test_judges_the_stage_that_was_asked_for() -> None:
    found = {
        finding.control for finding in check_template(TEMPLATE) if finding.logical_id == "Prod"
    }

    assert {"apigw.access-logging", "apigw.waf-associated"} <= found
