"""Functions that are handed an API key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._values import named
from secure_constructs.template import Resource, Template

_API_KEY: Final = "AWS::ApiGateway::ApiKey"
_KEY = {"Key": {"Type": _API_KEY, "Properties": {"Enabled": True}}}


class ApiKeyInEnvironment(Rule):
    """
    The environment of the function names an API key.

    What stands there is the id with which the key is read, and code that has it tends to pass the
    key on: into logs, messages and other systems. A key is no proof of who calls, and is no easier
    to take back than a password.
    """

    id = "lambda-api-key-in-environment"
    control = "secret.api-key-reference"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "let the function sign its calls with IAM, or keep the key in a SecureSecret"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
    )

    passes = (
        Example(
            "the name of something else",
            {"Environment": {"Variables": {"TABLE": {"Ref": "Orders"}}}},
            beside={**_KEY, "Orders": {"Type": "AWS::DynamoDB::Table"}},
        ),
    )
    fails = (
        Example(
            "a key",
            {"Environment": {"Variables": {"API_KEY": {"Ref": "Key"}}}},
            beside=_KEY,
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if not template.everywhere(_API_KEY):
            return
        variables = function.block("Environment.Variables")
        for name, value in named(variables):
            key = template.find(value, _API_KEY)
            if key is not None:
                message = f"{name} names the API key {key.logical_id}"
                yield self.finding(variables, (name,), message)
