"""Error responses of API Gateway that tell callers what went wrong inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import document_of
from secure_constructs.template import Block, Resource, Template

_RESPONSE: Final = "AWS::ApiGateway::GatewayResponse"
_INTERNALS: Final = re.compile(
    r"\$context\.(?:integrationErrorMessage|integration\.(?:error|integrationStatus)"
    r"|authorizer\.(?:error|property)|authorize\.error|authenticate\.error|waf\.error"
    r"|awsEndpointRequestId)\b"
)


class VerboseGatewayResponse(Rule):
    """
    An error response of API Gateway repeats what went wrong behind it.

    Messages of integrations and authorizers name functions, ARNs, hosts and time limits:
    an attacker who provokes errors draws a map from them.
    Saying what is wrong with the caller's own request is no fault.
    """

    id = "apigateway-verbose-gateway-response"
    control = "apigw.verbose-gateway-response"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.MEDIUM
    resource_types = (_RESPONSE, REST_API)
    fix = "return a fixed text and $context.requestId in the templates of add_gateway_response"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html",
    )

    passes = (
        Example(
            "a fixed text and the number of the request",
            {
                "ResponseType": "DEFAULT_5XX",
                "ResponseTemplates": {
                    "application/json": '{"message": "try later", "id": "$context.requestId"}'
                },
            },
        ),
        Example(
            "what is wrong with the caller's own request",
            {
                "ResponseType": "BAD_REQUEST_BODY",
                "ResponseTemplates": {
                    "application/json": '{"message": "$context.error.validationErrorString"}'
                },
            },
        ),
    )
    fails = (
        Example(
            "the message of the integration",
            {
                "ResponseType": "INTEGRATION_FAILURE",
                "ResponseTemplates": {
                    "application/json": '{"message": "$context.integrationErrorMessage"}'
                },
            },
        ),
        Example(
            "the message of the authorizer, in a document",
            {
                "Body": {
                    "x-amazon-apigateway-gateway-responses": {
                        "AUTHORIZER_FAILURE": {
                            "responseTemplates": {
                                "application/json": '{"why": "$context.authorizer.error"}'
                            }
                        }
                    }
                }
            },
            type=REST_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if resource.type == _RESPONSE:
            yield from self._templates(resource.block("ResponseTemplates"))
            return
        document = document_of(resource)
        if document is None:
            return
        responses = document.block.block(("x-amazon-apigateway-gateway-responses",))
        for kind in responses:
            yield from self._templates(responses.block((kind, "responseTemplates")))

    def _templates(self, templates: Block) -> Iterator[Finding]:
        for content_type in templates:
            told = _INTERNALS.search(templates.text((content_type,)) or "")
            if told:
                message = f"callers are told {told.group()}"
                yield self.finding(templates, (content_type,), message)
                return
