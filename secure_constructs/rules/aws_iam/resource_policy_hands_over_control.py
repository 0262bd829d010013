"""Resource policies that let others change or delete the resource."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import RESOURCE_POLICIES, resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_OWNERS = frozenset(
    {
        "s3:deletebucket",
        "s3:deletebucketpolicy",
        "s3:putbucketacl",
        "s3:putbucketpolicy",
        "s3:putencryptionconfiguration",
        "secretsmanager:deleteresourcepolicy",
        "secretsmanager:deletesecret",
        "secretsmanager:putresourcepolicy",
        "sns:addpermission",
        "sns:deletetopic",
        "sns:removepermission",
        "sns:settopicattributes",
        "sqs:addpermission",
        "sqs:deletequeue",
        "sqs:purgequeue",
        "sqs:removepermission",
        "sqs:setqueueattributes",
    }
)


class ResourcePolicyHandsOverControl(Rule):
    """
    The policy lets another account change who may use the resource, or delete it.

    Adding permissions, setting attributes and deleting are for the owner. Another principal
    that has them opens the resource to anyone, at any time, from outside your deployment.
    """

    id = "iam-resource-policy-hands-over-control"
    control = "resource-policy.dangerous-actions"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = tuple(RESOURCE_POLICIES)
    fix = "leave the actions that administer the resource out of its policy"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "sending",
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
            "within the owner's account, as SNS writes by default",
            {
                "Topics": ["arn:aws:sns:eu-west-1:111122223333:t"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Action": ["SNS:AddPermission", "SNS:Publish"],
                            "Resource": "*",
                            "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}},
                        }
                    ]
                },
            },
            type="AWS::SNS::TopicPolicy",
        ),
    )
    fails = (
        Example(
            "changing the policy",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": ["sqs:AddPermission", "sqs:SendMessage"],
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
            handed = sorted(a for a in statement.actions or () if a.lower() in _OWNERS)
            if handed and not statement.restricted.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    f"{handed[0]} is for the owner",
                    certain=statement.allows,
                )
