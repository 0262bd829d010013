"""Buckets that exist to take logs."""

from __future__ import annotations

from secure_constructs.template import Resource, Template


def takes_logs(bucket: Resource, template: Template) -> bool:
    """
    Say whether another bucket of the app writes its access log to *bucket*.

    Logging the accesses to a log bucket would write a log about each log.
    """
    at = "LoggingConfiguration.DestinationBucketName"
    return any(writer != bucket for writer in template.referrers(bucket, "AWS::S3::Bucket", at=at))


def keeps_trail(bucket: Resource, template: Template) -> bool:
    """
    Say whether a trail of the app writes its records to *bucket*.
    """
    return bool(template.referrers(bucket, "AWS::CloudTrail::Trail", at="S3BucketName"))
