"""A budget that tells when money is spent, and can stop what spends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from secure_constructs.constructs._base import (
    check_number,
    pseudo,
    refusal,
    remembered,
    seconds,
    stack_of,
)
from secure_constructs.constructs._shipped import shipped_code, shipped_runtime
from secure_constructs.constructs.alarms import SecureAlarms
from secure_constructs.constructs.function import SecureFunction
from secure_constructs.constructs.topic import SecureTopic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
_MOST_NOTIFICATIONS: Final = 5
_MOST_PERCENT: Final = 1000
_HANDLER: Final = "budget_stop"


class SecureBudget(Construct):
    """
    A monthly budget of the account, or of what carries a tag.

    List price: nothing; budgets with notifications are free (2026-11). The topic of the alarms
    comes with the key that the stack shares, 1 USD a month.

    - It tells the topic of the stack's alarms when 80 % and 100 % are spent, and when 100 %
      are forecast (https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html).
      Billing data comes several times a day: a budget ends a bad week, not a bad hour. The
      reserved concurrency of each `SecureFunction` bounds the hour.
    - With ``stop`` it throttles functions to zero once ``stop_at`` is reached. Whoever can
      read this should know that it takes the app down, which is why nothing is stopped
      unless it is named. What stops them may do that to these functions and nothing else.
      To start them again, put back their reserved concurrency by hand, or deploy another
      number: CloudFormation does not notice the change.

    Attributes:
        budget: The L1 resource.
        stop_function: What stops the functions, or None.
        topic: Where it is told that money is spent.

    Args:
        scope: Where to build it.
        id: Its id there; part of the logical ids.
        limit: How much may be spent in a month, in USD.
        alarm_at: At how many per cent of it to tell.
        forecast_at: At how many per cent of it a forecast is told.
        stop: The functions to throttle to zero.
            Default: none; it only tells.
        stop_at: At how many per cent they are stopped.
        tags: What must be on a resource for its cost to count, once the tag is activated for
            cost allocation.
            Default: the whole account counts.
        topic: Where to tell.
            Default: the topic of the stack's alarms.

    Raises:
        ConstructError: A number is out of its range, or two notifications are the same.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        limit: float,
        alarm_at: Sequence[int] = (80, 100),
        forecast_at: int | None = 100,
        stop: Sequence[lambda_.IFunction] = (),
        stop_at: int = 120,
        tags: Mapping[str, str] | None = None,
        topic: SecureTopic | None = None,
    ) -> None:
        _check(
            scope,
            id,
            limit=limit,
            alarm_at=alarm_at,
            forecast_at=forecast_at,
            stop_at=stop_at,
            stops=bool(stop),
        )
        super().__init__(scope, id)
        self.topic: Final = topic or SecureAlarms.topic_of(scope)
        remembered(self.topic, "admits budgets", lambda: _admit_budgets(self.topic))
        notifications = [_tell(self.topic, percent, "ACTUAL") for percent in alarm_at]
        if forecast_at is not None:
            notifications.append(_tell(self.topic, forecast_at, "FORECASTED"))
        self.stop_function: Final = self._stop(stop) if stop else None
        stop_topic = None
        if self.stop_function is not None:
            stop_topic = self._stop_topic(self.stop_function)
            notifications.append(_tell(stop_topic, stop_at, "ACTUAL"))
        self.budget: Final = budgets.CfnBudget(
            self,
            "Resource",
            budget={
                "budgetLimit": {"amount": limit, "unit": "USD"},
                "budgetType": "COST",
                "costFilters": {
                    "TagKeyValue": [f"user:{name}${value}" for name, value in tags.items()]
                }
                if tags
                else None,
                "timeUnit": "MONTHLY",
            },
            notifications_with_subscribers=notifications,
        )
        # Budgets tries the topic when it is made.
        self.budget.node.add_dependency(self.topic)
        if stop_topic is not None:
            self.budget.node.add_dependency(stop_topic)

    def _stop(self, functions: Sequence[lambda_.IFunction]) -> SecureFunction:
        stack = stack_of(self)
        return SecureFunction(
            self,
            "Stop",
            code=shipped_code(f"{_HANDLER}.py"),
            description="Throttles functions to zero once the budget is spent.",
            environment={
                "FUNCTIONS": stack.to_json_string([each.function_name for each in functions])
            },
            handler=f"{_HANDLER}.handler",
            initial_policy=[
                iam.PolicyStatement(
                    actions=["lambda:PutFunctionConcurrency"],
                    resources=[each.function_arn for each in functions],
                )
            ],
            reserved_concurrent_executions=1,
            retry_attempts=2,
            runtime=shipped_runtime(),
            timeout=seconds(60),
        )

    def _stop_topic(self, function: SecureFunction) -> SecureTopic:
        topic = SecureTopic(self, "StopTopic", display_name="Budget is spent")
        _admit_budgets(topic)
        topic.add_subscription(subscriptions.LambdaSubscription(function))
        function.add_environment("TOPIC_ARN", topic.topic_arn)
        return topic


def _tell(topic: SecureTopic, percent: int, kind: str) -> dict[str, object]:
    return {
        "notification": {
            "comparisonOperator": "GREATER_THAN",
            "notificationType": kind,
            "threshold": percent,
            "thresholdType": "PERCENTAGE",
        },
        "subscribers": [{"address": topic.topic_arn, "subscriptionType": "SNS"}],
    }


def _admit_budgets(topic: SecureTopic) -> None:
    # Budgets are of an account, not of a Region.
    arn = f"arn:{pseudo('PARTITION')}:budgets::{pseudo('ACCOUNT_ID')}:*"
    topic.grants.publish_from_service("budgets.amazonaws.com", source_arn=arn)


def _check(
    scope: Construct,
    id: str,
    *,
    limit: object,
    alarm_at: Sequence[int],
    forecast_at: int | None,
    stop_at: int,
    stops: bool,
) -> None:
    check_number(
        SecureBudget, scope, id, "limit", limit,
        least=0.01, most=1_000_000_000, unit="USD", whole=False,
    )  # fmt: skip
    if isinstance(alarm_at, (int, float, str)):
        raise refusal(
            SecureBudget, scope, id, "alarm_at", alarm_at,
            because="it tells of several shares",
            instead=f"pass a list, such as [{alarm_at}]",
        )  # fmt: skip
    actual = [*alarm_at, *([stop_at] if stops else [])]
    for prop, percent in (
        *(("alarm_at", percent) for percent in alarm_at),
        *([("forecast_at", forecast_at)] if forecast_at is not None else []),
        ("stop_at", stop_at),
    ):
        check_number(
            SecureBudget, scope, id, prop, percent,
            least=1, most=_MOST_PERCENT, unit="per cent", whole=False,
        )  # fmt: skip
    if len(actual) != len(set(actual)):
        raise refusal(
            SecureBudget,
            scope,
            id,
            "stop_at" if stop_at in alarm_at else "alarm_at",
            because="a budget tells each share of it once",
            instead="pass different numbers",
        )
    count = len(actual) + (forecast_at is not None)
    if not 1 <= count <= _MOST_NOTIFICATIONS:
        raise refusal(
            SecureBudget,
            scope,
            id,
            "alarm_at",
            because=f"a budget has from 1 to {_MOST_NOTIFICATIONS} notifications, not {count}",
            instead="pass fewer numbers" if count else "pass at least one number",
        )
