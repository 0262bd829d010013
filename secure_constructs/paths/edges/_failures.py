"""Where what failed goes on: dead letters and failed batches."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.paths.graph import Edge, Flow, Node
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Template


def failures(
    source: Node, block: Block, place: str, template: Template, *, label: str = "dead letters"
) -> Iterator[Edge]:
    """
    Give where what a source could not deliver, or was not taken, goes on.

    Args:
        source: The source.
        block: What names the place for failures.
        place: The property of *block* that names it.
        template: The template it stands in.
        label: What goes there.
    """
    target = target_of(block.get(place), template)
    if target is not None:
        yield Edge(
            source=source,
            target=target,
            flow=Flow.HANDOVER,
            label=label,
            via=block.resource,
            place=block.at(place),
            asynchronous=True,
            filtered="only what failed",
        )
