"""Routes that cannot know their callers, such as sign-in and webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._purposes import is_left_to_code, purpose_of
from secure_constructs.rules.aws_apigatewayv2._open import (
    is_open_route,
    open_operations,
    taken_apart,
)
from secure_constructs.services.exposure import HTTP_API
from secure_constructs.services.openapi import listed
from secure_constructs.template import Resource, Template


class RouteOpenByNature(Rule):
    """
    The route has to answer strangers, so that only the code behind it tells them apart.

    Whoever signs in cannot be known before, and the sender of a webhook has no credentials of
    yours. What an authorizer does elsewhere is left to the code: to check the signature and its
    age before anything else, or to slow down whoever guesses passwords.
    """

    id = "apigatewayv2-route-open-by-nature"
    control = "apigw.authorization"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::ApiGatewayV2::Route", HTTP_API)
    fix = (
        "check the signature in the code or in an HttpLambdaAuthorizer, bound the route with "
        "throttling, and acknowledge the finding"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
    )

    passes = (
        Example("another route, which another rule reports", {"RouteKey": "POST /orders"}),
        Example("documentation, which gives nothing away", {"RouteKey": "GET /swagger.json"}),
        Example(
            "a webhook whose sender a function tells apart",
            {"RouteKey": "POST /webhook", "AuthorizationType": "CUSTOM"},
        ),
    )
    fails = (
        Example("a webhook", {"RouteKey": "POST /github/webhook", "AuthorizationType": "NONE"}),
        Example(
            "sign-in",
            {"Body": {"paths": {"/login": {"post": {}}, "/orders": {"post": {}}}}},
            type=HTTP_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == HTTP_API:
            opened = open_operations(resource, template, for_whom=is_left_to_code)
            if opened:
                message = f"only the code tells who calls {listed(opened.elements)}"
                yield self.finding(opened.elements[0].block, "security", message)
            return
        key = resource.text("RouteKey") or ""
        purpose = purpose_of(*taken_apart(key))
        if is_left_to_code(purpose) and is_open_route(resource, template):
            message = f"only the code tells who calls {key}: it is {purpose}"
            yield self.finding(resource, "AuthorizationType", message)
