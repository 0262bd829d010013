from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

from secure_constructs.constructs import (
    SecureFunction,
    SecureKey,
    SecureQueue,
    SecureSchedule,
    SecureStateMachine,
)
from secure_constructs.errors import ConstructError

Find = Any


def function(stack: cdk.Stack) -> SecureFunction:
    return SecureFunction(
        stack,
        "Report",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
    )


def nightly(stack: cdk.Stack, target: Any = None, **props: Any) -> SecureSchedule:
    return SecureSchedule(
        stack,
        props.pop("id", "Nightly"),
        schedule=scheduler.ScheduleExpression.rate(cdk.Duration.days(1)),
        target=target or function(stack),
        **props,
    )


def allowed(policies: dict[str, Any], name: str = "NightlyRole") -> dict[str, Any]:
    return {
        json.dumps(statement["Action"]): statement
        for policy, found in policies.items()
        if policy.startswith(name)
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
    }


def test_tries_twice_within_an_hour_then_keeps_what_failed(stack: cdk.Stack, only: Find) -> None:
    nightly(stack)
    target = only(stack, "AWS::Scheduler::Schedule")["Target"]
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 2}
    lost = target["DeadLetterConfig"]["Arn"]
    assert lost["Fn::GetAtt"][0].startswith("SecureConstructsDeadLetters")


def test_its_role_starts_the_target_and_nothing_else(stack: cdk.Stack, found: Find) -> None:
    nightly(stack)
    may = allowed(found(stack, "AWS::IAM::Policy"))
    assert set(may) == {'"lambda:InvokeFunction"', '"sqs:SendMessage"'}
    (report,) = found(stack, "AWS::Lambda::Function")
    assert may['"lambda:InvokeFunction"']["Resource"] == {"Fn::GetAtt": [report, "Arn"]}


def test_its_role_is_for_schedules_of_this_stack(stack: cdk.Stack, found: Find) -> None:
    nightly(stack)
    (trust,) = (
        role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
        for name, role in found(stack, "AWS::IAM::Role").items()
        if name.startswith("NightlyRole")
    )
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    (group,) = found(stack, "AWS::Scheduler::ScheduleGroup")
    assert trust["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"},
        "aws:SourceArn": {"Fn::GetAtt": [group, "Arn"]},
    }


def test_two_schedules_share_a_group_and_no_role(stack: cdk.Stack, found: Find) -> None:
    report = function(stack)
    nightly(stack, report)
    nightly(stack, report, id="Weekly")
    assert len(found(stack, "AWS::Scheduler::ScheduleGroup")) == 1
    roles = {
        json.dumps(schedule["Properties"]["Target"]["RoleArn"])
        for schedule in found(stack, "AWS::Scheduler::Schedule").values()
    }
    assert len(roles) == 2


def test_starts_a_state_machine(stack: cdk.Stack, found: Find) -> None:
    machine = SecureStateMachine(
        stack,
        "Close",
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Succeed(stack, "Done")),
        timeout=cdk.Duration.minutes(5),
    )
    nightly(stack, machine)
    assert '"states:StartExecution"' in allowed(found(stack, "AWS::IAM::Policy"))


def test_sends_to_a_queue(stack: cdk.Stack, found: Find) -> None:
    nightly(stack, SecureQueue(stack, "Work"))
    assert set(allowed(found(stack, "AWS::IAM::Policy"))) == {'"sqs:SendMessage"'}


def test_encrypts_its_input_with_a_key_used_through_the_service(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    nightly(stack, key=SecureKey(stack, "Key"))
    assert "KmsKeyArn" in only(stack, "AWS::Scheduler::Schedule")
    on_key = allowed(found(stack, "AWS::IAM::Policy"))['"kms:Decrypt"']
    assert "scheduler." in json.dumps(on_key["Condition"]["StringEquals"]["kms:ViaService"])


def test_uses_a_queue_of_the_callers(stack: cdk.Stack, only: Find) -> None:
    nightly(stack, on_failure=SecureQueue(stack, "Lost", holds_dead_letters=True))
    lost = only(stack, "AWS::Scheduler::Schedule")["Target"]["DeadLetterConfig"]["Arn"]
    assert lost["Fn::GetAtt"][0].startswith("Lost")


@pytest.mark.parametrize(
    ("prop", "value", "reason"),
    [
        ("role", None, "a role of its own"),
        ("dead_letter_queue", None, "always kept"),
        ("retry_attempts", 186, "from 0 to 185"),
        ("max_event_age", cdk.Duration.days(2), "max_event_age"),
        ("target", "arn:aws:lambda:eu-west-1:111122223333:function:f", "a state machine"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, prop: str, value: Any, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        nightly(plain_stack, **{prop: value})


def test_does_not_start_a_step_of_a_state_machine(plain_stack: cdk.Stack) -> None:
    report = function(plain_stack)
    machine = SecureStateMachine(
        plain_stack,
        "Close",
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Succeed(plain_stack, "Done")),
        timeout=cdk.Duration.minutes(5),
    )
    report.accept_only(machine)
    with pytest.raises(RuntimeError, match="it is a step of"):
        nightly(plain_stack, report)
