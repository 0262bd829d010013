"""Resource policies that allow everyone but a few."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import MISPLACED_POLICIES, RESOURCE_POLICIES, resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class ResourcePolicyAllowsAllButSome(Rule):
    """
    The policy allows everyone except those it names.

    Allow with ``NotPrincipal`` admits every other account on AWS, anonymous callers included:
    the opposite of what the list of names suggests.
    """

    id = "iam-resource-policy-allows-all-but-some"
    control = "resource-policy.allow-notprincipal"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = (*RESOURCE_POLICIES, *MISPLACED_POLICIES)
    fix = "name those who may in Principal, and deny others in a statement of its own"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
    )

    passes = (
        Example(
            "some are named",
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
            "all but some are denied",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "NotPrincipal": {"AWS": "111122223333"},
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
            "all but some are allowed",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "NotPrincipal": {"AWS": "111122223333"},
                            "Action": "sqs:SendMessage",
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
            if statement.not_principals is not None:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "NotPrincipal"),
                    "everyone but those named is allowed",
                    certain=statement.allows,
                )
