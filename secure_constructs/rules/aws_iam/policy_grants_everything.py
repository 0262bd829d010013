"""Policies that allow everything on everything."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, loose_grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import grants_everything
from secure_constructs.template import Resource, Template


class PolicyGrantsEverything(Rule):
    """
    The policy allows every action on every resource of the account.

    Whoever gets hold of the principal, by a leaked key or by injecting code into the function
    that runs with it, owns the account: all its data, its secrets, and the power to keep
    everyone else out.
    """

    id = "iam-policy-grants-everything"
    control = "iam.admin-access"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.HIGH
    resource_types = IDENTITY_POLICIES
    fix = (
        "name the actions and resources that are needed, for example with "
        "table.grant_read_data(function)"
    )
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "one action on one table",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "dynamodb:GetItem",
                            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "everything is denied",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "everything",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "everything, in a role",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["s3:GetObject", "*"],
                                    "Resource": ["*"],
                                }
                            ]
                        },
                    }
                ]
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "everything that has an ARN",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "everything, in other words",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "*:*", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    uncertain = (
        Example(
            "a parameter says on what",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": {"Ref": "R"}}]
                },
            },
            type="AWS::IAM::Policy",
            sections={"Parameters": {"R": {"Type": "String"}}},
        ),
        Example(
            "a parameter decides",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": {"Ref": "A"}, "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
            sections={"Parameters": {"A": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy, statement in loose_grants(resource):
            granted = grants_everything(statement)
            if granted.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement),
                    "every action on every resource is allowed",
                    certain=granted.certain,
                )
