"""Tables that put what changes in them into a stream of Kinesis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import Edge, Flow, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

_GLOBAL_TABLE: Final = "AWS::DynamoDB::GlobalTable"
_STREAM: Final = "KinesisStreamSpecification.StreamArn"
TYPES: Final = ("AWS::DynamoDB::Table", _GLOBAL_TABLE)


def edges(table: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the stream that a table puts its changes into.

    What Lambda reads from the table itself is an edge of the event source.
    """
    replicas = table.blocks("Replicas") if table.type == _GLOBAL_TABLE else (table,)
    for replica in replicas:
        yield from _changes(table, replica, template)


def _changes(table: Resource, replica: Block, template: Template) -> Iterator[Edge]:
    stream = target_of(replica.get(_STREAM), template, "AWS::Kinesis::Stream")
    if stream is not None:
        yield Edge(
            source=node_of(table),
            target=stream,
            flow=Flow.HANDOVER,
            label="changes",
            via=table,
            place=replica.at(_STREAM),
            asynchronous=True,
        )
