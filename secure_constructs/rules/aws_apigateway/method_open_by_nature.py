"""Methods that cannot know their callers, such as sign-in and webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._purposes import is_left_to_code, purpose_of_method
from secure_constructs.rules.aws_apigateway._open import open_method, open_operations
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import listed
from secure_constructs.template import Resource, Template


class MethodOpenByNature(Rule):
    """
    The method has to answer strangers, so that only the code behind it tells them apart.

    Whoever signs in cannot be known before, and the sender of a webhook has no credentials of
    yours. What an authorizer does elsewhere is left to the code: to check the signature and its
    age before anything else, or to slow down whoever guesses passwords.
    """

    id = "apigateway-method-open-by-nature"
    control = "apigw.authorization"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::ApiGateway::Method", REST_API)
    fix = (
        "check the signature in the code or in a RequestAuthorizer, bound the method with "
        "throttling, and acknowledge the finding"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
    )

    passes = (
        Example("another method, which another rule reports", {"HttpMethod": "POST"}),
        Example(
            "documentation, which gives nothing away",
            {"Body": {"paths": {"/openapi.json": {"get": {}}}}},
            type=REST_API,
        ),
        Example(
            "a webhook whose sender is asked for a signature of IAM",
            {
                "HttpMethod": "POST",
                "AuthorizationType": "AWS_IAM",
                "ResourceId": {"Ref": "Hook"},
            },
            beside={
                "Hook": {"Type": "AWS::ApiGateway::Resource", "Properties": {"PathPart": "webhook"}}
            },
        ),
    )
    fails = (
        Example(
            "a webhook",
            {"HttpMethod": "POST", "ResourceId": {"Ref": "Hook"}},
            beside={
                "Hook": {
                    "Type": "AWS::ApiGateway::Resource",
                    "Properties": {"PathPart": "stripe-webhooks"},
                }
            },
        ),
        Example(
            "sign-in",
            {"Body": {"paths": {"/login": {"post": {}}, "/orders": {"post": {}}}}},
            type=REST_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == REST_API:
            opened = open_operations(resource, template, for_whom=is_left_to_code)
            if opened:
                message = f"only the code tells who calls {listed(opened.elements)}"
                yield self.finding(opened.elements[0].block, "security", message)
            return
        purpose = purpose_of_method(resource, template)
        if is_left_to_code(purpose) and (method := open_method(resource, template)):
            message = f"only the code tells who calls {method}: it is {purpose}"
            yield self.finding(resource, "AuthorizationType", message)
