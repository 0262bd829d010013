"""Resource policies that allow every action but a few."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import RESOURCE_POLICIES, resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class ResourcePolicyAllowsAllButSomeActions(Rule):
    """
    The policy allows every action except those it names.

    Allow with ``NotAction`` includes what nobody thought of, deleting the resource and changing
    this policy among it, and every action AWS adds later.
    """

    id = "iam-resource-policy-allows-all-but-some-actions"
    control = "resource-policy.allow-notaction"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = tuple(RESOURCE_POLICIES)
    fix = "name the actions in actions=[...]"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
    )

    passes = (
        Example(
            "actions are named",
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
    )
    fails = (
        Example(
            "all but one",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "NotAction": "sqs:DeleteQueue",
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
            if statement.not_actions is not None:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "NotAction"),
                    "every action but those named is allowed",
                    certain=statement.allows,
                )
