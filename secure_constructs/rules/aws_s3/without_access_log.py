"""Buckets whose accesses leave no record."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._logs import keeps_trail, takes_logs
from secure_constructs.template import Resource, Template


class WithoutAccessLog(Rule):
    """
    Nobody can tell who read or changed what in the bucket.

    Without server access logs, and without data events of a trail, a theft of objects leaves no
    trace.
    """

    id = "s3-without-access-log"
    control = "s3.access-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
    fix = "pass server_access_logs_bucket=, as SecureBucket does"
    references = ("https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",)

    passes = (
        Example(
            "logged to another bucket", {"LoggingConfiguration": {"DestinationBucketName": "logs"}}
        ),
        Example(
            "the bucket that takes the logs",
            {"BucketName": "logs"},
            beside={
                "Site": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {
                        "LoggingConfiguration": {"DestinationBucketName": {"Ref": "Subject"}}
                    },
                }
            },
        ),
        Example(
            "the bucket of a trail, which another rule judges",
            {"BucketName": "records"},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {"S3BucketName": {"Ref": "Subject"}},
                }
            },
        ),
        Example("a bucket that logs may be written to", {"AccessControl": "LogDeliveryWrite"}),
        Example("logs in its own folder", {"LoggingConfiguration": {"LogFilePrefix": "log/"}}),
    )
    fails = (Example("no log", {"BucketName": "receipts"}),)

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        if bucket.has("LoggingConfiguration") or keeps_trail(bucket, template):
            return
        if bucket.text("AccessControl") == "LogDeliveryWrite" or takes_logs(bucket, template):
            return
        yield self.finding(bucket, "LoggingConfiguration", "accesses are not recorded")
