"""Buckets that do not say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET, left_to_default
from secure_constructs.template import Resource, Template

_AES = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


class EncryptionLeftToDefault(Rule):
    """
    The template does not say how objects in the bucket are encrypted.

    S3 then encrypts them with keys of its own, since January 2023 every object. That keeps a stolen
    disk from being read, but nobody has decided that it is enough: no key of yours bounds who reads
    the data, and no use of one is recorded. It is said once for all buckets, queues and tables of a
    stack; to name the keys of S3 is a decision too, and will do. For those whose rules demand that
    decision of what only passes through. Of what is meant to be kept
    ``s3-kept-encryption-left-to-default`` speaks, and where a stack has decided for one bucket,
    ``s3-encryption-left-out``, both to everyone.
    """

    id = "s3-encryption-left-to-default"
    control = "s3.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (BUCKET,)
    fix = "set encryption=BucketEncryption.S3_MANAGED, as SecureBucket does, or KMS"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
    )
    recommended = False
    passes = (
        Example(
            "the keys of S3, chosen",
            {"BucketEncryption": {"ServerSideEncryptionConfiguration": [_AES]}},
        ),
        Example(
            "one map for a list of one",
            {"BucketEncryption": {"ServerSideEncryptionConfiguration": _AES}},
        ),
        Example(
            "the one beside it says it, so that it was left out, which another rule reports",
            {},
            beside={
                "Said": {
                    "Type": BUCKET,
                    "Properties": {
                        "BucketEncryption": {"ServerSideEncryptionConfiguration": [_AES]}
                    },
                }
            },
        ),
        Example(
            "it is meant to be kept, and another rule reports it",
            {"BucketName": "receipts"},
            attributes={"DeletionPolicy": "Retain"},
        ),
        Example(
            "writers have to say it",
            {"BucketName": "receipts"},
            beside={
                "Policy": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {
                        "Bucket": {"Ref": "Subject"},
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Deny",
                                "Principal": "*",
                                "Action": "s3:PutObject",
                                "Resource": {"Fn::Sub": "${Subject.Arn}/*"},
                                "Condition": {
                                    "StringNotEquals": {
                                        "s3:x-amz-server-side-encryption": "aws:kms"
                                    }
                                },
                            }
                        },
                    },
                }
            },
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"BucketEncryption": {"ServerSideEncryptionConfiguration": {"Ref": "How"}}},
            sections={"Parameters": {"How": {"Type": "String"}}},
        ),
    )
    fails = (
        Example("nothing is said", {"BucketName": "receipts"}),
        Example(
            "a list of nothing", {"BucketEncryption": {"ServerSideEncryptionConfiguration": []}}
        ),
        Example(
            "a way to save requests to keys, and no key",
            {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": True}]
                }
            },
        ),
        Example(
            "it speaks for others",
            {"BucketName": "receipts"},
            beside={"Uploads": {"Type": BUCKET}, "Orders": {"Type": "AWS::SQS::Queue"}},
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        message = left_to_default(bucket)
        if message:
            yield self.finding(bucket, "BucketEncryption", message)
