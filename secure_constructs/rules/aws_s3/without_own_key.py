"""Buckets that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET
from secure_constructs.rules._values import filled
from secure_constructs.rules.aws_s3._logs import takes_logs
from secure_constructs.template import Block, Resource, Template

_RULES = "BucketEncryption.ServerSideEncryptionConfiguration"


def _encrypted(algorithm: str, **more: object) -> dict[str, object]:
    default = {"SSEAlgorithm": algorithm, **more}
    return {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": default}]
        }
    }


class WithoutOwnKey(Rule):
    """
    Objects are encrypted, and with no key of your own.

    The keys of S3 open to everyone who may read the bucket, and so does the key that AWS manages
    for the account. A key of your own adds a second permission and a record of each use, for a
    price; this is for those whose rules demand it. Judged are buckets that say how they encrypt;
    of those that leave it to the default, other rules speak. A bucket that takes access logs is
    left alone: for those AWS supports the keys of S3 alone.
    """

    id = "s3-without-own-key"
    control = "s3.cmk"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (BUCKET,)
    fix = "pass encryption=BucketEncryption.KMS and encryption_key=key"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
    )
    recommended = False
    passes = (
        Example("a key of its own", _encrypted("aws:kms", KMSMasterKeyID="alias/receipts")),
        Example(
            "two layers with a key of its own",
            _encrypted("aws:kms:dsse", KMSMasterKeyID={"Fn::GetAtt": ["Key", "Arn"]}),
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example("nothing is said, which other rules report", {"BucketName": "receipts"}),
        Example(
            "access logs are delivered to it",
            _encrypted("AES256"),
            beside={
                "Site": {
                    "Type": BUCKET,
                    "Properties": {
                        "LoggingConfiguration": {"DestinationBucketName": {"Ref": "Subject"}}
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
        Example("the keys of S3", _encrypted("AES256")),
        Example("the key that AWS manages for the account", _encrypted("aws:kms")),
        Example(
            "a parameter that is empty unless someone gives a key",
            _encrypted("aws:kms", KMSMasterKeyID={"Ref": "Key"}),
            sections={"Parameters": {"Key": {"Type": "String", "Default": ""}}},
        ),
        Example(
            "the key that AWS manages for the account, by name",
            _encrypted("aws:kms", KMSMasterKeyID="alias/aws/s3"),
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        for rule in bucket.blocks(_RULES):
            chosen = rule.block("ServerSideEncryptionByDefault")
            if chosen and not _has_own_key(chosen) and not takes_logs(bucket, template):
                message = "objects are encrypted with a key of the service"
                yield self.finding(bucket, "BucketEncryption", message)


def _has_own_key(chosen: Block) -> bool:
    if not filled(chosen, "KMSMasterKeyID"):
        return False
    return not (chosen.text("KMSMasterKeyID") or "").endswith("alias/aws/s3")
