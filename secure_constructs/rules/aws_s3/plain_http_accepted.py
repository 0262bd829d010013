"""Buckets that answer over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules._transport import plain_http_refused
from secure_constructs.template import Pseudo, Resource, Template, Text
from secure_constructs.template.values import concatenated

_BUCKET: Final = "AWS::S3::Bucket"
_POLICY: Final = "AWS::S3::BucketPolicy"
# A key that no policy names: what is refused for it is refused for every object.
_ANY_OBJECT: Final = "/the-key-of-any-object"


def _denial(bucket: str) -> dict[str, Any]:
    return {
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]
    }


def _read_denied() -> dict[str, Any]:
    denial = {**_denial("orders")["Statement"][0], "Action": "s3:GetObject"}
    document = {"Statement": [denial]}
    properties = {"Bucket": {"Ref": "Subject"}, "PolicyDocument": document}
    return {"Policy": {"Type": _POLICY, "Properties": properties}}


class PlainHttpAccepted(Rule):
    """
    The bucket accepts requests that are not encrypted.

    Nothing refuses a client that uses plain HTTP, by mistake or because an attacker on the way
    makes it: requests, and the signatures on them, can then be read and changed in transit.
    Reading, writing and listing have to be refused, so the bucket as well as its objects. A bucket
    is judged by its policy, and all buckets of a stack that accept it are named once; the
    policy of a bucket that is defined elsewhere is judged by itself.
    """

    id = "s3-plain-http-accepted"
    control = "s3.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (_BUCKET, _POLICY)
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
                            "Resource": [
                                {"Fn::Sub": "arn:${AWS::Partition}:s3:::orders"},
                                {"Fn::Sub": "arn:${AWS::Partition}:s3:::orders/*"},
                            ],
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
        Example(
            "the policy of a bucket whose name is imported denies it",
            {
                "Bucket": {"Fn::ImportValue": "logs"},
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": [
                                {"Fn::Join": ["", ["arn:aws:s3:::", {"Fn::ImportValue": "logs"}]]},
                                {
                                    "Fn::Join": [
                                        "",
                                        ["arn:aws:s3:::", {"Fn::ImportValue": "logs"}, "/*"],
                                    ]
                                },
                            ],
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ]
                },
            },
            type=_POLICY,
        ),
    )
    fails = (
        Example(
            "a policy that names no bucket, and denies nothing",
            {"PolicyDocument": {"Statement": []}},
            type=_POLICY,
        ),
        Example("no policy", {"BucketName": "orders"}),
        Example("only reading objects is denied", {"BucketName": "orders"}, beside=_read_denied()),
        Example(
            "objects are kept from it, and the list of them is not",
            {
                "Bucket": "orders",
                "PolicyDocument": {
                    "Statement": [
                        {**_denial("orders")["Statement"][0], "Resource": "arn:aws:s3:::orders/*"}
                    ]
                },
            },
            type=_POLICY,
        ),
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
            {},
            beside={
                "Policy": {
                    "Type": _POLICY,
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
        Example(
            "a denial for the objects of another bucket",
            {"BucketName": "orders"},
            beside={
                "Policy": {
                    "Type": _POLICY,
                    "Properties": {"Bucket": "orders", "PolicyDocument": _denial("receipts")},
                }
            },
        ),
        Example(
            "two policies, of which one denies it",
            {"BucketName": "orders"},
            beside={
                "Policy": {
                    "Type": _POLICY,
                    "Properties": {"Bucket": "orders", "PolicyDocument": _denial("orders")},
                },
                "Sharing": {
                    "Type": _POLICY,
                    "Properties": {"Bucket": {"Ref": "Subject"}, "PolicyDocument": {}},
                },
            },
        ),
        Example("it speaks for others", {}, beside={"Uploads": {"Type": _BUCKET}}),
    )
    uncertain = (
        Example(
            "a parameter says which objects",
            {},
            beside={
                "Policy": {
                    "Type": _POLICY,
                    "Properties": {
                        "Bucket": {"Ref": "Subject"},
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Deny",
                                "Principal": "*",
                                "Action": "s3:*",
                                "Resource": {"Ref": "Objects"},
                                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                            }
                        },
                    },
                }
            },
            sections={"Parameters": {"Objects": {"Type": "String"}}},
        ),
    )

    def check(self, subject: Resource, template: Template) -> Iterator[Finding]:
        if subject.type == _BUCKET:
            refused = _refused(subject)
            if refused is Answer.NO and (sharing := spokesman(subject, (_BUCKET,), _accepts)):
                message = f"plain HTTP is not refused{others(sharing, 'nor by')}"
                yield self.finding(subject, "", message)
            elif refused is Answer.MAYBE:
                yield self.finding(subject, "", "plain HTTP may not be refused", certain=False)
        elif template.find(subject.get("Bucket"), _BUCKET) is None:
            refused = _refused_by(subject, _arn_of(subject.get("Bucket")))
            if refused is not Answer.YES:
                yield self.finding(
                    subject,
                    "PolicyDocument",
                    "plain HTTP is not refused",
                    certain=refused is Answer.NO,
                )


def _accepts(bucket: Resource) -> bool:
    return _refused(bucket) is Answer.NO


def _refused(bucket: Resource) -> Answer:
    """
    Say whether a bucket refuses plain HTTP; of two policies, either may be the one that stays.
    """
    policies = bucket.template.referrers(bucket, _POLICY, at="Bucket")
    if not policies:
        return Answer.NO
    return Answer.all(_refused_by(policy, bucket.arn) for policy in policies)


def _refused_by(policy: Resource, bucket: Any) -> Answer:
    """
    Say whether a policy refuses plain HTTP for what is read, written and listed.
    """
    target = bucket if bucket == "*" else concatenated([bucket, _ANY_OBJECT])
    asked = (("s3:GetObject", target), ("s3:PutObject", target), ("s3:ListBucket", bucket))
    return Answer.all(
        plain_http_refused((policy,), action=action, target=on) for action, on in asked
    )


def _arn_of(name: Any) -> Any:
    """
    Give the ARN of a bucket that is defined elsewhere; where none is named, any ARN.
    """
    if name is None:
        return "*"
    return concatenated([Text(("arn:", Pseudo("AWS::Partition"), ":s3:::")), name])
