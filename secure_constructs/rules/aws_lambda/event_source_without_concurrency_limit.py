"""Queues that may take all concurrency of the account."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_QUEUES = "AWS::SQS::Queue"


_QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"


class EventSourceWithoutConcurrencyLimit(Rule):
    """
    Nothing bounds how many copies of the function the queue starts.

    Lambda adds instances for a full queue, up to more than a thousand, as long as messages come.
    Whoever can send to the queue takes the concurrency of the whole account, and runs up the bill
    of everything behind it.
    """

    id = "lambda-event-source-without-concurrency-limit"
    control = "lambda.esm-concurrency-limit"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::EventSourceMapping",)
    fix = "set max_concurrency on SqsEventSource"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",)

    passes = (
        Example(
            "a limit of its own",
            {"EventSourceArn": _QUEUE, "ScalingConfig": {"MaximumConcurrency": 10}},
        ),
        Example(
            "the function has a limit",
            {"EventSourceArn": _QUEUE, "FunctionName": {"Ref": "Orders"}},
            beside={
                "Orders": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"ReservedConcurrentExecutions": 10},
                }
            },
        ),
        Example(
            "pollers of its own, which bound it",
            {"EventSourceArn": _QUEUE, "ProvisionedPollerConfig": {"MaximumPollers": 5}},
        ),
        Example(
            "a stream, which its shards bound",
            {"EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/s"},
        ),
    )
    fails = (
        Example("no limit", {"EventSourceArn": _QUEUE, "FunctionName": "orders"}),
        Example(
            "neither the queue's nor the function's",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Orders"},
            },
            beside={
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Orders": {"Type": "AWS::Lambda::Function"},
            },
        ),
    )

    def check(self, mapping: Resource, template: Template) -> Iterator[Finding]:
        source = template.find(mapping.get("EventSourceArn"))
        arn = mapping.text("EventSourceArn") or ""
        queue = arn.split(":")[2:3] == ["sqs"] if source is None else source.type == _QUEUES
        bounded = mapping.has("ScalingConfig.MaximumConcurrency") or mapping.has(
            "ProvisionedPollerConfig.MaximumPollers"
        )
        if not queue or bounded:
            return
        function = template.find(mapping.get("FunctionName"), "AWS::Lambda::Function")
        if function is None or function.number("ReservedConcurrentExecutions") is None:
            yield self.finding(
                mapping,
                "ScalingConfig.MaximumConcurrency",
                "a full queue may take the whole concurrency of the account",
            )
