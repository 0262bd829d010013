"""Tables whose requests nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UnboundedOnDemand(Rule):
    """
    Nothing bounds how many requests of the table are paid for.

    On demand, a flood of requests is served in full and billed in full. A maximum turns it into
    throttled requests; what is right for you depends on your traffic.
    """

    id = "dynamodb-unbounded-on-demand"
    control = "dynamodb.on-demand-unbounded"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
    fix = "set max_read_request_units and max_write_request_units, as SecureTable does"
    references = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html",
    )
    recommended = False
    passes = (
        Example(
            "bounded",
            {
                "BillingMode": "PAY_PER_REQUEST",
                "OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 100},
            },
        ),
        Example(
            "provisioned",
            {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}},
        ),
        Example(
            "bounded writes",
            {
                "BillingMode": "PAY_PER_REQUEST",
                "WriteOnDemandThroughputSettings": {"MaxWriteRequestUnits": 100},
            },
            type="AWS::DynamoDB::GlobalTable",
        ),
    )
    fails = (Example("unbounded", {"BillingMode": "PAY_PER_REQUEST"}),)

    def check(self, table: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        bounds = ("OnDemandThroughput", "WriteOnDemandThroughputSettings")
        if table.text("BillingMode") == "PAY_PER_REQUEST" and not any(map(table.has, bounds)):
            yield self.finding(table, "OnDemandThroughput", "no maximum is set")
