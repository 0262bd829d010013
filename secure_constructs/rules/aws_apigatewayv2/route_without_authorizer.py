"""Routes of HTTP and WebSocket APIs that anyone on the internet may call."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._purposes import purpose_of
from secure_constructs.rules.aws_apigatewayv2._open import (
    is_open_route,
    open_operations,
    taken_apart,
)
from secure_constructs.services.exposure import HTTP_API, reached_by_few
from secure_constructs.services.openapi import listed
from secure_constructs.template import Resource, Template


class RouteWithoutAuthorizer(Rule):
    """
    The route answers callers that no one has identified.

    Nothing but the URL is needed to call it, and HTTP APIs have neither a web ACL
    nor a resource policy that could stand in:
    whoever has the URL reads and changes what the integration can reach.

    A WebSocket API decides once, on ``$connect``; its other routes are left alone.
    Documentation and health checks, by their paths, are open by nature; sign-in and webhooks are
    too, and have a rule of their own.
    """

    id = "apigatewayv2-route-without-authorizer"
    control = "apigw.authorization"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = ("AWS::ApiGatewayV2::Route", HTTP_API)
    fix = (
        "pass authorizer=HttpJwtAuthorizer(...) or HttpIamAuthorizer() to add_routes,"
        " or default_authorizer to the HttpApi"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html",
    )

    passes = (
        Example("callers bring a token", {"RouteKey": "POST /orders", "AuthorizationType": "JWT"}),
        Example("a preflight request", {"RouteKey": "OPTIONS /{proxy+}"}),
        Example(
            "a message on a connection that was authorized",
            {"ApiId": {"Ref": "Api"}, "RouteKey": "$default", "AuthorizationType": "NONE"},
            beside={"Api": {"Type": HTTP_API, "Properties": {"ProtocolType": "WEBSOCKET"}}},
        ),
        Example(
            "callers show a key to connect",
            {"RouteKey": "$connect", "AuthorizationType": "NONE", "ApiKeyRequired": True},
        ),
        Example("a message route of a WebSocket API elsewhere", {"RouteKey": "sendmessage"}),
        Example(
            "the operation has an authorizer",
            {
                "Body": {
                    "openapi": "3.0.1",
                    "paths": {"/": {"get": {"security": [{"users": ["email"]}]}}},
                    "components": {
                        "securitySchemes": {
                            "users": {
                                "type": "oauth2",
                                "x-amazon-apigateway-authorizer": {"type": "jwt"},
                            }
                        }
                    },
                }
            },
            type=HTTP_API,
        ),
        Example("a health check", {"RouteKey": "GET /v1/healthz", "AuthorizationType": "NONE"}),
        Example("sign-in, which another rule reports", {"RouteKey": "POST /login"}),
    )
    fails = (
        Example("what a health check is not", {"RouteKey": "GET /health/records"}),
        Example("anyone may call", {"RouteKey": "GET /orders", "AuthorizationType": "NONE"}),
        Example("nothing said about authorization", {"RouteKey": "ANY /{proxy+}"}),
        Example("anyone may connect", {"RouteKey": "$connect", "AuthorizationType": "NONE"}),
        Example(
            "a catch-all route",
            {"ApiId": {"Ref": "Api"}, "RouteKey": "$default"},
            beside={"Api": {"Type": HTTP_API, "Properties": {"ProtocolType": "HTTP"}}},
        ),
        Example(
            "an operation of the document has no security",
            {
                "Body": {
                    "openapi": "3.0.1",
                    "paths": {"$default": {"x-amazon-apigateway-any-method": {}}},
                }
            },
            type=HTTP_API,
        ),
        Example(
            "an API made from its target alone",
            {
                "ProtocolType": "HTTP",
                "Target": "arn:aws:lambda:eu-west-1:111122223333:function:orders",
            },
            type=HTTP_API,
        ),
    )
    uncertain = (
        Example("a catch-all route of an API elsewhere", {"RouteKey": "$default"}),
        Example(
            "a parameter without a default decides",
            {"RouteKey": "GET /", "AuthorizationType": {"Ref": "Auth"}},
            sections={"Parameters": {"Auth": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == HTTP_API:
            yield from self._api(resource, template)
            return
        key = resource.text("RouteKey") or ""
        if not purpose_of(*taken_apart(key)) and is_open_route(resource, template):
            yield self.finding(
                resource, "AuthorizationType", f"authorization is NONE, so anyone may call {key}"
            )

    def _api(self, api: Resource, template: Template) -> Iterator[Finding]:
        if api.has("Target") and not reached_by_few(api, template):
            yield self.finding(
                api, "Target", "an API made from its target alone asks no caller who it is"
            )
            return
        opened = open_operations(api, template, for_whom=lambda purpose: not purpose)
        if opened:
            message = f"nobody is asked who calls {listed(opened.elements)}"
            yield self.finding(opened.elements[0].block, "security", message)
