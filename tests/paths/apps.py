"""Small apps to ask the map about, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secure_constructs.paths.attack_map import AttackMap, map_of
from secure_constructs.paths.graph import Edge, Node
from secure_constructs.template import Template

Body = Mapping[str, Any]


def draw(resources: Body, **sections: Body) -> AttackMap:
    """
    Draw the map of one template.
    """
    return map_of([Template({"Resources": dict(resources), **sections})])


def function(name: str, *statements: Body, **properties: Any) -> dict[str, Body]:
    """
    Give a function, and a role of its own that allows some statements.
    """
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}
    return {
        name: {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Role": arn(f"{name}Role"), **properties},
        },
        f"{name}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
                "Policies": [policy] if statements else [],
            },
        },
    }


def allow(*actions: str, on: Any, **condition: Any) -> Body:
    """
    Give a statement that allows some actions.
    """
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    return {**statement, "Condition": condition} if condition else statement


def trust(service: str) -> Body:
    """
    Give the trust policy of a role for a service.
    """
    principal = {"Service": service}
    return {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}]}


def arn(logical_id: str, attribute: str = "Arn") -> Body:
    """
    Refer to the ARN of a resource.
    """
    return {"Fn::GetAtt": [logical_id, attribute]}


def url(name: str, *, auth: str = "NONE") -> dict[str, Body]:
    """
    Give a function a URL.
    """
    properties = {"TargetFunctionArn": arn(name), "AuthType": auth}
    return {f"{name}Url": {"Type": "AWS::Lambda::Url", "Properties": properties}}


def resource(name: str, kind: str, **properties: Any) -> dict[str, Body]:
    """
    Give a resource of any type.
    """
    return {name: {"Type": kind, "Properties": properties}}


def poll(name: str, source: Any, **properties: Any) -> dict[str, Body]:
    """
    Let a function take from a queue or a stream.
    """
    return resource(
        f"{name}Source",
        "AWS::Lambda::EventSourceMapping",
        FunctionName={"Ref": name},
        EventSourceArn=source,
        **properties,
    )


def node(found: AttackMap, logical_id: str) -> Node:
    """
    Find a node that has to be there.
    """
    known = found.graph.node(logical_id)
    assert known is not None, f"{logical_id} is not on the map"
    return known


def edges(found: AttackMap) -> list[str]:
    """
    Write every edge in one line.
    """
    return [f"{edge.flow}: {edge.source} -> {edge.target}" for edge in found.graph.edges]


def edge(found: AttackMap, source: str, target: str) -> Edge:
    """
    Find the one edge between two nodes.
    """
    between = [
        each
        for each in found.graph.edges
        if each.source.name == source and each.target.name == target
    ]
    assert len(between) == 1, between
    return between[0]


def verdicts(found: AttackMap) -> dict[str, str]:
    """
    Say the verdict on each function.
    """
    return {one.name: str(verdict) for one, verdict in found.verdicts.functions.items()}
