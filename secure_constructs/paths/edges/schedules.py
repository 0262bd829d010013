"""EventBridge Scheduler: the clock calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.edges._failures import failures
from secure_constructs.paths.graph import AWS, Edge, Flow, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.services.json_texts import documented
from secure_constructs.template import Resource, Template

TYPES: Final = ("AWS::Scheduler::Schedule",)

_UNIVERSAL: Final = ":scheduler:::aws-sdk:"


def edges(schedule: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a schedule calls, with the input the template sets.
    """
    node = node_of(schedule)
    place, target = _target(schedule, template)
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
            place=place,
            asynchronous=True,
        )
    yield from failures(node, schedule, "Target.DeadLetterConfig.Arn", template)


def _target(schedule: Resource, template: Template) -> tuple[str, Node | None]:
    """
    Give what a schedule calls; for a universal target, what its input names.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """
    arn = schedule.get("Target.Arn")
    if isinstance(arn, str) and _UNIVERSAL in arn:
        for value in documented(schedule.get("Target.Input")).values():
            target = target_of(value, template)
            if target is not None:
                return "Target.Input", target
        return "Target.Input", None
    return "Target.Arn", target_of(arn, template)
