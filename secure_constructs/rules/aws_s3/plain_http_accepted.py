"""Buckets that answer over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import PolicyDocument
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template
from secure_constructs.template.values import concatenated


class PlainHttpAccepted(Rule):
    """
    The bucket accepts requests that are not encrypted.

    Nothing refuses a client that uses plain HTTP, by mistake or because an attacker on the way
    makes it: requests, and the signatures on them, can then be read and changed in transit.
    """

    id = "s3-plain-http-accepted"
    control = "s3.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
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
    )
    fails = (
        Example("no policy", {"BucketName": "orders"}),
        Example(
            "a policy about something else",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {
                        "Bucket": {"Ref": "Subject"},
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Principal": {"Service": "events.amazonaws.com"},
                                    "Action": "s3:PutObject",
                                    "Resource": "*",
                                    "Condition": {
                                        "StringEquals": {"aws:SourceAccount": "111122223333"}
                                    },
                                }
                            ]
                        },
                    },
                }
            },
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        policies = template.referrers(bucket, "AWS::S3::BucketPolicy", at="Bucket")
        action, target = "s3:GetObject", concatenated([bucket.arn, "/*"])
        refused = Answer.any(
            PolicyDocument.parse(policy.get("PolicyDocument")).refuses_plain_http(
                action=action, resource=target
            )
            for policy in policies
        )
        if not refused.certain:
            yield self.finding(
                bucket, "", "plain HTTP is not refused", certain=not refused.possible
            )
