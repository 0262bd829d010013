"""Secrets that stand in a plain parameter."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import raw_at, secret_in
from secure_constructs.template import Resource, Template


class SecretInParameter(Rule):
    """
    A secret stands in a parameter that is not encrypted, and in the template.

    Parameters of type String are shown to everyone who may list them, and the template that
    sets the value is kept with the stack.
    """

    id = "ssm-secret-in-parameter"
    control = "ssm.parameter-plaintext-secret"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::SSM::Parameter",)
    fix = "keep it in a SecureSecret, and pass its ARN"
    references = (
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-about-examples.html",
    )

    passes = (
        Example("a setting", {"Name": "/shop/table", "Type": "String", "Value": "orders"}),
        Example(
            "the ARN of a secret",
            {"Name": "/shop/db-secret", "Type": "String", "Value": {"Ref": "Db"}},
            beside={"Db": {"Type": "AWS::SecretsManager::Secret"}},
        ),
        Example("no name that speaks of a secret", {"Type": "String", "Value": "correct-horse"}),
    )
    fails = (
        Example(
            "a password", {"Name": "/shop/db/password", "Type": "String", "Value": "correct-horse"}
        ),
        Example(
            "a hidden parameter, shown after all",
            {"Name": "/shop/db/password", "Type": "String", "Value": {"Ref": "Password"}},
            sections={"Parameters": {"Password": {"Type": "String", "NoEcho": True}}},
        ),
        Example(
            "a key known by its form",
            {"Name": "/shop/config", "Type": "String", "Value": "AKIAIOSFODNN7EXAMPLE"},
        ),
    )

    def check(self, parameter: Resource, template: Template) -> Iterator[Finding]:
        name = parameter.get("Name")
        label = name.rpartition("/")[2] if isinstance(name, str) else parameter.logical_id
        written = raw_at(parameter.body, "Properties").get("Value")
        secret = secret_in(label, parameter.get("Value"), written, template)
        if secret:
            yield self.finding(parameter, "Value", f"{label} holds {secret}")
