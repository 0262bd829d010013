"""Batches that are repeated as a whole when one record fails."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


def _reports_failures(arn: str, source: Resource | None) -> bool:
    """
    Say whether the source of an event source mapping takes partial batch responses.
    """
    if source is not None:
        return source.type in {
            "AWS::DynamoDB::GlobalTable",
            "AWS::DynamoDB::Table",
            "AWS::Kinesis::Stream",
            "AWS::Kinesis::StreamConsumer",
            "AWS::SQS::Queue",
        }
    return arn.split(":")[2:3] in (["sqs"], ["kinesis"], ["dynamodb"])


class WholeBatchRetried(Rule):
    """
    One bad record repeats the work of its whole batch.

    Without partial batch responses every record of a failed batch is delivered again, also
    those already done. One crafted message repeats other people's work, again and again, until
    it expires.
    """

    id = "lambda-whole-batch-retried"
    control = "flow.whole-batch-retry"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::EventSourceMapping",)
    fix = "set report_batch_item_failures=True on the event source, and return the ids that failed"
    recommended = False
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",)

    passes = (
        Example(
            "failed records are named",
            {
                "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders",
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        ),
        Example(
            "batches of one",
            {"EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders", "BatchSize": 1},
        ),
        Example(
            "a source without partial responses",
            {"EventSourceArn": "arn:aws:kafka:eu-west-1:111122223333:cluster/c/1"},
        ),
    )
    fails = (
        Example(
            "a queue of the stack",
            {"EventSourceArn": {"Fn::GetAtt": ["Orders", "Arn"]}},
            beside={"Orders": {"Type": "AWS::SQS::Queue"}},
        ),
        Example(
            "ten records, all or none",
            {"EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders"},
        ),
    )

    def check(self, mapping: Resource, template: Template) -> Iterator[Finding]:
        source = mapping.text("EventSourceArn") or ""
        if not _reports_failures(source, template.find(mapping.get("EventSourceArn"))):
            return
        if mapping.number("BatchSize") == 1:
            return
        if "ReportBatchItemFailures" not in tuple(mapping.texts("FunctionResponseTypes")):
            yield self.finding(
                mapping, "FunctionResponseTypes", "a failed batch is repeated as a whole"
            )
