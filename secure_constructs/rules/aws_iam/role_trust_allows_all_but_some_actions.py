"""Trust policies that allow every action but a few."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import beyond_services, trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class RoleTrustAllowsAllButSomeActions(Rule):
    """
    The trust policy allows every action on the role except those it names.

    Allow with ``NotAction`` lets the principal assume the role unless exactly that is named,
    and do whatever AWS adds later.
    """

    id = "iam-role-trust-allows-all-but-some-actions"
    control = "iam.trust-allow-notaction"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = ("AWS::IAM::Role",)
    fix = "leave the action to assumed_by=, which allows sts:AssumeRole"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
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
            "all but one",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "NotAction": "sts:TagSession",
                        }
                    ]
                }
            },
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = trust_policy(role)
        for statement in beyond_services(policy):
            if statement.not_actions is not None:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "NotAction"),
                    "every action but those named is allowed",
                    certain=statement.allows,
                )
