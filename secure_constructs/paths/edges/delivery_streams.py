"""Delivery streams of Firehose: what they read, whom they ask, and where they put it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import Edge, Flow, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

_DESTINATION: Final = "DestinationConfiguration"
_SOURCE: Final = "KinesisStreamSourceConfiguration.KinesisStreamARN"
_BUCKET: Final = "BucketARN"
_FUNCTION: Final = "LambdaArn"
TYPES: Final = ("AWS::KinesisFirehose::DeliveryStream",)


def edges(stream: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the stream that feeds a delivery stream, the functions it asks, and the bucket it fills.
    """
    node = node_of(stream)
    source = target_of(stream.get(_SOURCE), template)
    if source is not None:
        yield Edge(
            source=source,
            target=node,
            flow=Flow.HANDOVER,
            label="source",
            via=stream,
            place=_SOURCE,
            asynchronous=True,
        )
    for name in stream.value:
        if name.endswith(_DESTINATION):
            yield from _delivered(stream, stream.block(name), template)


def _delivered(stream: Resource, destination: Block, template: Template) -> Iterator[Edge]:
    for parameter in _parameters(destination):
        if parameter.get("ParameterName") == _FUNCTION:
            function = target_of(parameter.get("ParameterValue"), template, "AWS::Lambda::Function")
            if function is not None:
                yield Edge(
                    source=node_of(stream),
                    target=function,
                    flow=Flow.HANDOVER,
                    label="transformation",
                    via=stream,
                    place=parameter.at("ParameterValue"),
                )
    bucket = target_of(destination.get(_BUCKET), template, "AWS::S3::Bucket")
    if bucket is not None:
        yield Edge(
            source=node_of(stream),
            target=bucket,
            flow=Flow.HANDOVER,
            label="delivery",
            via=stream,
            place=destination.at(_BUCKET),
            asynchronous=True,
        )


def _parameters(destination: Block) -> Iterator[Block]:
    for processor in destination.blocks("ProcessingConfiguration.Processors"):
        yield from processor.blocks("Parameters")
