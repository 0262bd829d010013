"""Environments that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class EnvironmentWithoutKey(Rule):
    """
    The environment of the function is not encrypted with a key of your own.

    With the key of the service, everyone who may read the function's configuration reads its
    environment. A key of your own adds a second permission, and a record of each use. No secret
    should stand there in the first place, so this is for those whose rules demand it.
    """

    id = "lambda-environment-without-key"
    control = "lambda.env-kms"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "pass environment_encryption=key"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
    )
    recommended = False
    passes = (
        Example(
            "a key of its own",
            {
                "KmsKeyArn": {"Fn::GetAtt": ["Key", "Arn"]},
                "Environment": {"Variables": {"TABLE": "orders"}},
            },
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example("an empty environment", {"Runtime": "python3.13"}),
    )
    fails = (
        Example("the key of the service", {"Environment": {"Variables": {"TABLE": "orders"}}}),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if function.block("Environment.Variables") and not function.has("KmsKeyArn"):
            yield self.finding(
                function, "KmsKeyArn", "the environment is encrypted with the key of the service"
            )
