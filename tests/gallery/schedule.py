"""Schedules as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler

from secure_constructs.constructs import SecureFunction, SecureKey, SecureQueue, SecureSchedule

if TYPE_CHECKING:
    from aws_cdk import Stack


def schedule(stack: Stack) -> None:
    """
    A function every night, and a queue every hour with an encrypted input.
    """
    SecureSchedule(
        stack,
        "Nightly",
        schedule=scheduler.ScheduleExpression.cron(hour="3", minute="0"),
        target=SecureFunction(
            stack,
            "NightlyReport",
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            reserved_concurrent_executions=1,
        ),
    )
    SecureSchedule(
        stack,
        "Hourly",
        input=scheduler.ScheduleTargetInput.from_object({"kind": "hourly"}),
        key=SecureKey(stack, "HourlyKey"),
        on_failure=SecureQueue(stack, "HourlyLost", holds_dead_letters=True),
        schedule=scheduler.ScheduleExpression.rate(Duration.hours(1)),
        target=SecureQueue(stack, "HourlyWork"),
    )
