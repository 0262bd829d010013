"""Methods that pass on requests nobody has checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import Operation, document_of, listed
from secure_constructs.template import Resource, Template

_WRITES: Final = frozenset({"ANY", "PATCH", "POST", "PUT"})
_METHOD: Final = "AWS::ApiGateway::Method"
# A last part of a path that takes all parts that follow.
_GREEDY: Final = re.compile(r"\{[^{}]+\+\}")
_VALIDATOR: Final = "AWS::ApiGateway::RequestValidator"


class UnvalidatedRequests(Rule):
    """
    Requests reach the integration without any check of their form.

    Injections, fields nobody expected and bodies of the wrong shape all get as far as your code,
    which has to be right about each of them. API Gateway refuses them for free
    where a validator and a model say what a request is.

    Methods that take a body are judged, and methods that declare a parameter as required
    and let nothing see to it. Where every path and method goes to one framework, as with
    ``LambdaRestApi``, no model fits them all: what they take, only the framework can check.
    """

    id = "apigateway-unvalidated-requests"
    control = "apigw.request-validation"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (_METHOD, REST_API)
    fix = (
        "pass request_models and request_validator_options=RequestValidatorOptions("
        "validate_request_body=True, validate_request_parameters=True) to add_method,"
        " or use SecureApi.route(body=...)"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html",
    )

    passes = (
        Example("a read without parameters", {"HttpMethod": "GET"}),
        Example(
            "a required parameter that is checked",
            {
                "HttpMethod": "GET",
                "RequestValidatorId": {"Ref": "Validator"},
                "RequestParameters": {"method.request.querystring.page": True},
            },
            beside={
                "Validator": {
                    "Type": _VALIDATOR,
                    "Properties": {"ValidateRequestParameters": "true", "RestApiId": "a"},
                }
            },
        ),
        Example("a preflight request", {"HttpMethod": "OPTIONS"}),
        Example(
            "a body with a model",
            {
                "HttpMethod": "POST",
                "RequestValidatorId": {"Ref": "Validator"},
                "RequestModels": {"application/json": "Order"},
            },
            beside={
                "Validator": {
                    "Type": _VALIDATOR,
                    "Properties": {"ValidateRequestBody": "true", "RestApiId": "a"},
                }
            },
        ),
        Example(
            "one framework takes it all",
            {
                "HttpMethod": "ANY",
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
            },
            beside={
                "Api": {"Type": REST_API},
                "Proxy": {
                    "Type": "AWS::ApiGateway::Resource",
                    "Properties": {
                        "RestApiId": {"Ref": "Api"},
                        "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                        "PathPart": "{proxy+}",
                    },
                },
                "Below": {
                    "Type": _METHOD,
                    "Properties": {
                        "HttpMethod": "ANY",
                        "RestApiId": {"Ref": "Api"},
                        "ResourceId": {"Ref": "Proxy"},
                    },
                },
            },
        ),
        Example(
            "one framework takes it all, as the document says",
            {
                "Body": {
                    "paths": {
                        "/": {"x-amazon-apigateway-any-method": {}},
                        "/{proxy+}": {"x-amazon-apigateway-any-method": {}},
                    }
                }
            },
            type=REST_API,
        ),
        Example(
            "a validator that is set up elsewhere",
            {
                "HttpMethod": "PUT",
                "RequestValidatorId": "abc123",
                "RequestModels": {"application/json": "Order"},
            },
        ),
        Example(
            "a validator for the whole document",
            {
                "Body": {
                    "swagger": "2.0",
                    "x-amazon-apigateway-request-validator": "all",
                    "x-amazon-apigateway-request-validators": {
                        "all": {"validateRequestBody": True, "validateRequestParameters": True}
                    },
                    "paths": {"/orders": {"post": {}}},
                }
            },
            type=REST_API,
        ),
    )
    fails = (
        Example("a body and no validator", {"HttpMethod": "POST"}),
        Example("every method and no validator", {"HttpMethod": "ANY"}),
        Example(
            "every method of one path",
            {"HttpMethod": "ANY", "ResourceId": {"Ref": "Orders"}},
            beside={
                "Orders": {
                    "Type": "AWS::ApiGateway::Resource",
                    "Properties": {"PathPart": "orders", "RestApiId": "a", "ParentId": "b"},
                }
            },
        ),
        Example(
            "a validator that leaves bodies out",
            {
                "HttpMethod": "PATCH",
                "RequestValidatorId": {"Ref": "Validator"},
                "RequestModels": {"application/json": "Order"},
            },
            beside={
                "Validator": {
                    "Type": _VALIDATOR,
                    "Properties": {"ValidateRequestParameters": True, "RestApiId": "a"},
                }
            },
        ),
        Example(
            "a validator and nothing to validate against",
            {"HttpMethod": "POST", "RequestValidatorId": "abc123"},
        ),
        Example(
            "a required parameter that nothing requires",
            {
                "HttpMethod": "GET",
                "RequestParameters": {"method.request.querystring.page": True},
            },
        ),
        Example(
            "an operation of the document has no validator",
            {
                "Body": {
                    "openapi": "3.0.1",
                    "x-amazon-apigateway-request-validators": {
                        "all": {"validateRequestBody": True}
                    },
                    "paths": {"/orders": {"post": {}}},
                }
            },
            type=REST_API,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == REST_API:
            yield from self._document(resource)
            return
        method = (resource.text("HttpMethod") or "ANY").upper()
        if method == "ANY" and _goes_to_framework(resource, template):
            return
        body, parameters = _validates(resource, template)
        if method in _WRITES and not body:
            message = f"bodies of {method} are passed on unchecked"
            yield self.finding(resource, "RequestValidatorId", message)
        elif method in _WRITES - {"ANY"} and not resource.block("RequestModels"):
            message = f"no model says what the body of {method} is, so none is checked"
            yield self.finding(resource, "RequestModels", message)
        elif method not in _WRITES and not parameters and _requires_parameters(resource):
            message = f"required parameters of {method} are not checked"
            yield self.finding(resource, "RequestValidatorId", message)

    def _document(self, api: Resource) -> Iterator[Finding]:
        document = document_of(api)
        if document is None:
            return
        unchecked = document.matching(_unchecked)
        if unchecked:
            message = f"bodies are passed on unchecked by {listed(unchecked.elements)}"
            first = unchecked.elements[0].block
            yield self.finding(first, ("x-amazon-apigateway-request-validator",), message)


def _validates(method: Resource, template: Template) -> tuple[bool, bool]:
    """
    Say whether the validator of a method checks bodies, and parameters; one elsewhere does both.
    """
    if not method.text("RequestValidatorId"):
        return False, False
    validator = template.find(method.get("RequestValidatorId"), _VALIDATOR)
    if validator is None:
        return True, True
    return (
        bool(validator.flag("ValidateRequestBody")),
        bool(validator.flag("ValidateRequestParameters")),
    )


def _goes_to_framework(method: Resource, template: Template) -> bool:
    """
    Say whether a method takes every path, or stands at the root of an API that has such a method.
    """
    at = method.get("ResourceId")
    below = template.find(at, "AWS::ApiGateway::Resource")
    if below is not None:
        return bool(_GREEDY.fullmatch(below.text("PathPart") or ""))
    api = template.find(at, REST_API)
    if api is None:
        return False
    parts = template.referrers(api, "AWS::ApiGateway::Resource", at="ParentId")
    return any(_GREEDY.fullmatch(part.text("PathPart") or "") for part in parts)


def _requires_parameters(method: Resource) -> bool:
    """
    Say whether a method requires a parameter that callers can leave out, as they cannot with paths.
    """
    parameters = method.block("RequestParameters")
    return any(
        not name.startswith("method.request.path.") and parameters.flag((name,))
        for name in parameters
    )


def _unchecked(operation: Operation) -> bool:
    if operation.method == "ANY" and _is_for_framework(operation):
        return False
    return operation.method in _WRITES and not operation.validates[0]


def _is_for_framework(operation: Operation) -> bool:
    if operation.path != "/":
        return bool(_GREEDY.search(operation.path))
    return any(map(_GREEDY.search, operation.document.block.block("paths")))
