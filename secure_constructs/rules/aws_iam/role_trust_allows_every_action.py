"""Trust policies that allow more than assuming the role."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import beyond_services, trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class RoleTrustAllowsEveryAction(Rule):
    """
    The trust policy allows every action on the role.

    Besides assuming the role that includes tagging the session and setting its source identity,
    with which conditions elsewhere are passed.
    """

    id = "iam-role-trust-allows-every-action"
    control = "iam.trust-wildcard-action"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = ("AWS::IAM::Role",)
    fix = "leave the action to assumed_by=, which allows sts:AssumeRole"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html",
    )

    passes = (
        Example(
            "assuming",
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
            "everything",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "*",
                        }
                    ]
                }
            },
        ),
        Example(
            "everything of sts",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": ["sts:*"],
                        }
                    ]
                }
            },
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = trust_policy(role)
        for statement in beyond_services(policy):
            wide = [
                action for action in statement.actions or () if action.lower() in {"*", "sts:*"}
            ]
            if wide:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    f"{wide[0]} is allowed",
                    certain=statement.allows,
                )
