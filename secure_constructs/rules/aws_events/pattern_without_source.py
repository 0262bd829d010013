"""Rules that take an event from whoever sends it."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PatternWithoutSource(Rule):
    """
    The rule takes events from whoever can put one on the bus.

    The pattern names what an event is called, not where it comes from. Every principal that may
    put events on the bus can write that name, and so start what should only follow a real
    event: goods shipped unpaid.
    """

    id = "events-pattern-without-source"
    control = "events.rule-without-source"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.MEDIUM
    resource_types = ("AWS::Events::Rule",)
    fix = "pin source= (and account= for a bus that others may send to) in event_pattern"
    references = (
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-best-practices.html",
    )

    passes = (
        Example(
            "one source",
            {"EventPattern": {"source": ["shop.payments"], "detail-type": ["OrderPaid"]}},
        ),
        Example("one account", {"EventPattern": {"account": ["111122223333"]}}),
        Example("a schedule", {"ScheduleExpression": "rate(1 day)"}),
        Example(
            "an AWS service, by the ARN of its resource",
            {"EventPattern": {"resources": ["arn:aws:s3:::receipts"]}},
        ),
    )
    fails = (
        Example("any source", {"EventPattern": {"detail-type": ["OrderPaid"]}}),
        Example("any source, said in words", {"EventPattern": {"source": [{"prefix": ""}]}}),
        Example("whatever has a source", {"EventPattern": {"source": [{"exists": True}]}}),
    )

    def check(self, rule: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        pattern = rule.block("EventPattern")
        if not pattern or pattern.has("account") or pattern.has("resources"):
            return
        open_source = all(
            source in ({"prefix": ""}, {"exists": True}) for source in pattern.items("source")
        )
        if open_source:
            yield self.finding(rule, "EventPattern", "the pattern names no source")
