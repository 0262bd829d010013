"""AWS's own policies that stop just short of giving everything away."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._managed import (
    NEAR_ADMINISTRATORS,
    attached,
    managed_policies_at,
)
from secure_constructs.template import Resource, Template


class NearAdministratorManagedPolicy(Rule):
    """
    A policy of AWS is attached that gives the means to take administrator rights.

    One gives every permission to write permissions, the other everything but those: whoever gets
    hold of the principal, by a leaked key or by injecting code into the function that runs
    with it, gives itself the rest, or does without.
    """

    id = "iam-near-administrator-managed-policy"
    control = "iam.elevated-managed-policy"
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
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/PowerUserAccess.html",
    )

    passes = (
        Example(
            "reading the account's settings",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
        ),
        Example(
            "a policy of one's own of that name",
            {"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/PowerUserAccess"]},
        ),
        Example(
            "administrator, which is a fault of its own",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
        ),
    )
    fails = (
        Example(
            "all but permissions",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/PowerUserAccess"]},
        ),
        Example(
            "permissions, in any partition",
            {
                "ManagedPolicyArns": [
                    {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/IAMFullAccess"}
                ]
            },
        ),
        Example(
            "for those who sign in",
            {"ManagedPolicies": "arn:aws:iam::aws:policy/PowerUserAccess"},
            type="AWS::SSO::PermissionSet",
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy in attached(holder):
            name = policy.rpartition("/")[2]
            if name in NEAR_ADMINISTRATORS:
                yield self.finding(holder, managed_policies_at(holder), f"{name} is attached")
