"""Buckets that do not say that they stay private."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.template import Resource, Template


class PublicAccessLeftToDefault(Rule):
    """
    The template does not say that public access to the bucket stays blocked.

    Buckets created since April 2023 block it by themselves. Older ones do not, and where somebody
    switches the block off by hand, a deployment of this template does not bring it back.
    It is said once for all buckets of a stack.
    """

    id = "s3-public-access-left-to-default"
    control = "s3.block-public-access"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
    fix = "set block_public_access=BlockPublicAccess.BLOCK_ALL, as SecureBucket does"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    )
    passes = (
        Example(
            "it is said",
            {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                }
            },
        ),
    )
    fails = (
        Example("nothing is said", {"BucketName": "receipts"}),
        Example(
            "nothing is said, nor for the one beside it",
            {},
            beside={"Uploads": {"Type": "AWS::S3::Bucket"}},
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _silent(bucket) and (sharing := spokesman(bucket, self.resource_types, _silent)):
            message = f"nothing is said about public access{others(sharing, 'nor for')}"
            yield self.finding(bucket, "PublicAccessBlockConfiguration", message)


def _silent(bucket: Resource) -> bool:
    return not bucket.has("PublicAccessBlockConfiguration")
