"""Roles that identity pools hand out."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.graph import Flow, Guard
from tests.paths.edges.reading import between, graph, leads, made, steps

ROLE = {"Fn::GetAtt": ["Role", "Arn"]}
PROVIDER = "cognito-identity.amazonaws.com"


def attached(roles: Any, pool: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "Pool": made("AWS::Cognito::IdentityPool", **(pool or {})),
        "Role": made("AWS::IAM::Role"),
        "Attachment": made(
            "AWS::Cognito::IdentityPoolRoleAttachment",
            IdentityPoolId={"Ref": "Pool"},
            Roles=roles,
            **properties,
        ),
    }


def trusting(condition: dict[str, Any], **pool: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return {
        "Pool": made("AWS::Cognito::IdentityPool", **pool),
        "Role": made("AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": [statement]}),
    }


def test_gives_signed_in_users_their_role() -> None:
    edge = between(graph(attached({"authenticated": ROLE})), "signed-in users", "Role")

    assert (edge.flow, edge.guard, edge.certain) == (Flow.ASSUME, Guard.AUTHORIZER, True)


@pytest.mark.parametrize(("admitted", "certain"), [("true", True), ({"Ref": "Unknown"}, False)])
def test_gives_guests_their_role_where_the_pool_admits_them(
    admitted: Any,
    certain: bool,  # noqa: FBT001 (a parameter of pytest)
) -> None:
    resources = attached({"unauthenticated": ROLE}, {"AllowUnauthenticatedIdentities": admitted})

    edge = between(graph(resources), "the internet", "Role")

    assert (edge.guard, edge.certain) == (Guard.NONE, certain)


def test_gives_guests_nothing_where_the_pool_admits_none() -> None:
    resources = attached({"unauthenticated": ROLE}, {"AllowUnauthenticatedIdentities": False})

    assert steps(graph(resources)) == set()


def test_reads_the_roles_of_rules() -> None:
    mappings = {"p": {"Type": "Rules", "RulesConfiguration": {"Rules": [{"RoleARN": ROLE}]}}}

    assert leads(graph(attached({}, RoleMappings=mappings)), "signed-in users", "Role")


@pytest.mark.parametrize(
    ("kind", "source"),
    [("authenticated", "signed-in users"), ("unauthenticated", "the internet")],
)
def test_reads_a_role_that_trusts_a_pool_elsewhere(kind: str, source: str) -> None:
    condition = {
        "StringEquals": {f"{PROVIDER}:aud": "eu-west-1:a"},
        "ForAnyValue:StringLike": {f"{PROVIDER}:amr": kind},
    }

    assert between(graph(trusting(condition)), source, "Role").flow is Flow.ASSUME


def test_leaves_a_role_that_its_pool_does_not_hand_out() -> None:
    condition = {"StringEquals": {f"{PROVIDER}:aud": {"Ref": "Pool"}}}

    assert steps(graph(trusting(condition))) == set()
    assert steps(graph(trusting(condition, AllowClassicFlow=True))) == {"signed-in users -> Role"}


def test_anyone_assumes_a_role_that_trusts_the_pools_of_every_account() -> None:
    assert between(graph(trusting({})), "the internet", "Role").certain


def test_shows_a_role_once_that_is_handed_out() -> None:
    resources = attached({"authenticated": ROLE})
    resources["Role"] = trusting({})["Role"]

    assert between(graph(resources), "signed-in users", "Role").via.logical_id == "Attachment"


@pytest.mark.parametrize("roles", ["text", ["a"], {"authenticated": {"Ref": "Unknown"}}])
def test_survives_roles_that_are_not_known(roles: Any) -> None:
    assert steps(graph(attached(roles))) == set()
