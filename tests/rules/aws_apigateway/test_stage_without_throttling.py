"""A usage plan limits an API only where everyone needs a key of it."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs import check_template

PLAN = {
    "Type": "AWS::ApiGateway::UsagePlan",
    "Properties": {
        "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": "v1"}],
        "Throttle": {"RateLimit": 10},
    },
}
STAGE = {
    "Type": "AWS::ApiGateway::Stage",
    "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"},
}
PREFLIGHT = {"options": {"x-amazon-apigateway-integration": {"type": "mock"}}}
KEYED: dict[str, Any] = {"security": [{"key": []}]}


def throttled(**resources: Any) -> bool:
    found = check_template({"Resources": resources})
    return "apigateway-stage-without-throttling" not in {finding.rule_id for finding in found}


def rest_api(**paths: Any) -> dict[str, Any]:
    document = {
        "paths": {f"/{name}": methods for name, methods in paths.items()},
        "securityDefinitions": {
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "pool": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "token"}},
        },
    }
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": document}}


def method(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET", **properties},
    }


def test_counts_a_plan_where_every_operation_asks_for_a_key() -> None:
    api = rest_api(orders={"get": KEYED, **PREFLIGHT})

    assert throttled(Api=api, Stage=STAGE, Plan=PLAN)


def test_does_not_count_a_plan_that_one_operation_passes_by() -> None:
    api = rest_api(orders={"get": KEYED}, offers={"get": {}})

    assert not throttled(Api=api, Stage=STAGE, Plan=PLAN)


def test_does_not_count_a_plan_that_one_method_passes_by() -> None:
    methods = {
        "Get": method(ApiKeyRequired=True),
        "Put": method(HttpMethod="PUT", AuthorizationType="NONE"),
    }

    assert not throttled(
        Api={"Type": "AWS::ApiGateway::RestApi"}, Stage=STAGE, Plan=PLAN, **methods
    )


def test_asks_no_key_of_a_preflight() -> None:
    methods = {"Get": method(ApiKeyRequired=True), "Options": method(HttpMethod="OPTIONS")}

    assert throttled(Api={"Type": "AWS::ApiGateway::RestApi"}, Stage=STAGE, Plan=PLAN, **methods)


def test_asks_for_no_limit_where_the_document_refuses_strangers() -> None:
    api = rest_api(orders={"get": {"security": [{"pool": []}]}, **PREFLIGHT})

    assert throttled(Api=api, Stage=STAGE)


def test_asks_for_a_limit_where_a_key_is_all_that_is_asked_for() -> None:
    assert not throttled(Api=rest_api(orders={"get": KEYED}), Stage=STAGE)


@pytest.mark.parametrize(
    ("kind", "expected"), [("JWT", True), ("AWS_IAM", True), ("CUSTOM", False), ("NONE", False)]
)
def test_tells_routes_that_refuse_strangers_by_themselves(kind: str, expected: bool) -> None:  # noqa: FBT001 - a case
    stage = {
        "Type": "AWS::ApiGatewayV2::Stage",
        "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default"},
    }
    route = {
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "RouteKey": "GET /orders",
            "AuthorizationType": kind,
        },
    }

    assert throttled(Api={"Type": "AWS::ApiGatewayV2::Api"}, Stage=stage, Route=route) is expected


def test_a_burst_is_a_limit_too() -> None:
    settings = [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingBurstLimit": 5}]
    stage = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {"StageName": "v1", "MethodSettings": settings},
    }

    assert throttled(Stage=stage)
