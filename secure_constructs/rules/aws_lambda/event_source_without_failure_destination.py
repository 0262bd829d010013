"""Streams whose failed records vanish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules._values import filled
from secure_constructs.template import Resource, Template

# Sources that keep what fails themselves.
_QUEUES: Final = (":sqs:", ":mq:")


class EventSourceWithoutFailureDestination(Rule):
    """
    Records of the stream that fail leave no trace when they expire.

    A record that cannot be processed is retried until it expires and blocks its shard; then it is
    gone. Without a destination for failures nobody can say which orders were lost, or why. It is
    said once for all streams that a stack reads.
    """

    id = "lambda-event-source-without-failure-destination"
    control = "lambda.esm-failure-destination"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::EventSourceMapping",)
    fix = "set on_failure=SqsDlq(queue) on the event source"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html",)

    passes = (
        Example(
            "a queue takes what failed",
            {
                "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/s",
                "StartingPosition": "LATEST",
                "DestinationConfig": {
                    "OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:dlq"}
                },
            },
        ),
        Example(
            "a Kafka cluster of one's own, and a queue",
            {
                "SelfManagedEventSource": {
                    "Endpoints": {"KafkaBootstrapServers": ["kafka.shop.example:9092"]}
                },
                "DestinationConfig": {
                    "OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:dlq"}
                },
            },
        ),
        Example(
            "a queue, which has its own dead-letter queue",
            {"EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders"},
        ),
    )
    fails = (
        Example(
            "they vanish here and beside it",
            {"StartingPosition": "LATEST"},
            beside={
                "Audit": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {"StartingPosition": "LATEST"},
                }
            },
        ),
        Example(
            "a stream without one",
            {
                "EventSourceArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/1",
                "StartingPosition": "LATEST",
            },
        ),
        Example(
            "the stream of a table of the stack",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Orders", "StreamArn"]},
                "StartingPosition": "LATEST",
            },
            beside={"Orders": {"Type": "AWS::DynamoDB::Table"}},
        ),
        Example(
            "a Kafka cluster of one's own",
            {
                "SelfManagedEventSource": {
                    "Endpoints": {"KafkaBootstrapServers": ["kafka.shop.example:9092"]}
                }
            },
        ),
        Example(
            "a stream without one, nor a position to start at",
            {
                "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/orders",
                "DestinationConfig": {"OnFailure": {}},
            },
        ),
    )

    def check(self, mapping: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _loses(mapping) and (sharing := spokesman(mapping, self.resource_types, _loses)):
            message = f"records that fail have nowhere to go{others(sharing, 'nor have those of')}"
            yield self.finding(mapping, "DestinationConfig", message)


def _loses(mapping: Resource) -> bool:
    return _reads_stream(mapping) and not filled(mapping, "DestinationConfig.OnFailure.Destination")


def _reads_stream(mapping: Resource) -> bool:
    """
    Say whether the source is a stream, by the position to start at or by its written-out ARN.
    """
    if mapping.has("SelfManagedEventSource"):
        return True
    source = mapping.get("EventSourceArn")
    written = type(source) is str and not any(kind in source for kind in _QUEUES)
    return mapping.has("StartingPosition") or written
