"""APIs that ask for certificates at one door and leave another one open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import (
    HTTP_API,
    REST_API,
    asks_for_certificates,
)
from secure_constructs.template import Resource, Template

_BESIDE: Final = {
    "Domain": {
        "Type": "AWS::ApiGateway::DomainName",
        "Properties": {
            "DomainName": "api.example.com",
            "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"},
        },
    },
    "Mapping": {
        "Type": "AWS::ApiGateway::BasePathMapping",
        "Properties": {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Subject"}},
    },
}


class MutualTlsBypass(Rule):
    """
    Callers without a certificate come in by the default endpoint.

    Mutual TLS holds for the domain name only. The address that API Gateway made up for the API
    still answers everyone, so the certificates that the domain name asks for prove nothing.
    """

    id = "apigateway-mutual-tls-bypass"
    control = "apigw.default-endpoint"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = (REST_API, HTTP_API)
    fix = "set disable_execute_api_endpoint=True on the API"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html",
    )

    passes = (
        Example("one door only", {"DisableExecuteApiEndpoint": True}, beside=_BESIDE),
        Example("no certificates asked for", {"Name": "orders"}),
    )
    fails = (Example("two doors", {"Name": "orders"}, beside=_BESIDE),)

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:
        if asks_for_certificates(api, template) and not api.flag("DisableExecuteApiEndpoint"):
            message = "the default endpoint asks nobody for a certificate"
            yield self.finding(api, "DisableExecuteApiEndpoint", message)
