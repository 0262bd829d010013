"""Distributions that fetch from buckets as a stranger would."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    STREAMING,
    config_of,
    is_bucket,
    origins,
)
from secure_constructs.template import Resource, Template


class BucketWithoutOriginAccess(Rule):
    """
    CloudFront fetches from the bucket without showing who it is.

    That works only while the bucket is public, so everyone can pass by the distribution,
    its web ACL, its signed URLs and its logs.
    Both origin access control and the older identity count.
    """

    id = "cloudfront-bucket-without-origin-access"
    control = "cloudfront.origin-access"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = (DISTRIBUTION, STREAMING)
    fix = "use S3BucketOrigin.with_origin_access_control(bucket)"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
    )

    passes = (
        Example(
            "origin access control",
            {
                "DistributionConfig": {
                    "Origins": [
                        {
                            "DomainName": "b.s3.eu-west-1.amazonaws.com",
                            "S3OriginConfig": {"OriginAccessIdentity": ""},
                            "OriginAccessControlId": "E1",
                        }
                    ]
                }
            },
        ),
        Example(
            "the older identity",
            {
                "StreamingDistributionConfig": {
                    "S3Origin": {
                        "DomainName": "b.s3.amazonaws.com",
                        "OriginAccessIdentity": "origin-access-identity/cloudfront/E1",
                    }
                }
            },
            type=STREAMING,
        ),
        Example(
            "an origin that is no bucket",
            {
                "DistributionConfig": {
                    "Origins": [{"DomainName": "api.example.com", "CustomOriginConfig": {}}]
                }
            },
        ),
    )
    fails = (
        Example(
            "a bucket of the template",
            {
                "DistributionConfig": {
                    "Origins": {"DomainName": {"Fn::GetAtt": ["Pages", "RegionalDomainName"]}}
                }
            },
            beside={"Pages": {"Type": "AWS::S3::Bucket"}},
        ),
        Example(
            "a bucket by its name",
            {"DistributionConfig": {"Origins": [{"DomainName": "b.s3.amazonaws.com"}]}},
        ),
        Example(
            "an identity left empty",
            {
                "StreamingDistributionConfig": {
                    "S3Origin": {"DomainName": "b.s3.amazonaws.com", "OriginAccessIdentity": ""}
                }
            },
            type=STREAMING,
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        config = config_of(distribution)
        for origin in origins(config):
            if not is_bucket(origin) or origin.text("OriginAccessControlId"):
                continue
            if not (
                origin.text("S3OriginConfig.OriginAccessIdentity")
                or origin.text("OriginAccessIdentity")
            ):
                message = "the bucket has to be public to be fetched from"
                yield self.finding(origin, "OriginAccessControlId", message)
                return
