"""What load balancers forward."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Guard
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, said, steps

INTERNET = "the internet"
FORWARD = {"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}
GROUP = {"TargetType": "lambda", "Targets": [{"Id": {"Fn::GetAtt": ["Handler", "Arn"]}}]}


def balanced(
    actions: Any, more: dict[str, Any] | None = None, group: Any = GROUP, **properties: Any
) -> dict[str, Any]:
    kind = "AWS::ElasticLoadBalancingV2::"
    return {
        "Balancer": made(f"{kind}LoadBalancer", **properties),
        "Listener": made(
            f"{kind}Listener", LoadBalancerArn={"Ref": "Balancer"}, Port=443, DefaultActions=actions
        ),
        "Group": {"Type": f"{kind}TargetGroup", "Properties": group},
        "Handler": FUNCTION,
        **(more or {}),
    }


@pytest.mark.parametrize(
    "action",
    [FORWARD, {"Type": "forward", "ForwardConfig": {"TargetGroups": [FORWARD]}}],
)
def test_forwards_to_a_function(action: dict[str, Any]) -> None:
    found = graph(balanced([action]))

    assert said(between(found, INTERNET, "Balancer")) == (
        "load balancer", Guard.NONE, Answer.NO,
    )  # fmt: skip
    assert between(found, "Balancer", "Handler").label == "port 443"


@pytest.mark.parametrize("kind", ["authenticate-cognito", "authenticate-oidc"])
def test_asks_who_calls_where_an_action_does(kind: str) -> None:
    found = graph(balanced([{"Type": kind}, FORWARD]))

    assert between(found, "Balancer", "Handler").guard is Guard.AUTHORIZER


def test_names_a_rule_by_its_paths() -> None:
    rule = made(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        ListenerArn={"Ref": "Listener"},
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/admin/*"]}}],
        Actions=[FORWARD],
    )

    assert between(graph(balanced([], {"Rule": rule})), "Balancer", "Handler").label == "/admin/*"


def test_knows_its_web_acl() -> None:
    acl = made("AWS::WAFv2::WebACLAssociation", ResourceArn={"Ref": "Balancer"})

    assert between(graph(balanced([], {"Acl": acl})), INTERNET, "Balancer").waf is Answer.YES


def test_lets_nobody_from_outside_into_an_internal_one() -> None:
    assert steps(graph(balanced([FORWARD], Scheme="internal"))) == {"Balancer -> Handler"}


def test_forwards_to_the_tasks_of_a_service() -> None:
    more = {
        "Service": made(
            "AWS::ECS::Service",
            LoadBalancers=[{"TargetGroupArn": {"Ref": "Group"}}],
            TaskDefinition={"Ref": "Task"},
        ),
        "Task": made("AWS::ECS::TaskDefinition"),
    }

    assert leads(graph(balanced([FORWARD], more, {"TargetType": "ip"})), "Balancer", "Task")


@pytest.mark.parametrize("actions", [{"Ref": "Unknown"}, "text", [{"Ref": "Unknown"}]])
def test_notes_actions_that_are_not_known(actions: Any) -> None:
    assert [unread.resource.logical_id for unread in graph(balanced(actions)).unread] == [
        "Listener"
    ]
