"""Methods whose templates hold a secret."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import secret_within
from secure_constructs.rules._values import named
from secure_constructs.template import Resource, Template
from secure_constructs.vocabulary import issued_token


def _mock(template: str) -> dict[str, object]:
    return {
        "HttpMethod": "GET",
        "Integration": {
            "Type": "MOCK",
            "IntegrationResponses": [
                {"StatusCode": "200", "ResponseTemplates": {"application/json": template}}
            ],
        },
    }


class SecretInMethod(Rule):
    """
    A secret stands in what the method sends to its backend, or answers to its callers.

    Whoever may read the API or its template reads the secret; in a response every caller does.
    """

    id = "apigateway-secret-in-method"
    control = "secret.api-template"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::ApiGateway::Method",)
    fix = "let a function add the secret, which it reads from Secrets Manager, and change it now"
    references = (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    )

    passes = (
        Example("no secret", _mock('{"message": "pong", "tokenType": "bearer"}')),
        Example("what the caller sent", _mock('{"token": "$input.params(\'token\')"}')),
        Example(
            "a header of the caller",
            {
                "HttpMethod": "GET",
                "Integration": {
                    "Type": "HTTP",
                    "RequestParameters": {
                        "integration.request.header.X-Api-Key": "method.request.header.X-Api-Key"
                    },
                },
            },
        ),
    )
    fails = (
        Example("a password in a response", _mock('{"user": "app", "password": "hunter2-hunt"}')),
        Example("a key known by its form", _mock("key=AKIAIOSFODNN7EXAMPLE")),
        Example(
            "a key in a request",
            {
                "HttpMethod": "GET",
                "Integration": {
                    "Type": "HTTP",
                    "RequestTemplates": {"application/json": "#set($apiKey = 'c0ffee-c0ffee')"},
                },
            },
        ),
        Example(
            "a key in a header",
            {
                "HttpMethod": "GET",
                "Integration": {
                    "Type": "HTTP",
                    "RequestParameters": {
                        "integration.request.header.X-Api-Key": "'c0ffee-c0ffee'"
                    },
                },
            },
        ),
    )

    def check(self, method: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        integration = method.block("Integration")
        headers = integration.block("RequestParameters")
        for name, value in named(headers):
            if not isinstance(value, str) or not value.startswith("'"):
                continue
            secret = issued_token(value) or secret_within(f"{name.rpartition('.')[2]}: {value}")
            if secret:
                yield self.finding(headers, (name,), f"it holds {secret}")
        holders = [integration.block("RequestTemplates")]
        holders += [
            answer.block("ResponseTemplates")
            for answer in integration.blocks("IntegrationResponses").elements
        ]
        for templates in holders:
            for kind, text in named(templates):
                if isinstance(text, str) and (secret := secret_within(text)):
                    yield self.finding(templates, (kind,), f"it holds {secret}")
