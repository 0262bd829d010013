"""HTTP and WebSocket APIs that answer where no web ACL can stand."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._exposure import HTTP_API
from secure_constructs.template import Resource, Template


class EndpointWithoutWebAcl(Rule):
    """
    The API answers at its default endpoint, before which no web ACL can be put.

    AWS WAF protects REST APIs and distributions, not HTTP and WebSocket APIs:
    floods and known payloads reach the integrations. A distribution in front helps only once
    the default endpoint is off, since everyone can call that one instead.
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

    passes = (Example("no default endpoint", {"DisableExecuteApiEndpoint": "true"}),)
    fails = (
        Example("a default endpoint", {"ProtocolType": "HTTP"}),
        Example("a default endpoint, stated", {"DisableExecuteApiEndpoint": False}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not api.flag("DisableExecuteApiEndpoint"):
            message = "the default endpoint answers without a web ACL"
            yield self.finding(api, "DisableExecuteApiEndpoint", message)
