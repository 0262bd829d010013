"""Domain names that do not say which versions of TLS they accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_V2: Final = "AWS::ApiGatewayV2::DomainName"


class TlsLeftToDefault(Rule):
    """
    The template does not say which versions of TLS the domain name accepts.

    API Gateway offers a policy that still takes TLS 1.0, and its documentation does not promise
    which one a domain name gets that asks for none.
    """

    id = "apigateway-tls-left-to-default"
    control = "apigw.tls-policy"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::ApiGateway::DomainName", _V2)
    fix = "set security_policy=SecurityPolicy.TLS_1_2"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html",
    )

    passes = (
        Example("TLS 1.2", {"DomainName": "api.example.com", "SecurityPolicy": "TLS_1_2"}),
        Example(
            "a parameter decides",
            {"SecurityPolicy": {"Ref": "Tls"}},
            sections={"Parameters": {"Tls": {"Type": "String"}}},
        ),
        Example(
            "TLS 1.2, for HTTP and WebSocket APIs",
            {"DomainNameConfigurations": [{"SecurityPolicy": "TLS_1_2"}]},
            type=_V2,
        ),
    )
    fails = (
        Example("nothing is said", {"DomainName": "api.example.com"}),
        Example("nothing is said for HTTP and WebSocket APIs", {"DomainName": "a.b"}, type=_V2),
        Example(
            "nothing is said of one of two",
            {"DomainNameConfigurations": [{"SecurityPolicy": "TLS_1_2"}, {}]},
            type=_V2,
        ),
    )

    def check(self, domain: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        said = domain.blocks("DomainNameConfigurations") if domain.type == _V2 else (domain,)
        silent = [block for block in said if not block.has("SecurityPolicy")]
        if silent or not said:
            place = silent[0] if silent else domain
            yield self.finding(place, "SecurityPolicy", "nothing is said about versions of TLS")
