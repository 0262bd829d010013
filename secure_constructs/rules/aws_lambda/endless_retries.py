"""Streams whose bad records are tried again until they expire."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_KEPT = {
    "StartingPosition": "LATEST",
    "DestinationConfig": {
        "OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:failed"}
    },
}


class EndlessRetries(Rule):
    """
    A record that fails is tried again until it expires, before it reaches the queue for failures.

    That is a day for a table and up to a year for a stream. Until then it blocks its shard, and
    every batch it is in is paid for again: one crafted record stops the rest.
    """

    id = "lambda-endless-retries"
    control = "lambda.event-source-retries"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::EventSourceMapping",)
    fix = "set retry_attempts= and max_record_age= on the event source"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html",)

    passes = (
        Example("a few attempts", {**_KEPT, "MaximumRetryAttempts": 3}),
        Example("no attempt at all", {**_KEPT, "MaximumRetryAttempts": 0}),
        Example(
            "a cluster of one's own, which keeps its records",
            {**_KEPT, "SelfManagedEventSource": {"Endpoints": {}}},
        ),
        Example("an hour", {**_KEPT, "MaximumRecordAgeInSeconds": "3600"}),
        Example(
            "nothing keeps failures, which another rule reports", {"StartingPosition": "LATEST"}
        ),
        Example("a queue, which counts attempts itself", {"EventSourceArn": "arn:aws:sqs:x:1:q"}),
    )
    fails = (
        Example("the default", _KEPT),
        Example("without end, in so many words", {**_KEPT, "MaximumRetryAttempts": -1}),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {**_KEPT, "MaximumRetryAttempts": {"Ref": "Attempts"}},
            sections={"Parameters": {"Attempts": {"Type": "Number"}}},
        ),
    )

    def check(self, mapping: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not mapping.has("StartingPosition") or mapping.has("SelfManagedEventSource"):
            return
        if not mapping.has("DestinationConfig.OnFailure.Destination"):
            return
        bounds = (
            mapping.number("MaximumRetryAttempts"),
            mapping.number("MaximumRecordAgeInSeconds"),
        )
        if all(bound is None or bound < 0 for bound in bounds):
            yield self.finding(
                mapping,
                "MaximumRetryAttempts",
                "records that fail are tried again until they expire",
            )
