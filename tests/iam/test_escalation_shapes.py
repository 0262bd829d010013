"""
Every known path in the shapes that policies take, each beside a twin that is safe.

A shape makes of a path a template whose ``Subject`` can take it, or, for the twins, cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from secure_constructs.iam._caller import formats
from secure_constructs.iam.escalation import Kind, Path, escalations, paths
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

Shape = Callable[[Path], Template]

POWER_USER = "arn:aws:iam::aws:policy/PowerUserAccess"
VIEW_ONLY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
SELF = {"Ref": "Subject"}
OLD = "2020-01-01T00:00:00Z"


def all_but(*actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "NotAction": list(actions), "Resource": "*", **more}


def managed(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return resource("IAM::ManagedPolicy", PolicyDocument=document(*statements), **more)


def group(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "p", "PolicyDocument": document(*statements)}]
    return resource("IAM::Group", Policies=inline, **more)


def permission_set(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    inline = {"InlinePolicy": document(*statements)} if statements else {}
    return resource("SSO::PermissionSet", Name="p", InstanceArn="i", **inline, **more)


def under(**condition: Any) -> Shape:
    return lambda path: template(Subject=role(allow(*path.actions, Condition=condition)))


def passing(**condition: Any) -> Shape:
    def shape(path: Path) -> Template:
        first = allow("iam:PassRole", Condition=condition)
        return template(Subject=role(first, allow(*path.actions[1:])))

    return shape


def bounded(boundary: Any, *statements: dict[str, Any]) -> Shape:
    def shape(path: Path) -> Template:
        found = {"Bound": managed(*statements)} if statements else {}
        subject = role(allow(*path.actions), PermissionsBoundary=boundary)
        return template(Subject=subject, **found)

    return shape


def handing_on(
    on: Any, *statements: dict[str, Any], by: tuple[str, ...] = (), **more: Any
) -> Shape:
    """Hand on a role that may do what *statements* say, and is trusted by the path's services."""

    def shape(path: Path) -> Template:
        trusted = trust(Service=list(by or path.services))
        return template(
            Subject=role(allow("iam:PassRole", on=on), allow(*path.actions[1:])),
            Target=role(*statements, trusts=trusted, **more),
        )

    return shape


def services(path: Path) -> list[str]:
    return sorted({f"{action.partition(':')[0]}:*" for action in path.actions})


def in_any_account(action: str) -> Any:
    service = action.partition(":")[0]
    place = f"arn:${{AWS::Partition}}:{service}::${{AWS::AccountId}}:*"
    return {"Fn::Sub": place} if service == "iam" else "*"


VULNERABLE: dict[str, Shape] = {
    "one statement for each": lambda p: template(Subject=role(*map(allow, p.actions))),
    "no list around the statement": lambda p: template(
        Subject=resource(
            "IAM::Role",
            AssumeRolePolicyDocument=trust(),
            Policies=[{"PolicyName": "p", "PolicyDocument": {"Statement": allow(*p.actions)}}],
        )
    ),
    "inline and managed": lambda p: template(
        Subject=role(allow(p.actions[0]), ManagedPolicyArns=[{"Ref": "More"}]),
        More=managed(*map(allow, p.actions[1:] or p.actions)),
    ),
    "managed policy that names the role": lambda p: template(
        Subject=role(), More=managed(allow(*p.actions), Roles=[SELF])
    ),
    "policy of a role": lambda p: template(
        Subject=role(),
        More=resource("IAM::RolePolicy", RoleName=SELF, PolicyDocument=document(allow(*p.actions))),
    ),
    "policy that names the role by its name": lambda p: template(
        Subject=role(RoleName="app"),
        More=resource("IAM::Policy", Roles=["app"], PolicyDocument=document(allow(*p.actions))),
    ),
    "user": lambda p: template(Subject=user(allow(*p.actions))),
    "user through a group": lambda p: template(
        Subject=user(Groups=[{"Ref": "Team"}]), Team=group(allow(*p.actions))
    ),
    "user added to a group": lambda p: template(
        Subject=user(UserName="bo"),
        Team=resource("IAM::Group", ManagedPolicyArns=[{"Ref": "More"}]),
        More=managed(allow(*p.actions)),
        Added=resource("IAM::UserToGroupAddition", GroupName={"Ref": "Team"}, Users=["bo"]),
    ),
    "group": lambda p: template(Subject=group(allow(*p.actions))),
    "group by a managed policy": lambda p: template(
        Subject=resource("IAM::Group"), More=managed(allow(*p.actions), Groups=[SELF])
    ),
    "permission set": lambda p: template(Subject=permission_set(allow(*p.actions))),
    "permission set of AWS's own": lambda _: template(
        Subject=permission_set(ManagedPolicies=[ADMINISTRATOR])
    ),
    "wildcards": lambda p: template(Subject=role(allow(*[f"{a[:-3]}*" for a in p.actions]))),
    "one letter open": lambda p: template(Subject=role(allow(*[f"{a[:-1]}?" for a in p.actions]))),
    "whole services": lambda p: template(Subject=role(allow(*services(p)))),
    "another case of letters": lambda p: template(
        Subject=role(allow(*map(str.swapcase, p.actions)))
    ),
    "all but other actions": lambda _: template(Subject=role(all_but("s3:*", "billing:*"))),
    "all but other resources": lambda p: template(
        Subject=role(
            {"Effect": "Allow", "Action": list(p.actions), "NotResource": "arn:aws:s3:::b/*"}
        )
    ),
    "everything of the account": lambda p: template(
        Subject=role(*[allow(a, on=in_any_account(a)) for a in p.actions])
    ),
    "behind Fn::If": lambda p: Template(
        {
            "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}},
            "Resources": {
                "Subject": role({"Fn::If": ["Yes", allow(*p.actions), {"Ref": "AWS::NoValue"}]})
            },
        }
    ),
    "default of a parameter": lambda p: Template(
        {
            "Parameters": {
                "May": {"Type": "CommaDelimitedList", "Default": ",".join(p.actions)},
            },
            "Resources": {
                "Subject": role({"Effect": "Allow", "Action": {"Ref": "May"}, "Resource": "*"})
            },
        }
    ),
    "boundary of an administrator": bounded(ADMINISTRATOR),
    "boundary that leaves other actions out": bounded({"Ref": "Bound"}, all_but("s3:*")),
    "denial of something else": lambda p: template(
        Subject=role(allow(*p.actions), deny("s3:*", "ec2:TerminateInstances"))
    ),
    "denial for one role": lambda p: template(
        Subject=role(allow(*p.actions), deny(*p.actions, on="arn:aws:iam::111111111111:role/one"))
    ),
    "denial that is over": lambda p: template(
        Subject=role(
            allow(*p.actions),
            deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": OLD}}),
        )
    ),
    "denial in other regions": lambda p: template(
        Subject=role(
            allow(*p.actions),
            deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": ["us-east-1"]}}),
        )
    ),
    "denial in other regions but for global services": lambda p: template(
        Subject=role(
            allow(*p.actions),
            all_but(
                "iam:*",
                "sts:*",
                effect="Deny",
                Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
            ),
        )
    ),
    "only with TLS": under(Bool={"aws:SecureTransport": "true"}),
    "only in some regions": under(StringEquals={"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}),
    "only directly": under(Bool={"aws:ViaAWSService": "false"}),
    "only with some program": under(StringLike={"aws:UserAgent": "*deploy*"}),
    "only after a day": under(DateGreaterThan={"aws:CurrentTime": OLD}),
    "only from the account": under(
        StringEquals={"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}
    ),
    "only signed": under(Null={"aws:TokenIssueTime": "false"}),
}

SAFE: dict[str, Shape] = {
    "without the first action": lambda p: template(
        Subject=role(allow("s3:GetObject", *p.actions[1:]))
    ),
    "denied": lambda p: template(Subject=role(allow(*p.actions), deny("*"))),
    "denied by another policy": lambda p: template(
        Subject=role(allow(*p.actions)), More=managed(deny(p.actions[0]), Roles=[SELF])
    ),
    "denied by all but some": lambda p: template(
        Subject=role(allow(*p.actions), all_but("s3:*", effect="Deny"))
    ),
    "denied on all but some": lambda p: template(
        Subject=role(
            allow(*p.actions),
            {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::b/*"},
        )
    ),
    "denied to the user, allowed to its group": lambda p: template(
        Subject=user(deny(p.actions[0]), Groups=[{"Ref": "Team"}]), Team=group(allow(*p.actions))
    ),
    "boundary without it": bounded({"Ref": "Bound"}, allow("s3:*", "logs:*")),
    "boundary to look only": bounded(VIEW_ONLY),
    "boundary that denies it": lambda p: bounded({"Ref": "Bound"}, allow("*"), deny(p.actions[0]))(
        p
    ),
    "boundary of all but it": lambda p: bounded({"Ref": "Bound"}, all_but(*services(p)))(p),
    "permission set in a boundary": lambda _: template(
        Subject=permission_set(
            ManagedPolicies=[ADMINISTRATOR], PermissionsBoundary={"ManagedPolicyArn": VIEW_ONLY}
        )
    ),
    "all but it": lambda p: template(Subject=role(all_but(*services(p), "iam:*", "sts:*"))),
    "on other things": lambda p: template(
        Subject=role(allow(*p.actions, on="arn:aws:s3:::bucket/*"))
    ),
    "only before a day": under(DateLessThan={"aws:CurrentTime": OLD}),
    "only without TLS": under(Bool={"aws:SecureTransport": "false"}),
    "attached to nobody": lambda p: template(
        Subject=role(allow("s3:GetObject")), More=managed(allow(*p.actions))
    ),
    "attached to another": lambda p: template(
        Subject=role(allow("s3:GetObject")),
        Other=role(RoleName="other"),
        More=resource("IAM::Policy", Roles=["other"], PolicyDocument=document(allow(*p.actions))),
    ),
}

HANDED_ON: dict[str, Shape] = {
    "to some services": lambda p: passing(
        StringEquals={"iam:PassedToService": ["x.amazonaws.com", *p.services]}
    )(p),
    "to all services": passing(StringLike={"iam:PassedToService": "*.amazonaws.com"}),
    "to one service, if that is told": lambda p: template(
        Subject=role(
            allow(
                *p.actions,
                Condition={"StringEqualsIfExists": {"iam:PassedToService": list(p.services)}},
            )
        )
    ),
    "for some resources": passing(ArnLike={"iam:AssociatedResourceArn": "arn:aws:*:*:*:app*"}),
    "administrator": handing_on(arn("Target"), ManagedPolicyArns=[ADMINISTRATOR]),
    "administrator by a statement": handing_on(arn("Target"), allow("*")),
    "one that changes itself": handing_on(arn("Target"), allow("iam:PutRolePolicy")),
    "administrator by name": handing_on(
        {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/adm"},
        RoleName="adm",
        ManagedPolicyArns=[ADMINISTRATOR],
    ),
    "administrator by the start of its name": handing_on(
        "arn:aws:iam::*:role/adm*", RoleName="adm-1", ManagedPolicyArns=[ADMINISTRATOR]
    ),
    "administrator by its path": handing_on(
        "arn:aws:iam::*:role/ops/*", Path="/ops/", ManagedPolicyArns=[ADMINISTRATOR]
    ),
}
NOT_HANDED_ON: dict[str, Shape] = {
    "to another service": passing(
        StringEquals={"iam:PassedToService": "monitoring.rds.amazonaws.com"}
    ),
    "one that may do little": handing_on(arn("Target"), allow("s3:GetObject")),
    "administrator that trusts others": handing_on(
        arn("Target"), by=("x.amazonaws.com",), ManagedPolicyArns=[ADMINISTRATOR]
    ),
    "administrator inside a boundary": handing_on(
        arn("Target"), ManagedPolicyArns=[ADMINISTRATOR], PermissionsBoundary=VIEW_ONLY
    ),
}

HANDING_ON = tuple(path for path in paths() if path.kind is Kind.HAND_ON)


def certain(found: Template) -> set[str]:
    return {
        way.path.id
        for way in escalations(found)
        if way.identity.resource.logical_id == "Subject" and way.certain
    }


def seen(found: Template) -> set[str]:
    return {
        way.path.id for way in escalations(found) if way.identity.resource.logical_id == "Subject"
    }


@pytest.mark.parametrize("shape", VULNERABLE.values(), ids=list(VULNERABLE))
def test_knows_every_path_in_every_shape(shape: Shape) -> None:
    assert [path.id for path in paths() if path.id not in certain(shape(path))] == []


@pytest.mark.parametrize("shape", SAFE.values(), ids=list(SAFE))
def test_takes_no_path_in_a_safe_twin(shape: Shape) -> None:
    assert [path.id for path in paths() if path.id in seen(shape(path))] == []


@pytest.mark.parametrize("shape", HANDED_ON.values(), ids=list(HANDED_ON))
def test_follows_a_role_that_is_handed_on(shape: Shape) -> None:
    assert [path.id for path in HANDING_ON if path.id not in certain(shape(path))] == []


@pytest.mark.parametrize("shape", NOT_HANDED_ON.values(), ids=list(NOT_HANDED_ON))
def test_follows_no_role_that_leads_nowhere(shape: Shape) -> None:
    assert [path.id for path in HANDING_ON if path.id in seen(shape(path))] == []


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.id)
def test_needs_every_action_of_a_path(path: Path) -> None:
    for left_out in path.actions:
        others = [action for action in path.actions if action != left_out]
        assert path.id not in seen(template(Subject=role(allow("s3:GetObject", *others))))


def test_a_boundary_that_keeps_iam_out_leaves_only_what_runs_already() -> None:
    for path in paths():
        found = certain(bounded(POWER_USER)(path))
        keeps_iam = any(action.startswith("iam:") for action in path.actions)
        assert (path.id in found) is not keeps_iam


ACCOUNT = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}
CODE = allow("lambda:UpdateFunctionCode", on="arn:aws:lambda:*:*:function:job*")
HAND_ON = allow("lambda:CreateFunction", "lambda:InvokeFunction")
RUNNING = resource("Lambda::Function", FunctionName="job-1", Role=arn("Target"))
ADMIN = role(ManagedPolicyArns=[ADMINISTRATOR])
LOW = role(allow("s3:GetObject"))


def may(action: str, on: Any) -> dict[str, Any]:
    return role(allow(action, on=on))


@pytest.mark.parametrize(
    ("resources", "path"),
    [
        ({"Subject": role(CODE), "Job": RUNNING, "Target": ADMIN}, "lambda-003"),
        (
            {
                "Subject": may("sts:AssumeRole", arn("Middle")),
                "Middle": role(
                    allow("iam:PutRolePolicy", on="arn:aws:iam::*:role/mid"),
                    RoleName="mid",
                    trusts=trust(AWS=ACCOUNT),
                ),
            },
            "sts-001",
        ),
        (
            {
                "Subject": role(
                    allow("iam:PutRolePolicy", on="arn:aws:iam::*:role/app*"), RoleName="app-1"
                )
            },
            "iam-005",
        ),
        (
            {
                "Subject": role(
                    allow("iam:CreatePolicyVersion", on="arn:aws:iam::*:policy/p*"),
                    ManagedPolicyArns=[{"Ref": "Own"}],
                ),
                "Own": managed(allow("s3:GetObject"), ManagedPolicyName="p1"),
            },
            "iam-001",
        ),
        (
            {
                "Subject": user(allow("iam:AddUserToGroup", on=arn("Team"))),
                "Team": resource("IAM::Group", ManagedPolicyArns=[ADMINISTRATOR]),
            },
            "iam-013",
        ),
        ({"Subject": may("iam:UpdateAssumeRolePolicy", arn("Target")), "Target": ADMIN}, "iam-012"),
        (
            {
                "Subject": may("iam:CreateAccessKey", arn("Target")),
                "Target": user(ManagedPolicyArns=[ADMINISTRATOR]),
            },
            "iam-002",
        ),
        (
            {
                "Subject": role(allow("iam:AttachRolePolicy", "sts:AssumeRole", on=arn("Target"))),
                "Target": role(trusts=trust(AWS=ACCOUNT)),
            },
            "iam-014",
        ),
    ],
    ids=[
        "code of what runs with it",
        "role that changes itself",
        "start of its own name",
        "own policy by name",
        "group of administrators",
        "trust of an administrator",
        "key of an administrator",
        "role that lets it in, changed",
    ],
)
def test_takes_a_path_to_what_it_names(resources: dict[str, Any], path: str) -> None:
    assert path in certain(template(**resources))


@pytest.mark.parametrize(
    "resources",
    [
        {"Subject": role(CODE), "Job": RUNNING, "Target": LOW},
        {
            "Subject": role(
                allow("iam:PutRolePolicy", on="arn:aws:iam::*:role/dev-*"), RoleName="app-1"
            )
        },
        {
            "Subject": user(allow("iam:AddUserToGroup", on=arn("Team"))),
            "Team": resource("IAM::Group"),
        },
        {"Subject": may("iam:UpdateAssumeRolePolicy", arn("Target")), "Target": LOW},
        {
            "Subject": may("iam:CreateAccessKey", arn("Target")),
            "Target": user(allow("s3:GetObject")),
        },
        {"Subject": may("sts:AssumeRole", arn("Target")), "Target": ADMIN},
        {"Subject": may("sts:AssumeRole", "arn:aws:iam::999999999999:role/partner")},
    ],
    ids=[
        "code of what may do little",
        "another start of names",
        "group that may do little",
        "trust of a role that may do little",
        "key of a user that may do little",
        "administrator that does not trust it",
        "role of somebody else",
    ],
)
def test_is_not_certain_of_what_leads_nowhere(resources: dict[str, Any]) -> None:
    assert certain(template(**resources)) == set()


def test_what_aws_wrote_for_the_role_of_a_service_is_possible_only() -> None:
    glue = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
    found = template(Subject=role(trusts=trust("glue"), ManagedPolicyArns=[glue]))
    assert certain(found) == set()
    assert seen(found) == {"glue-002"}
    own = role(allow("glue:UpdateDevEndpoint"), trusts=trust("glue"), ManagedPolicyArns=[glue])
    assert certain(template(Subject=own)) == {"glue-002"}


def test_an_action_without_resources_is_asked_of_none() -> None:
    (path,) = [path for path in paths() if path.id == "glue-001"]
    assert formats(path.actions[1]) == ()
    beside = allow(path.actions[1], on="arn:aws:glue:*:*:job/one")
    assert path.id not in seen(template(Subject=role(allow("iam:PassRole"), beside)))


def test_a_condition_on_the_region_binds_global_services_to_one() -> None:
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    assert certain(template(Subject=role(allow("iam:*", Condition=elsewhere)))) == set()
