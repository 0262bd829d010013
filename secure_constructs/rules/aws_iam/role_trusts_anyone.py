"""Roles that anyone on AWS may assume."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.policies import beyond_services, trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class RoleTrustsAnyone(Rule):
    """
    Anyone with an AWS account may assume the role.

    A principal of ``*`` without a condition on the caller is everyone: a stranger takes the
    role, and with it all it may do.
    """

    id = "iam-role-trusts-anyone"
    control = "iam.trust-public"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.CRITICAL
    resource_types = ("AWS::IAM::Role",)
    fix = "name who assumes it: assumed_by=iam.ServicePrincipal(...) or iam.ArnPrincipal(...)"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    )

    passes = (
        Example(
            "one service",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
        ),
        Example(
            "anyone of one organization",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
                        }
                    ]
                }
            },
        ),
    )
    fails = (
        Example(
            "anyone",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
                    ]
                }
            },
        ),
        Example(
            "anyone, in one word",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]
                }
            },
        ),
        Example(
            "every service",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "*"},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Ref": "Who"}},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
            sections={"Parameters": {"Who": {"Type": "String"}}},
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = trust_policy(role)
        for statement in beyond_services(policy):
            if statement.not_principals is not None:
                continue  # a fault of its own
            anyone = statement.open_to_anyone
            if any(service in {"*", "*.amazonaws.com"} for service in statement.services):
                anyone = Answer.YES
            if anyone.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Principal"),
                    "anyone may assume the role",
                    certain=statement.allows and anyone.certain,
                )
