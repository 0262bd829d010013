"""Resource policies that let a service act for anyone."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.policies import resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

# Services that carry what their customers send, so that anyone can be behind them.
_CARRIERS = ("cloudwatch.", "events.", "iot.", "s3.", "scheduler.", "ses.", "sns.")
# Services that put into a bucket, or take out of it, what their customers tell them to; those that
# write below the number of the account they serve are bound by that.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
_OF_BUCKETS = ("cloudfront.", "logging.s3.", "s3.", "ses.")
_OF_KEYS = (*_CARRIERS, "cloudfront.")
_DEPUTIES = {
    "AWS::SNS::TopicInlinePolicy": _CARRIERS,
    "AWS::SNS::TopicPolicy": _CARRIERS,
    "AWS::SQS::QueueInlinePolicy": _CARRIERS,
    "AWS::SQS::QueuePolicy": _CARRIERS,
    "AWS::Events::EventBusPolicy": _CARRIERS,
    "AWS::KMS::Key": _OF_KEYS,
    "AWS::KMS::ReplicaKey": _OF_KEYS,
    "AWS::Kinesis::ResourcePolicy": _CARRIERS,
    "AWS::Lambda::ResourcePolicy": _CARRIERS,
    "AWS::S3::AccessPoint": _OF_BUCKETS,
    "AWS::S3::BucketPolicy": _OF_BUCKETS,
}
# What a service tells a key that it is for.
# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
_FOR_WHAT = "kms:encryptioncontext"
# That a key is there, which AWS has EventBridge ask without a condition.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
_OF_THE_KEY_ITSELF = {"kms:describekey"}


def _policy(statement: dict[str, object]) -> dict[str, object]:
    return {
        "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]},
    }


class ResourcePolicyServesAnyAccount(Rule):
    """
    A service may use the resource on behalf of any account.

    The policy names a service, and no condition says for whom it may act. A stranger points a
    topic, a bucket or a rule of another account at your queue, and the service puts the stranger's
    messages into your flow as if they were yours (the confused deputy).
    """

    id = "iam-resource-policy-serves-any-account"
    control = "resource-policy.confused-deputy"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.MEDIUM
    resource_types = tuple(_DEPUTIES)
    fix = (
        'add conditions={"ArnLike": {"aws:SourceArn": ...}} or "aws:SourceAccount", '
        "or let the construct that sends add it"
    )
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",)

    passes = (
        Example(
            "for one topic",
            _policy(
                {
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Condition": {
                        "ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:t"}
                    },
                }
            ),
        ),
        Example(
            "for one account",
            _policy(
                {
                    "Principal": {"Service": ["s3.amazonaws.com"]},
                    "Action": "sqs:SendMessage",
                    "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
                }
            ),
        ),
        Example(
            "an account, which acts for itself",
            _policy({"Principal": {"AWS": "111122223333"}, "Action": "sqs:SendMessage"}),
        ),
        Example(
            "a denial",
            _policy(
                {
                    "Effect": "Deny",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                }
            ),
        ),
        Example(
            "the role of a service, which has another policy to say so",
            _policy({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sqs:*"}),
        ),
        Example(
            "logs of one account's log groups, by what the key is for",
            {
                "KeyPolicy": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": "logs.amazonaws.com"},
                        "Action": "kms:Decrypt",
                        "Resource": "*",
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:aws:logs:arn": (
                                    "arn:aws:logs:eu-west-1:111122223333:log-group:*"
                                )
                            }
                        },
                    }
                }
            },
            type="AWS::KMS::Key",
        ),
        Example(
            "the service asks whether the key is there",
            {
                "KeyPolicy": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "kms:DescribeKey",
                        "Resource": "*",
                    }
                }
            },
            type="AWS::KMS::Key",
        ),
    )
    fails = (
        Example(
            "for any topic of any account",
            _policy({"Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}),
        ),
        Example(
            "the transport is all it asks for",
            _policy(
                {
                    "Principal": {"Service": ["events.amazonaws.com"]},
                    "Action": ["sqs:SendMessage"],
                    "Condition": {"Bool": {"aws:SecureTransport": "true"}},
                }
            ),
        ),
        Example(
            "any bucket may notify the topic",
            {
                "Topics": ["arn:aws:sns:eu-west-1:111122223333:orders"],
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": "s3.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": "*",
                    }
                },
            },
            type="AWS::SNS::TopicPolicy",
        ),
        Example(
            "anyone's distribution may read the bucket",
            {
                "Bucket": "site",
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudfront.amazonaws.com"},
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::site/*",
                    }
                },
            },
            type="AWS::S3::BucketPolicy",
        ),
        Example(
            "anyone's topic may use the key",
            {
                "KeyPolicy": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": "sns.amazonaws.com"},
                        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                        "Resource": "*",
                    }
                }
            },
            type="AWS::KMS::Key",
        ),
    )

    uncertain = (
        Example(
            "a parameter decides whether it is allowed",
            _policy(
                {
                    "Effect": {"Ref": "Effect"},
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                }
            ),
            sections={"Parameters": {"Effect": {"Type": "String"}}},
        ),
        Example(
            "a parameter decides for whom",
            _policy(
                {
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Condition": {"ArnLike": {"aws:SourceArn": {"Ref": "Topic"}}},
                }
            ),
            sections={"Parameters": {"Topic": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = resource_policy(resource)
        deputies = _DEPUTIES[resource.type]
        for statement in policy.document.allowing:
            acting = [host for host in statement.services if host.startswith(deputies)]
            bound = any(c.key.startswith(_FOR_WHAT) for c in statement.conditions)
            bound |= {
                str(action).lower() for action in statement.actions or ()
            } == _OF_THE_KEY_ITSELF
            answer = Answer.NO if bound else ~statement.restricted
            if acting and answer.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Condition"),
                    f"{acting[0]} may use it on behalf of any account",
                    certain=answer.certain and statement.allows,
                )
