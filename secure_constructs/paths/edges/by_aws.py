"""What AWS itself invokes or feeds: custom resources, rotations, alarms, checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.paths.edges import CUSTOM
from secure_constructs.paths.graph import AWS, Edge, Flow
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Resource, Template

_CUSTOM: Final = "AWS::CloudFormation::CustomResource"
# Type -> the property that names what it invokes or feeds, and what that is called.
_PLACES: Final = {
    _CUSTOM: ("ServiceToken", "deployment"),
    "AWS::Budgets::Budget": ("NotificationsWithSubscribers", "budget"),
    "AWS::CloudFormation::LambdaHook": ("LambdaFunction", "deployment"),
    "AWS::CloudWatch::Alarm": ("AlarmActions", "alarm"),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmActions", "alarm"),
    "AWS::Config::ConfigRule": ("Source.SourceIdentifier", "check of configuration"),
    "AWS::SecretsManager::RotationSchedule": ("RotationLambdaARN", "rotation"),
}
TYPES: Final = (*_PLACES, CUSTOM)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what AWS invokes with events of its own making.
    """
    place, label = _PLACES.get(resource.type, _PLACES[_CUSTOM])
    for value in _values(resource.get(place)):
        target = target_of(value, template)
        if target is not None:
            yield Edge(
                source=AWS,
                target=target,
                flow=Flow.REQUEST,
                label=label,
                via=resource,
                place=place,
                asynchronous=True,
            )


def _values(value: Any) -> Iterator[Any]:
    """
    Give every text in a value: a name, a list of them, or subscribers in maps.
    """
    if isinstance(value, list):
        for entry in value:
            yield from _values(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _values(entry)
    else:
        yield value
