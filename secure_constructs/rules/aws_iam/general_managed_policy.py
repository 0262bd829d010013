"""AWS's own policies that were written for everyone."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._managed import attached, general, managed_policies_at
from secure_constructs.template import Resource, Template

_ROLE = "AWS::IAM::Role"


class GeneralManagedPolicy(Rule):
    """
    A policy is attached that AWS wrote for everyone, and changes.

    It names no resource, since AWS does not know yours: what it allows, it allows on everything in
    the account, and tomorrow on what AWS adds to it. Policies that AWS wrote for the role of one
    service are left alone, and those that allow nothing that could be bound to a resource; those
    that give a whole service away, read data or escalate have rules of their own.
    """

    id = "iam-general-managed-policy"
    control = "iam.no-aws-managed-policy"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = (_ROLE, "AWS::IAM::User", "AWS::IAM::Group", "AWS::SSO::PermissionSet")
    fix = "grant what the code needs instead, for example with queue.grant_send_messages(function)"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-use-aws-defined-policies",
    )

    passes = (
        Example(
            "for the role of one service",
            {
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
                ]
            },
        ),
        Example(
            "nothing in it could be bound",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]},
        ),
        Example(
            "full access, which another rule reports",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]},
        ),
        Example(
            "an agent of AWS cannot do without it",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]},
        ),
        Example("one's own", {"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/orders"]}),
    )
    fails = (
        Example(
            "it changes every repository",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"]},
        ),
        Example(
            "what it allows is not known here",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/SomethingAwsWroteLately"]},
        ),
        Example(
            "of a permission set",
            {"ManagedPolicies": ["arn:aws:iam::aws:policy/SomethingAwsWroteLately"]},
            type="AWS::SSO::PermissionSet",
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy in attached(holder):
            if general(policy):
                name = policy.rpartition("/")[2]
                yield self.finding(holder, managed_policies_at(holder), f"{name} is attached")
                return
