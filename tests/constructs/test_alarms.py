from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from secure_constructs.constructs import (
    SecureAlarms,
    SecureApi,
    SecureFunction,
    SecurePipe,
    SecureQueue,
    SecureSchedule,
    SecureStateMachine,
    SecureStream,
    SecureTable,
    SecureWebAcl,
)
from secure_constructs.errors import ConstructError

Find = Any


def function(stack: Construct, name: str = "Checkout", **props: Any) -> SecureFunction:
    limit = {} if "unreserved" in props else {"reserved_concurrent_executions": 5}
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        **{**limit, **props},
    )


def alarms(stack: cdk.Stack, found: Find) -> dict[str, dict[str, Any]]:
    return {
        alarm["Properties"]["AlarmDescription"].split(":")[0]
        + "/"
        + alarm["Properties"]["MetricName"]: alarm["Properties"]
        for alarm in found(stack, "AWS::CloudWatch::Alarm").values()
    }


def test_watches_errors_throttles_and_the_limit_of_a_function(
    stack: cdk.Stack, found: Find
) -> None:
    SecureAlarms(stack, "Alarms").watch(function(stack))
    made = alarms(stack, found)
    assert set(made) == {
        "Checkout/Errors",
        "Checkout/Throttles",
        "Checkout/ConcurrentExecutions",
    }
    assert made["Checkout/ConcurrentExecutions"]["Threshold"] == 5
    assert made["Checkout/ConcurrentExecutions"]["Statistic"] == "Maximum"


def test_a_function_without_a_limit_is_not_watched_at_it(
    plain_stack: cdk.Stack, found: Find
) -> None:
    SecureAlarms(plain_stack, "Alarms").watch(function(plain_stack, unreserved="a reason"))
    assert set(alarms(plain_stack, found)) == {"Checkout/Errors", "Checkout/Throttles"}


def test_tells_one_topic_that_is_encrypted(stack: cdk.Stack, found: Find, only: Find) -> None:
    SecureAlarms(stack, "Alarms", emails=["ops@shop.example"]).watch(function(stack))
    (topic,) = found(stack, "AWS::SNS::Topic")
    assert "KmsMasterKeyId" in only(stack, "AWS::SNS::Topic")
    for alarm in alarms(stack, found).values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm["TreatMissingData"] == "notBreaching"
    assert only(stack, "AWS::SNS::Subscription")["Endpoint"] == "ops@shop.example"


def test_alarms_of_this_account_may_tell_the_topic(stack: cdk.Stack, found: Find) -> None:
    SecureAlarms(stack, "Alarms")
    (statement,) = (
        statement
        for policy in found(stack, "AWS::SNS::TopicPolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    )
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert ":alarm:*" in json.dumps(statement["Condition"]["ArnLike"])


def test_two_sets_of_alarms_share_a_topic(stack: cdk.Stack) -> None:
    first = SecureAlarms(stack, "Alarms")
    assert SecureAlarms(stack, "More").topic is first.topic


def test_watches_the_dead_letters_of_a_queue(stack: cdk.Stack, found: Find) -> None:
    SecureAlarms(stack, "Alarms").watch(SecureQueue(stack, "Orders"))
    (alarm,) = alarms(stack, found).values()
    (dimension,) = alarm["Dimensions"]
    assert dimension["Value"]["Fn::GetAtt"][0].startswith("OrdersDeadLetters")
    assert alarm["Threshold"] == 1


def test_watches_who_an_api_refuses(stack: cdk.Stack, found: Find, only: Find) -> None:
    api = SecureApi(stack, "Api", authorizer=apigateway.AuthorizationType.IAM)
    api.route("GET", "/orders", function(stack))
    SecureAlarms(stack, "Alarms").watch(api)
    metric_filter = only(stack, "AWS::Logs::MetricFilter")
    assert metric_filter["FilterPattern"] == '{ ($.status = "401") || ($.status = "403") }'
    made = alarms(stack, found)
    assert made["Api/Api-Refused"]["Threshold"] == 10
    assert (
        made["Api/Api-Refused"]["Namespace"]
        == (metric_filter["MetricTransformations"][0]["MetricNamespace"])
    )
    assert "Api/5XXError" in made


def test_watches_what_a_web_acl_blocks(stack: cdk.Stack, found: Find) -> None:
    SecureAlarms(stack, "Alarms", blocked_requests=50).watch(SecureWebAcl(stack, "Acl"))
    (alarm,) = alarms(stack, found).values()
    assert alarm["MetricName"] == "BlockedRequests"
    assert alarm["Threshold"] == 50
    assert {each["Name"] for each in alarm["Dimensions"]} == {"WebACL", "Rule", "Region"}


def test_tells_of_malware(stack: cdk.Stack, found: Find, only: Find) -> None:
    plan = guardduty.CfnMalwareProtectionPlan(
        stack,
        "Plan",
        protected_resource={"s3Bucket": {"bucketName": "uploads"}},
        role="arn:aws:iam::111122223333:role/scan",
    )
    SecureAlarms(stack, "Alarms").watch(plan)
    rule = only(stack, "AWS::Events::Rule")
    assert rule["EventPattern"]["source"] == ["aws.guardduty"]
    assert rule["EventPattern"]["detail"] == {
        "scanResultDetails": {"scanResultStatus": ["THREATS_FOUND"]}
    }
    (target,) = rule["Targets"]
    (topic,) = found(stack, "AWS::SNS::Topic")
    assert target["Arn"] == {"Ref": topic}
    assert "DeadLetterConfig" in target


def app_of_everything(stack: cdk.Stack) -> None:
    orders = SecureQueue(stack, "Orders")
    SecurePipe(stack, "Pipe", source=orders, target=function(stack))
    SecureSchedule(
        stack,
        "Nightly",
        schedule=scheduler.ScheduleExpression.rate(cdk.Duration.days(1)),
        target=SecureStateMachine(
            stack,
            "Fulfil",
            definition_body=sfn.DefinitionBody.from_chainable(sfn.Succeed(stack, "Done")),
            timeout=cdk.Duration.minutes(5),
        ),
    )
    SecureStream(stack, "Clicks")
    SecureTable(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )


WATCHED = {
    "Checkout/ConcurrentExecutions",
    "Checkout/Errors",
    "Checkout/Throttles",
    "Clicks/ReadProvisionedThroughputExceeded",
    "Clicks/WriteProvisionedThroughputExceeded",
    "Fulfil/ExecutionsFailed",
    "Fulfil/ExecutionsTimedOut",
    "OrdersDeadLetters/ApproximateNumberOfMessagesVisible",
    "Pipe/ExecutionFailed",
    "SecureConstructsDeadLetters/ApproximateNumberOfMessagesVisible",
    "SecureConstructsSchedules/InvocationDroppedCount",
    "Table/ReadThrottleEvents",
    "Table/WriteThrottleEvents",
}


def test_watches_a_whole_stack_also_what_comes_later(stack: cdk.Stack, found: Find) -> None:
    SecureAlarms(stack, "Alarms").watch_all()
    app_of_everything(stack)
    assert set(alarms(stack, found)) == WATCHED


def test_synthesizing_twice_makes_no_alarm_twice(stack: cdk.Stack, found: Find) -> None:
    SecureAlarms(stack, "Alarms").watch_all()
    function(stack)
    first = alarms(stack, found)
    assert alarms(stack, found) == first


def test_looks_into_constructs_and_not_into_nested_stacks(stack: cdk.Stack, found: Find) -> None:
    function(Construct(stack, "Retail"))
    function(cdk.NestedStack(stack, "Nested"), "Elsewhere")
    SecureAlarms(stack, "Alarms").watch_all()
    assert {name.split("/")[0] for name in alarms(stack, found)} == {
        "Retail-Checkout",
        "SecureConstructsDeadLetters",
    }


def test_refuses_what_it_does_not_know(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="what to look for"):
        SecureAlarms(plain_stack, "Alarms").watch(plain_stack)
