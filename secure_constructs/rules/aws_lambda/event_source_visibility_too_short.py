"""Queues that hand a message out again while it is still worked on."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class EventSourceVisibilityTooShort(Rule):
    """
    The queue hands a message out again while a function may still be working on it.

    A message that becomes visible before the function is done runs twice: an order is shipped
    twice, a card charged twice. AWS advises six times the timeout of the function.
    """

    id = "lambda-event-source-visibility-too-short"
    control = "lambda.esm-sqs-visibility-timeout"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::EventSourceMapping",)
    fix = "set visibility_timeout of the queue to six times the timeout of the function"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",)

    passes = (
        Example(
            "six times the timeout",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
            },
            beside={
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 180}},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 30}},
            },
        ),
        Example(
            "just as long as the timeout",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
            },
            beside={
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 60}},
            },
        ),
        Example(
            "the defaults of both",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
            },
            beside={
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 3}},
                "Function": {"Type": "AWS::Lambda::Function"},
            },
        ),
        Example(
            "a stream, which hides nothing",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Stream", "Arn"]},
                "FunctionName": {"Ref": "Function"},
            },
            beside={
                "Stream": {"Type": "AWS::Kinesis::Stream"},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 300}},
            },
        ),
        Example(
            "a queue that is defined elsewhere",
            {
                "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders",
                "FunctionName": {"Ref": "Function"},
            },
            beside={"Function": {"Type": "AWS::Lambda::Function"}},
        ),
    )
    fails = (
        Example(
            "shorter than the timeout",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
            },
            beside={
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 60}},
            },
        ),
        Example(
            "the default of 30 seconds",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
            },
            beside={
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": "300"}},
            },
        ),
    )

    def check(self, mapping: Resource, template: Template) -> Iterator[Finding]:
        queue = template.find(mapping.get("EventSourceArn"), "AWS::SQS::Queue")
        function = template.find(mapping.get("FunctionName"), "AWS::Lambda::Function")
        if queue is None or function is None:
            return
        visibility = queue.number("VisibilityTimeout")
        visibility = 30 if visibility is None else visibility
        timeout = function.number("Timeout") or 3
        if visibility < timeout:
            yield self.finding(
                mapping,
                "EventSourceArn",
                f"messages come back after {visibility} s, and the function may take {timeout} s",
                trace=(queue.logical_id, function.logical_id),
            )
