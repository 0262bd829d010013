"""Trails that record nothing about objects."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_cloudtrail._selectors import records_some_objects
from secure_constructs.template import Resource, Template


class ObjectsUnrecorded(Rule):
    """
    The trail records nothing about reads and writes of objects in S3.

    Without data events a theft of objects leaves no trace in it. They cost per event, so choose
    the buckets that matter.
    """

    id = "cloudtrail-objects-unrecorded"
    control = "cloudtrail.s3-data-events"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::CloudTrail::Trail",)
    fix = "call log_all_s3_data_events(), or add_s3_event_selector([...])"
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
    )

    passes = (
        Example(
            "every bucket",
            {
                "EventSelectors": [
                    {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}
                ]
            },
        ),
        Example(
            "some bucket",
            {
                "EventSelectors": {
                    "DataResources": [
                        {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::receipts/"]}
                    ]
                }
            },
        ),
    )
    fails = (
        Example("management events only", {"IsLogging": True}),
        Example(
            "another service",
            {
                "EventSelectors": [
                    {
                        "DataResources": [
                            {"Type": "AWS::DynamoDB::Table", "Values": ["arn:aws:dynamodb"]}
                        ]
                    }
                ]
            },
        ),
    )

    def check(self, trail: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not records_some_objects(trail):
            yield self.finding(trail, "EventSelectors", "data events of S3 are not recorded")
