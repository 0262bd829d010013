"""Buckets for passing data, of which no log is kept."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules.aws_s3._logs import unrecorded, worth_a_log
from secure_constructs.template import Resource, Template


class ShortLivedWithoutAccessLog(Rule):
    """
    Nobody can tell who read or changed what in a bucket that nothing says is meant to be kept.

    Data that passes through, such as exports and results of queries, can be stolen as well, and
    without server access logs that leaves no trace. Logs cost money, and many find them too dear
    for such buckets, hence the strict pack. It is said once for all buckets of a stack.
    """

    id = "s3-short-lived-without-access-log"
    control = "s3.access-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
    recommended = False
    fix = "pass server_access_logs_bucket=, as SecureBucket does"
    references = ("https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",)

    passes = (
        Example("logged", {"LoggingConfiguration": {"DestinationBucketName": "logs"}}),
        Example(
            "it is meant to be kept, and another rule reports it",
            {"BucketName": "receipts"},
            attributes={"DeletionPolicy": "Retain"},
        ),
    )
    fails = (
        Example("no log", {"BucketName": "results"}),
        Example(
            "no log, nor for the one beside it", {}, beside={"Out": {"Type": "AWS::S3::Bucket"}}
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _at_fault(bucket) and (sharing := spokesman(bucket, self.resource_types, _at_fault)):
            message = f"accesses are not recorded{others(sharing, 'nor are those to')}"
            yield self.finding(bucket, "LoggingConfiguration", message)


def _at_fault(bucket: Resource) -> bool:
    return unrecorded(bucket) and not worth_a_log(bucket)
