"""Which roles may send signed requests to which doors."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.graph import Flow
from tests.paths.apps import Body, allow, arn, draw, function, resource

APIS = {
    **resource("Api", "AWS::ApiGateway::RestApi"),
    **resource("Other", "AWS::ApiGatewayV2::Api", ProtocolType="HTTP"),
    **resource("Graph", "AWS::AppSync::GraphQLApi"),
    **function("Target"),
    **resource("Url", "AWS::Lambda::Url", TargetFunctionArn={"Ref": "Target"}, AuthType="AWS_IAM"),
}
API = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}"


def doors(*statements: Body) -> dict[str, bool]:
    """Give the doors that a function's role may call, each with whether that is certain."""
    drawn = draw({**APIS, **function("Worker", *statements)})
    return {
        edge.target.name: edge.certain
        for edge in drawn.graph.edges
        if edge.source.name == "WorkerRole" and edge.flow is Flow.INVOKE
    }


@pytest.mark.parametrize(
    ("action", "on", "expected"),
    [
        ("execute-api:Invoke", {"Fn::Sub": f"{API}/prod/GET/orders"}, {"Api": True}),
        ("execute-api:Invoke", {"Fn::Sub": f"{API}/*/GET/*"}, {"Api": True}),
        ("execute-api:Invoke", {"Fn::Sub": f"{API}/*"}, {"Api": True}),
        (
            "execute-api:Invoke",
            "arn:aws:execute-api:*:*:*/prod/GET/orders",
            {"Api": False, "Other": False},
        ),
        ("execute-api:ManageConnections", {"Fn::Sub": f"{API}/*"}, {}),
        (
            "appsync:GraphQL",
            {"Fn::Sub": "${Graph.Arn}/types/Query/fields/orders"},
            {"Graph": True},
        ),
        ("lambda:InvokeFunctionUrl", arn("Target"), {"Url": True}),
    ],
)
def test_is_sure_of_a_grant_for_a_part_of_a_door(
    action: str, on: Any, expected: dict[str, bool]
) -> None:
    assert doors(allow(action, on=on)) == expected


def test_is_not_sure_of_a_grant_under_a_condition() -> None:
    limited = {"StringEquals": {"aws:PrincipalTag/team": "shop"}}
    on = {"Fn::Sub": f"{API}/prod/GET/orders"}

    assert doors(allow("execute-api:Invoke", on=on, **limited)) == {"Api": False}


def test_takes_away_what_a_statement_denies() -> None:
    on = {"Fn::Sub": f"{API}/prod/GET/orders"}
    denied = {**allow("execute-api:*", on=on), "Effect": "Deny"}

    assert doors(allow("execute-api:Invoke", on=on), denied) == {}
    assert doors(allow("execute-api:Invoke", on={"Fn::Sub": f"{API}/*"}), denied) == {"Api": False}
