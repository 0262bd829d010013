"""Tables that are to be kept, and cannot be restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._kept import is_retained
from secure_constructs.template import Block, Resource, Template

_GLOBAL = "AWS::DynamoDB::GlobalTable"


class WithoutPointInTimeRecovery(Rule):
    """
    Items that are overwritten or deleted cannot be restored.

    One wrong or malicious write empties the table, and there is no state to go back to.
    Tables that the template itself says are to be kept are judged, by their deletion policy or
    deletion protection: what may go with its stack may be lost.
    """

    id = "dynamodb-without-point-in-time-recovery"
    control = "dynamodb.pitr"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
    fix = "set point_in_time_recovery_specification, as SecureTable does"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html",
    )

    passes = (
        Example(
            "every second can be restored",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
            attributes={"DeletionPolicy": "Retain"},
        ),
        Example(
            "in every replica",
            {
                "Replicas": [
                    {
                        "Region": "eu-west-1",
                        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                    }
                ]
            },
            type="AWS::DynamoDB::GlobalTable",
            attributes={"DeletionPolicy": "Retain"},
        ),
        Example("a table that goes with its stack", attributes={"DeletionPolicy": "Delete"}),
    )
    fails = (
        Example("no backup", {"TableName": "orders"}, attributes={"DeletionPolicy": "Retain"}),
        Example(
            "no backup of what a deletion leaves",
            attributes={"DeletionPolicy": "RetainExceptOnCreate"},
        ),
        Example("protected against deletion only", {"DeletionProtectionEnabled": "true"}),
        Example(
            "a replica without",
            {"Replicas": [{"Region": "eu-west-1"}]},
            type="AWS::DynamoDB::GlobalTable",
            attributes={"DeletionPolicy": "Retain"},
        ),
        Example(
            "a protected replica",
            {"Replicas": [{"Region": "eu-west-1", "DeletionProtectionEnabled": True}]},
            type="AWS::DynamoDB::GlobalTable",
        ),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        path = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
        places: Iterable[Block] = table.blocks("Replicas") if table.type == _GLOBAL else (table,)
        for place in places:
            if not place.flag(path) and _kept(table, place):
                yield self.finding(place, path, "point-in-time recovery is off")
                return


def _kept(table: Resource, place: Block) -> bool:
    return is_retained(table) or bool(place.flag("DeletionProtectionEnabled"))
