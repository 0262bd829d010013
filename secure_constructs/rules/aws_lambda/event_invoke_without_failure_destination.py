"""Settings of asynchronous calls that forget the failures."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.template import Resource, Template


class EventInvokeWithoutFailureDestination(Rule):
    """
    Asynchronous calls are configured, but those that fail for good go nowhere.

    An event whose retries are used up, or that waited too long, is dropped: an attacker who makes
    the function fail makes orders, audit records or alarms disappear, and nobody notices. It is
    said once for all such settings of a stack.
    """

    id = "lambda-event-invoke-without-failure-destination"
    control = "lambda.async-failure-destination"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::EventInvokeConfig",)
    fix = "pass on_failure=SqsDestination(queue), as SecureFunction does"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    )

    passes = (
        Example(
            "failed events go to a queue",
            {
                "FunctionName": "orders",
                "DestinationConfig": {
                    "OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:failed"}
                },
            },
        ),
        Example(
            "the function has a dead-letter queue",
            {"FunctionName": {"Ref": "Orders"}},
            beside={
                "Orders": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "DeadLetterConfig": {
                            "TargetArn": "arn:aws:sqs:eu-west-1:111122223333:failed"
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example("retries only", {"FunctionName": "orders", "MaximumRetryAttempts": 1}),
        Example(
            "it speaks for another",
            {"FunctionName": "orders"},
            beside={
                "Returns": {
                    "Type": "AWS::Lambda::EventInvokeConfig",
                    "Properties": {"FunctionName": "returns"},
                }
            },
        ),
        Example(
            "only successes are passed on",
            {
                "FunctionName": "orders",
                "DestinationConfig": {
                    "OnSuccess": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:done"}
                },
            },
        ),
    )

    def check(self, config: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _loses(config) and (sharing := spokesman(config, self.resource_types, _loses)):
            message = f"events that fail have nowhere to go{others(sharing, 'nor have those of')}"
            yield self.finding(config, "DestinationConfig.OnFailure", message)


def _loses(config: Resource) -> bool:
    function = config.template.find(config.get("FunctionName"), "AWS::Lambda::Function")
    if function is not None and function.has("DeadLetterConfig.TargetArn"):
        return False
    return not config.has("DestinationConfig.OnFailure.Destination")
