"""Logs that are kept for ever."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class GroupWithoutRetention(Rule):
    """
    The log group keeps its entries for ever.

    Logs hold personal data sooner or later, and what is never deleted can be stolen for ever;
    it is also paid for every month.
    """

    id = "logs-group-without-retention"
    control = "logs.retention"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Logs::LogGroup",)
    fix = "set retention=RetentionDays.THREE_MONTHS, or as long as your rules ask for"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    )

    passes = (Example("three months", {"RetentionInDays": 90}),)
    fails = (Example("for ever", {"LogGroupName": "orders"}),)

    def check(self, group: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not group.has("RetentionInDays"):
            yield self.finding(group, "RetentionInDays", "entries are never deleted")
