"""Subscriptions whose undelivered messages vanish."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.template import Resource, Template


class SubscriptionWithoutDeadLetterQueue(Rule):
    """
    A message that cannot be delivered is lost.

    When the subscriber fails for longer than the retries last, the message is dropped: an order
    that nobody ships, an alarm that nobody sees. It is said once for all subscriptions of a stack.
    A function of the stack takes every message, and fails afterwards if at all: whether what it
    fails to process is kept, ``lambda-failed-events-lost`` asks.
    """

    id = "sns-subscription-without-dead-letter-queue"
    control = "sns.subscription-dlq"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::SNS::Subscription",)
    fix = "pass dead_letter_queue= to the subscription"
    references = ("https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",)

    passes = (
        Example(
            "undelivered messages are kept",
            {
                "Protocol": "lambda",
                "RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111122223333:dlq"},
            },
        ),
        Example(
            "a function of the stack, which another rule judges",
            {"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["Ship", "Arn"]}},
            beside={"Ship": {"Type": "AWS::Lambda::Function"}},
        ),
        Example(
            "mail, which no queue can replace",
            {"Protocol": "email", "Endpoint": "ops@shop.example"},
        ),
    )
    fails = (
        Example(
            "they vanish here and beside it",
            {"Protocol": "sqs"},
            beside={
                "Mail": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "email"}},
                "Push": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "https"}},
            },
        ),
        Example(
            "they vanish",
            {"Protocol": "lambda", "Endpoint": "arn:aws:lambda:eu-west-1:111122223333:function:f"},
        ),
    )

    def check(self, subscription: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _loses(subscription) and (
            sharing := spokesman(subscription, self.resource_types, _loses)
        ):
            also = others(sharing, "nor have those of")
            message = f"undelivered messages have nowhere to go{also}"
            yield self.finding(subscription, "RedrivePolicy", message)


def _loses(subscription: Resource) -> bool:
    if subscription.text("Protocol") == "lambda" and _function_of_stack(subscription):
        return False
    replaceable = subscription.text("Protocol") not in {"email", "email-json", "sms"}
    return replaceable and not subscription.has("RedrivePolicy.deadLetterTargetArn")


def _function_of_stack(subscription: Resource) -> bool:
    endpoint = subscription.get("Endpoint")
    return subscription.template.find(endpoint, "AWS::Lambda::Function") is not None
