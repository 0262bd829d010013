"""Policies that allow every action but a few."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, loose_grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PolicyAllowsAllButSomeActions(Rule):
    """
    The policy allows every action except those it names.

    Allow with ``NotAction`` includes what nobody thought of, and every action AWS adds later:
    whoever takes over the principal finds a way that was left open.
    """

    id = "iam-policy-allows-all-but-some-actions"
    control = "iam.allow-notaction"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "name the actions in actions=[...], and deny others in a statement of its own"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
    )

    passes = (
        Example(
            "actions are named",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "all but some are denied",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "all but one service",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "all but one action, in a role",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "NotAction": ["s3:DeleteBucket"],
                                    "Resource": "arn:aws:s3:::receipts",
                                }
                            ]
                        },
                    }
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy, statement in loose_grants(resource):
            if statement.not_actions is not None:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "NotAction"),
                    "every action but those named is allowed",
                    certain=statement.allows,
                )
