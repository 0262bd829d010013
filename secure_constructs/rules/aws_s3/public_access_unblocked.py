"""Buckets that give up what keeps them private."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.public_access import GATES
from secure_constructs.template import Resource, Template


class PublicAccessUnblocked(Rule):
    """
    The bucket gives up a block that keeps it from being public.

    New buckets refuse public policies and ACLs. This one says it should not: one wrong statement,
    in this template or by hand, then shows it to everyone. A block that is left out of the
    configuration counts as given up, since CloudFormation then switches it off.
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
        Example("it is left to the default", {"BucketName": "receipts"}),
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
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not bucket.has("PublicAccessBlockConfiguration"):
            return  # left to the default: a rule of its own
        gates = bucket.block("PublicAccessBlockConfiguration")
        opened = [gate for gate in GATES if not gates.flag(gate)]
        if opened:
            said = f"{', '.join(opened)} switched off"
            yield self.finding(bucket, "PublicAccessBlockConfiguration", said)
