"""Buckets that can be opened to the public."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._public import GATES
from secure_constructs.template import Resource, Template


class PublicAccessUnblocked(Rule):
    """
    The bucket can be opened to the public by a policy or an ACL.

    Since April 2023 new buckets refuse public policies and ACLs. This one gives that up, or never
     said so: one wrong statement, in this template or by hand, then shows it to everyone.
    """

    id = "s3-public-access-unblocked"
    control = "s3.block-public-access"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::S3::Bucket",)
    fix = "set block_public_access=BlockPublicAccess.BLOCK_ALL, as SecureBucket does"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    )

    passes = (
        Example(
            "everything is blocked",
            {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                }
            },
        ),
        Example(
            "flags written as text",
            {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": "true",
                    "BlockPublicPolicy": "true",
                    "IgnorePublicAcls": "true",
                    "RestrictPublicBuckets": "true",
                }
            },
        ),
    )
    fails = (
        Example(
            "one gate is open",
            {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": False,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                }
            },
        ),
        Example(
            "one gate is left out", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
        ),
        Example("nothing is said", {"BucketName": "receipts"}),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        gates = bucket.block("PublicAccessBlockConfiguration")
        opened = [gate for gate in GATES if not gates.flag(gate)]
        if opened:
            said = (
                "nothing blocks public access"
                if len(opened) == len(GATES)
                else f"{', '.join(opened)} not blocked"
            )
            yield self.finding(bucket, "PublicAccessBlockConfiguration", said)
