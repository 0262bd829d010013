"""Domain names that accept TLS 1.0."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_REST_DOMAINS = ("AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainNameV2")
_HTTP_DOMAIN = "AWS::ApiGatewayV2::DomainName"


class OutdatedTls(Rule):
    """
    The domain name accepts TLS 1.0 and 1.1.

    Both have been retired since 2021 (RFC 8996): whoever sits between a caller and AWS can force
    a client down to ciphers that can be broken.
    """

    id = "apigateway-outdated-tls"
    control = "apigw.tls-policy"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = (*_REST_DOMAINS, _HTTP_DOMAIN, "AWS::ApiGateway::RestApi")
    fix = "set security_policy=SecurityPolicy.TLS_1_2"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html",
    )

    passes = (
        Example("TLS 1.2", {"SecurityPolicy": "TLS_1_2"}),
        Example("TLS 1.3", {"SecurityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}),
        Example("nothing is said, which is a fault of its own", {"DomainName": "api.example.com"}),
        Example(
            "TLS 1.2 for an HTTP API",
            {"DomainNameConfigurations": {"SecurityPolicy": "TLS_1_2"}},
            type=_HTTP_DOMAIN,
        ),
    )
    fails = (
        Example("TLS 1.0", {"SecurityPolicy": "TLS_1_0"}),
        Example(
            "TLS 1.0 in one of two configurations",
            {
                "DomainNameConfigurations": [
                    {"SecurityPolicy": "TLS_1_2"},
                    {"SecurityPolicy": "TLS_1_0"},
                ]
            },
            type=_HTTP_DOMAIN,
        ),
        Example(
            "TLS 1.0 on the default endpoint",
            {"SecurityPolicy": "TLS_1_0"},
            type="AWS::ApiGateway::RestApi",
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"SecurityPolicy": {"Ref": "Policy"}},
            sections={"Parameters": {"Policy": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        configured = (
            resource.blocks("DomainNameConfigurations")
            if resource.type == _HTTP_DOMAIN
            else (resource,)
        )
        for settings in configured:
            if settings.text("SecurityPolicy") == "TLS_1_0":
                yield self.finding(settings, "SecurityPolicy", "TLS 1.0 is accepted")
