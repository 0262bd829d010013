"""HTTP and WebSocket APIs that answer where no web ACL can stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.distributions import DISTRIBUTION
from secure_constructs.services.exposure import HTTP_API
from secure_constructs.services.origin_gates import added_headers, asked_headers
from secure_constructs.template import Resource, Template

_AUTHORIZER: Final = "AWS::ApiGatewayV2::Authorizer"
_ROUTE: Final = "AWS::ApiGatewayV2::Route"


class EndpointWithoutWebAcl(Rule):
    """
    The API answers at its default endpoint, before which no web ACL can be put.

    AWS WAF protects REST APIs and distributions, not HTTP and WebSocket APIs:
    floods and known payloads reach the integrations. A distribution in front helps only once
    the default endpoint is off, since everyone can call that one instead, or once every route has
    an authorizer that asks for a header which only the distribution adds.
    Many teams live without, hence the strict pack.
    """

    id = "apigatewayv2-endpoint-without-web-acl"
    control = "apigw.http-api-waf"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (HTTP_API,)
    recommended = False
    fix = (
        "put a distribution with a web ACL in front and set disable_execute_api_endpoint=True,"
        " or use SecureApi"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html",
    )

    passes = (
        Example("no default endpoint", {"DisableExecuteApiEndpoint": "true"}),
        Example(
            "an authorizer asks for a header that a distribution with a web ACL adds",
            {"ProtocolType": "HTTP"},
            beside={
                "Front": {
                    "Type": DISTRIBUTION,
                    "Properties": {
                        "DistributionConfig": {
                            "WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b",
                            "Origins": [
                                {
                                    "DomainName": {
                                        "Fn::Sub": "${Subject}.execute-api.eu-west-1.amazonaws.com"
                                    },
                                    "OriginCustomHeaders": [
                                        {"HeaderName": "X-Origin", "HeaderValue": "a"}
                                    ],
                                }
                            ],
                        }
                    },
                },
                "Gate": {
                    "Type": "AWS::ApiGatewayV2::Authorizer",
                    "Properties": {"IdentitySource": ["$request.header.x-origin"]},
                },
                "Route": {
                    "Type": "AWS::ApiGatewayV2::Route",
                    "Properties": {
                        "ApiId": {"Ref": "Subject"},
                        "AuthorizationType": "CUSTOM",
                        "AuthorizerId": {"Ref": "Gate"},
                        "RouteKey": "GET /orders",
                    },
                },
            },
        ),
    )
    fails = (
        Example("a default endpoint", {"ProtocolType": "HTTP"}),
        Example("a default endpoint, stated", {"DisableExecuteApiEndpoint": False}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:
        if not api.flag("DisableExecuteApiEndpoint") and not _asks_for_the_way(api, template):
            message = "the default endpoint answers without a web ACL"
            yield self.finding(api, "DisableExecuteApiEndpoint", message)


def _asks_for_the_way(api: Resource, template: Template) -> bool:
    """
    Say whether callers are let in only with a header that a distribution with a web ACL adds.

    That the authorizer compares its value as well cannot be seen in a template.
    """
    added = added_headers(api)
    routes = template.referrers(api, _ROUTE, at="ApiId")
    if api.text("ProtocolType") == "WEBSOCKET":
        routes = tuple(route for route in routes if route.text("RouteKey") == "$connect")
    return bool(added and routes) and all(added & _asked(route, template) for route in routes)


def _asked(route: Resource, template: Template) -> frozenset[str]:
    authorizer = template.find(route.get("AuthorizerId"), _AUTHORIZER)
    if authorizer is None or route.text("AuthorizationType") != "CUSTOM":
        return frozenset()
    return asked_headers(authorizer.texts("IdentitySource"))
