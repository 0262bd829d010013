"""Functions that a flood of events may spread to the whole account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.services.callers import (
    PERMISSION,
    RULE,
    URL,
    invokers,
    serves_deployment,
)
from secure_constructs.template import Resource, Template

# Through these, people outside decide how many events there are.
_OUTSIDE: Final = frozenset(
    {"AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::IoT::TopicRule", URL}
)
_OUTSIDE_SERVICES: Final = ("elasticloadbalancing.", "iot.")
_FUNCTION: Final = "AWS::Lambda::Function"


class WithoutConcurrencyLimit(Rule):
    """
    Nothing bounds how many copies of the function run at once.

    Without a limit of its own, one flooded function takes all concurrency of the account
    and region: others stop, and the bill grows with the flood. Judged are functions that people
    outside invoke as often as they like, and those of a stack that does not say of any of its
    functions who invokes it; these are named once. The others are bounded where their
    events come from: an API by the throttling of its stage, a queue or stream by its event source,
    uploads by the queue they should wait in, a schedule by its clock, and what the app
    tells itself by the app. Where a stack says who invokes its functions and leaves one out,
    only the app itself and operators can call that one: nothing else was let in.
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
        Example(
            "a limit of its own, where anyone who knows its URL invokes it",
            {"ReservedConcurrentExecutions": 5},
            beside={
                "Url": {
                    "Type": URL,
                    "Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
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
        Example(
            "uploads, which should wait in a queue",
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
            "what the app tells itself",
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
            "what another stack of the app tells it",
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
            "nobody was let in but to the one beside it, which calls it or was made to feed it",
            {"Runtime": "python3.13"},
            beside={
                "Consumer": {"Type": _FUNCTION},
                "Records": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {"FunctionName": {"Ref": "Consumer"}},
                },
            },
        ),
        Example(
            "those who may sign requests, by its URL",
            {"Runtime": "python3.13"},
            beside={
                "Url": {
                    "Type": URL,
                    "Properties": {
                        "TargetFunctionArn": {"Fn::GetAtt": ["Subject", "Arn"]},
                        "AuthType": "AWS_IAM",
                    },
                }
            },
        ),
    )
    fails = (
        Example("nobody known invokes it", {"Runtime": "python3.13"}),
        Example(
            "nobody known invokes it, nor the one beside it",
            {"Runtime": "python3.13"},
            beside={
                "Limited": {
                    "Type": _FUNCTION,
                    "Properties": {"ReservedConcurrentExecutions": 5},
                },
                "Other": {"Type": _FUNCTION},
            },
        ),
        Example(
            "a load balancer of another stack invokes it",
            {"Runtime": "python3.13"},
            beside={
                "AllowBalancer": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "elasticloadbalancing.amazonaws.com",
                    },
                }
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
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if function.number("ReservedConcurrentExecutions") is not None:
            return
        flooding = next((invoker for invoker in invokers(function) if _outside(invoker)), None)
        if flooding is not None and not serves_deployment(function):
            yield self.finding(
                function,
                "ReservedConcurrentExecutions",
                f"as many copies of it run at once as {flooding.logical_id} asks for",
                trace=(flooding.logical_id, function.logical_id),
            )
        elif _wired(template):
            return
        elif _unbounded(function) and (sharing := spokesman(function, (_FUNCTION,), _unbounded)):
            also = others(sharing, "as it is to")
            yield self.finding(
                function,
                "ReservedConcurrentExecutions",
                f"the whole concurrency of the account is open to it{also}",
            )


def _wired(template: Template) -> bool:
    """
    Say whether a stack tells of any of its functions who invokes it, deployments aside.
    """
    return template.once("who invokes functions is said", _says_who_invokes)


def _says_who_invokes(template: Template) -> bool:
    return any(
        invokers(function) and not serves_deployment(function)
        for function in template.of_type(_FUNCTION)
    )


def _unbounded(function: Resource) -> bool:
    """
    Say whether a function has no limit, and nothing says who invokes it.
    """
    limited = function.number("ReservedConcurrentExecutions") is not None
    return not limited and not invokers(function) and not serves_deployment(function)


def _outside(invoker: Resource) -> bool:
    """
    Say whether people outside decide how often a resource invokes a function.
    """
    if invoker.type == PERMISSION:
        return (invoker.text("Principal") or "").startswith(_OUTSIDE_SERVICES)
    return invoker.type in _OUTSIDE and invoker.text("AuthType") != "AWS_IAM"
