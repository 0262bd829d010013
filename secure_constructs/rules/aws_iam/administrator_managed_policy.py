"""AWS's own policies that give everything away."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._managed import ADMINISTRATORS, attached, managed_policies_at
from secure_constructs.template import Resource, Template


class AdministratorManagedPolicy(Rule):
    """
    A policy of AWS that gives administrator rights is attached.

    Whoever gets hold of the principal, by a leaked key or by injecting code into the function
    that runs with it, owns the account or gives itself the rest of it.
    """

    id = "iam-administrator-managed-policy"
    control = "iam.admin-managed-policy"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.HIGH
    resource_types = (
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
    )
    fix = "grant what the code needs instead, for example with table.grant_read_data(function)"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html",
    )

    passes = (
        Example(
            "a narrow policy",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]},
            type="AWS::IAM::Role",
        ),
    )
    fails = (
        Example(
            "administrator",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
            type="AWS::IAM::Role",
        ),
        Example(
            "in any partition",
            {
                "ManagedPolicyArns": [
                    {
                        "Fn::Join": [
                            "",
                            [
                                "arn:",
                                {"Ref": "AWS::Partition"},
                                ":iam::aws:policy/AdministratorAccess",
                            ],
                        ]
                    }
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy in attached(holder):
            name = policy.rpartition("/")[2]
            if name in ADMINISTRATORS:
                yield self.finding(holder, managed_policies_at(holder), f"{name} is attached")
