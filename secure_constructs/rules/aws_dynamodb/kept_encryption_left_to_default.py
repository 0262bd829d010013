"""Tables that are to be kept, and do not say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import BUCKET, TABLES, kept_left_to_default
from secure_constructs.template import Resource, Template

_RETAIN = {"DeletionPolicy": "Retain"}


class KeptEncryptionLeftToDefault(Rule):
    """
    Nobody has decided which key protects items that are meant to outlive the stack.

    DynamoDB uses a key that AWS owns and shares among customers: its use appears in no trail, and
    nobody can withdraw it when items have been copied. Judged are tables that the template keeps,
    by their deletion policy or by protection against deletion. It is said once for all buckets and
    tables of a stack; the key that AWS manages for the account is a decision, and will do.
    """

    id = "dynamodb-kept-encryption-left-to-default"
    control = "dynamodb.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = TABLES
    fix = "pass encryption=TableEncryptionV2.aws_managed_key(), as SecureTable does"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    )
    passes = (
        Example(
            "the key that AWS manages for the account",
            {"SSESpecification": {"SSEEnabled": True}},
            attributes=_RETAIN,
        ),
        Example(
            "declined, which is a fault of its own",
            {"SSESpecification": {"SSEEnabled": False}},
            attributes=_RETAIN,
        ),
        Example("nothing says that it is to be kept", {"TableName": "orders"}),
        Example("it may be deleted", {"DeletionProtectionEnabled": "false"}),
        Example(
            "a bucket says it for the stack",
            attributes=_RETAIN,
            beside={"Receipts": {"Type": BUCKET, **_RETAIN}},
        ),
    )
    fails = (
        Example("it stays when the stack goes", {"TableName": "orders"}, attributes=_RETAIN),
        Example("it cannot be deleted", {"DeletionProtectionEnabled": "true"}),
        Example(
            "a replica of it cannot be deleted",
            {"Replicas": [{"Region": "eu-west-1", "DeletionProtectionEnabled": True}]},
            type="AWS::DynamoDB::GlobalTable",
        ),
        Example(
            "the bucket beside it is not to be kept, and speaks for itself",
            attributes=_RETAIN,
            beside={"Results": {"Type": BUCKET}},
        ),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        message = kept_left_to_default(table)
        if message:
            yield self.finding(table, "SSESpecification", message)
