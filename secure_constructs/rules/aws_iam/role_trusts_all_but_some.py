"""Roles that everyone but a few may assume."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import beyond_services, trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class RoleTrustsAllButSome(Rule):
    """
    Everyone may assume the role except those its trust policy names.

    Allow with ``NotPrincipal`` admits every other account on AWS: the opposite of what the list
    of names suggests.
    """

    id = "iam-role-trusts-all-but-some"
    control = "iam.trust-allow-notprincipal"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.CRITICAL
    resource_types = ("AWS::IAM::Role",)
    fix = "name who assumes it in assumed_by="
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
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
    )
    fails = (
        Example(
            "all but one",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "NotPrincipal": {"AWS": "111122223333"},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = trust_policy(role)
        for statement in beyond_services(policy):
            if statement.not_principals is not None:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "NotPrincipal"),
                    "everyone but those named may assume the role",
                    certain=statement.allows,
                )
