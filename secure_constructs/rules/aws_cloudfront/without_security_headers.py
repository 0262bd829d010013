"""Distributions that send browsers no security headers."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    behaviours,
    config_of,
)
from secure_constructs.template import Resource, Template


class WithoutSecurityHeaders(Rule):
    """
    Browsers are sent no security headers.

    Without them pages may be framed, downgraded to plain HTTP and have their types guessed.
    An origin or a function at the edge may send the headers itself, hence the strict pack.
    """

    id = "cloudfront-without-security-headers"
    control = "cloudfront.security-headers"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (DISTRIBUTION,)
    recommended = False
    fix = "set response_headers_policy=ResponseHeadersPolicy.SECURITY_HEADERS in each behavior"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-response-headers.html",
    )

    passes = (
        Example(
            "a policy",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {
                        "ResponseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03"
                    }
                }
            },
        ),
    )
    fails = (
        Example(
            "none",
            {"DistributionConfig": {"DefaultCacheBehavior": {"TargetOriginId": "pages"}}},
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for behaviour in behaviours(config_of(distribution)):
            if not behaviour.has("ResponseHeadersPolicyId"):
                message = "browsers are sent no security headers"
                yield self.finding(behaviour, "ResponseHeadersPolicyId", message)
                return
