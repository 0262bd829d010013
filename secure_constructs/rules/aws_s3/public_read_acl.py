"""Buckets that an ACL opens for reading."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._logs import keeps_trail
from secure_constructs.services.public_access import acls_ignored
from secure_constructs.template import Resource, Template


class PublicReadAcl(Rule):
    """
    An ACL lets strangers read the bucket.

    With this ACL everyone on the internet, or everyone with any AWS account, lists the bucket and
    reads its objects. It takes one guess of the name.
    """

    id = "s3-public-read-acl"
    control = "s3.public-read-acl"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.HIGH
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
                "AccessControl": "PublicRead",
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
            {"AccessControl": "PublicRead"},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {"S3BucketName": {"Ref": "Subject"}},
                }
            },
        ),
    )
    fails = (
        Example("everyone may read", {"AccessControl": "PublicRead"}),
        Example("every AWS account may read", {"AccessControl": "AuthenticatedRead"}),
        Example(
            "every AWS account may read the records of a trail",
            {"AccessControl": "AuthenticatedRead"},
            beside={
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {"S3BucketName": {"Ref": "Subject"}},
                }
            },
        ),
        Example(
            "the default of a parameter",
            {"AccessControl": {"Ref": "Acl"}},
            sections={"Parameters": {"Acl": {"Type": "String", "Default": "PublicRead"}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"AccessControl": {"Ref": "Acl"}},
            sections={"Parameters": {"Acl": {"Type": "String"}}},
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        acl = bucket.text("AccessControl")
        if acl not in {"PublicRead", "AuthenticatedRead"} or acls_ignored(bucket):
            return
        if acl == "AuthenticatedRead" or not keeps_trail(bucket, template):
            who = "everyone" if acl == "PublicRead" else "every AWS account"
            yield self.finding(bucket, "AccessControl", f"the ACL is {acl}, so {who} may read")
