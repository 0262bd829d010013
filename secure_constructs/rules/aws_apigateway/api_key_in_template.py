"""API keys whose value stands in the template."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template, Text


class ApiKeyInTemplate(Rule):
    """
    The value of the API key stands in the template.

    Everyone who can read the repository, the build log or the stack has the key,
    and changing it takes a deployment.
    """

    id = "apigateway-api-key-in-template"
    control = "apigw.api-key-literal"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.MEDIUM
    resource_types = ("AWS::ApiGateway::ApiKey",)
    fix = "leave value out of ApiKey, so that API Gateway makes one up"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-keys.html",
    )

    passes = (
        Example("a value that API Gateway makes up", {"Enabled": True}),
        Example(
            "a parameter that is not shown",
            {"Value": {"Ref": "Key"}},
            sections={"Parameters": {"Key": {"Type": "String", "NoEcho": True}}},
        ),
        Example("a secret", {"Value": "{{resolve:secretsmanager:partner:SecretString:key}}"}),
    )
    fails = (
        Example("a literal", {"Value": "d41d8cd98f00b204e9800998ecf8427e"}),
        Example(
            "the default of a parameter",
            {"Value": {"Ref": "Key"}},
            sections={"Parameters": {"Key": {"Type": "String", "Default": "d41d8cd98f00b204e980"}}},
        ),
    )

    def check(self, key: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        value = key.get("Value")
        if isinstance(value, str) and not isinstance(value, Text) and "{{resolve:" not in value:
            yield self.finding(key, "Value", "the value of the key stands in the template")
