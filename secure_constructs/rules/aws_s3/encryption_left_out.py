"""Buckets left out where others say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET, left_out
from secure_constructs.template import Resource, Template

_KEY = {
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        ]
    }
}
_CHOSEN = {"Other": {"Type": BUCKET, "Properties": _KEY}}


class EncryptionLeftOut(Rule):
    """
    The template says of another bucket how it is encrypted, and not of this one.

    Somebody decided how this stack encrypts what it keeps, and here it was forgotten: what the
    other bucket has a key for, as a copy, an export or a log perhaps, may lie here under the keys
    of S3, which bound nobody and record nothing.
    """

    id = "s3-encryption-left-out"
    control = "s3.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (BUCKET,)
    fix = "set encryption= as for the other bucket, or use SecureBucket for both"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
    )

    passes = (
        Example("both say it", _KEY, beside=_CHOSEN),
        Example("neither does, and S3 decides", {}, beside={"Other": {"Type": BUCKET}}),
        Example(
            "a queue beside it does, which is no bucket",
            {},
            beside={
                "Orders": {"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": True}}
            },
        ),
    )
    fails = (
        Example("the one beside it has a key", {"BucketName": "exports"}, beside=_CHOSEN),
        Example(
            "a list of nothing",
            {"BucketEncryption": {"ServerSideEncryptionConfiguration": []}},
            beside=_CHOSEN,
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        other = left_out(bucket)
        if other is not None:
            message = f"nothing is said of its encryption, unlike that of {other.logical_id}"
            yield self.finding(bucket, "BucketEncryption", message)
