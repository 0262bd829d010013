"""Rules whose undelivered events vanish."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.services.callers import scheduled
from secure_constructs.template import Block, Resource, Template


class TargetWithoutDeadLetterQueue(Rule):
    """
    An event that cannot be delivered is lost.

    When the target fails for longer than the retries last, the event is dropped: a paid order
    that nobody ships, and nobody notices. A rule that only fires by the clock is left alone: what
    it missed comes round again; so is a target that is a log, of which nobody waits for an entry.
    It is said once for all rules of a stack.
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
            "events are written to a log",
            {
                "EventPattern": {"source": ["shop"]},
                "Targets": [
                    {"Id": "t", "Arn": {"Fn::GetAtt": ["Log", "Arn"]}},
                    {
                        "Id": "u",
                        "Arn": {"Fn::Sub": "arn:aws:logs:x:${AWS::AccountId}:log-group:/aws/e"},
                    },
                ],
            },
            beside={"Log": {"Type": "AWS::Logs::LogGroup"}},
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
        if _drops(rule) and (sharing := spokesman(rule, self.resource_types, _drops)):
            target = next(filter(_loses, rule.blocks("Targets")))
            yield self.finding(
                target,
                "DeadLetterConfig",
                f"undelivered events have nowhere to go{others(sharing, 'nor have those of')}",
            )


def _drops(rule: Resource) -> bool:
    """
    Say whether a rule that does not only fire by the clock keeps nothing for one of its targets.
    """
    return not scheduled(rule) and any(map(_loses, rule.blocks("Targets")))


def _loses(target: Block) -> bool:
    return not target.has("DeadLetterConfig.Arn") and not _is_log(target)


def _is_log(target: Block) -> bool:
    arn = target.get("Arn")
    if isinstance(arn, str) and ":log-group:" in arn:
        return True
    return target.resource.template.find(arn, "AWS::Logs::LogGroup") is not None
