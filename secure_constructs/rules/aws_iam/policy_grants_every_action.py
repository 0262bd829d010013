"""Policies that allow every action on a resource."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, loose_grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import grants_everything, on_whole_services, whole_services
from secure_constructs.template import Resource, Template


class PolicyGrantsEveryAction(Rule):
    """
    The policy allows every action on the resources it names.

    Every action includes deleting the resource, opening it to others and switching its
    protection off, which code that reads and writes never needs.
    """

    id = "iam-policy-grants-every-action"
    control = "iam.wildcard-action"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = IDENTITY_POLICIES
    fix = "name the actions that are needed in actions=[...]"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "some actions",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["s3:GetObject*", "s3:List*"],
                            "Resource": "arn:aws:s3:::receipts/*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "every action on one table",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "dynamodb:*",
                            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "every action of every service on one bucket",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "*",
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
            actions = whole_services(statement)
            if "*" in (statement.actions or ()) and not grants_everything(statement).possible:
                actions = ("every service",)
            if actions and not on_whole_services(statement, actions).possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    f"every action of {', '.join(actions)} is allowed",
                    certain=statement.allows,
                )
