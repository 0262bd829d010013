from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from secure_constructs.constructs import SecureBoundary, SecureFunction
from secure_constructs.errors import ConstructError
from secure_constructs.iam.escalation import escalations, paths
from secure_constructs.template import read_assembly

if TYPE_CHECKING:
    from constructs import Construct

Find = Any

EVERYTHING = [
    *("apigateway", "apprunner", "bedrock-agentcore", "cloudformation", "codebuild"),
    *("datapipeline", "dynamodb", "ec2", "ec2-instance-connect", "ecs", "glue", "lambda", "logs"),
    *("s3", "sagemaker", "ssm", "states"),
]
ROLE = "AWS::IAM::Role"


def administrator(scope: Construct, name: str = "Admin") -> iam.Role:
    return iam.Role(
        scope,
        name,
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("AdministratorAccess")],
    )


def roles_of(app: cdk.App) -> dict[str, bool]:
    """Say of the roles of an app, stages included, whether they are bounded."""
    assembly = read_assembly(Path(app.synth(force=True).directory))
    roles = [role for template in assembly.templates for role in template.of_type(ROLE)]
    return {role.construct_path: role.has("PermissionsBoundary") for role in roles}


def test_bounds_every_role_of_its_stack(stack: cdk.Stack, found: Find) -> None:
    SecureBoundary(stack, "Boundary", services=["logs"])
    SecureFunction(
        stack,
        "Checkout",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
    )
    bounds = [role["Properties"]["PermissionsBoundary"] for role in found(stack, ROLE).values()]
    (policy,) = found(stack, "AWS::IAM::ManagedPolicy")
    assert bounds == [{"Ref": policy}]


def test_bounds_what_others_made_and_users(plain_stack: cdk.Stack, found: Find) -> None:
    SecureBoundary(plain_stack, "Boundary", services=["logs", "s3"])
    s3.Bucket(
        plain_stack,
        "Scratch",
        auto_delete_objects=True,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    iam.User(plain_stack, "Reporting")
    identities = [
        *found(plain_stack, ROLE).values(),
        *found(plain_stack, "AWS::IAM::User").values(),
    ]
    assert len(identities) == 2
    assert all("PermissionsBoundary" in each["Properties"] for each in identities)


def test_bounds_all_stacks_of_an_app(app: cdk.App) -> None:
    shared = cdk.Stack(app, "Shared")
    SecureBoundary(shared, "Boundary", services=["logs"], of=app)
    administrator(cdk.Stack(app, "Shop"))
    assert roles_of(app) == {"Shop/Admin": True}


def test_bounds_one_stage_and_leaves_the_next(app: cdk.App) -> None:
    for name, bounded in (("Prod", True), ("Dev", False)):
        stage = cdk.Stage(app, name)
        shop = cdk.Stack(stage, "Shop")
        administrator(shop)
        if bounded:
            SecureBoundary(shop, "Boundary", services=["logs"], of=stage)
    assert roles_of(app) == {"Prod/Shop/Admin": True, "Dev/Shop/Admin": False}


def test_leaves_an_administrator_no_known_way_to_more(app: cdk.App) -> None:
    shop = cdk.Stack(app, "Shop")
    SecureBoundary(shop, "Boundary", services=EVERYTHING)
    administrator(shop)
    assert {a.partition(":")[0] for p in paths() for a in p.actions} - {"iam", "sts"} <= {
        *EVERYTHING
    }
    (template,) = read_assembly(Path(app.synth().directory)).templates
    assert roles_of(app) == {"Shop/Admin": True}
    assert escalations(template) == ()


def test_lets_only_named_roles_be_assumed_and_handed_on(stack: cdk.Stack, only: Find) -> None:
    SecureBoundary(
        stack,
        "Boundary",
        services=["logs"],
        assumes=["arn:aws:iam::111122223333:role/partner"],
        passes=["arn:aws:iam::111122223333:role/app-*"],
    )
    policy = only(stack, "AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    resources = {statement["Sid"]: statement["Resource"] for statement in policy}
    assert resources == {
        "Services": "*",
        "Assume": "arn:aws:iam::111122223333:role/partner",
        "Pass": "arn:aws:iam::111122223333:role/app-*",
    }


@pytest.mark.parametrize(
    ("props", "words"),
    [
        ({"services": []}, "leaves nothing to any role"),
        ({"services": "logs"}, "leaves nothing to any role"),
        ({"services": ["iam"]}, "in passes="),
        ({"services": ["sts"]}, "in assumes="),
        ({"services": ["dynamodb:GetItem"]}, "no prefix of actions"),
        ({"services": ["*"]}, "no prefix of actions"),
        ({"services": ["logs"], "passes": ["*"]}, "ARNs of some roles"),
        ({"services": ["logs"], "assumes": ["arn:aws:iam::111122223333:role/*"]}, "some roles"),
        ({"services": ["logs"], "assumes": "arn:aws:iam::111122223333:role/a"}, "some roles"),
    ],
)
def test_refuses_what_would_leave_a_way_open(
    plain_stack: cdk.Stack, props: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConstructError, match=words):
        SecureBoundary(plain_stack, "Boundary", **props)
    assert plain_stack.node.try_find_child("Boundary") is None


def test_refuses_to_bound_another_stage(app: cdk.App, plain_stack: cdk.Stack) -> None:
    prod = cdk.Stage(app, "Prod")
    with pytest.raises(ConstructError, match="define one in each stage"):
        SecureBoundary(plain_stack, "Boundary", services=["logs"], of=prod)
