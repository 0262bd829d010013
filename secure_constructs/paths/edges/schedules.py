"""EventBridge Scheduler: the clock calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import AWS, Edge, Flow, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Resource, Template

TYPES: Final = ("AWS::Scheduler::Schedule",)


def edges(schedule: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a schedule calls, with the input the template sets.
    """
    node = node_of(schedule)
    target = target_of(schedule.get("Target.Arn"), template)
    if target is not None:
        yield Edge(
            source=AWS,
            target=node,
            flow=Flow.REQUEST,
            label="schedule",
            via=schedule,
            place="ScheduleExpression",
            asynchronous=True,
        )
        yield Edge(
            source=node,
            target=target,
            flow=Flow.HANDOVER,
            label="schedule",
            via=schedule,
            place="Target.Arn",
            asynchronous=True,
        )
    letters = target_of(schedule.get("Target.DeadLetterConfig.Arn"), template)
    if letters is not None:
        yield Edge(
            source=node,
            target=letters,
            flow=Flow.HANDOVER,
            label="dead letters",
            via=schedule,
            place="Target.DeadLetterConfig.Arn",
            asynchronous=True,
            filtered="only what failed",
        )
