"""Which buckets take logs, and of which a log is kept."""

from __future__ import annotations

from secure_constructs.rules._kept import is_kept
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


def unrecorded(bucket: Resource) -> bool:
    """
    Say whether no log records who reads and writes in a bucket, though it takes no logs itself.
    """
    if bucket.has("LoggingConfiguration") or bucket.text("AccessControl") == "LogDeliveryWrite":
        return False
    return not keeps_trail(bucket, bucket.template) and not takes_logs(bucket, bucket.template)


def worth_a_log(bucket: Resource) -> bool:
    """
    Say whether a log of a bucket is worth its price to everyone.

    It is for what is meant to be kept, for what strangers may reach, and where the stack has
    decided so for another bucket.
    """
    return is_kept(bucket) or _reached_by_strangers(bucket) or _logs_another(bucket)


def _reached_by_strangers(bucket: Resource) -> bool:
    acl = bucket.text("AccessControl") or ""
    block = bucket.block("PublicAccessBlockConfiguration")
    return (
        acl.startswith("Public")
        or acl == "AuthenticatedRead"
        or bucket.has("WebsiteConfiguration")
        or any(block.flag((setting,)) is False for setting in block)
    )


def _logs_another(bucket: Resource) -> bool:
    return bucket.template.once("accesses to a bucket are logged", _logs_any)


def _logs_any(template: Template) -> bool:
    return any(bucket.has("LoggingConfiguration") for bucket in template.of_type("AWS::S3::Bucket"))
