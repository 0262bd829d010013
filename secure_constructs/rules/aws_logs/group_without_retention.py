"""Logs that are kept for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_WEEKS: Final = (1, 3, 5, 7, 14)
_MONTHS: Final = (30, 60, 90, 120, 150, 180)
_YEARS: Final = (365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
_PERIODS: Final = frozenset((*_WEEKS, *_MONTHS, *_YEARS))


class GroupWithoutRetention(Rule):
    """
    The log group keeps its entries for ever, or for a time that CloudWatch does not know.

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
    fails = (
        Example("for ever", {"LogGroupName": "orders"}),
        Example("a time that CloudWatch does not know", {"RetentionInDays": "100"}),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"RetentionInDays": {"Ref": "Days"}},
            sections={"Parameters": {"Days": {"Type": "Number"}}},
        ),
    )

    def check(self, group: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        days = group.number("RetentionInDays")
        if days is None:
            yield self.finding(group, "RetentionInDays", "entries are never deleted")
        elif days not in _PERIODS:
            yield self.finding(group, "RetentionInDays", f"{days} days is no period of CloudWatch")
