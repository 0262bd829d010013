"""Tables that do not say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET, TABLES, left_to_default
from secure_constructs.template import Resource, Template


class EncryptionLeftToDefault(Rule):
    """
    The template does not say how the table is encrypted.

    DynamoDB then uses a key that AWS owns and shares among customers: its use appears in no trail,
    and nobody can withdraw it. It is said once for all buckets, queues and tables of a stack; the
    key that AWS manages for the account is a decision, and will do. For those whose rules demand
    that decision of what may go with its stack. Of what is meant to be kept
    ``dynamodb-kept-encryption-left-to-default`` speaks, and where a stack has decided for one
    table, ``dynamodb-encryption-left-out``, both to everyone.
    """

    id = "dynamodb-encryption-left-to-default"
    control = "dynamodb.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = TABLES
    fix = "pass encryption=TableEncryptionV2.aws_managed_key(), as SecureTable does"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    )
    recommended = False
    passes = (
        Example(
            "the key that AWS manages for the account", {"SSESpecification": {"SSEEnabled": True}}
        ),
        Example(
            "declined, which is a fault of its own", {"SSESpecification": {"SSEEnabled": False}}
        ),
        Example("a bucket says it for the stack", {}, beside={"Receipts": {"Type": BUCKET}}),
        Example(
            "it is meant to be kept, and another rule reports it",
            {"TableName": "orders"},
            attributes={"DeletionPolicy": "Retain"},
        ),
    )
    fails = (
        Example("nothing is said", {"TableName": "orders"}),
        Example("nothing is said of a global table", {}, type="AWS::DynamoDB::GlobalTable"),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        message = left_to_default(table)
        if message:
            yield self.finding(table, "SSESpecification", message)
