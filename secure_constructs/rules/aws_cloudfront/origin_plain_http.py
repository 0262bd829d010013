"""Distributions that fetch from origins over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    behaviours,
    config_of,
    is_off,
    origins,
)
from secure_constructs.template import Block, Resource, Template


class OriginPlainHttp(Rule):
    """
    CloudFront fetches from an origin over plain HTTP.

    What viewers were promised to be encrypted crosses the internet in the clear behind the edge:
    tokens and cookies are read, answers are changed and then cached for everyone.

    An origin that follows the viewer is at fault when viewers may come over plain HTTP.
    """

    id = "cloudfront-origin-plain-http"
    control = "cloudfront.origin-https-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = (DISTRIBUTION,)
    fix = "set protocol_policy=OriginProtocolPolicy.HTTPS_ONLY on the HttpOrigin"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html",
    )

    passes = (
        Example(
            "https",
            {
                "DistributionConfig": {
                    "Origins": [{"CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}]
                }
            },
        ),
        Example(
            "as viewers do, who come over https",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"ViewerProtocolPolicy": "redirect-to-https"},
                    "Origins": [{"CustomOriginConfig": {"OriginProtocolPolicy": "match-viewer"}}],
                }
            },
        ),
        Example(
            "a distribution that is switched off",
            {
                "DistributionConfig": {
                    "Enabled": "false",
                    "Origins": {"CustomOriginConfig": {"OriginProtocolPolicy": "http-only"}},
                }
            },
        ),
    )
    fails = (
        Example(
            "http",
            {
                "DistributionConfig": {
                    "Enabled": True,
                    "Origins": [{"CustomOriginConfig": {"OriginProtocolPolicy": "http-only"}}],
                }
            },
        ),
        Example(
            "as viewers do, who may come over http",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {
                        "TargetOriginId": "api",
                        "ViewerProtocolPolicy": "allow-all",
                    },
                    "Origins": {
                        "Id": "api",
                        "CustomOriginConfig": {"OriginProtocolPolicy": "match-viewer"},
                    },
                }
            },
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        config = config_of(distribution)
        if is_off(config):
            return
        for origin in origins(config):
            policy = origin.text("CustomOriginConfig.OriginProtocolPolicy")
            if policy == "http-only" or (policy == "match-viewer" and _comes_plain(config, origin)):
                path = "CustomOriginConfig.OriginProtocolPolicy"
                yield self.finding(origin, path, f"the origin is fetched from with {policy}")
                return


def _comes_plain(config: Block, origin: Block) -> bool:
    """
    Say whether viewers of an origin may come over plain HTTP.
    """
    return any(
        behaviour.text("ViewerProtocolPolicy") == "allow-all"
        and behaviour.get("TargetOriginId") == origin.get("Id")
        for behaviour in behaviours(config)
    )
