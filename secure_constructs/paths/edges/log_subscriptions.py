"""Log groups that pass on what functions write: a log holds what its writer was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import Edge, Flow, Kind, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Resource, Template

_FUNCTION: Final = "AWS::Lambda::Function"
_GROUP: Final = "AWS::Logs::LogGroup"
_PREFIX: Final = "/aws/lambda/"
TYPES: Final = ("AWS::Logs::SubscriptionFilter",)


def edges(subscription: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a subscription passes on, and which functions write it.
    """
    target = target_of(subscription.get("DestinationArn"), template)
    if target is None:
        return
    name = subscription.get("LogGroupName")
    group = template.find(name, _GROUP)
    source = node_of(group) if group is not None else node_of(subscription, kind=Kind.CHANNEL)
    yield Edge(
        source=source,
        target=target,
        flow=Flow.HANDOVER,
        label="log subscription",
        via=subscription,
        place="DestinationArn",
        asynchronous=True,
        filtered="a filter of log lines" if subscription.get("FilterPattern", "") != "" else "",
    )
    for function in _writers(name, group, template):
        yield Edge(
            source=node_of(function),
            target=source,
            flow=Flow.WRITE,
            label="log",
            via=function,
            place="LoggingConfig.LogGroup" if function.has("LoggingConfig.LogGroup") else "",
            asynchronous=True,
        )


def _writers(name: object, group: Resource | None, template: Template) -> Iterator[Resource]:
    """
    Give the functions that log into a group: by their setting, or by its name.
    """
    if group is not None:
        name = group.get("LogGroupName", name)
        yield from template.referrers(group, _FUNCTION, at="LoggingConfig.LogGroup")
    if isinstance(name, str) and name.startswith(_PREFIX):
        function = template.find(name, _FUNCTION)
        if function is not None:
            yield function
