"""Buckets that are to be kept, and do not say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET, kept_left_to_default
from secure_constructs.template import Resource, Template

_RETAIN = {"DeletionPolicy": "Retain"}
_SSE = {
    "ServerSideEncryptionConfiguration": [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]
}


class KeptEncryptionLeftToDefault(Rule):
    """
    Nobody has decided which key protects objects that are meant to outlive the stack.

    S3 encrypts them with keys of its own, which open to everyone who may read the bucket: one wide
    policy, years later, is enough to read the archive. A key of yours asks for a second permission,
    records each use and can be withdrawn, but it has to be chosen before the data is written, since
    what is there already keeps its key. Judged are buckets that the template keeps, by their
    deletion policy or by keeping old versions. It is said once for all buckets and tables of a
    stack; to name the keys of S3 is a decision too, and will do.
    """

    id = "s3-kept-encryption-left-to-default"
    control = "s3.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (BUCKET,)
    fix = "set encryption=BucketEncryption.S3_MANAGED, as SecureBucket does, or KMS"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    )
    passes = (
        Example("the keys of S3, chosen", {"BucketEncryption": _SSE}, attributes=_RETAIN),
        Example("nothing says that it is to be kept", {"BucketName": "results"}),
        Example(
            "old versions are not kept any more",
            {"VersioningConfiguration": {"Status": "Suspended"}},
        ),
        Example(
            "the one beside it says it, so that it was left out, which another rule reports",
            attributes=_RETAIN,
            beside={"Said": {"Type": BUCKET, "Properties": {"BucketEncryption": _SSE}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"BucketEncryption": {"ServerSideEncryptionConfiguration": {"Ref": "How"}}},
            attributes=_RETAIN,
            sections={"Parameters": {"How": {"Type": "String"}}},
        ),
    )
    fails = (
        Example("it stays when the stack goes", {"BucketName": "receipts"}, attributes=_RETAIN),
        Example(
            "it stays once it has been made",
            attributes={"DeletionPolicy": "RetainExceptOnCreate"},
        ),
        Example("old versions are kept", {"VersioningConfiguration": {"Status": "Enabled"}}),
        Example(
            "it speaks for a table",
            attributes=_RETAIN,
            beside={"Orders": {"Type": "AWS::DynamoDB::Table", **_RETAIN}},
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        message = kept_left_to_default(bucket)
        if message:
            yield self.finding(bucket, "BucketEncryption", message)
