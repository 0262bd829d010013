"""Subscriptions to SNS topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.paths.graph import Edge, Flow, Kind, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

_TOPIC: Final = "AWS::SNS::Topic"
TYPES: Final = ("AWS::SNS::Subscription", _TOPIC)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a topic hands to its subscribers, and where messages go that none of them took.

    A topic that is not in the templates is shown as the subscription itself.
    """
    if resource.type == _TOPIC:
        for entry in resource.blocks("Subscription"):
            yield from _delivered(node_of(resource), entry, entry.at("Endpoint"), template)
        return
    topic = target_of(resource.get("TopicArn"), template, _TOPIC)
    yield from _delivered(topic or Node(Kind.CHANNEL, resource), resource, "Endpoint", template)


def _delivered(topic: Node, entry: Block, place: str, template: Template) -> Iterator[Edge]:
    subscriber = target_of(entry.get("Endpoint"), template)
    if subscriber is None:
        return
    yield Edge(
        source=topic,
        target=subscriber,
        flow=Flow.HANDOVER,
        label="subscription",
        via=entry.resource,
        place=place,
        asynchronous=True,
        filtered="a filter of messages" if _filters(entry.get("FilterPolicy")) else "",
    )
    letters = target_of(entry.get("RedrivePolicy.deadLetterTargetArn"), template)
    if letters is not None:
        yield Edge(
            source=topic,
            target=letters,
            flow=Flow.HANDOVER,
            label="dead letters",
            via=entry.resource,
            place=entry.at("RedrivePolicy.deadLetterTargetArn"),
            asynchronous=True,
            filtered="only what failed",
        )


def _filters(policy: Any) -> bool:
    return policy is not None and policy != {}
