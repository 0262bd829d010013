from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.escalation import escalations, paths
from secure_constructs.template import Template
from tests.iam.templates import (
    ADMINISTRATOR,
    allow,
    arn,
    deny,
    document,
    resource,
    role,
    template,
    trust,
    user,
)
from tests.work import work

HAND_ON = allow("lambda:CreateFunction", "lambda:InvokeFunction")
EVERY_ROLE = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/*"}
ADMIN = role(ManagedPolicyArns=[ADMINISTRATOR])


def certain(found: Template, logical_id: str = "Role") -> set[str]:
    return {
        way.path.id
        for way in escalations(found)
        if way.identity.resource.logical_id == logical_id and way.certain
    }


def possible(found: Template, logical_id: str = "Role") -> set[str]:
    return {
        way.path.id
        for way in escalations(found)
        if way.identity.resource.logical_id == logical_id and not way.certain
    }


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.id)
def test_knows_every_path_by_its_actions(path: Any) -> None:
    assert path.id in certain(template(Role=role(allow(*path.actions))))


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.id)
def test_takes_no_path_whose_first_action_is_denied(path: Any) -> None:
    found = template(Role=role(allow(*path.actions), deny(path.actions[0])))
    assert path.id not in certain(found) | possible(found)


def test_leaves_reading_and_using_data_alone() -> None:
    reads = allow("iam:Get*", "iam:List*", "lambda:InvokeFunction", "s3:*", "dynamodb:*", "sqs:*")
    assert escalations(template(Role=role(reads))) == ()


def test_joins_what_several_policies_grant() -> None:
    other = resource(
        "IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument=document(allow("iam:PassRole"))
    )
    assert "lambda-001" in certain(template(Role=role(HAND_ON), Other=other))


def test_honours_a_boundary() -> None:
    bound = resource("IAM::ManagedPolicy", PolicyDocument=document(allow("lambda:*")))
    found = template(
        Role=role(HAND_ON, allow("iam:PassRole"), PermissionsBoundary={"Ref": "Bound"}), Bound=bound
    )
    assert "lambda-001" not in certain(found) | possible(found)


def test_calls_what_a_role_gives_itself_inside_a_boundary_possible_only() -> None:
    bound = resource("IAM::ManagedPolicy", PolicyDocument=document(allow("s3:*", "iam:PutRole*")))
    own = allow("iam:PutRolePolicy", on={"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/app"})
    found = template(
        Role=role(own, RoleName="app", PermissionsBoundary={"Ref": "Bound"}), Bound=bound
    )
    assert certain(found) == set()
    assert possible(found) == {"iam-005"}


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        (allow("iam:PassRole", on=arn("Admin")), {"lambda-001"}),
        (allow("iam:PassRole", on=arn("Low")), set()),
        (allow("iam:PassRole", on=arn("Machine")), set()),
        (allow("iam:PassRole", on=EVERY_ROLE), {"lambda-001"}),
        (allow("iam:PassRole", on="arn:aws:iam::111111111111:role/*"), {"lambda-001"}),
        (
            allow(
                "iam:PassRole",
                Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            ),
            {"lambda-001"},
        ),
        (
            allow(
                "iam:PassRole",
                Condition={"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}},
            ),
            set(),
        ),
    ],
    ids=["admin", "low", "other service", "any", "any, account spelled out", "condition met",
         "condition not met"],
)  # fmt: skip
def test_looks_at_the_role_that_is_handed_on(statement: dict[str, Any], ids: set[str]) -> None:
    found = template(
        Role=role(HAND_ON, statement),
        Admin=ADMIN,
        Low=role(allow("s3:GetObject")),
        Machine=role(trusts=trust("states"), ManagedPolicyArns=[ADMINISTRATOR]),
    )
    assert certain(found) == ids


def test_calls_a_role_that_is_not_known_possible() -> None:
    found = template(Role=role(HAND_ON, allow("iam:PassRole", on={"Ref": "Given"})))
    assert certain(found) == set()
    assert "lambda-001" in possible(found)


def test_calls_what_hangs_on_a_condition_possible() -> None:
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    found = template(Role=role(allow("iam:CreatePolicyVersion", **mfa)))
    assert certain(found) == set()
    assert "iam-001" in possible(found)


def test_knows_that_a_condition_on_a_past_date_never_holds_again() -> None:
    past = {"Condition": {"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}}
    assert escalations(template(Role=role(allow("iam:CreatePolicyVersion", **past)))) == ()


def test_looks_at_whose_policy_is_changed() -> None:
    policy = resource("IAM::ManagedPolicy", PolicyDocument=document(allow("s3:GetObject")))
    change = allow("iam:CreatePolicyVersion", on={"Ref": "P"})
    assert escalations(template(Role=role(change), P=policy)) == ()
    found = template(Role=role(change, ManagedPolicyArns=[{"Ref": "P"}]), P=policy)
    assert certain(found) == {"iam-001"}


def test_looks_at_the_policy_that_may_be_attached() -> None:
    only = {"Condition": {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}
    assert escalations(template(Role=role(allow("iam:AttachRolePolicy", **only)))) == ()


def test_follows_code_to_the_role_it_runs_with() -> None:
    change = allow("lambda:UpdateFunctionCode", on=arn("Fn"))
    function = resource("Lambda::Function", Role=arn("Admin"))
    found = template(Role=role(change), Fn=function, Admin=ADMIN)
    (way,) = [w for w in escalations(found) if w.identity.resource.logical_id == "Role"]
    assert way.path.id == "lambda-003"
    assert way.target is not None
    assert way.target.logical_id == "Fn"
    assert [reached.resource.logical_id for reached in way.reaches] == ["Admin"]
    low = template(Role=role(change), Fn=function, Admin=role(allow("s3:GetObject")))
    assert escalations(low) == ()


def test_follows_chains_of_roles() -> None:
    found = template(
        Start=role(trusts=trust(AWS="111111111111")),
        Middle=role(trusts=trust(AWS=arn("Start"))),
        Admin=role(trusts=trust(AWS=arn("Middle")), ManagedPolicyArns=[ADMINISTRATOR]),
    )
    (way,) = [w for w in escalations(found) if w.identity.resource.logical_id == "Start"]
    assert way.path.id == "sts-001"
    assert way.certain
    assert [reached.resource.logical_id for reached in way.reaches] == ["Middle", "Admin"]


def test_needs_the_trust_of_a_role_to_become_it() -> None:
    become = allow("sts:AssumeRole", on=arn("Admin"))
    assert certain(template(Role=role(become), Admin=ADMIN)) == set()
    trusted = role(
        trusts=trust(AWS={"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}),
        ManagedPolicyArns=[ADMINISTRATOR],
    )
    assert certain(template(Role=role(become), Admin=trusted)) == {"sts-001"}


def test_leaves_cycles_of_trust_alone() -> None:
    found = template(One=role(trusts=trust(AWS=arn("Two"))), Two=role(trusts=trust(AWS=arn("One"))))
    assert escalations(found) == ()


def test_lets_users_look_after_themselves() -> None:
    own = "arn:aws:iam::*:user/${aws:username}"
    keys = allow("iam:CreateAccessKey", "iam:UpdateLoginProfile", on=own)
    assert escalations(template(User=user(keys))) == ()
    assert certain(template(User=user(allow("iam:PutUserPolicy", on=own))), "User") == {"iam-007"}


def test_sees_users_through_their_groups() -> None:
    group = resource("IAM::Group", Policies=[
        {"PolicyName": "p", "PolicyDocument": document(allow("iam:*"))}
    ])  # fmt: skip
    found = template(Group=group, User=user(Groups=[{"Ref": "Group"}]))
    assert "iam-001" in certain(found, "User")


def test_leaves_out_roles_that_nobody_but_aws_can_use() -> None:
    service_role = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole"
    found = template(Role=role(trusts=trust("batch"), ManagedPolicyArns=[service_role]))
    assert escalations(found) == ()


def test_names_the_statements_that_allow_it() -> None:
    found = template(Role=role(allow("s3:*"), allow("iam:CreatePolicyVersion", Sid="Bad")))
    (way,) = escalations(found)
    assert [statement.sid for statement in way.witnesses] == ["Bad"]


def test_says_where_those_statements_stand() -> None:
    policy = resource("IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument=document(HAND_ON))
    (way,) = escalations(template(Role=role(allow("iam:PassRole")), P=policy))
    assert [(holder.logical_id, place) for holder, place in way.places] == [
        ("Role", "Policies.0.PolicyDocument.Statement.0"),
        ("P", "PolicyDocument.Statement.0"),
    ]


def roles_in_a_ring(size: int) -> Template:
    roles: dict[str, Any] = {}
    for n in range(size):
        roles[f"R{n}"] = role(
            allow("dynamodb:*", "s3:*", "logs:*"),
            allow("iam:PassRole", on=arn(f"R{(n + 1) % size}")),
        )
    for n in range(size // 10):
        roles[f"A{n}"] = ADMIN
    return template(**roles)


def test_large_templates_take_no_more_work_than_they_are_large() -> None:
    few, many = roles_in_a_ring(50), roles_in_a_ring(100)
    assert certain(roles_in_a_ring(10), "A0")
    assert work(lambda: certain(many, "A0")) < 2.2 * work(lambda: certain(few, "A0"))
