from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from secure_constructs.constructs import (
    SecureBus,
    SecureFunction,
    SecureQueue,
    SecureRule,
    SecureStateMachine,
    SecureTopic,
)
from secure_constructs.errors import ConstructError

Find = Any

PAID = events.EventPattern(source=["shop.payments"], detail_type=["OrderPaid"])


def function(stack: cdk.Stack) -> SecureFunction:
    return SecureFunction(
        stack,
        "Ship",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=5,
    )


def state_machine(stack: cdk.Stack) -> SecureStateMachine:
    return SecureStateMachine(
        stack,
        "Machine",
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Step")),
        timeout=cdk.Duration.minutes(1),
    )


def queue_policies(found: Find, stack: cdk.Stack) -> list[dict[str, Any]]:
    return [
        statement
        for policy in found(stack, "AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]


def test_takes_events_of_its_source_in_this_account(stack: cdk.Stack, only: Find) -> None:
    SecureRule(
        stack, "Paid", event_pattern=PAID, targets=[targets.SqsQueue(SecureQueue(stack, "Q"))]
    )
    assert only(stack, "AWS::Events::Rule")["EventPattern"] == {
        "account": [{"Ref": "AWS::AccountId"}],
        "detail-type": ["OrderPaid"],
        "source": ["shop.payments"],
    }


def test_takes_events_of_the_accounts_that_are_named(plain_stack: cdk.Stack, only: Find) -> None:
    SecureRule(
        plain_stack, "Paid", event_pattern={"source": ["partner"], "account": ["111122223333"]}
    )
    assert only(plain_stack, "AWS::Events::Rule")["EventPattern"]["account"] == ["111122223333"]


def test_keeps_what_a_target_did_not_take(stack: cdk.Stack, only: Find, found: Find) -> None:
    SecureRule(stack, "Paid", event_pattern=PAID, targets=[targets.LambdaFunction(function(stack))])
    (target,) = only(stack, "AWS::Events::Rule")["Targets"]
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    lost = target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    assert (
        found(stack, "AWS::SQS::Queue")[lost]["Properties"]["MessageRetentionPeriod"] == 1_209_600
    )
    (allowed,) = queue_policies(found, stack)
    (rule,) = found(stack, "AWS::Events::Rule")
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}


@pytest.mark.parametrize("kind", ["function", "queue", "state machine", "topic"])
def test_takes_what_acts_as_it_is(stack: cdk.Stack, only: Find, found: Find, kind: str) -> None:
    kinds: dict[str, Callable[[cdk.Stack], Any]] = {
        "function": function,
        "queue": lambda stack: SecureQueue(stack, "Q"),
        "state machine": state_machine,
        "topic": lambda stack: SecureTopic(stack, "T"),
    }
    rule = SecureRule(stack, "Paid", event_pattern=PAID, targets=[kinds[kind](stack)])
    (made,) = only(stack, "AWS::Events::Rule")["Targets"]
    assert made["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    lost = made["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    assert lost == "PaidDeadLettersDB675ED0"
    assert isinstance(rule.undelivered, SecureQueue)
    allowed = [
        statement
        for policy in found(stack, "AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if policy["Properties"]["Queues"] == [{"Ref": lost}] and statement["Effect"] == "Allow"
    ]
    (name,) = found(stack, "AWS::Events::Rule")
    assert [(each["Principal"], each["Condition"]) for each in allowed] == [
        (
            {"Service": "events.amazonaws.com"},
            {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [name, "Arn"]}}},
        )
    ]


def test_constructs_and_targets_act_in_their_order(stack: cdk.Stack, only: Find) -> None:
    one, two, three = (SecureQueue(stack, name) for name in ("One", "Two", "Three"))
    rule = SecureRule(
        stack,
        "Paid",
        event_pattern=PAID,
        max_event_age=cdk.Duration.minutes(5),
        retry_attempts=3,
        targets=[one, targets.SqsQueue(two, retry_attempts=1)],
    )
    rule.add_target(three)
    made = only(stack, "AWS::Events::Rule")["Targets"]
    assert [each["Arn"]["Fn::GetAtt"][0][:3] for each in made] == ["One", "Two", "Thr"]
    assert [each["RetryPolicy"] for each in made] == [
        {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 3},
        {"MaximumRetryAttempts": 1},
        {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 3},
    ]
    assert len({json.dumps(each["DeadLetterConfig"]) for each in made}) == 1


def test_completes_a_target_that_is_yet_to_be_made(stack: cdk.Stack, only: Find) -> None:
    events_of_others = SecureBus(stack, "Others")
    orders = SecureQueue(stack, "Orders", fifo=True, content_based_deduplication=True)
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    SecureRule(
        stack,
        "Paid",
        event_pattern=PAID,
        max_event_age=cdk.Duration.minutes(5),
        targets=[
            partial(targets.SqsQueue, orders, message_group_id="paid"),
            partial(targets.LambdaFunction, function(stack), dead_letter_queue=lost),
            partial(targets.SnsTopic, SecureTopic(stack, "Told"), retry_attempts=2),
            partial(targets.EventBus, events_of_others),
        ],
    )
    queue, called, told, bus = only(stack, "AWS::Events::Rule")["Targets"]
    assert queue["SqsParameters"] == {"MessageGroupId": "paid"}
    usual = {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 10}
    assert queue["RetryPolicy"] == called["RetryPolicy"] == bus["RetryPolicy"] == usual
    assert told["RetryPolicy"] == {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 2}
    assert called["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("Lost")
    assert queue["DeadLetterConfig"] == told["DeadLetterConfig"] == bus["DeadLetterConfig"]
    assert queue["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("PaidDeadLetters")


def test_completes_whatever_makes_a_target(stack: cdk.Stack, only: Find) -> None:
    def make(handler: SecureFunction, **options: Any) -> targets.LambdaFunction:
        return targets.LambdaFunction(handler, **options)

    SecureRule(stack, "Paid", event_pattern=PAID, targets=[partial(make, function(stack))])
    (target,) = only(stack, "AWS::Events::Rule")["Targets"]
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 10
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("PaidDeadLetters")


@pytest.mark.parametrize("kind", [SecureQueue, SecureTopic])
def test_refuses_a_fifo_target_without_a_group(plain_stack: cdk.Stack, kind: Any) -> None:
    target = kind(plain_stack, "Target", fifo=True)
    with pytest.raises(ConstructError, match="messages of a named group only"):
        SecureRule(plain_stack, "Paid", event_pattern=PAID, targets=[target])


def test_a_target_that_says_otherwise_has_its_way(stack: cdk.Stack, only: Find) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    rule = SecureRule(stack, "Paid", event_pattern=PAID)
    rule.add_target(
        targets.LambdaFunction(function(stack), dead_letter_queue=lost, retry_attempts=2)
    )
    (target,) = only(stack, "AWS::Events::Rule")["Targets"]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 2}
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("Lost")


def test_targets_share_the_queue_of_their_rule(stack: cdk.Stack, only: Find) -> None:
    SecureRule(
        stack,
        "Paid",
        event_pattern=PAID,
        retry_attempts=3,
        max_event_age=cdk.Duration.minutes(5),
        targets=[
            targets.SqsQueue(SecureQueue(stack, "One")),
            targets.SqsQueue(SecureQueue(stack, "Two")),
        ],
    )
    one, two = only(stack, "AWS::Events::Rule")["Targets"]
    assert one["DeadLetterConfig"] == two["DeadLetterConfig"]
    assert one["RetryPolicy"] == {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 3}


@pytest.mark.parametrize(
    "pattern",
    [
        {"detail_type": ["OrderPaid"]},
        {"source": []},
        {"source": [""]},
        {"source": events.Match.prefix("")},
        {"source": events.Match.anything_but("shop.other")},
        {"source": events.Match.exists()},
        {"source": events.Match.wildcard("*")},
    ],
)
def test_refuses_events_from_anyone(plain_stack: cdk.Stack, pattern: Any) -> None:
    with pytest.raises(ConstructError, match="whoever can put one on the bus"):
        SecureRule(plain_stack, "Paid", event_pattern=events.EventPattern(**pattern))


def test_takes_a_family_of_sources(plain_stack: cdk.Stack, only: Find) -> None:
    pattern = events.EventPattern(source=events.Match.prefix("shop."))
    SecureRule(plain_stack, "All", event_pattern=pattern)
    assert only(plain_stack, "AWS::Events::Rule")["EventPattern"]["source"] == [{"prefix": "shop."}]


def test_refuses_to_let_anyone_in_later(plain_stack: cdk.Stack) -> None:
    rule = SecureRule(plain_stack, "Paid", event_pattern=PAID)
    rule.add_event_pattern(detail={"state": ["PAID"]})
    with pytest.raises(ConstructError, match="whoever can put one on the bus"):
        rule.add_event_pattern(source=events.Match.prefix(""))


@pytest.mark.parametrize("prop", ["schedule", "role"])
def test_refuses_what_would_undo_it(plain_stack: cdk.Stack, prop: str) -> None:
    with pytest.raises(ConstructError, match=f"SecureRule at 'Shop/Paid' does not take {prop}"):
        SecureRule(plain_stack, "Paid", event_pattern=PAID, **{prop: None})  # type: ignore[arg-type]


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Find) -> None:
    SecureRule(
        stack, "Paid", event_pattern=PAID, targets=[targets.SqsQueue(SecureQueue(stack, "Q"))]
    )
    names = {n for n, r in synthesized(stack)["Resources"].items() if n.startswith("Paid")}
    assert names == {"PaidB3409D08", "PaidDeadLettersDB675ED0", "PaidDeadLettersPolicy0517131C"}
