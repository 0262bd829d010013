"""Buckets of trails whose own accesses leave no record."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._logs import keeps_trail
from secure_constructs.template import Resource, Template

_TRAIL = {
    "Trail": {
        "Type": "AWS::CloudTrail::Trail",
        "Properties": {"IsLogging": True, "S3BucketName": {"Ref": "Subject"}},
    }
}


class BucketWithoutAccessLog(Rule):
    """
    Nobody can tell who read or deleted the records of the trail.

    An intruder who knows what they do begins with the records. Without an access log of the bucket
    that keeps them, even that goes unnoticed.
    """

    id = "cloudtrail-bucket-without-access-log"
    control = "cloudtrail.bucket-access-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
    fix = "pass server_access_logs_bucket=, as SecureBucket does"
    references = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    )

    passes = (
        Example(
            "accesses are logged",
            {"LoggingConfiguration": {"DestinationBucketName": "logs"}},
            beside=_TRAIL,
        ),
        Example("no trail writes there, so another rule judges it", {"BucketName": "receipts"}),
    )
    fails = (Example("no log", {"BucketName": "records"}, beside=_TRAIL),)

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        if keeps_trail(bucket, template) and not bucket.has("LoggingConfiguration"):
            yield self.finding(bucket, "LoggingConfiguration", "accesses are not recorded")
