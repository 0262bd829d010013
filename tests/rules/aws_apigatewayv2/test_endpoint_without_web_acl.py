"""A distribution in front counts once nobody is let in who did not come through it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from secure_constructs.assessment import assess
from secure_constructs.rules.aws_apigatewayv2.endpoint_without_web_acl import EndpointWithoutWebAcl
from secure_constructs.template import Template

FRONTED: dict[str, Any] = {
    "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
    "Front": {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": {
            "DistributionConfig": {
                "WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b",
                "Origins": [
                    {
                        "DomainName": {"Fn::Sub": "${Api}.execute-api.eu-west-1.amazonaws.com"},
                        "OriginCustomHeaders": [{"HeaderName": "X-Way", "HeaderValue": "a"}],
                    }
                ],
            }
        },
    },
    "Gate": {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "IdentitySource": ["$request.header.x-way", "$request.header.Authorization"],
        },
    },
    "Route": {
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "AuthorizationType": "CUSTOM",
            "AuthorizerId": {"Ref": "Gate"},
            "RouteKey": "GET /",
        },
    },
}


def judged(resources: dict[str, Any]) -> list[bool]:
    assessment = assess([Template({"Resources": resources})], rules=[EndpointWithoutWebAcl()])
    return [finding.certain for finding in assessment.findings]


def changed(path: str, value: object) -> dict[str, Any]:
    resources = deepcopy(FRONTED)
    place: Any = resources
    *way, last = path.split(".")
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return resources


def test_a_header_that_only_the_distribution_adds_will_do() -> None:
    assert judged(FRONTED) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Front.Properties.DistributionConfig.WebACLId", ""),
        ("Front.Properties.DistributionConfig.Origins.0.OriginCustomHeaders", []),
        ("Front.Properties.DistributionConfig.Origins.0.DomainName", "api.example.com"),
        ("Gate.Properties.IdentitySource", ["$request.header.Authorization"]),
        ("Gate.Properties.IdentitySource", ["$request.querystring.x-way"]),
        ("Route.Properties.AuthorizationType", "JWT"),
        ("Route.Properties.AuthorizerId", "elsewhere"),
        ("Other", {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}}}),
    ],
)
def test_a_way_round_is_found(path: str, value: object) -> None:
    assert judged(changed(path, value)) == [True]


def test_a_websocket_api_asks_when_a_connection_is_opened() -> None:
    resources = changed("Api.Properties.ProtocolType", "WEBSOCKET")
    resources["Gate"]["Properties"]["IdentitySource"] = ["route.request.header.X-Way"]
    resources["Route"]["Properties"]["RouteKey"] = "$connect"
    resources["Message"] = {
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "$default"},
    }
    assert judged(resources) == []
    del resources["Route"]
    assert judged(resources) == [True]
