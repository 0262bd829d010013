"""Buckets whose accesses leave no record."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules.aws_s3._logs import unrecorded, worth_a_log
from secure_constructs.template import Resource, Template

_KEPT = {"DeletionPolicy": "Retain"}


class WithoutAccessLog(Rule):
    """
    Nobody can tell who read or changed what in the bucket.

    Without server access logs, and without data events of a trail, a theft of objects leaves no
    trace. Judged are buckets that are meant to be kept when their stack goes, or keep old versions;
    those that strangers may reach; and, where a stack records accesses to one bucket, the others,
    since they were forgotten. It is said once for all of them. For the rest a log is a question of
    money: ``s3-short-lived-without-access-log`` speaks to those who want it anyway.
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
            "logged to another bucket",
            {"LoggingConfiguration": {"DestinationBucketName": "logs"}},
            attributes=_KEPT,
        ),
        Example(
            "the bucket that takes the logs",
            {"BucketName": "logs"},
            attributes=_KEPT,
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
            attributes=_KEPT,
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {"S3BucketName": {"Ref": "Subject"}},
                }
            },
        ),
        Example(
            "a bucket that logs may be written to",
            {"AccessControl": "LogDeliveryWrite"},
            attributes=_KEPT,
        ),
        Example(
            "logs in its own folder",
            {"LoggingConfiguration": {"LogFilePrefix": "log/"}},
            attributes=_KEPT,
        ),
        Example("nobody says that it is meant to be kept", {"BucketName": "scratch"}),
        Example(
            "strangers are kept out",
            {
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
                "AccessControl": "Private",
            },
        ),
    )
    fails = (
        Example("it stays when its stack goes", {"BucketName": "receipts"}, attributes=_KEPT),
        Example(
            "it stays once it was made",
            {"BucketName": "receipts"},
            attributes={"DeletionPolicy": "RetainExceptOnCreate"},
        ),
        Example("old versions are kept", {"VersioningConfiguration": {"Status": "Enabled"}}),
        Example("an ACL lets strangers in", {"AccessControl": "PublicReadWrite"}),
        Example("every AWS account may read", {"AccessControl": "AuthenticatedRead"}),
        Example(
            "policies may let strangers in",
            {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": "false"}},
        ),
        Example("it serves a website", {"WebsiteConfiguration": {"IndexDocument": "index.html"}}),
        Example(
            "the one beside it is logged",
            {},
            beside={
                "Logged": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {"LoggingConfiguration": {"DestinationBucketName": "logs"}},
                }
            },
        ),
        Example(
            "it speaks for others",
            {},
            attributes=_KEPT,
            beside={"Uploads": {"Type": "AWS::S3::Bucket", **_KEPT}},
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _at_fault(bucket) and (sharing := spokesman(bucket, self.resource_types, _at_fault)):
            message = f"accesses are not recorded{others(sharing, 'nor are those to')}"
            yield self.finding(bucket, "LoggingConfiguration", message)


def _at_fault(bucket: Resource) -> bool:
    return unrecorded(bucket) and worth_a_log(bucket)
