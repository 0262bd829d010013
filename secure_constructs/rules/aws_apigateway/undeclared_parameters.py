"""APIs that do not say what their methods take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._open import open_operations
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import Operation, listed
from secure_constructs.template import Resource, Template

_READS = frozenset({"DELETE", "GET", "HEAD"})


def _api(**operation: Any) -> dict[str, Any]:
    integration = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}
    return {"Body": {"paths": {"/convert": {"get": {**integration, **operation}}}}}


class UndeclaredParameters(Rule):
    """
    None of the methods that anyone may call says which parameters it takes.

    Whatever stands in a query string or a header then reaches the function as it was sent, which
    has to be right about all of it. Where parameters are declared, API Gateway refuses calls that
    lack one, and whoever reads the API knows what is left to check. APIs are judged that declare
    none at all; methods that take a body have a rule of their own.
    """

    id = "apigateway-undeclared-parameters"
    control = "apigw.request-validation"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.LOW
    resource_types = (REST_API,)
    fix = (
        "declare what each method takes in request_parameters, with a request validator,"
        " or use SecureApi.route(query_parameters=...)"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html",
    )

    passes = (
        Example("a parameter is declared", _api(parameters=[{"name": "url", "in": "query"}])),
        Example(
            "one method of two declares what it takes",
            {
                "Body": {
                    "paths": {
                        "/convert": {"get": _api()["Body"]["paths"]["/convert"]["get"]},
                        "/orders": {"get": {"parameters": [{"name": "page", "in": "query"}]}},
                    }
                }
            },
        ),
        Example("callers are known", _api(**{"x-amazon-apigateway-auth": {"type": "AWS_IAM"}})),
        Example(
            "it does not run a function",
            _api(**{"x-amazon-apigateway-integration": {"type": "http_proxy"}}),
        ),
        Example(
            "a method takes a body, which another rule judges",
            {"Body": {"paths": {"/orders": {"get": {}, "post": {}}}}},
        ),
        Example("no document", {"Name": "orders"}),
    )
    fails = (Example("nothing is declared", _api()),)

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:
        opened = open_operations(api, template, for_whom=lambda purpose: not purpose).elements
        if not all(operation.method in _READS for operation in opened):
            return
        judged = tuple(operation for operation in opened if _runs_function(operation))
        if judged and not any(map(_declares, opened)):
            message = f"nothing says which parameters are taken by {listed(judged)}"
            yield self.finding(judged[0].block, "parameters", message)


def _runs_function(operation: Operation) -> bool:
    return (operation.integration.text("type") or "").lower() == "aws_proxy"


def _declares(operation: Operation) -> bool:
    return operation.block.has("parameters") or operation.validates[1]
