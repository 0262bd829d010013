"""Distributions that speak outdated TLS with origins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    config_of,
    is_off,
    origins,
)
from secure_constructs.template import Resource, Template

_OUTDATED: Final = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


class OutdatedOriginTls(Rule):
    """
    CloudFront accepts SSL 3, TLS 1.0 or TLS 1.1 from an origin.

    Whoever sits between them can force the connection down to ciphers that can be broken.
    """

    id = "cloudfront-outdated-origin-tls"
    control = "cloudfront.origin-tls"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (DISTRIBUTION,)
    fix = "set origin_ssl_protocols=[OriginSslPolicy.TLS_V1_2] on the HttpOrigin"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html",
    )

    passes = (
        Example(
            "TLS 1.2",
            {
                "DistributionConfig": {
                    "Origins": [{"CustomOriginConfig": {"OriginSSLProtocols": ["TLSv1.2"]}}]
                }
            },
        ),
        Example(
            "an origin that speaks no TLS, which another rule reports",
            {
                "DistributionConfig": {
                    "Origins": [
                        {
                            "CustomOriginConfig": {
                                "OriginProtocolPolicy": "http-only",
                                "OriginSSLProtocols": ["TLSv1"],
                            }
                        }
                    ]
                }
            },
        ),
    )
    fails = (
        Example(
            "TLS 1.0 beside TLS 1.2",
            {
                "DistributionConfig": {
                    "Origins": [
                        {"CustomOriginConfig": {"OriginSSLProtocols": ["TLSv1", "TLSv1.2"]}}
                    ]
                }
            },
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        config = config_of(distribution)
        if is_off(config):
            return
        for origin in origins(config):
            settings = origin.block("CustomOriginConfig")
            if settings.text("OriginProtocolPolicy") == "http-only":
                continue
            spoken = [name for name in settings.texts("OriginSSLProtocols") if name in _OUTDATED]
            if spoken:
                message = f"origins may speak {', '.join(spoken)}"
                yield self.finding(settings, "OriginSSLProtocols", message)
                return
