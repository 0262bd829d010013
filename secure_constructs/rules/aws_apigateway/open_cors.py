"""APIs that scripts of every web site may call as the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import HTTP_API, REST_API
from secure_constructs.services.openapi import document_of
from secure_constructs.services.stages import api_of
from secure_constructs.template import Block, Resource, Template

_METHOD: Final = "AWS::ApiGateway::Method"
_HEADER: Final = "method.response.header.Access-Control-Allow-"
_ANY_ORIGIN: Final = frozenset({"*", "http://*", "https://*"})


class OpenCors(Rule):
    """
    Scripts of every web site may send a user's credentials to the API and read the answers.

    A page that gets hold of a token, or that the browser sends cookies for, acts as the user
    from anywhere; with named origins the browser would refuse it.

    An API that answers every origin but takes no ``Authorization`` header and no cookies
    gives scripts nothing that a plain request would not get, so it is left alone.
    One finding stands for the whole API.
    """

    id = "apigateway-open-cors"
    control = "apigw.cors"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = (REST_API, _METHOD, HTTP_API)
    fix = "name the origins in allow_origins"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
    )

    passes = (
        Example(
            "a named origin",
            {
                "HttpMethod": "OPTIONS",
                "Integration": {
                    "IntegrationResponses": [
                        {
                            "ResponseParameters": {
                                f"{_HEADER}Origin": "'https://shop.example.com'",
                                f"{_HEADER}Headers": "'Authorization'",
                            }
                        }
                    ]
                },
            },
            type=_METHOD,
        ),
        Example(
            "every origin, without credentials",
            {"CorsConfiguration": {"AllowOrigins": ["*"], "AllowHeaders": ["content-type"]}},
            type=HTTP_API,
        ),
    )
    fails = (
        Example(
            "every origin with tokens",
            beside={
                "Options": {
                    "Type": _METHOD,
                    "Properties": {
                        "RestApiId": {"Ref": "Subject"},
                        "HttpMethod": "OPTIONS",
                        "Integration": {
                            "Type": "MOCK",
                            "IntegrationResponses": [
                                {
                                    "StatusCode": "204",
                                    "ResponseParameters": {
                                        f"{_HEADER}Origin": "'*'",
                                        f"{_HEADER}Headers": "'Content-Type,Authorization'",
                                    },
                                }
                            ],
                        },
                    },
                }
            },
        ),
        Example(
            "every origin with tokens, of an API elsewhere",
            {
                "HttpMethod": "OPTIONS",
                "Integration": {
                    "IntegrationResponses": {
                        "ResponseParameters": {
                            f"{_HEADER}Origin": "'*'",
                            f"{_HEADER}Headers": "'*'",
                        }
                    }
                },
            },
            type=_METHOD,
        ),
        Example(
            "every origin with tokens, in a document",
            {
                "Body": {
                    "paths": {
                        "/orders": {
                            "options": {
                                "x-amazon-apigateway-integration": {
                                    "type": "mock",
                                    "responses": {
                                        "default": {
                                            "responseParameters": {
                                                f"{_HEADER}Origin": "'*'",
                                                f"{_HEADER}Headers": "'authorization'",
                                            }
                                        }
                                    },
                                }
                            }
                        }
                    }
                }
            },
        ),
        Example(
            "every secure origin with cookies",
            {"CorsConfiguration": {"AllowOrigins": "https://*", "AllowCredentials": "true"}},
            type=HTTP_API,
        ),
        Example(
            "every origin with tokens, in the document of an HTTP API",
            {
                "Body": {
                    "paths": {},
                    "x-amazon-apigateway-cors": {
                        "allowOrigins": ["*"],
                        "allowHeaders": ["authorization"],
                    },
                }
            },
            type=HTTP_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == _METHOD:
            if api_of(resource, template) is None and _method_is_open(resource):
                message = "every web site may send credentials"
                yield self.finding(resource, "Integration.IntegrationResponses", message)
        elif resource.type == HTTP_API:
            yield from self._http_api(resource)
        else:
            yield from self._rest_api(resource, template)

    def _http_api(self, api: Resource) -> Iterator[Finding]:
        settings, names = api.block("CorsConfiguration"), _names("AllowOrigins")
        if not settings:
            document = document_of(api)
            if document is None:
                return
            settings = document.block.block(("x-amazon-apigateway-cors",))
            names = _names("allowOrigins")
        origins, headers, credentials = names
        if _is_open(
            tuple(settings.texts(origins)),
            tuple(settings.texts(headers)),
            credentials=bool(settings.flag(credentials)),
        ):
            yield self.finding(settings, origins, "every web site may send credentials")

    def _rest_api(self, api: Resource, template: Template) -> Iterator[Finding]:
        opened = [
            method
            for method in template.referrers(api, _METHOD, at="RestApiId")
            if _method_is_open(method)
        ]
        if opened:
            message = f"every web site may send credentials, says {opened[0].logical_id}"
            trace = (opened[0].logical_id,)
            yield self.finding(api, "", message, trace=trace)
            return
        document = document_of(api)
        if document is None:
            return
        found = document.matching(
            lambda operation: (
                operation.method == "OPTIONS"
                and any(
                    _answer_is_open(answer, "responseParameters")
                    for answer in _values(operation.integration.block("responses"))
                )
            )
        )
        if found:
            first = found.elements[0]
            message = f"every web site may send credentials, says {first}"
            yield self.finding(first.block, "", message)


def _method_is_open(method: Resource) -> bool:
    return (method.text("HttpMethod") or "").upper() == "OPTIONS" and any(
        _answer_is_open(answer, "ResponseParameters")
        for answer in method.blocks("Integration.IntegrationResponses")
    )


def _answer_is_open(answer: Block, parameters: str) -> bool:
    headers = {
        name.lower().removeprefix(_HEADER.lower()): value.strip("'\" ")
        for name in answer.block(parameters)
        if isinstance(value := answer.get((parameters, name)), str)
    }
    return _is_open(
        (headers.get("origin", ""),),
        headers.get("headers", "").split(","),
        credentials=headers.get("credentials", "").lower() == "true",
    )


def _is_open(origins: Sequence[str], headers: Sequence[str], *, credentials: bool) -> bool:
    sent = {header.strip().lower() for header in headers}
    return bool(_ANY_ORIGIN.intersection(origins)) and (
        credentials or bool(sent & {"*", "authorization"})
    )


def _names(origins: str) -> tuple[str, str, str]:
    """
    Name the settings of an HTTP API, which are spelled after that of the origins.
    """
    prefix = origins.removesuffix("Origins")
    return origins, f"{prefix}Headers", f"{prefix}Credentials"


def _values(block: Block) -> Iterator[Block]:
    for key in block:
        yield block.block((key,))
