"""Methods of REST APIs that ask for an API key and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API, reached_by_few
from secure_constructs.services.openapi import (
    Guard,
    Operation,
    document_of,
    listed,
)
from secure_constructs.services.stages import api_of
from secure_constructs.template import Resource, Template


class ApiKeyAsAuthentication(Rule):
    """
    An API key is all that the method asks its callers for.

    API keys meter clients, they do not identify them: one key is shared by all users of an app,
    it does not expire, and it travels in a plain header.
    Mocks that ask for a key are judged as well, since someone meant to protect their answer.
    """

    id = "apigateway-api-key-as-authentication"
    control = "apigw.authorization"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::ApiGateway::Method", REST_API)
    fix = "pass an authorizer to add_method beside api_key_required=True"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
    )

    passes = (
        Example(
            "a key beside an authorizer",
            {"HttpMethod": "GET", "AuthorizationType": "CUSTOM", "ApiKeyRequired": True},
        ),
        Example("neither, which another rule reports", {"HttpMethod": "GET"}),
        Example(
            "a key beside an authorizer, in a document",
            {
                "Body": {
                    "paths": {"/": {"get": {"security": [{"token": []}, {"api_key": []}]}}},
                    "securityDefinitions": {
                        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
                        "token": {
                            "type": "apiKey",
                            "x-amazon-apigateway-authorizer": {"type": "token"},
                        },
                    },
                }
            },
            type=REST_API,
        ),
    )
    fails = (
        Example(
            "a key and nothing else",
            {"HttpMethod": "GET", "AuthorizationType": "NONE", "ApiKeyRequired": "true"},
        ),
        Example(
            "a key and nothing else, in a document",
            {
                "Body": {
                    "paths": {"/": {"get": {"security": [{"api_key": []}]}}},
                    "components": {
                        "securitySchemes": {
                            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}
                        }
                    },
                }
            },
            type=REST_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == REST_API:
            yield from self._document(resource, template)
            return
        if not resource.flag("ApiKeyRequired"):
            return
        kind = resource.text("AuthorizationType") or "NONE"
        method = resource.text("HttpMethod") or "ANY"
        if kind.upper() != "NONE" or method.upper() == "OPTIONS":
            return
        if not reached_by_few(api_of(resource, template), template):
            message = f"authorization is NONE: {method} asks for an API key only"
            yield self.finding(resource, "ApiKeyRequired", message)

    def _document(self, api: Resource, template: Template) -> Iterator[Finding]:
        document = document_of(api)
        if document is None:
            return
        keyed = document.matching(_asks_for_key_only)
        if keyed and not reached_by_few(api, template):
            message = f"an API key is all that is asked for by {listed(keyed.elements)}"
            yield self.finding(keyed.elements[0].block, "security", message)


def _asks_for_key_only(operation: Operation) -> bool:
    return operation.method != "OPTIONS" and operation.guard is Guard.API_KEY
