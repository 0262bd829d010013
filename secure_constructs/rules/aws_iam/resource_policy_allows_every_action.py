"""Resource policies that allow everything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import RESOURCE_POLICIES, resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_EVERYTHING = re.compile(r"(?:[\w-]+:)?\*+")


class ResourcePolicyAllowsEveryAction(Rule):
    """
    The policy lets another principal do everything with the resource.

    Every action includes deleting the resource and changing this policy. Whoever takes over the
    principal it names takes over the resource.
    """

    id = "iam-resource-policy-allows-every-action"
    control = "resource-policy.wildcard-action"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = tuple(RESOURCE_POLICIES)
    fix = "name the actions that are needed in actions=[...]"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "one action",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "everything is denied",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
    )
    fails = (
        Example(
            "everything of the service",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": "SQS:*",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "everything",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": ["*"],
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = resource_policy(resource)
        for statement in policy.document.allowing:
            everything = [
                action for action in statement.actions or () if _EVERYTHING.fullmatch(action)
            ]
            if everything:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    f"{everything[0]} is allowed",
                    certain=statement.allows,
                )
