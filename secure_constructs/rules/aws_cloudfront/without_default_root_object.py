"""Distributions of buckets that answer a request for the root with whatever the bucket says."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    config_of,
    origins,
)
from secure_constructs.template import Block, Resource, Template


class WithoutDefaultRootObject(Rule):
    """
    A request for the root is passed on to the bucket as it is.

    A bucket that may be listed answers with the names of all its objects.
    Distributions that serve something other than a bucket by default are left alone.
    """

    id = "cloudfront-without-default-root-object"
    control = "cloudfront.default-root-object"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (DISTRIBUTION,)
    fix = 'set default_root_object="index.html"'
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html",
    )

    passes = (
        Example("a page", {"DistributionConfig": {"DefaultRootObject": "index.html"}}),
        Example(
            "an API by default",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"TargetOriginId": "api"},
                    "Origins": [
                        {"Id": "pages", "S3OriginConfig": {}},
                        {"Id": "api", "CustomOriginConfig": {}},
                    ],
                }
            },
        ),
    )
    fails = (
        Example(
            "a bucket by default",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"TargetOriginId": "pages"},
                    "Origins": [
                        {"Id": "pages", "S3OriginConfig": {}},
                        {"Id": "api", "CustomOriginConfig": {}},
                    ],
                }
            },
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        config = config_of(distribution)
        if not config.text("DefaultRootObject") and not _serves_no_bucket(config):
            message = "a request for the root is passed on as it is"
            yield self.finding(config, "DefaultRootObject", message)


def _serves_no_bucket(config: Block) -> bool:
    target = config.get("DefaultCacheBehavior.TargetOriginId")
    return any(
        origin.has("CustomOriginConfig") and origin.get("Id") == target
        for origin in origins(config)
    )
