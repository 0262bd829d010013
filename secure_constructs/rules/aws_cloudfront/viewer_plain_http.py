"""Distributions that serve viewers over plain HTTP."""

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


class ViewerPlainHttp(Rule):
    """
    Viewers are served over plain HTTP.

    Whoever sits on the way reads tokens and cookies and puts scripts into pages.
    """

    id = "cloudfront-viewer-plain-http"
    control = "cloudfront.viewer-https"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = (DISTRIBUTION,)
    fix = "set viewer_protocol_policy=ViewerProtocolPolicy.REDIRECT_TO_HTTPS in each behavior"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html",
    )

    passes = (
        Example(
            "redirected",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"ViewerProtocolPolicy": "redirect-to-https"},
                    "CacheBehaviors": [{"ViewerProtocolPolicy": "https-only"}],
                }
            },
        ),
    )
    fails = (
        Example(
            "by default",
            {"DistributionConfig": {"DefaultCacheBehavior": {"ViewerProtocolPolicy": "allow-all"}}},
        ),
        Example(
            "for one path",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only"},
                    "CacheBehaviors": {"ViewerProtocolPolicy": "allow-all"},
                }
            },
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for behaviour in behaviours(config_of(distribution)):
            if behaviour.text("ViewerProtocolPolicy") == "allow-all":
                message = "viewers are served over plain HTTP"
                yield self.finding(behaviour, "ViewerProtocolPolicy", message)
                return
