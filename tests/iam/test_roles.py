from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.iam import Answer, Request
from secure_constructs.iam.escalation import escalations
from secure_constructs.iam.roles import Identity, identities
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

READ = document(allow("s3:GetObject"))


def the(logical_id: str, found: Template) -> Identity:
    return identities(found).of(found.resources[logical_id])


def may(identity: Identity, action: str, on: str = "arn:aws:s3:::b/x") -> Answer:
    return identity.policies.grants(Request(action, on))


@pytest.mark.parametrize(
    "attached",
    [
        {"P": resource("IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument=READ)},
        {"P": resource("IAM::RolePolicy", RoleName={"Ref": "Role"}, PolicyDocument=READ)},
        {"P": resource("IAM::ManagedPolicy", Roles=[{"Ref": "Role"}], PolicyDocument=READ)},
        {"Role": role(ManagedPolicyArns=[{"Ref": "P"}]),
         "P": resource("IAM::ManagedPolicy", PolicyDocument=READ)},
        {"Role": role(allow("s3:GetObject"))},
        {"Role": role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])},
        {"Role": role(ManagedPolicyArns=[{"Fn::Join": ["", [
            "arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AmazonS3ReadOnlyAccess"]]}])},
    ],
    ids=["policy", "role policy", "managed policy", "attached by the role", "inline", "of AWS",
         "of AWS in any partition"],
)  # fmt: skip
def test_finds_the_policies_of_a_role(attached: dict[str, Any]) -> None:
    found = template(**{"Role": role(), **attached})
    assert may(the("Role", found), "s3:GetObject") is Answer.YES
    assert may(the("Role", found), "s3:PutObject") is Answer.NO


@pytest.mark.parametrize(
    "membership",
    [
        {"User": user(Groups=[{"Ref": "Group"}])},
        {"User": user(), "Member": resource(
            "IAM::UserToGroupAddition", GroupName={"Ref": "Group"}, Users=[{"Ref": "User"}])},
    ],
    ids=["listed by the user", "added"],
)  # fmt: skip
def test_gives_users_the_policies_of_their_groups(membership: dict[str, Any]) -> None:
    found = template(
        Group=resource("IAM::Group"),
        P=resource("IAM::GroupPolicy", GroupName={"Ref": "Group"}, PolicyDocument=READ),
        **membership,
    )
    assert may(the("User", found), "s3:GetObject") is Answer.YES


def test_reads_a_policy_once_that_is_attached_from_both_sides() -> None:
    found = template(
        Role=role(ManagedPolicyArns=[{"Ref": "P"}]),
        P=resource("IAM::ManagedPolicy", Roles=[{"Ref": "Role"}], PolicyDocument=READ),
    )
    assert [a.resource.logical_id for a in the("Role", found).attachments] == ["P"]


def test_takes_denials_from_every_policy() -> None:
    found = template(
        Role=role(allow("*")),
        P=resource("IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument=document(deny("s3:*"))),
    )
    assert may(the("Role", found), "s3:GetObject") is Answer.NO


def test_limits_a_role_to_its_boundary() -> None:
    bound = resource("IAM::ManagedPolicy", PolicyDocument=document(allow("sqs:*")))
    found = template(Role=role(allow("*"), PermissionsBoundary={"Ref": "Bound"}), Bound=bound)
    assert may(the("Role", found), "s3:GetObject") is Answer.NO
    of_aws = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    found = template(Role=role(allow("*"), PermissionsBoundary=of_aws))
    assert may(the("Role", found), "s3:GetObject") is Answer.YES
    assert may(the("Role", found), "s3:PutObject") is Answer.NO


def test_is_undecided_within_a_boundary_that_is_not_known() -> None:
    found = template(Role=role(allow("*"), PermissionsBoundary={"Ref": "Given"}))
    assert may(the("Role", found), "s3:GetObject") is Answer.MAYBE


def test_names_attached_policies_that_it_cannot_see() -> None:
    found = template(Role=role(ManagedPolicyArns=["arn:aws:iam::111111111111:policy/x"]))
    assert the("Role", found).unseen == ("arn:aws:iam::111111111111:policy/x",)


def test_knows_the_role_that_a_function_runs_with() -> None:
    found = template(Role=role(), Fn=resource("Lambda::Function", Role=arn("Role")))
    running = identities(found).role_of(found.resources["Fn"])
    assert running is the("Role", found)
    assert identities(found).role_of(found.resources["Role"]) is None


def test_says_where_a_statement_stands() -> None:
    found = template(Role=role(allow("s3:*"), allow("sqs:*")))
    identity = the("Role", found)
    statement = identity.attachments[0].document.statements[1]
    attachment = identity.attachment_of(statement)
    assert attachment is not None
    assert attachment.place_of(statement) == "Policies.0.PolicyDocument.Statement.1"


def test_knows_who_may_become_a_role() -> None:
    found = template(Role=role(trusts=trust(AWS=arn("Other"))), Other=role())
    policy = the("Role", found).trust
    assert policy is not None
    by_other = Request("sts:AssumeRole", caller=the("Other", found).arn)
    assert policy.answer(by_other) is Answer.YES
    by_lambda = Request("sts:AssumeRole", caller="lambda.amazonaws.com")
    assert policy.answer(by_lambda) is Answer.NO


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4) | st.sampled_from(["Role", ADMINISTRATOR, "*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Ref", "Statement", "Effect", "Action", "Principal", "PolicyDocument"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
properties = st.dictionaries(
    st.sampled_from(
        ["Policies", "ManagedPolicyArns", "PermissionsBoundary", "AssumeRolePolicyDocument",
         "Groups", "Roles", "Users", "PolicyDocument", "RoleName", "GroupName", "Role", "Path"]
    ),
    values,
)  # fmt: skip
kinds = st.sampled_from(
    ["Role", "User", "Group", "Policy", "ManagedPolicy", "UserToGroupAddition", "RolePolicy"]
)


@given(st.dictionaries(st.sampled_from(["Role", "A", "B"]), st.tuples(kinds, properties)))
def test_reads_whatever_stands_in_a_template(content: dict[str, Any]) -> None:
    found = Template(
        {
            "Resources": {
                name: {"Type": f"AWS::IAM::{kind}", "Properties": body}
                for name, (kind, body) in content.items()
            }
        }
    )
    assert escalations(found) is not None
