"""EventBridge Pipes: from one source, past an enrichment, to one target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import Edge, Flow, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Resource, Template

TYPES: Final = ("AWS::Pipes::Pipe",)

_STEPS: Final = (("Enrichment", "enrichment"), ("Target", "target"))


def edges(pipe: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a pipe takes in, and what it hands that to.

    A source that is not in the templates is left out: the pipe is then fed by no one known.
    """
    node = node_of(pipe)
    filters = pipe.has("SourceParameters.FilterCriteria.Filters")
    source = target_of(pipe.get("Source"), template)
    if source is not None:
        yield Edge(
            source=source,
            target=node,
            flow=Flow.HANDOVER,
            label="pipe",
            via=pipe,
            place="Source",
            asynchronous=True,
            filtered="a filter of events" if filters else "",
        )
    for place, label in _STEPS:
        target = target_of(pipe.get(place), template)
        if target is not None:
            yield Edge(
                source=node,
                target=target,
                flow=Flow.HANDOVER,
                label=label,
                via=pipe,
                place=place,
                asynchronous=place == "Target",
            )
