"""Budgets as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureBudget, SecureFunction

if TYPE_CHECKING:
    from aws_cdk import Stack


def budget(stack: Stack) -> None:
    """
    One that tells for the account, and one that stops a function for what carries a tag.
    """
    SecureBudget(stack, "AccountBudget", limit=500)
    SecureBudget(
        stack,
        "ShopBudget",
        limit=200,
        stop=[
            SecureFunction(
                stack,
                "BudgetExpensive",
                code=lambda_.Code.from_inline("def handler(event, context): ..."),
                handler="index.handler",
                runtime=lambda_.Runtime.PYTHON_3_14,
                reserved_concurrent_executions=5,
            )
        ],
        tags={"app": "shop"},
    )
