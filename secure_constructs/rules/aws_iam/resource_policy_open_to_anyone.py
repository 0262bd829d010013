"""Resource policies that admit everyone on AWS."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.policies import MISPLACED_POLICIES, RESOURCE_POLICIES, resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


def _named(statement: Statement) -> str:
    """
    Name what a statement allows, shortly.
    """
    actions = statement.actions or ("do nearly everything",)
    more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
    return f"{actions[0]}{more}"


def _kept_private(policy: Resource, template: Template) -> bool:
    """
    Say whether the bucket of a policy ignores public policies.
    """
    bucket = template.find(policy.get("Bucket"), "AWS::S3::Bucket")
    return bool(bucket and bucket.flag("PublicAccessBlockConfiguration.RestrictPublicBuckets"))


class ResourcePolicyOpenToAnyone(Rule):
    """
    The policy lets anyone with an AWS account, or anyone at all, use the resource.

    A principal of ``*`` without a condition on the caller is everyone. A stranger reads the
    bucket or the secret, publishes to the topic, or fills the queue that your functions trust:
    forged orders, stolen data, your bill.
    """

    id = "iam-resource-policy-open-to-anyone"
    control = "resource-policy.wildcard-principal"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = (*RESOURCE_POLICIES, *MISPLACED_POLICIES)
    fix = (
        "name the service or role as principal, and bind a service with aws:SourceArn or "
        "aws:SourceAccount"
    )
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    )

    passes = (
        Example(
            "one service, from one source",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                            "Condition": {
                                "ArnEquals": {
                                    "aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders"
                                }
                            },
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "anyone within one organization",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "everyone is refused plain HTTP",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "sqs:*",
                            "Resource": "*",
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "public access is blocked",
            {
                "Bucket": {"Ref": "Bucket"},
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": "*",
                    }
                },
            },
            beside={
                "Bucket": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {
                        "PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}
                    },
                }
            },
            type="AWS::S3::BucketPolicy",
        ),
    )
    fails = (
        Example(
            "anyone may send",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "a principal in the policy of an identity, where IAM takes none",
            {
                "PolicyName": "orders",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "an ARN cut short, whose star stands for every account",
            {
                "Topics": ["arn:aws:sns:eu-west-1:111122223333:orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::*"},
                            "Action": "sns:Publish",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SNS::TopicPolicy",
        ),
        Example(
            "anyone may send, receive and delete",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": [
                                "sqs:SendMessage",
                                "sqs:ReceiveMessage",
                                "sqs:DeleteMessage",
                            ],
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "anyone, as one of a list",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "*"]},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "the default of a parameter",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Ref": "Who"}},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
            sections={"Parameters": {"Who": {"Type": "String", "Default": "*"}}},
        ),
        Example(
            "a condition that says nothing about the caller",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Ref": "Who"}},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
            sections={"Parameters": {"Who": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        policy = resource_policy(resource)
        for statement in policy.document.allowing:
            opened = statement.open_to_anyone
            if statement.not_principals is not None or not opened.possible:
                continue
            if resource.type == "AWS::S3::BucketPolicy" and _kept_private(resource, template):
                continue
            if resource.type == "AWS::EFS::FileSystem" and _from_within(statement):
                continue
            yield self.finding(
                policy.block,
                policy.at(statement, "Principal"),
                f"anyone may {_named(statement)}",
                certain=opened.certain,
            )


def _from_within(statement: Statement) -> bool:
    """
    Say whether a file system answers only those in its network, as the CDK makes it by default.
    """
    values = statement.condition_values("elasticfilesystem:AccessedViaMountTarget")
    return tuple(map(str.lower, values)) == ("true",)
