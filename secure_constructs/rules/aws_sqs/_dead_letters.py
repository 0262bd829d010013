"""Queues that take what others gave up on."""

from __future__ import annotations

from typing import Final

from secure_constructs.template import Resource, Template

# Type of whoever gives up on a message, and the property that names its dead-letter queue.
_GIVERS: Final = (
    ("AWS::SQS::Queue", "RedrivePolicy.deadLetterTargetArn"),
    ("AWS::Lambda::Function", "DeadLetterConfig.TargetArn"),
    ("AWS::Lambda::EventInvokeConfig", "DestinationConfig.OnFailure.Destination"),
    ("AWS::Lambda::EventSourceMapping", "DestinationConfig.OnFailure.Destination"),
    ("AWS::SNS::Subscription", "RedrivePolicy.deadLetterTargetArn"),
    ("AWS::Events::EventBus", "DeadLetterConfig.Arn"),
    ("AWS::Events::Rule", "Targets.*.DeadLetterConfig.Arn"),
    ("AWS::Scheduler::Schedule", "Target.DeadLetterConfig.Arn"),
    ("AWS::Pipes::Pipe", "SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn"),
    ("AWS::Pipes::Pipe", "SourceParameters.KinesisStreamParameters.DeadLetterConfig.Arn"),
)


def takes_dead_letters(queue: Resource, template: Template) -> bool:
    """
    Say whether a queue exists to take what others gave up on.
    """
    if queue.text("RedriveAllowPolicy.redrivePermission") not in {None, "denyAll"}:
        return True
    return any(template.referrers(queue, kind, at=at) for kind, at in _GIVERS)
