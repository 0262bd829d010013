"""Secrets whose value stands in the template."""

from __future__ import annotations

import json
from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template, Text
from secure_constructs.vocabulary import issued_token, names_a_secret


def _gives_away(value: str) -> bool:
    """
    Say whether a literal secret string holds a secret, and not only what stands beside one.
    """
    if not value.strip() or value.startswith("{{resolve:"):
        return False
    try:
        fields = json.loads(value)
    except ValueError:
        return True
    if not isinstance(fields, dict):
        return True
    return bool(issued_token(value)) or any(
        names_a_secret(str(name)) and isinstance(field, str) and field.strip()
        for name, field in fields.items()
    )


class LiteralSecret(Rule):
    """
    The value of the secret stands in the template.

    Whoever reads the repository, the template or the stack's history reads the secret: a place made
    to keep secrets is filled from a place made to share text.
    """

    id = "secretsmanager-literal-secret"
    control = "secretsmanager.literal-secret"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::SecretsManager::Secret",)
    fix = (
        "let Secrets Manager make the value (generate_secret_string), or put it in by "
        "hand after deployment"
    )
    references = (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    )

    passes = (
        Example(
            "Secrets Manager makes the value", {"GenerateSecretString": {"PasswordLength": 32}}
        ),
        Example("the value is put in later", {"Name": "shop/payments"}),
        Example(
            "a hidden parameter",
            {"SecretString": {"Ref": "Key"}},
            sections={"Parameters": {"Key": {"Type": "String", "NoEcho": True}}},
        ),
        Example(
            "settings without a secret", {"SecretString": '{"host": "db.example", "port": 5432}'}
        ),
    )
    fails = (
        Example("a literal value", {"SecretString": "hunter2-hunter2"}),
        Example(
            "a literal value among others",
            {"SecretString": '{"username": "app", "password": "hunter2-hunter2"}'},
        ),
        Example(
            "the default of a parameter",
            {"SecretString": {"Ref": "Key"}},
            sections={"Parameters": {"Key": {"Type": "String", "Default": "hunter2-hunter2"}}},
        ),
    )

    def check(self, secret: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        value = secret.get("SecretString")
        if isinstance(value, str) and not isinstance(value, Text) and _gives_away(value):
            yield self.finding(secret, "SecretString", "the value stands in the template")
