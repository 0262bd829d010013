from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureBudget, SecureFunction
from secure_constructs.errors import ConstructError

Find = Any


def function(stack: cdk.Stack, name: str = "Checkout") -> SecureFunction:
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
    )


def notifications(budget: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in budget["NotificationsWithSubscribers"]
    ]


def test_tells_when_money_is_spent_and_when_it_will_be(stack: cdk.Stack, only: Find) -> None:
    SecureBudget(stack, "Budget", limit=200)
    budget = only(stack, "AWS::Budgets::Budget")
    assert budget["Budget"] == {
        "BudgetLimit": {"Amount": 200, "Unit": "USD"},
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
    }
    assert notifications(budget) == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]


def test_budgets_of_this_account_may_tell_the_topic(stack: cdk.Stack, found: Find) -> None:
    SecureBudget(stack, "Budget", limit=200)
    (statement,) = (
        statement
        for policy in found(stack, "AWS::SNS::TopicPolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "budgets.amazonaws.com"}
    )
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert ":budgets::" in json.dumps(statement["Condition"]["ArnLike"]["aws:SourceArn"])


def test_stops_nothing_unless_asked(stack: cdk.Stack, found: Find) -> None:
    SecureBudget(stack, "Budget", limit=200)
    assert not found(stack, "AWS::Lambda::Function")


def test_stops_the_named_functions_and_may_do_nothing_else(stack: cdk.Stack, found: Find) -> None:
    checkout = function(stack)
    SecureBudget(stack, "Budget", limit=200, stop=[checkout])
    may = [
        statement
        for name, policy in found(stack, "AWS::IAM::Policy").items()
        if name.startswith("BudgetStopRole")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "lambda:" in json.dumps(statement["Action"])
    ]
    (statement,) = may
    assert statement["Action"] == "lambda:PutFunctionConcurrency"
    assert statement["Resource"]["Fn::GetAtt"][0].startswith("Checkout")


def test_what_stops_is_told_which_functions_and_by_whom(stack: cdk.Stack, found: Find) -> None:
    SecureBudget(stack, "Budget", limit=200, stop=[function(stack), function(stack, "Worker")])
    (stop,) = (
        built["Properties"]
        for name, built in found(stack, "AWS::Lambda::Function").items()
        if name.startswith("BudgetStop")
    )
    variables = stop["Environment"]["Variables"]
    assert set(variables) == {"FUNCTIONS", "TOPIC_ARN"}
    assert stop["Handler"] == "budget_stop.handler"
    assert stop["ReservedConcurrentExecutions"] == 1


def test_only_the_budget_can_have_functions_stopped(stack: cdk.Stack, found: Find) -> None:
    SecureBudget(stack, "Budget", limit=200, stop=[function(stack)])
    publishers = {
        statement["Principal"]["Service"]
        for name, policy in found(stack, "AWS::SNS::TopicPolicy").items()
        if name.startswith("BudgetStopTopic")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    }
    assert publishers == {"budgets.amazonaws.com"}
    permissions = [
        permission["Properties"] for permission in found(stack, "AWS::Lambda::Permission").values()
    ]
    assert [permission["Principal"] for permission in permissions] == ["sns.amazonaws.com"]
    assert permissions[0]["SourceArn"]["Ref"].startswith("BudgetStopTopic")


def test_stops_later_than_it_tells(stack: cdk.Stack, only: Find) -> None:
    SecureBudget(stack, "Budget", limit=200, stop=[function(stack)])
    assert ("ACTUAL", 120) in notifications(only(stack, "AWS::Budgets::Budget"))


def test_counts_what_carries_a_tag(stack: cdk.Stack, only: Find) -> None:
    SecureBudget(stack, "Budget", limit=200, tags={"app": "shop"})
    budget = only(stack, "AWS::Budgets::Budget")["Budget"]
    assert budget["CostFilters"] == {"TagKeyValue": ["user:app$shop"]}


@pytest.mark.parametrize(
    ("props", "reason"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "200"}, "limit"),
        ({"alarm_at": (0,)}, "alarm_at"),
        ({"forecast_at": 2000}, "forecast_at"),
        ({"alarm_at": (80, 80)}, "each share of it once"),
        ({"alarm_at": (10, 20, 30, 40, 50)}, "not 6"),
        ({"alarm_at": (), "forecast_at": None}, "not 0"),
    ],
)
def test_refuses_what_budgets_does_not_know(
    plain_stack: cdk.Stack, props: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        SecureBudget(plain_stack, "Budget", **{"limit": 200, **props})


def test_refuses_to_stop_and_tell_at_the_same_share(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="does not take stop_at"):
        SecureBudget(plain_stack, "Budget", limit=200, stop=[function(plain_stack)], stop_at=100)
