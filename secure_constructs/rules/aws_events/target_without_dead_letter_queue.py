"""Rules whose undelivered events vanish."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class TargetWithoutDeadLetterQueue(Rule):
    """
    An event that cannot be delivered is lost.

    When the target fails for longer than the retries last, the event is dropped: a paid order
    that nobody ships, and nobody notices. A rule that only fires by the clock is left alone: what
    it missed comes round again.
    """

    id = "events-target-without-dead-letter-queue"
    control = "events.rule-dlq"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Events::Rule",)
    fix = "pass dead_letter_queue= to the target"
    references = ("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",)

    passes = (
        Example(
            "undelivered events are kept",
            {
                "EventPattern": {"source": ["shop"]},
                "Targets": [
                    {
                        "Id": "t",
                        "Arn": "arn:aws:lambda:eu-west-1:111122223333:function:f",
                        "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:111122223333:dlq"},
                    }
                ],
            },
        ),
        Example(
            "a schedule comes round again",
            {
                "ScheduleExpression": "rate(1 day)",
                "Targets": [{"Id": "t", "Arn": "arn:aws:lambda:eu-west-1:111122223333:function:f"}],
            },
        ),
    )
    fails = (
        Example(
            "events that match a pattern, and a schedule",
            {
                "ScheduleExpression": "rate(1 day)",
                "EventPattern": {"source": ["shop"]},
                "Targets": [{"Id": "t", "Arn": "arn:aws:sqs:eu-west-1:111122223333:orders"}],
            },
        ),
        Example(
            "they vanish",
            {
                "EventPattern": {"source": ["shop"]},
                "Targets": [{"Id": "t", "Arn": "arn:aws:lambda:eu-west-1:111122223333:function:f"}],
            },
        ),
    )

    def check(self, rule: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if rule.has("ScheduleExpression") and not rule.has("EventPattern"):
            return
        for target in rule.blocks("Targets"):
            if not target.has("DeadLetterConfig.Arn"):
                yield self.finding(
                    target, "DeadLetterConfig", "undelivered events have nowhere to go"
                )
                return
