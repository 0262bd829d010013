"""Distributions that accept outdated TLS from viewers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import DISTRIBUTION, config_of
from secure_constructs.template import Resource, Template

_CERTIFICATE: Final = {"AcmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/a"}


class OutdatedViewerTls(Rule):
    """
    Viewers may speak TLS 1.1 or older to the distribution.

    Whoever sits between can force an old client down to ciphers that can be broken.

    With the certificate of ``cloudfront.net``, which is the default, CloudFront accepts TLS 1.0
    whatever the distribution says, and with another one its documentation does not promise
    what it accepts where nothing is said. A distribution with dedicated addresses (``vip``)
    serves clients of before 2010, so it is reported as well.
    """

    id = "cloudfront-outdated-viewer-tls"
    control = "cloudfront.viewer-tls"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (DISTRIBUTION,)
    fix = (
        "pass domain_names and certificate, with"
        " minimum_protocol_version=SecurityPolicyProtocol.TLS_V1_2_2021"
    )
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
        "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html",
    )

    passes = (
        Example(
            "TLS 1.2",
            {
                "DistributionConfig": {
                    "ViewerCertificate": {
                        **_CERTIFICATE,
                        "MinimumProtocolVersion": "TLSv1.2_2021",
                        "SslSupportMethod": "sni-only",
                    }
                }
            },
        ),
        Example(
            "TLS 1.2, with a certificate kept in IAM",
            {
                "DistributionConfig": {
                    "ViewerCertificate": {
                        "IamCertificateId": "ASCAEXAMPLE",
                        "MinimumProtocolVersion": "TLSv1.2_2021",
                        "SslSupportMethod": "sni-only",
                    }
                }
            },
        ),
        Example(
            "TLS 1.3",
            {
                "DistributionConfig": {
                    "ViewerCertificate": {
                        **_CERTIFICATE,
                        "MinimumProtocolVersion": "TLSv1.3_2025",
                    }
                }
            },
        ),
    )
    fails = (
        Example(
            "a certificate with nothing said about TLS",
            {"DistributionConfig": {"ViewerCertificate": _CERTIFICATE}},
        ),
        Example("the default certificate", {"DistributionConfig": {"Enabled": True}}),
        Example(
            "the default certificate, whatever is set beside it",
            {
                "DistributionConfig": {
                    "ViewerCertificate": {
                        "CloudFrontDefaultCertificate": "true",
                        "MinimumProtocolVersion": "TLSv1.2_2021",
                    }
                }
            },
        ),
        Example(
            "TLS 1.1",
            {
                "DistributionConfig": {
                    "ViewerCertificate": {
                        **_CERTIFICATE,
                        "MinimumProtocolVersion": "TLSv1.1_2016",
                    }
                }
            },
        ),
        Example(
            "clients of before 2010",
            {
                "DistributionConfig": {
                    "ViewerCertificate": {
                        **_CERTIFICATE,
                        "MinimumProtocolVersion": "TLSv1.2_2021",
                        "SslSupportMethod": "vip",
                    }
                }
            },
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        certificate = config_of(distribution).block("ViewerCertificate")
        version = certificate.text("MinimumProtocolVersion")
        own = certificate.has("AcmCertificateArn") or certificate.has("IamCertificateId")
        if certificate.flag("CloudFrontDefaultCertificate") or not (own or version):
            message = "the certificate of cloudfront.net lets viewers speak TLS 1.0"
            yield self.finding(certificate, "CloudFrontDefaultCertificate", message)
        elif version is None:
            message = "the version of TLS is left to CloudFront"
            yield self.finding(certificate, "MinimumProtocolVersion", message)
        elif not version.startswith(("TLSv1.2", "TLSv1.3")):
            message = f"viewers may speak {version}"
            yield self.finding(certificate, "MinimumProtocolVersion", message)
        elif certificate.text("SslSupportMethod") == "vip":
            message = "clients that know no SNI, of before 2010, are served"
            yield self.finding(certificate, "SslSupportMethod", message)
