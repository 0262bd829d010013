"""Methods that pass on requests nobody has checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import Operation, document_of, listed
from secure_constructs.template import Resource, Template

_WRITES: Final = frozenset({"ANY", "PATCH", "POST", "PUT"})
_VALIDATOR: Final = "AWS::ApiGateway::RequestValidator"


class UnvalidatedRequests(Rule):
    """
    Requests reach the integration without any check of their form.

    Injections, fields nobody expected and bodies of the wrong shape all get as far as your code,
    which has to be right about each of them. API Gateway refuses them for free
    where a validator and a model say what a request is.

    Methods that take a body are judged, and methods that declare a parameter as required
    and let nothing see to it.
    """

    id = "apigateway-unvalidated-requests"
    control = "apigw.request-validation"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = ("AWS::ApiGateway::Method", REST_API)
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
        body, parameters = _validates(resource, template)
        method = (resource.text("HttpMethod") or "ANY").upper()
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
    return operation.method in _WRITES and not operation.validates[0]
