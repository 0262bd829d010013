"""Uploads that start a function directly."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._triggers import CUSTOM_NOTIFICATIONS, direct_triggers
from secure_constructs.template import Resource, Template


class DirectFunctionTrigger(Rule):
    """
    An upload starts a function directly, so its data reaches code unchecked.

    Whoever can put an object into the bucket chooses the name and content that the function
    then reads: past the web ACL, past every validator, at a rate nothing bounds. A crafted key
    or file is an injection.
    """

    id = "s3-direct-function-trigger"
    control = "s3.direct-function-trigger"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = ("AWS::S3::Bucket", CUSTOM_NOTIFICATIONS)
    fix = (
        "send uploads to a SecureQueue first (SqsDestination, or notify through "
        "EventBridge), and validate each object before it is used"
    )
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    )

    passes = (
        Example(
            "uploads wait in a queue",
            {
                "NotificationConfiguration": {
                    "QueueConfigurations": [
                        {
                            "Event": "s3:ObjectCreated:*",
                            "Queue": "arn:aws:sqs:eu-west-1:111122223333:uploads",
                        }
                    ]
                }
            },
        ),
        Example(
            "only removals are announced",
            {
                "NotificationConfiguration": {
                    "LambdaConfigurations": [
                        {
                            "Event": "s3:ObjectRemoved:*",
                            "Function": "arn:aws:lambda:eu-west-1:111122223333:function:tidy",
                        }
                    ]
                }
            },
        ),
    )
    fails = (
        Example(
            "each upload starts a function",
            {
                "NotificationConfiguration": {
                    "LambdaConfigurations": [
                        {
                            "Event": "s3:ObjectCreated:*",
                            "Function": "arn:aws:lambda:eu-west-1:111122223333:function:load",
                        }
                    ]
                }
            },
        ),
        Example(
            "each upload starts a function of the template",
            {
                "NotificationConfiguration": {
                    "LambdaConfigurations": {
                        "Event": "s3:ObjectCreated:*",
                        "Function": {"Fn::GetAtt": ["Load", "Arn"]},
                    }
                }
            },
            beside={"Load": {"Type": "AWS::Lambda::Function"}},
        ),
        Example(
            "set up by CDK's own resource",
            {
                "BucketName": "uploads",
                "NotificationConfiguration": {
                    "LambdaFunctionConfigurations": [
                        {
                            "Events": ["s3:ObjectCreated:Put"],
                            "LambdaFunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:f",
                        }
                    ]
                },
            },
            type=CUSTOM_NOTIFICATIONS,
        ),
    )

    def check(self, notifier: Resource, template: Template) -> Iterator[Finding]:
        for started, target in direct_triggers(notifier):
            function = template.find(started.get(target), "AWS::Lambda::Function")
            name = function.logical_id if function else "a function"
            yield self.finding(started, target, f"each upload starts {name} directly")
