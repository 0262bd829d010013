"""Pipes as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import (
    SecureBus,
    SecureFunction,
    SecureKey,
    SecurePipe,
    SecureQueue,
    SecureStream,
)

if TYPE_CHECKING:
    from aws_cdk import Stack


def pipe(stack: Stack) -> None:
    """
    From a queue to a bus, and from a stream by way of a function to another queue.
    """
    SecurePipe(
        stack,
        "PipeToBus",
        detail_type="OrderPlaced",
        event_source="shop.orders",
        filters=[{"body": {"kind": ["order"]}}],
        source=SecureQueue(stack, "PipeOrders"),
        target=SecureBus(stack, "PipeBus"),
    )
    SecurePipe(
        stack,
        "PipeFromStream",
        enrichment=SecureFunction(
            stack,
            "PipeEnrich",
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            reserved_concurrent_executions=2,
        ),
        log_key=SecureKey(stack, "PipeKey"),
        source=SecureStream(stack, "PipeClicks"),
        target=SecureQueue(stack, "PipeEnriched"),
    )
