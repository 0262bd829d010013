"""Buckets that an ACL opens for writing."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._logs import keeps_trail
from secure_constructs.services.public_access import acls_ignored
from secure_constructs.template import Resource, Template


class PublicWriteAcl(Rule):
    """
    An ACL lets strangers write to the bucket.

    Everyone on the internet puts files into the bucket, replaces yours and deletes them. What reads
    the bucket next takes the stranger's data for yours.
    """

    id = "s3-public-write-acl"
    control = "s3.public-write-acl"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.CRITICAL
    resource_types = ("AWS::S3::Bucket",)
    fix = "leave access_control out, and let block_public_access=BlockPublicAccess.BLOCK_ALL stand"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
    )

    passes = (
        Example("private", {"AccessControl": "Private"}),
        Example(
            "ACLs are ignored",
            {
                "AccessControl": "PublicReadWrite",
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
            },
        ),
        Example(
            "a trail writes there, so another rule judges it",
            {"AccessControl": "PublicReadWrite"},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {"S3BucketName": {"Ref": "Subject"}},
                }
            },
        ),
    )
    fails = (Example("everyone may write", {"AccessControl": "PublicReadWrite"}),)

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        if bucket.text("AccessControl") != "PublicReadWrite" or acls_ignored(bucket):
            return
        if not keeps_trail(bucket, template):
            yield self.finding(
                bucket, "AccessControl", "the ACL is PublicReadWrite, so everyone may write"
            )
