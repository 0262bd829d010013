"""Buckets that answer over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._transport import plain_http_refused
from secure_constructs.template import UNRESOLVED, Pseudo, Resource, Template, Text
from secure_constructs.template.values import concatenated

# A key that no policy names: what is refused for it is refused for every object.
_ANY_OBJECT = "/the-key-of-any-object"


class PlainHttpAccepted(Rule):
    """
    The bucket accepts requests that are not encrypted.

    Nothing refuses a client that uses plain HTTP, by mistake or because an attacker on the way
    makes it: requests, and the signatures on them, can then be read and changed in transit.
    A bucket is judged by its policy, and the policy reported where there is one.
    """

    id = "s3-plain-http-accepted"
    control = "s3.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket", "AWS::S3::BucketPolicy")
    fix = "set enforce_ssl=True, as SecureBucket does"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    )

    passes = (
        Example(
            "plain HTTP is denied",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {
                        "Bucket": {"Ref": "Subject"},
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Deny",
                                    "Principal": "*",
                                    "Action": "s3:*",
                                    "Resource": [
                                        {"Fn::GetAtt": ["Subject", "Arn"]},
                                        {"Fn::Sub": "${Subject.Arn}/*"},
                                    ],
                                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                                }
                            ]
                        },
                    },
                }
            },
        ),
        Example(
            "the policy of a bucket defined elsewhere denies it",
            {
                "Bucket": "orders",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:s3:::orders/*"},
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ]
                },
            },
            type="AWS::S3::BucketPolicy",
        ),
        Example(
            "the policy of a bucket whose name is not known denies it for all",
            {
                "Bucket": {"Ref": "Logs"},
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": "*",
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ]
                },
            },
            type="AWS::S3::BucketPolicy",
            sections={"Parameters": {"Logs": {"Type": "String"}}},
        ),
    )
    fails = (
        Example("no policy", {"BucketName": "orders"}),
        Example(
            "the policy of a bucket defined elsewhere",
            {"Bucket": "orders", "PolicyDocument": {"Statement": []}},
            type="AWS::S3::BucketPolicy",
        ),
        Example(
            "the policy of a bucket whose name is not known, without any such denial",
            {"Bucket": {"Ref": "Logs"}, "PolicyDocument": {"Statement": []}},
            type="AWS::S3::BucketPolicy",
            sections={"Parameters": {"Logs": {"Type": "String"}}},
        ),
        Example(
            "plain HTTP is allowed where it was meant to be denied",
            {
                "Bucket": "orders",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": "s3:*",
                            "Resource": "*",
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ]
                },
            },
            type="AWS::S3::BucketPolicy",
        ),
        Example(
            "a policy about something else",
            {
                "Bucket": {"Ref": "Orders"},
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "s3:PutObject",
                            "Resource": "*",
                            "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
                        }
                    ]
                },
            },
            type="AWS::S3::BucketPolicy",
            beside={"Orders": {"Type": "AWS::S3::Bucket"}},
        ),
        Example(
            "a denial for the objects of another bucket",
            {
                "Bucket": "orders",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": "arn:aws:s3:::receipts/*",
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ]
                },
            },
            type="AWS::S3::BucketPolicy",
            beside={"Orders": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "orders"}}},
        ),
    )

    def check(self, subject: Resource, template: Template) -> Iterator[Finding]:
        if subject.type == "AWS::S3::Bucket":
            if not template.referrers(subject, "AWS::S3::BucketPolicy", at="Bucket"):
                yield self.finding(subject, "", "plain HTTP is not refused")
            return
        # A bucket has one policy: of two, either may be the one that stays.
        bucket = template.find(subject.get("Bucket"), "AWS::S3::Bucket")
        arn = bucket.arn if bucket else _arn_of(subject.get("Bucket"))
        target = arn if arn == "*" else concatenated([arn, _ANY_OBJECT])
        refused = plain_http_refused((subject,), action="s3:GetObject", target=target)
        if not refused.certain:
            whose = f" for {bucket.logical_id}" if bucket else ""
            yield self.finding(
                subject,
                "PolicyDocument",
                f"plain HTTP is not refused{whose}",
                certain=not refused.possible,
            )


def _arn_of(name: Any) -> Any:
    """
    Give the ARN of a bucket that is defined elsewhere; where its name is not known, any ARN.
    """
    if name is None or name is UNRESOLVED:
        return "*"
    return concatenated([Text(("arn:", Pseudo("AWS::Partition"), ":s3:::")), name])
