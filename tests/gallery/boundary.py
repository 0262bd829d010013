"""Boundaries as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureBoundary, SecureFunction

if TYPE_CHECKING:
    from aws_cdk import Stack


def boundary(stack: Stack) -> None:
    """
    One that bounds all roles of its stack, and a function in it.
    """
    SecureBoundary(
        stack,
        "Boundary",
        services=["dynamodb", "kms", "lambda", "logs", "sqs", "xray"],
        assumes=["arn:aws:iam::111122223333:role/partner-orders"],
    )
    SecureFunction(
        stack,
        "Bounded",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=5,
    )
