"""Secrets that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.template import Resource, Template


class WithoutOwnKey(Rule):
    """
    The secret is not encrypted with a key of your own.

    The key of the service admits every principal of the account that may read the secret, and
    cannot be shared with another account. A key of your own is a second gate; it costs a dollar
    a month. It is said once for all secrets of a stack, which one key will do for.
    """

    id = "secretsmanager-without-own-key"
    control = "secretsmanager.cmk"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.LOW
    resource_types = ("AWS::SecretsManager::Secret",)
    fix = "pass encryption_key=key, as SecureSecret does"
    references = (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    )

    passes = (
        Example(
            "a key of its own",
            {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
    )
    fails = (
        Example(
            "nor has the one beside it any",
            {"GenerateSecretString": {}},
            beside={
                "Other": {
                    "Type": "AWS::SecretsManager::Secret",
                    "Properties": {"KmsKeyId": "alias/aws/secretsmanager"},
                },
                "Kept": {
                    "Type": "AWS::SecretsManager::Secret",
                    "Properties": {"KmsKeyId": "alias/orders"},
                },
            },
        ),
        Example("the key of the service", {"GenerateSecretString": {}}),
        Example("the key of the service, by name", {"KmsKeyId": "alias/aws/secretsmanager"}),
    )

    def check(self, secret: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _keyless(secret) and (sharing := spokesman(secret, self.resource_types, _keyless)):
            message = f"it is encrypted with the key of the service{others(sharing, 'as is')}"
            yield self.finding(secret, "KmsKeyId", message)


def _keyless(secret: Resource) -> bool:
    key = secret.text("KmsKeyId")
    return not key or key.endswith("aws/secretsmanager")
