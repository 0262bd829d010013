"""Delivery streams whose password stands in the template."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import shown_parameter
from secure_constructs.template import Resource, Template, Text

_SECRETS = (
    "RedshiftDestinationConfiguration.Password",
    "SplunkDestinationConfiguration.HECToken",
    "HttpEndpointDestinationConfiguration.EndpointConfiguration.AccessKey",
    "SnowflakeDestinationConfiguration.PrivateKey",
    "SnowflakeDestinationConfiguration.KeyPassphrase",
)


class LiteralSecret(Rule):
    """
    The password or token of the destination stands in the template.

    Whoever reads the repository, the template or the stack's history reads it, and sends to, or
    logs in at, the destination in your name.
    """

    id = "kinesisfirehose-literal-secret"
    control = "firehose.plaintext-secret"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::KinesisFirehose::DeliveryStream",)
    fix = "pass the secret through SecretsManagerConfiguration, or as a dynamic reference"
    references = ("https://docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html",)

    passes = (
        Example(
            "read from Secrets Manager",
            {
                "RedshiftDestinationConfiguration": {
                    "Username": "app",
                    "Password": "{{resolve:secretsmanager:db:SecretString:password}}",
                }
            },
        ),
        Example(
            "read from an encrypted parameter",
            {"SplunkDestinationConfiguration": {"HECToken": "{{resolve:ssm-secure:splunk:1}}"}},
        ),
        Example(
            "a hidden parameter",
            {"SplunkDestinationConfiguration": {"HECToken": {"Ref": "Token"}}},
            sections={"Parameters": {"Token": {"Type": "String", "NoEcho": True}}},
        ),
    )
    fails = (
        Example(
            "a literal password",
            {
                "RedshiftDestinationConfiguration": {
                    "Username": "app",
                    "Password": "hunter2-hunter2",
                }
            },
        ),
        Example(
            "the default of a parameter",
            {"SplunkDestinationConfiguration": {"HECToken": {"Ref": "Token"}}},
            sections={
                "Parameters": {"Token": {"Type": "String", "NoEcho": True, "Default": "b8f7c1aa"}}
            },
        ),
        Example(
            "a parameter anyone may read",
            {"SplunkDestinationConfiguration": {"HECToken": {"Ref": "Token"}}},
            sections={"Parameters": {"Token": {"Type": "String"}}},
        ),
    )

    def check(self, delivery: Resource, template: Template) -> Iterator[Finding]:
        for path in _SECRETS:
            value = delivery.get(path)
            if isinstance(value, str) and not isinstance(value, Text):
                if value and not value.startswith(
                    ("{{resolve:secretsmanager:", "{{resolve:ssm-secure:")
                ):
                    yield self.finding(delivery, path, "its value stands in the template")
            elif shown_parameter(delivery, path, template):
                yield self.finding(
                    delivery, path, "it comes from a parameter that everyone may read"
                )
