"""Functions whose failed events vanish."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules._values import filled
from secure_constructs.rules.aws_s3._triggers import CUSTOM_NOTIFICATIONS, direct_triggers
from secure_constructs.services.callers import (
    PERMISSION,
    asynchronous,
    invokers,
    serves_deployment,
)
from secure_constructs.template import Resource, Template

FUNCTION = "AWS::Lambda::Function"


_DLQ = "arn:aws:sqs:eu-west-1:111122223333:failed"
_UPLOADS = {
    "Uploads": {"Type": "AWS::S3::Bucket"},
    "AllowUploads": {
        "Type": PERMISSION,
        "Properties": {
            "FunctionName": {"Ref": "Subject"},
            "Principal": "s3.amazonaws.com",
            "SourceArn": {"Fn::GetAtt": ["Uploads", "Arn"]},
        },
    },
}


class FailedEventsLost(Rule):
    """
    Events that the function fails to process are lost.

    A bucket, a topic, an event bus or CloudFormation hands over its event and goes; Lambda tries
    twice more, and then drops it. Whoever makes the function fail makes orders, audit records or
    alarms disappear. Judged are functions that are known to be invoked so. Of those of which
    nothing in the templates says who invokes them it is uncertain, and said once for a stack,
    unless another function of it has a dead-letter queue: then it was forgotten.
    """

    id = "lambda-failed-events-lost"
    control = "lambda.dlq"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (FUNCTION,)
    fix = "pass on_failure=SqsDestination(queue), as SecureFunction does"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    )

    passes = (
        Example("a dead-letter queue", {"DeadLetterConfig": {"TargetArn": _DLQ}}, beside=_UPLOADS),
        Example(
            "CDK made it for itself",
            {"Runtime": "python3.13"},
            attributes={"Metadata": {"aws:cdk:path": "Shop/Custom::Trigger/Handler"}},
            beside=_UPLOADS,
        ),
        Example(
            "only a caller that waits for the answer is known",
            {"Runtime": "python3.13"},
            beside={
                "AllowApi": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "apigateway.amazonaws.com",
                    },
                }
            },
        ),
        Example(
            "a destination for failures, or the lack of one, which another rule reports",
            {"Runtime": "python3.13"},
            beside={
                **_UPLOADS,
                "Async": {
                    "Type": "AWS::Lambda::EventInvokeConfig",
                    "Properties": {"FunctionName": {"Ref": "Subject"}},
                },
            },
        ),
        Example(
            "the rule before it keeps nothing either, which another rule reports",
            {"Runtime": "python3.13"},
            beside={
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "EventPattern": {"source": ["shop"]},
                        "Targets": [{"Id": "t", "Arn": {"Fn::GetAtt": ["Subject", "Arn"]}}],
                    },
                }
            },
        ),
        Example(
            "uploads start it directly, which another rule reports",
            {"Runtime": "python3.13"},
            beside={
                **_UPLOADS,
                "Notifying": {
                    "Type": CUSTOM_NOTIFICATIONS,
                    "Properties": {
                        "BucketName": {"Ref": "Uploads"},
                        "NotificationConfiguration": {
                            "LambdaFunctionConfigurations": [
                                {
                                    "Events": ["s3:ObjectCreated:*"],
                                    "LambdaFunctionArn": {"Fn::GetAtt": ["Subject", "Arn"]},
                                }
                            ]
                        },
                    },
                },
            },
        ),
        Example(
            "a schedule comes round again",
            {"Runtime": "python3.13"},
            beside={
                "Nightly": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "ScheduleExpression": "rate(1 day)",
                        "Targets": [{"Id": "t", "Arn": {"Fn::GetAtt": ["Subject", "Arn"]}}],
                    },
                }
            },
        ),
        Example(
            "another function has a queue, and this one answers an API",
            {"Runtime": "python3.13"},
            beside={
                "Other": {
                    "Type": FUNCTION,
                    "Properties": {"DeadLetterConfig": {"TargetArn": _DLQ}},
                },
                "AllowApi": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "apigateway.amazonaws.com",
                    },
                },
            },
        ),
    )
    fails = (
        Example("a bucket invokes it", {"Runtime": "python3.13"}, beside=_UPLOADS),
        Example(
            "events that match a pattern invoke it",
            {"Runtime": "python3.13"},
            beside={
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "EventPattern": {"source": ["shop"]},
                        "Targets": [
                            {
                                "Id": "t",
                                "Arn": {"Fn::GetAtt": ["Subject", "Arn"]},
                                "DeadLetterConfig": {"Arn": _DLQ},
                            }
                        ],
                    },
                }
            },
        ),
        Example(
            "a topic of another stack invokes it",
            {"Runtime": "python3.13"},
            beside={
                "AllowTopic": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "sns.amazonaws.com",
                        "SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders",
                    },
                }
            },
        ),
        Example(
            "uploads start another one directly",
            {"Runtime": "python3.13"},
            beside={
                **_UPLOADS,
                "Uploads": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {
                        "NotificationConfiguration": {
                            "LambdaConfigurations": [
                                {
                                    "Event": "s3:ObjectCreated:*",
                                    "Function": {"Fn::GetAtt": ["Other", "Arn"]},
                                }
                            ]
                        }
                    },
                },
                "Other": {"Type": FUNCTION},
            },
        ),
        Example(
            "CloudFormation invokes it, and does not wait",
            {"Runtime": "python3.13"},
            beside={
                "Seed": {
                    "Type": "Custom::Seed",
                    "Properties": {"ServiceToken": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
        Example(
            "the function beside it has a queue",
            {"Runtime": "python3.13"},
            beside={
                "Other": {
                    "Type": FUNCTION,
                    "Properties": {"DeadLetterConfig": {"TargetArn": _DLQ}},
                }
            },
        ),
    )
    uncertain = (
        Example("nobody known invokes it", {"Runtime": "python3.13"}),
        Example(
            "nobody known invokes it, nor the one beside it",
            {"DeadLetterConfig": {}},
            beside={"Other": {"Type": FUNCTION}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if filled(function, "DeadLetterConfig.TargetArn") or function.framework:
            return
        if _configured(function):
            return
        source = asynchronous(function)
        if source is not None:
            if not _starts_directly(source, function, template):
                yield self.finding(
                    function,
                    "DeadLetterConfig",
                    f"events of {source.logical_id} that it fails to process are dropped",
                    trace=(source.logical_id, function.logical_id),
                )
        elif serves_deployment(function):
            yield self.finding(
                function,
                "DeadLetterConfig",
                "events of CloudFormation that it fails to process are dropped, and the deployment"
                " waits for an answer",
            )
        elif invokers(function):
            return
        elif (other := _with_queue(template)) is not None:
            yield self.finding(
                function,
                "DeadLetterConfig",
                f"events that it fails to process are dropped, unlike those of {other.logical_id}",
            )
        elif sharing := spokesman(function, (FUNCTION,), _drops_events):
            also = others(sharing, "nor who invokes")
            yield self.finding(
                function,
                "DeadLetterConfig",
                "events that it fails to process would be dropped, and who invokes it is not known"
                f"{also}",
                certain=False,
            )


def _drops_events(function: Resource) -> bool:
    """
    Say whether nothing keeps the events a function fails to process, and who sends them is unknown.

    Asked where no function of the stack has a dead-letter queue.
    """
    return not invokers(function) and not serves_deployment(function) and not _configured(function)


def _starts_directly(source: Resource, function: Resource, template: Template) -> bool:
    """
    Say whether each upload starts a function directly, which another rule reports.

    Where uploads wait in a queue first, as that rule asks for, those that fail are kept.
    """
    notifying = template.referrers(source, CUSTOM_NOTIFICATIONS, at="BucketName")
    return any(
        template.find(started.get(place)) is function
        for notifier in (source, *notifying)
        for started, place in direct_triggers(notifier)
    )


def _configured(function: Resource) -> bool:
    kind = "AWS::Lambda::EventInvokeConfig"
    return bool(function.template.referrers(function, kind, at="FunctionName"))


def _with_queue(template: Template) -> Resource | None:
    """
    Give a function of the template whose failed events are kept.
    """
    return template.once("failed events are kept", _kept)


def _kept(template: Template) -> Resource | None:
    functions = template.of_type(FUNCTION)
    return next((other for other in functions if filled(other, "DeadLetterConfig.TargetArn")), None)
