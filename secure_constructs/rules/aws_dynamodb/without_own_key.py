"""Tables that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutOwnKey(Rule):
    """
    The table is not encrypted with a key of your own.

    DynamoDB encrypts every table. A key of your own adds a second permission and a record of
    each use, for a price; this is for those whose rules demand it.
    """

    id = "dynamodb-without-own-key"
    control = "dynamodb.cmk"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
    fix = "pass encryption=TableEncryptionV2.customer_managed_key(key)"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
    )
    recommended = False
    passes = (
        Example(
            "a key of its own",
            {
                "SSESpecification": {
                    "SSEEnabled": True,
                    "SSEType": "KMS",
                    "KMSMasterKeyId": "alias/orders",
                }
            },
        ),
        Example(
            "a key in every replica",
            {
                "Replicas": [
                    {"Region": region, "SSESpecification": {"KMSMasterKeyId": "alias/orders"}}
                    for region in ("eu-west-1", "eu-north-1")
                ]
            },
            type="AWS::DynamoDB::GlobalTable",
        ),
    )
    fails = (
        Example("the key of the service", {"TableName": "orders"}),
        Example(
            "a replica without one",
            {
                "Replicas": [
                    {
                        "Region": "eu-west-1",
                        "SSESpecification": {"KMSMasterKeyId": "alias/orders"},
                    },
                    {"Region": "eu-north-1"},
                ]
            },
            type="AWS::DynamoDB::GlobalTable",
        ),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        replicas = tuple(table.blocks("Replicas"))
        own = table.has("SSESpecification.KMSMasterKeyId") or (
            bool(replicas)
            and all(replica.has("SSESpecification.KMSMasterKeyId") for replica in replicas)
        )
        if not own:
            yield self.finding(
                table, "SSESpecification", "it is encrypted with a key of the service"
            )
