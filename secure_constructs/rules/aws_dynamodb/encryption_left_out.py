"""Tables left out where others say how they encrypt."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import TABLES, left_out
from secure_constructs.template import Resource, Template

_KEY = {"SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"}}
_CHOSEN = {"Other": {"Type": TABLES[0], "Properties": _KEY}}


class EncryptionLeftOut(Rule):
    """
    The template says of another table how it is encrypted, and not of this one.

    Somebody decided how this stack encrypts what it keeps, and here it was forgotten: what the
    other table has a key for may lie here under one that AWS owns, whose use appears in no trail
    and which nobody can withdraw.
    """

    id = "dynamodb-encryption-left-out"
    control = "dynamodb.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = TABLES
    fix = "pass encryption= as for the other table, or use SecureTable for both"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    )

    passes = (
        Example("both say it", _KEY, beside=_CHOSEN),
        Example("neither does, and DynamoDB decides", {}, beside={"Other": {"Type": TABLES[0]}}),
        Example(
            "declined, which is a fault of its own",
            {"SSESpecification": {"SSEEnabled": False}},
            beside=_CHOSEN,
        ),
        Example(
            "the other declines it",
            {},
            beside={
                "Other": {
                    "Type": TABLES[0],
                    "Properties": {"SSESpecification": {"SSEEnabled": False}},
                }
            },
        ),
    )
    fails = (
        Example("the one beside it has a key", {"TableName": "exports"}, beside=_CHOSEN),
        Example(
            "a global table, beside one with a key",
            {},
            type=TABLES[1],
            beside=_CHOSEN,
        ),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        other = left_out(table)
        if other is not None:
            message = f"nothing is said of its encryption, unlike that of {other.logical_id}"
            yield self.finding(table, "SSESpecification", message)
