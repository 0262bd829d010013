"""Policies that allow every resource but a few."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, loose_grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PolicyAllowsAllButSomeResources(Rule):
    """
    The policy allows its actions on every resource except those it names.

    Allow with ``NotResource`` includes everything that is created later, by anyone in the account.
    """

    id = "iam-policy-allows-all-but-some-resources"
    control = "iam.allow-notresource"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "name the resources in resources=[...], and deny others in a statement of its own"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",
    )

    passes = (
        Example(
            "resources are named",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "s3:GetObject",
                            "Resource": "arn:aws:s3:::receipts/*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "all but some are denied",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Action": "s3:*",
                            "NotResource": "arn:aws:s3:::receipts/*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "all but one bucket",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "s3:GetObject",
                            "NotResource": "arn:aws:s3:::receipts/*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy, statement in loose_grants(resource):
            if statement.not_resources is not None:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "NotResource"),
                    "every resource but those named is allowed",
                    certain=statement.allows,
                )
