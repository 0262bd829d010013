"""Streams as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureFunction, SecureKey, SecureStream, SecureTable

if TYPE_CHECKING:
    from aws_cdk import Stack


def stream(stack: Stack) -> None:
    """
    By shard and on demand, with a key of its own, and the stream of a table, all consumed.
    """
    count, project = (
        SecureFunction(
            stack,
            f"Stream{name}",
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            reserved_concurrent_executions=4,
        )
        for name in ("Count", "Project")
    )
    clicks = SecureStream(stack, "StreamClicks", shard_count=2)
    count.consume_stream(
        clicks, parallelization_factor=2, starting_position=lambda_.StartingPosition.LATEST
    )
    views = SecureStream(
        stack,
        "StreamViews",
        encryption_key=SecureKey(stack, "StreamKey"),
        stream_mode=kinesis.StreamMode.ON_DEMAND,
    )
    count.consume_stream(views, starting_position=lambda_.StartingPosition.LATEST)
    writer = iam.Role(
        stack, "StreamWriter", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
    )
    views.grants.write(writer)
    table = SecureTable(
        stack,
        "StreamTable",
        dynamo_stream=dynamodb.StreamViewType.KEYS_ONLY,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    project.consume_stream(table, starting_position=lambda_.StartingPosition.TRIM_HORIZON)
