"""Tables that decline a key whose use can be seen."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class AccountKeyDeclined(Rule):
    """
    The table declines a key of the account, and lies under one that AWS shares among customers.

    Such a key keeps a stolen disk from being read, but its use appears in no trail, and nobody can
    withdraw it. The template says so expressly, most often because the property was taken to
    switch encryption on and off.
    """

    id = "dynamodb-account-key-declined"
    control = "dynamodb.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
    fix = "pass encryption=TableEncryptionV2.aws_managed_key(), as SecureTable does"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    )
    passes = (
        Example(
            "the key that AWS manages for the account", {"SSESpecification": {"SSEEnabled": True}}
        ),
        Example("nothing is said", {"TableName": "orders"}),
    )
    fails = (
        Example("declined", {"SSESpecification": {"SSEEnabled": False}}),
        Example("declined in text", {"SSESpecification": {"SSEEnabled": "false"}}),
        Example(
            "declined for a global table",
            {"SSESpecification": {"SSEEnabled": False}},
            type="AWS::DynamoDB::GlobalTable",
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"SSESpecification": {"SSEEnabled": {"Ref": "Own"}}},
            sections={"Parameters": {"Own": {"Type": "String"}}},
        ),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if table.flag("SSESpecification.SSEEnabled") is False:
            yield self.finding(
                table, "SSESpecification.SSEEnabled", "a key of the account is declined"
            )
