"""Buckets that a trail passes over."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_cloudtrail._selectors import records_objects
from secure_constructs.template import Resource, Template


class ObjectsUnrecorded(Rule):
    """
    The trail of this app does not record what happens to the objects of the bucket.

    A trail that records data events of some buckets, or of none, gives a false sense of a
    complete record: reads and writes of these objects do not appear in it.
    """

    id = "s3-objects-unrecorded"
    control = "cloudtrail.s3-data-events"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
    fix = (
        "call trail.add_s3_event_selector([...]) with the bucket, or trail.log_all_s3_data_events()"
    )
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
    )

    passes = (
        Example("no trail in this app", {"BucketName": "receipts"}),
        Example(
            "every bucket is recorded",
            {"BucketName": "receipts"},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {
                        "EventSelectors": [
                            {
                                "DataResources": [
                                    {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
                                ]
                            }
                        ]
                    },
                }
            },
        ),
        Example(
            "this bucket is recorded",
            {},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {
                        "EventSelectors": [
                            {
                                "DataResources": [
                                    {
                                        "Type": "AWS::S3::Object",
                                        "Values": [{"Fn::Sub": "${Subject.Arn}/"}],
                                    }
                                ]
                            }
                        ]
                    },
                }
            },
        ),
        Example(
            "advanced selectors record objects",
            {},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {
                        "AdvancedEventSelectors": [
                            {
                                "FieldSelectors": [
                                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}
                                ]
                            }
                        ]
                    },
                }
            },
        ),
    )
    fails = (
        Example(
            "the trail records none",
            {"BucketName": "receipts"},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {"IsLogging": True, "S3BucketName": "elsewhere"},
                }
            },
        ),
        Example(
            "the trail records another",
            {},
            beside={
                "Other": {"Type": "AWS::S3::Bucket"},
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {
                        "EventSelectors": [
                            {
                                "DataResources": [
                                    {
                                        "Type": "AWS::S3::Object",
                                        "Values": [{"Fn::Sub": "${Other.Arn}/"}],
                                    }
                                ]
                            }
                        ]
                    },
                },
            },
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        trails = template.everywhere("AWS::CloudTrail::Trail")
        if trails and not any(records_objects(trail, bucket) for trail in trails):
            yield self.finding(
                bucket, "", "no trail records its objects", trace=(trails[0].logical_id,)
            )
