"""Buckets that serve a website by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import Kind, Statement
from secure_constructs.iam.policies import resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_CLOUDFRONT: Final = "cloudfront.amazonaws.com"
_SITE = {"WebsiteConfiguration": {"IndexDocument": "index.html"}}


def _policy(**statement: object) -> dict[str, object]:
    return {
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Subject"},
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]
                },
            },
        }
    }


class WebsiteWithoutDistribution(Rule):
    """
    The bucket serves a website by itself, with no distribution as its only reader.

    The website endpoint of S3 speaks plain HTTP only and has to be public: whoever sits between a
    visitor and AWS changes the pages, and no web ACL, header or log of CloudFront is in the way.
    A bucket that only redirects, or that none but CloudFront may read, is left alone.
    """

    id = "s3-website-without-distribution"
    control = "s3.website-origin-access"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::S3::Bucket",)
    fix = "put SecureDistribution before the bucket and leave website_index_document out"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
    )

    passes = (
        Example("no website", {"BucketName": "receipts"}),
        Example(
            "it only redirects",
            {"WebsiteConfiguration": {"RedirectAllRequestsTo": {"HostName": "example.com"}}},
        ),
        Example(
            "only a distribution may read",
            _SITE,
            beside=_policy(Principal={"Service": _CLOUDFRONT}, Action="s3:GetObject"),
        ),
        Example(
            "only an origin access identity may read",
            _SITE,
            beside=_policy(Principal={"CanonicalUser": "79a5"}, Action=["s3:GetObject"]),
        ),
        Example(
            "only an origin access identity may read, by its ARN",
            _SITE,
            beside=_policy(
                Principal={
                    "AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
                },
                Action="s3:GetObject",
            ),
        ),
    )
    fails = (
        Example("a website", _SITE),
        Example("a website for everyone", _SITE, beside=_policy(Principal="*", Action="s3:Get*")),
        Example(
            "a distribution that may do everything",
            _SITE,
            beside=_policy(Principal={"CanonicalUser": "79a5"}, Action=["s3:GetObject", "s3:*"]),
        ),
        Example(
            "someone beside the distribution may read",
            _SITE,
            beside=_policy(
                Principal={"Service": _CLOUDFRONT, "AWS": "111122223333"}, Action="s3:GetObject"
            ),
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        site = bucket.block("WebsiteConfiguration")
        if not site or site.has("RedirectAllRequestsTo"):
            return
        policies = template.referrers(bucket, "AWS::S3::BucketPolicy", at="Bucket")
        allowed = [
            statement
            for policy in policies
            for statement in resource_policy(policy).document.allowing
        ]
        if not allowed or not all(_only_distributions_read(statement) for statement in allowed):
            yield self.finding(
                bucket, "WebsiteConfiguration", "it serves a website over plain HTTP"
            )


def _only_distributions_read(statement: Statement) -> bool:
    """
    Say whether a statement allows CloudFront, and nobody else, to handle single objects.
    """
    handled = all(action.lower().endswith("object") for action in statement.actions or ("*",))
    return handled and all(
        principal.kind is Kind.CANONICAL_USER
        or principal.value == _CLOUDFRONT
        or "Origin Access Identity" in principal.value
        for principal in statement.principals or ()
    )
