"""Keys that are never renewed."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class KeyWithoutRotation(Rule):
    """
    The key is never rotated.

    A key that is renewed each year bounds what one leaked key opens, and costs nothing to set.
    Asymmetric and HMAC keys, and imported material, cannot be rotated by KMS and are left
    alone.
    """

    id = "kms-key-without-rotation"
    control = "kms.rotation"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.LOW
    resource_types = ("AWS::KMS::Key",)
    fix = "set enable_key_rotation=True, as SecureKey does"
    references = ("https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",)

    passes = (
        Example("renewed each year", {"EnableKeyRotation": True}),
        Example("a flag written as text", {"EnableKeyRotation": "true"}),
        Example("a key that signs", {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}),
        Example("imported material", {"Origin": "EXTERNAL"}),
    )
    fails = (
        Example("a key whose kind is said", {"KeySpec": "SYMMETRIC_DEFAULT"}),
        Example("the default", {"Description": "orders"}),
        Example("switched off", {"EnableKeyRotation": "false"}),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"EnableKeyRotation": {"Ref": "R"}},
            sections={"Parameters": {"R": {"Type": "String"}}},
        ),
    )

    def check(self, key: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        symmetric = key.text("KeySpec") in {None, "SYMMETRIC_DEFAULT"}
        own_material = key.text("Origin") in {None, "AWS_KMS"}
        if symmetric and own_material and not key.flag("EnableKeyRotation"):
            yield self.finding(key, "EnableKeyRotation", "rotation is off")
