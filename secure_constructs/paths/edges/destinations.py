"""Where results and failures of asynchronous invocations go, and dead letters of queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import Edge, Flow, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Resource, Template

_FUNCTION: Final = "AWS::Lambda::Function"
_PLACES: Final = {
    "AWS::Lambda::EventInvokeConfig": (
        ("DestinationConfig.OnSuccess.Destination", "result"),
        ("DestinationConfig.OnFailure.Destination", "failed events"),
    ),
    _FUNCTION: (("DeadLetterConfig.TargetArn", "failed events"),),
    "AWS::SQS::Queue": (("RedrivePolicy.deadLetterTargetArn", "dead letters"),),
}
TYPES: Final = tuple(_PLACES)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give where a function or a queue hands on what it has done with, or could not do.
    """
    source = _source(resource, template)
    for place, label in _PLACES[resource.type]:
        target = target_of(resource.get(place), template)
        if source is not None and target is not None:
            yield Edge(
                source=source,
                target=target,
                flow=Flow.HANDOVER,
                label=label,
                via=resource,
                place=place,
                asynchronous=True,
                filtered="" if label == "result" else "only what failed",
            )


def _source(resource: Resource, template: Template) -> Node | None:
    if resource.type == "AWS::Lambda::EventInvokeConfig":
        return target_of(resource.get("FunctionName"), template, _FUNCTION)
    return node_of(resource)
