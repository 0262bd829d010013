"""Each protocol has its own place where callers are let in."""

from __future__ import annotations

import pytest

from secure_constructs.assessment import check_template


def judged(protocol: str, key: str) -> list[bool]:
    template = {
        "Resources": {
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": protocol}},
            "Route": {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": key},
            },
        }
    }
    return [
        finding.certain
        for finding in check_template(template)
        if finding.rule_id == "apigatewayv2-route-without-authorizer"
    ]


@pytest.mark.parametrize(
    ("protocol", "key"),
    [("HTTP", "$default"), ("HTTP", "GET /"), ("HTTP", "ANY /{proxy+}"), ("WEBSOCKET", "$connect")],
)
def test_asks_for_an_authorizer_where_callers_are_let_in(protocol: str, key: str) -> None:
    assert judged(protocol, key) == [True]


@pytest.mark.parametrize(
    ("protocol", "key"),
    [
        ("HTTP", "OPTIONS /{proxy+}"),
        ("WEBSOCKET", "$default"),
        ("WEBSOCKET", "$disconnect"),
        ("WEBSOCKET", "sendmessage"),
    ],
)
def test_leaves_other_routes_alone(protocol: str, key: str) -> None:
    assert judged(protocol, key) == []
