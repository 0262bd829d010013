"""
Uploads with a distribution in front of the bucket, so that a web ACL can see the files as well.

It sees them only if nobody can upload past it: the bucket refuses what lacks the header that the
distribution adds, or lets in the distribution alone.
"""

from __future__ import annotations

from typing import Any

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FUNCTION_ROLE,
    GATE_SECRET,
    arn,
    attribute,
    changed,
    function,
    join,
    ref,
    resource,
)
from tests.paths.planted.buckets import PRESIGNED_UPLOAD

_EVERY_METHOD = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
_EDGE_WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1"


def _front(*, web_acl: bool, methods: list[str], **origin: Any) -> dict[str, Any]:
    return resource(
        "AWS::CloudFront::Distribution",
        DistributionConfig={
            "DefaultCacheBehavior": {
                "AllowedMethods": methods,
                "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                "Compress": True,
                "TargetOriginId": "ShopFrontOrigin1A9EC0357",
                "ViewerProtocolPolicy": "https-only",
            },
            "Enabled": True,
            "HttpVersion": "http2",
            "IPV6Enabled": True,
            "Origins": [
                {
                    "DomainName": attribute("Drop", "RegionalDomainName"),
                    "Id": "ShopFrontOrigin1A9EC0357",
                    **origin,
                }
            ],
            **({"WebACLId": _EDGE_WEB_ACL} if web_acl else {}),
        },
    )


def _refusing(header: str, keys: str) -> dict[str, Any]:
    return resource(
        "AWS::S3::BucketPolicy",
        Bucket=ref("Drop"),
        PolicyDocument={
            "Statement": [
                {
                    "Action": "s3:PutObject",
                    "Condition": {"StringNotEquals": {"aws:Referer": header}},
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Resource": join("${Drop.Arn}/", keys),
                }
            ],
            "Version": "2012-10-17",
        },
    )


_ADDING_REFERER: dict[str, Any] = {
    "CustomOriginConfig": {
        "OriginProtocolPolicy": "https-only",
        "OriginSSLProtocols": ["TLSv1.2"],
    },
    "OriginCustomHeaders": [{"HeaderName": "Referer", "HeaderValue": GATE_SECRET}],
}
_FORM_PAST_FRONT: Templates = changed(
    PRESIGNED_UPLOAD.templates,
    {
        "Shop": {
            "DropPolicy": _refusing(GATE_SECRET, "out/*"),
            "Front": _front(web_acl=True, methods=_EVERY_METHOD, **_ADDING_REFERER),
        }
    },
)
FORM_PAST_FRONT = Planted(
    name="form_past_front",
    what=(
        "A distribution with a web ACL takes upload forms, and the bucket refuses those that come "
        "past it, but not under the prefix that forms are signed for; in the twin there as well."
    ),
    templates=_FORM_PAST_FRONT,
    expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "exposed"}),
    safe_templates=changed(
        _FORM_PAST_FRONT, {"Shop": {"DropPolicy": _refusing(GATE_SECRET, "in/*")}}
    ),
    safe_expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "provenance"}),
)

FORM_WITH_ANOTHER_HEADER = Planted(
    name="form_with_another_header",
    what=(
        "The bucket refuses what lacks a header, and no distribution adds it; in the twin the "
        "distribution with the web ACL does."
    ),
    templates=changed(
        _FORM_PAST_FRONT,
        {
            "Shop": {
                "DropPolicy": _refusing("https://shop.example/", "in/*"),
            }
        },
    ),
    expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "exposed"}),
    safe_templates=changed(_FORM_PAST_FRONT, {"Shop": {"DropPolicy": _refusing(GATE_SECRET, "*")}}),
    safe_expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "provenance"}),
)

FRONT_WITHOUT_WEB_ACL = Planted(
    name="front_without_web_acl",
    what=(
        "Nobody uploads past the distribution, but no web ACL stands before that; in the twin one "
        "does."
    ),
    templates=changed(
        _FORM_PAST_FRONT,
        {
            "Shop": {
                "DropPolicy": _refusing(GATE_SECRET, "*"),
                "Front": _front(web_acl=False, methods=_EVERY_METHOD, **_ADDING_REFERER),
            }
        },
    ),
    expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "exposed"}),
    safe_templates=changed(_FORM_PAST_FRONT, {"Shop": {"DropPolicy": _refusing(GATE_SECRET, "*")}}),
    safe_expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "provenance"}),
)

_SIGNED_BY_FRONT: dict[str, Any] = {
    "OriginAccessControlId": attribute("FrontOrigin1S3OriginAccessControl", "Id"),
    "S3OriginConfig": {"OriginAccessIdentity": ""},
}
_WRITABLE_FRONT: Templates = {
    "Shop": {
        "Resources": {
            "Drop": resource(
                "AWS::S3::Bucket",
                after=["DropAllowBucketNotificationsToShopImport6F35DB2E"],
                NotificationConfiguration={
                    "LambdaConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Function": arn("Import")}
                    ]
                },
            ),
            "DropPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Drop"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": ["s3:GetObject", "s3:PutObject"],
                            "Condition": {
                                "StringEquals": {
                                    "AWS:SourceArn": join(
                                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}"
                                        ":distribution/${Front}"
                                    )
                                }
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudfront.amazonaws.com"},
                            "Resource": join("${Drop.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "FrontOrigin1S3OriginAccessControl": resource(
                "AWS::CloudFront::OriginAccessControl",
                OriginAccessControlConfig={
                    "Name": "ShopFrontOrigin1S3OriginAccessControl3B04DAD0",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                },
            ),
            "Front": _front(web_acl=False, methods=_EVERY_METHOD, **_SIGNED_BY_FRONT),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "DropAllowBucketNotificationsToShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="s3.amazonaws.com",
                SourceAccount={"Ref": "AWS::AccountId"},
            ),
        }
    }
}
WRITABLE_FRONT = Planted(
    name="writable_front",
    what=(
        "A distribution without a web ACL hands on uploads, signed, to a bucket that admits it to "
        "write; in the twin it has one."
    ),
    templates=_WRITABLE_FRONT,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _WRITABLE_FRONT,
        {"Shop": {"Front": _front(web_acl=True, methods=_EVERY_METHOD, **_SIGNED_BY_FRONT)}},
    ),
    safe_expected=Expected(verdicts={"Import": "provenance"}),
)

READ_ONLY_FRONT = Planted(
    name="read_only_front",
    what=(
        "A bucket admits a distribution to write, and that hands on every method; in the twin it "
        "only hands on what reads."
    ),
    templates=_WRITABLE_FRONT,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _WRITABLE_FRONT,
        {"Shop": {"Front": _front(web_acl=False, methods=["GET", "HEAD"], **_SIGNED_BY_FRONT)}},
    ),
    safe_expected=Expected(verdicts={"Import": "unknown"}),
)

PLANTED = (
    FORM_PAST_FRONT,
    FORM_WITH_ANOTHER_HEADER,
    FRONT_WITHOUT_WEB_ACL,
    WRITABLE_FRONT,
    READ_ONLY_FRONT,
)
