"""Functions that a flood of events may spread to the whole account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.callers import (
    PERMISSION,
    RULE,
    URL,
    invokers,
    scheduled,
    serves_deployment,
)
from secure_constructs.template import Resource, Template

# What hands over events as fast as they come, with no limit of its own that a template could set.
_UNBOUNDED: Final = frozenset(
    {
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::IoT::TopicRule",
        "AWS::Logs::SubscriptionFilter",
        "AWS::S3::Bucket",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        URL,
    }
)
# Services that are bounded where they are set up: API stages, streams and queues, schedules, pools.
_BOUNDED_SERVICES: Final = (
    "apigateway.",
    "cognito-idp.",
    "config.",
    "secretsmanager.",
    "scheduler.",
)


class WithoutConcurrencyLimit(Rule):
    """
    Nothing bounds how many copies of the function run at once.

    Without a limit of its own, one flooded function takes all concurrency of the account
    and region: others stop, and the bill grows with the flood. A function is left alone where
    everything that invokes it is bounded elsewhere, and judged there: an API by the throttling of
    its stage, a queue or stream by its event source, a schedule by its clock, a workflow, a
    deployment.
    """

    id = "lambda-without-concurrency-limit"
    control = "lambda.concurrency-limit"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "set reserved_concurrent_executions, or use SecureFunction, which asks for it"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",)

    passes = (
        Example("a limit of its own", {"ReservedConcurrentExecutions": 20}),
        Example("stopped altogether", {"ReservedConcurrentExecutions": "0"}),
        Example(
            "a schedule invokes it",
            {"Runtime": "python3.13"},
            beside={
                "Nightly": {
                    "Type": RULE,
                    "Properties": {
                        "ScheduleExpression": "rate(1 day)",
                        "Targets": [{"Id": "t", "Arn": {"Fn::GetAtt": ["Subject", "Arn"]}}],
                    },
                },
                "AllowNightly": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "events.amazonaws.com",
                        "SourceArn": {"Fn::GetAtt": ["Nightly", "Arn"]},
                    },
                },
            },
        ),
        Example(
            "an API, whose stage has limits",
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
            "a queue, whose event source has a limit",
            {"Runtime": "python3.13"},
            beside={
                "Orders": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {"FunctionName": {"Ref": "Subject"}},
                }
            },
        ),
        Example(
            "deployments invoke it",
            {"Runtime": "python3.13"},
            beside={
                "Seed": {
                    "Type": "Custom::Seed",
                    "Properties": {"ServiceToken": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
    )
    fails = (
        Example("nobody known invokes it", {"Runtime": "python3.13"}),
        Example(
            "whoever uploads invokes it",
            {"Runtime": "python3.13"},
            beside={
                "Uploads": {"Type": "AWS::S3::Bucket"},
                "AllowUploads": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "s3.amazonaws.com",
                        "SourceArn": {"Fn::GetAtt": ["Uploads", "Arn"]},
                    },
                },
            },
        ),
        Example(
            "anyone who knows its URL invokes it",
            {"Runtime": "python3.13"},
            beside={
                "Url": {
                    "Type": URL,
                    "Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
        Example(
            "events that match a pattern invoke it",
            {"Runtime": "python3.13"},
            beside={
                "Paid": {
                    "Type": RULE,
                    "Properties": {
                        "EventPattern": {"source": ["shop"]},
                        "Targets": [{"Id": "t", "Arn": {"Fn::GetAtt": ["Subject", "Arn"]}}],
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
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if function.number("ReservedConcurrentExecutions") is not None:
            return
        if serves_deployment(function):
            return
        known = invokers(function)
        flooding = next((invoker for invoker in known if not _bounded(invoker)), None)
        if flooding is not None:
            yield self.finding(
                function,
                "ReservedConcurrentExecutions",
                f"as many copies of it run at once as {flooding.logical_id} asks for",
                trace=(flooding.logical_id, function.logical_id),
            )
        elif not known:
            yield self.finding(
                function,
                "ReservedConcurrentExecutions",
                "the whole concurrency of the account is open to it",
            )


def _bounded(invoker: Resource) -> bool:
    """
    Say whether something bounds how often a resource invokes a function, or could where it stands.
    """
    if invoker.type == RULE:
        return scheduled(invoker)
    if invoker.type == PERMISSION:
        return (invoker.text("Principal") or "").startswith(_BOUNDED_SERVICES)
    return invoker.type not in _UNBOUNDED
