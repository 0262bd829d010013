"""State machines as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from secure_constructs.constructs import SecureFunction, SecureKey, SecureQueue, SecureStateMachine

if TYPE_CHECKING:
    from aws_cdk import Stack


def state_machine(stack: Stack) -> None:
    """
    A standard machine with two functions as steps, and an express one with a key of its own.
    """
    charge, ship = (
        SecureFunction(
            stack,
            f"Step{name}",
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            reserved_concurrent_executions=2,
        )
        for name in ("Charge", "Ship")
    )
    SecureStateMachine(
        stack,
        "Fulfilment",
        definition_body=sfn.DefinitionBody.from_chainable(
            tasks.LambdaInvoke(stack, "Charge", lambda_function=charge).next(
                tasks.LambdaInvoke(stack, "Ship", lambda_function=ship)
            )
        ),
        timeout=Duration.hours(1),
    )

    quick = SecureStateMachine(
        stack,
        "Quick",
        definition_body=sfn.DefinitionBody.from_chainable(
            tasks.SqsSendMessage(
                stack,
                "Remember",
                message_body=sfn.TaskInput.from_json_path_at("$"),
                queue=SecureQueue(stack, "QuickWork"),
            )
        ),
        encryption_key=SecureKey(stack, "QuickKey"),
        state_machine_type=sfn.StateMachineType.EXPRESS,
        timeout=Duration.seconds(30),
    )
    caller = iam.Role(stack, "QuickCaller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    quick.grants.start_sync_execution(caller)
    quick.grants.read(caller)
