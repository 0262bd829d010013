"""Subscriptions to SNS topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.paths.edges._failures import failures
from secure_constructs.paths.graph import ACCOUNTS, Edge, Flow, Kind, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

_TOPIC: Final = "AWS::SNS::Topic"
_ACCOUNT_AT: Final = 4  # among the parts of an ARN
TYPES: Final = ("AWS::SNS::Subscription", _TOPIC)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a topic hands to its subscribers, and where messages go that none of them took.

    A topic that is not in the templates is shown as the subscription itself. Who else may feed a
    queue is up to its policy; a function takes whatever the topic sends.
    """
    if resource.type == _TOPIC:
        for entry in resource.blocks("Subscription"):
            yield from _delivered(node_of(resource), entry, entry.at("Endpoint"), template)
        return
    arn = resource.get("TopicArn")
    topic = target_of(arn, template, _TOPIC)
    if topic is None:
        topic = node_of(resource, kind=Kind.CHANNEL)
        if _of_another_account(arn, template):
            if resource.text("Protocol") != "lambda":
                return
            yield Edge(
                source=ACCOUNTS,
                target=topic,
                flow=Flow.REQUEST,
                label="foreign topic",
                via=resource,
                place="TopicArn",
                asynchronous=True,
            )
    yield from _delivered(topic, resource, "Endpoint", template)


def _of_another_account(arn: Any, template: Template) -> bool:
    """
    Say whether an ARN spells out an account that is not known to be the app's own.
    """
    account = ([*str(arn).split(":"), *[""] * _ACCOUNT_AT])[_ACCOUNT_AT]
    return account.isdecimal() and account != template.environment.get("AWS::AccountId")


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
    yield from failures(topic, entry, "RedrivePolicy.deadLetterTargetArn", template)


def _filters(policy: Any) -> bool:
    return policy is not None and policy != {}
