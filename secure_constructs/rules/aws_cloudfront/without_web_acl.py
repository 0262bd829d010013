"""Distributions with no web ACL."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    config_of,
    is_off,
)
from secure_constructs.template import Resource, Template


class WithoutWebAcl(Rule):
    """
    No web ACL looks at requests before the distribution passes them on.

    Floods, scanners and known payloads go through the edge to your origins, at your cost.
    """

    id = "cloudfront-without-web-acl"
    control = "cloudfront.waf-associated"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (DISTRIBUTION,)
    fix = "set web_acl_id to the ARN of a web ACL with scope CLOUDFRONT in us-east-1"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html",
    )

    passes = (
        Example(
            "a web ACL",
            {"DistributionConfig": {"WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b"}},
        ),
        Example("switched off", {"DistributionConfig": {"Enabled": False}}),
    )
    fails = (
        Example("none", {"DistributionConfig": {"Enabled": True}}),
        Example("left empty", {"DistributionConfig": {"WebACLId": ""}}),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        config = config_of(distribution)
        if not config.text("WebACLId") and not is_off(config):
            yield self.finding(config, "WebACLId", "no web ACL is associated")
