"""Integrations that pass requests on over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import Operation, document_of, listed
from secure_constructs.template import Block, Resource, Template

_HTTP_INTEGRATION = "AWS::ApiGatewayV2::Integration"


class PlainHttpIntegration(Rule):
    """
    Requests are passed on to a host over plain HTTP.

    They leave API Gateway for the internet unencrypted, with their bodies and tokens:
    whoever sits on the way reads and changes them. Links into a VPC are left alone.
    """

    id = "apigateway-plain-http-integration"
    control = "apigw.integration-https"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::ApiGateway::Method", REST_API, _HTTP_INTEGRATION)
    fix = "give HttpIntegration an https URL"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html",
    )

    passes = (
        Example("https", {"Integration": {"Type": "HTTP_PROXY", "Uri": "https://example.com/"}}),
        Example(
            "a link into a VPC",
            {
                "Integration": {
                    "Type": "HTTP_PROXY",
                    "Uri": "http://internal.example.com/",
                    "ConnectionType": "VPC_LINK",
                }
            },
        ),
    )
    fails = (
        Example("http", {"Integration": {"Type": "HTTP", "Uri": "http://example.com/"}}),
        Example(
            "http from an HTTP API",
            {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://example.com/"},
            type=_HTTP_INTEGRATION,
        ),
        Example(
            "http in a document",
            {
                "Body": {
                    "paths": {
                        "/": {
                            "get": {
                                "x-amazon-apigateway-integration": {
                                    "type": "http_proxy",
                                    "uri": "http://example.com/",
                                }
                            }
                        }
                    }
                }
            },
            type=REST_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if resource.type == REST_API:
            document = document_of(resource)
            plain = document.matching(_is_plain) if document is not None else None
            if plain:
                message = f"requests are passed on in the clear by {listed(plain.elements)}"
                yield self.finding(plain.elements[0].integration, "uri", message)
            return
        integration, uri = (
            (resource, "IntegrationUri")
            if resource.type == _HTTP_INTEGRATION
            else (resource.block("Integration"), "Uri")
        )
        if _leads_over_http(integration, uri, "ConnectionType"):
            yield self.finding(integration, uri, "requests are passed on over plain HTTP")


def _is_plain(operation: Operation) -> bool:
    return _leads_over_http(operation.integration, "uri", "connectionType")


def _leads_over_http(integration: Block, uri: str, connection: str) -> bool:
    address = integration.get(uri)
    if not isinstance(address, str) or not address.lower().startswith("http://"):
        return False
    return (integration.text(connection) or "INTERNET").upper() != "VPC_LINK"
