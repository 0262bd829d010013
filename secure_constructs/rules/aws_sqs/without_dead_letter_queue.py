"""Queues whose failed messages come back until they expire."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules.aws_sqs._dead_letters import takes_dead_letters
from secure_constructs.template import Resource, Template


class WithoutDeadLetterQueue(Rule):
    """
    A message that cannot be processed comes back until it expires, and is then lost.

    One poisonous message is retried, and paid for, for days, and holds up what stands behind
    it; when it expires nobody can say what it was. It is said once for all queues of a stack.
    """

    id = "sqs-without-dead-letter-queue"
    control = "sqs.dlq"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::SQS::Queue",)
    fix = (
        "pass dead_letter_queue=DeadLetterQueue(queue=..., max_receive_count=5), as "
        "SecureQueue does"
    )
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    )

    passes = (
        Example(
            "failed messages move on",
            {
                "RedrivePolicy": {
                    "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111122223333:dlq",
                    "maxReceiveCount": 5,
                }
            },
        ),
        Example(
            "the dead-letter queue of another",
            {"QueueName": "dlq"},
            beside={
                "Orders": {
                    "Type": "AWS::SQS::Queue",
                    "Properties": {
                        "RedrivePolicy": {
                            "deadLetterTargetArn": {"Fn::GetAtt": ["Subject", "Arn"]},
                            "maxReceiveCount": 5,
                        }
                    },
                }
            },
        ),
        Example(
            "the dead-letter queue of a rule",
            {},
            beside={
                "Rule": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "Targets": [
                            {
                                "Id": "t",
                                "Arn": "arn:aws:lambda:eu-west-1:111122223333:function:f",
                                "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Subject", "Arn"]}},
                            }
                        ]
                    },
                }
            },
        ),
        Example(
            "it says whose dead letters it takes",
            {
                "RedriveAllowPolicy": {
                    "redrivePermission": "byQueue",
                    "sourceQueueArns": ["arn:aws:sqs:eu-west-1:111122223333:orders"],
                }
            },
        ),
    )
    fails = (
        Example("no dead-letter queue", {"QueueName": "orders"}),
        Example("nor has the one beside it any", {}, beside={"Mails": {"Type": "AWS::SQS::Queue"}}),
        Example("a count without a queue", {"RedrivePolicy": {"maxReceiveCount": 5}}),
        Example(
            "it takes dead letters from none",
            {"RedriveAllowPolicy": {"redrivePermission": "denyAll"}},
        ),
    )

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _loses(queue) and (sharing := spokesman(queue, self.resource_types, _loses)):
            message = f"failed messages have nowhere to go{others(sharing, 'nor have those of')}"
            yield self.finding(queue, "RedrivePolicy", message)


def _loses(queue: Resource) -> bool:
    redriven = queue.get("RedrivePolicy.deadLetterTargetArn", "") != ""
    return not redriven and not takes_dead_letters(queue, queue.template)
