"""Tables that cannot be restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Block, Resource, Template

_GLOBAL = "AWS::DynamoDB::GlobalTable"


class WithoutPointInTimeRecovery(Rule):
    """
    Items that are overwritten or deleted cannot be restored.

    One wrong or malicious write empties the table, and there is no state to go back to.
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
        ),
    )
    fails = (
        Example("no backup", {"TableName": "orders"}),
        Example(
            "a replica without",
            {"Replicas": [{"Region": "eu-west-1"}]},
            type="AWS::DynamoDB::GlobalTable",
        ),
    )

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        path = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
        places: Iterable[Block] = table.blocks("Replicas") if table.type == _GLOBAL else (table,)
        for place in places:
            if not place.flag(path):
                yield self.finding(place, path, "point-in-time recovery is off")
                return
