"""Documents are read as API Gateway imports them, and not guessed at where they cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from secure_constructs.services.openapi import Document, Guard, document_of, listed
from secure_constructs.template import Template, Undecided

SCHEMES = {
    "users": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"},
    },
    "signed": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
    "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    "documented": {"type": "oauth2", "flow": "implicit"},
}


def read(**body: Any) -> Document:
    body = {"swagger": "2.0", "securityDefinitions": SCHEMES, **body}
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}
    document = document_of(Template({"Resources": {"Api": api}}).resources["Api"])
    assert document is not None
    return document


def guard(operation: dict[str, Any], **body: Any) -> Guard:
    (found,) = read(paths={"/orders": {"get": operation}}, **body).operations
    return found.guard


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ([{"users": []}], Guard.AUTHORIZER),
        ([{"signed": []}], Guard.IAM),
        ([{"users": []}, {"api_key": []}], Guard.AUTHORIZER),
        ([{"users": [], "api_key": []}], Guard.AUTHORIZER),
        ([{"api_key": []}], Guard.API_KEY),
        ([{"documented": ["read"]}], Guard.OPEN),
        ([{"NONE": []}], Guard.OPEN),
        ([], Guard.OPEN),
    ],
)
def test_knows_who_decides_about_the_callers_of_an_operation(
    security: list[Any], expected: Guard
) -> None:
    assert guard({"security": security}) is expected


def test_takes_an_operation_without_security_for_open() -> None:
    assert guard({"responses": {}}) is Guard.OPEN


def test_does_not_know_whether_security_of_the_document_counts() -> None:
    with pytest.raises(Undecided):
        guard({"responses": {}}, security=[{"users": []}])


def test_does_not_know_a_scheme_that_is_not_defined() -> None:
    with pytest.raises(Undecided):
        guard({"security": [{"elsewhere": []}]})


def test_reads_schemes_where_openapi_3_keeps_them() -> None:
    operation = {"security": [{"jwt": ["email"]}]}
    jwt = {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}

    assert guard(operation, components={"securitySchemes": {"jwt": jwt}}) is Guard.AUTHORIZER


def test_believes_the_older_extension_of_an_operation() -> None:
    assert guard({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}) is Guard.IAM
    assert guard({"x-amazon-apigateway-auth": {"type": "NONE"}}) is Guard.OPEN


def test_lists_operations_and_nothing_else_of_a_path() -> None:
    item = {
        "summary": "orders",
        "parameters": [{"name": "id", "in": "path"}],
        "servers": [{"url": "https://example.com"}],
        "POST": {},
        "x-amazon-apigateway-any-method": {},
    }

    found = [str(operation) for operation in read(paths={"/orders/{id}": item}).operations]

    assert found == ["POST /orders/{id}", "ANY /orders/{id}"]


def test_gives_what_it_knows_before_it_says_what_it_does_not_know() -> None:
    paths = {"/here": {"get": {}}, "/there": {"$ref": "other.yaml#/there"}}

    found = read(paths=paths).matching(lambda _: True)

    assert [str(operation) for operation in found.elements] == ["GET /here"]
    assert not found.complete


@pytest.mark.parametrize("body", ["not json", {"Fn::Transform": {"Name": "AWS::Include"}}, [1]])
def test_does_not_know_a_document_it_cannot_read(body: Any) -> None:
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}

    with pytest.raises(Undecided):
        document_of(Template({"Resources": {"Api": api}}).resources["Api"])


def test_reads_a_document_that_is_written_as_text() -> None:
    body = json.dumps({"paths": {"/": {"get": {}}}})
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}
    document = document_of(Template({"Resources": {"Api": api}}).resources["Api"])

    assert document is not None
    assert [str(operation) for operation in document.operations] == ["GET /"]


def test_names_the_first_operations_and_counts_the_rest() -> None:
    document = read(paths={f"/{name}": {"get": {}} for name in "abcde"})

    assert listed(tuple(document.operations)) == "GET /a, GET /b, GET /c and 2 more"
