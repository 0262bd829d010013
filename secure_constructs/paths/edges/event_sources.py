"""Event source mappings: Lambda polls a queue, a stream or a broker, and hands it over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.edges._failures import failures
from secure_constructs.paths.graph import Edge, Flow, Kind, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.services.json_texts import documented
from secure_constructs.template import Resource, Template

TYPES: Final = ("AWS::Lambda::EventSourceMapping",)


def edges(mapping: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a mapping hands over, and where batches go that fail for good.

    A source that is not in the templates is shown as the mapping itself: who feeds it is not known.
    """
    function = target_of(mapping.get("FunctionName"), template, "AWS::Lambda::Function")
    if function is None:
        return
    place = "DestinationConfig.OnFailure.Destination"
    yield from failures(function, mapping, place, template, label="failed batches")
    source = target_of(mapping.get("EventSourceArn"), template)
    yield Edge(
        source=source or node_of(mapping, kind=Kind.CHANNEL),
        target=function,
        flow=Flow.HANDOVER,
        label="event source",
        via=mapping,
        place="EventSourceArn" if mapping.has("EventSourceArn") else "SelfManagedEventSource",
        asynchronous=True,
        filtered="a filter of events" if mapping.has("FilterCriteria.Filters") else "",
        kinds=_kinds(mapping),
    )


def _kinds(mapping: Resource) -> frozenset[str]:
    """
    Give the kinds of changes of a table that filters let through, where they ask for nothing else.
    """
    found: set[str] = set()
    for criteria in mapping.blocks("FilterCriteria.Filters"):
        pattern = documented(criteria.get("Pattern"))
        names = pattern.pop("eventName", None)
        if pattern or not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            return frozenset()
        found.update(names)
    return frozenset(found)
