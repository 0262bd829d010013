from __future__ import annotations

from functools import partial
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from secure_constructs.constructs import (
    SecureFunction,
    SecureKey,
    SecureQueue,
    SecureRule,
    SecureTopic,
)
from secure_constructs.errors import ConstructError

Find = Any


def role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "Publisher", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def function(stack: cdk.Stack) -> SecureFunction:
    return SecureFunction(
        stack,
        "Handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=5,
    )


def topic_statements(only: Find, stack: cdk.Stack) -> list[dict[str, Any]]:
    policy = only(stack, "AWS::SNS::TopicPolicy")
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def allowed(only: Find, stack: cdk.Stack) -> dict[str, Any]:
    (statement,) = (s for s in topic_statements(only, stack) if s["Effect"] == "Allow")
    return statement


def key_statements(only: Find, stack: cdk.Stack, principal: Any) -> list[dict[str, Any]]:
    return [
        statement
        for statement in only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        if statement["Principal"] == principal
    ]


def test_refuses_to_publish_over_plain_http(stack: cdk.Stack, only: Find) -> None:
    SecureTopic(stack, "Orders")
    (denied,) = topic_statements(only, stack)
    assert denied["Effect"] == "Deny"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("grant", ["grant_subscribe", "grants.subscribe"])
def test_lets_nobody_subscribe_an_endpoint_in_the_open(
    stack: cdk.Stack, found: Find, grant: str
) -> None:
    allow: Any = SecureTopic(stack, "Orders")
    for name in grant.split("."):
        allow = getattr(allow, name)
    allow(role(stack))
    (policy,) = (
        policy["Properties"]
        for name, policy in found(stack, "AWS::IAM::Policy").items()
        if name.startswith("Publisher")
    )
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sns:Subscribe"
    assert statement["Condition"] == {"StringNotEquals": {"sns:Protocol": "http"}}


def test_is_encrypted_and_signed(stack: cdk.Stack, only: Find, found: Find) -> None:
    SecureTopic(stack, "Orders")
    topic = only(stack, "AWS::SNS::Topic")
    (key,) = found(stack, "AWS::KMS::Key")
    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert topic["SignatureVersion"] == "2"


def test_logs_failed_deliveries_to_every_kind_of_subscriber(
    stack: cdk.Stack, only: Find, found: Find
) -> None:
    SecureTopic(stack, "Orders")
    configs = only(stack, "AWS::SNS::Topic")["DeliveryStatusLogging"]
    assert {config["Protocol"] for config in configs} == {
        "http/s",
        "sqs",
        "lambda",
        "firehose",
        "application",
    }
    assert all("FailureFeedbackRoleArn" in config for config in configs)
    assert not any("SuccessFeedbackRoleArn" in config for config in configs)
    groups = [group["Properties"] for group in found(stack, "AWS::Logs::LogGroup").values()]
    assert [group["RetentionInDays"] for group in groups] == [90, 90]
    assert groups[1]["LogGroupName"]["Fn::Join"][1][-1] == "/Failure"


def test_the_role_that_logs_writes_these_groups_only(
    stack: cdk.Stack, only: Find, found: Find
) -> None:
    SecureTopic(stack, "Orders")
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Resource"] == [
        {"Fn::GetAtt": [group, "Arn"]} for group in found(stack, "AWS::Logs::LogGroup")
    ]


def test_logs_a_sample_of_what_was_delivered(stack: cdk.Stack, only: Find) -> None:
    SecureTopic(stack, "Orders", success_feedback_sample_rate=5)
    configs = only(stack, "AWS::SNS::Topic")["DeliveryStatusLogging"]
    assert {config["SuccessFeedbackSampleRate"] for config in configs} == {"5"}


@pytest.mark.parametrize(
    "subscribe",
    ["queue", "function", "event source", "https", "a queue itself", "itself", "yet to be made"],
)
def test_each_subscription_keeps_what_was_not_delivered(
    stack: cdk.Stack, only: Find, found: Find, subscribe: str
) -> None:
    topic = SecureTopic(stack, "Orders")
    if subscribe == "queue":
        topic.add_subscription(subscriptions.SqsSubscription(SecureQueue(stack, "Work")))
    elif subscribe == "function":
        topic.add_subscription(subscriptions.LambdaSubscription(function(stack)))
    elif subscribe == "event source":
        function(stack).add_event_source(event_sources.SnsEventSource(topic))
    elif subscribe == "a queue itself":
        topic.add_subscription(SecureQueue(stack, "Work"))
    elif subscribe == "itself":
        topic.add_subscription(function(stack))
    elif subscribe == "yet to be made":
        topic.add_subscription(partial(subscriptions.LambdaSubscription, function(stack)))
    else:
        topic.add_subscription(subscriptions.UrlSubscription("https://example.com/hook"))
    arn = only(stack, "AWS::SNS::Subscription")["RedrivePolicy"]["deadLetterTargetArn"]
    lost = arn["Fn::GetAtt"][0]
    assert "DeadLetters" in lost
    (name,) = found(stack, "AWS::SNS::Topic")
    conditions = [
        statement["Condition"]
        for policy in found(stack, "AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if policy["Properties"]["Queues"] == [{"Ref": lost}] and statement["Effect"] == "Allow"
    ]
    assert conditions == [{"ArnEquals": {"aws:SourceArn": {"Ref": name}}}]


def test_one_queue_subscribes_to_topics_of_the_same_id(stack: cdk.Stack, found: Find) -> None:
    work = SecureQueue(stack, "Work")
    lost = [
        SecureTopic(Construct(stack, place), "Orders").add_subscription(work).dead_letter_queue
        for place in ("Shop", "Stock")
    ]
    assert all(lost)
    policies = {
        subscription["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for subscription in found(stack, "AWS::SNS::Subscription").values()
    }
    assert len(policies) == 2


def test_a_subscription_may_bring_a_queue_of_its_own(stack: cdk.Stack, only: Find) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    SecureTopic(stack, "Orders").add_subscription(
        subscriptions.LambdaSubscription(function(stack), dead_letter_queue=lost)
    )
    policy = only(stack, "AWS::SNS::Subscription")["RedrivePolicy"]
    assert policy["deadLetterTargetArn"]["Fn::GetAtt"][0].startswith("Lost")


def test_completes_a_subscription_that_is_yet_to_be_made(stack: cdk.Stack, only: Find) -> None:
    work = SecureQueue(stack, "Work")
    SecureTopic(stack, "Orders").add_subscription(
        partial(subscriptions.SqsSubscription, raw_message_delivery=True, queue=work)
    )
    subscription = only(stack, "AWS::SNS::Subscription")
    assert subscription["RawMessageDelivery"] is True
    arn = subscription["RedrivePolicy"]["deadLetterTargetArn"]
    assert arn["Fn::GetAtt"][0].startswith("WorkOrders")


def test_one_yet_to_be_made_may_bring_a_queue_of_its_own(stack: cdk.Stack, only: Find) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    SecureTopic(stack, "Orders").add_subscription(
        partial(subscriptions.LambdaSubscription, function(stack), dead_letter_queue=lost)
    )
    policy = only(stack, "AWS::SNS::Subscription")["RedrivePolicy"]
    assert policy["deadLetterTargetArn"]["Fn::GetAtt"][0].startswith("Lost")


@pytest.mark.parametrize("subscribe", ["made", "yet to be made"])
def test_what_people_read_needs_no_queue(stack: cdk.Stack, only: Find, subscribe: str) -> None:
    mail = partial(subscriptions.EmailSubscription, "ops@shop.example")
    SecureTopic(stack, "Alarms").add_subscription(mail() if subscribe == "made" else mail)
    assert "RedrivePolicy" not in only(stack, "AWS::SNS::Subscription")


def test_a_fifo_topic_keeps_letters_in_a_fifo_queue(stack: cdk.Stack, found: Find) -> None:
    SecureTopic(stack, "Orders", fifo=True).add_subscription(
        subscriptions.SqsSubscription(SecureQueue(stack, "Work", fifo=True))
    )
    SecureTopic(stack, "Returns", fifo=True).add_subscription(SecureQueue(stack, "Back", fifo=True))
    queues = found(stack, "AWS::SQS::Queue").values()
    assert len(queues) == 6
    assert all(queue["Properties"]["FifoQueue"] is True for queue in queues)


def test_refuses_a_subscriber_over_plain_http(plain_stack: cdk.Stack, found: Find) -> None:
    topic = SecureTopic(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="travel in the open"):
        topic.add_subscription(subscriptions.UrlSubscription("http://example.com/hook"))
    assert not found(plain_stack, "AWS::SNS::Subscription")


@pytest.mark.parametrize("grant", ["grants.publish", "grant_publish"])
def test_a_publisher_may_publish_and_nothing_else(
    stack: cdk.Stack, found: Find, grant: str
) -> None:
    allow: Any = SecureTopic(stack, "Orders")
    for name in grant.split("."):
        allow = getattr(allow, name)
    allow(role(stack))
    (policy,) = (
        p for n, p in found(stack, "AWS::IAM::Policy").items() if n.startswith("Publisher")
    )
    publish, on_key = policy["Properties"]["PolicyDocument"]["Statement"]
    assert publish["Action"] == "sns:Publish"
    assert on_key["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]
    assert "sns." in str(on_key["Condition"]["StringEquals"]["kms:ViaService"])


def test_a_service_publishes_for_one_resource(stack: cdk.Stack, only: Find) -> None:
    SecureTopic(stack, "Alarms").grants.publish_from_service(
        "cloudwatch.amazonaws.com", source_arn="arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*"
    )
    statement = allowed(only, stack)
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*"},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }
    (on_key,) = key_statements(only, stack, {"Service": "cloudwatch.amazonaws.com"})
    assert "kms:EncryptionContext:aws:sns:topicArn" in on_key["Condition"]["ArnLike"]


def test_a_rule_publishes_for_this_account(stack: cdk.Stack, only: Find) -> None:
    SecureRule(
        stack,
        "Paid",
        event_pattern=events.EventPattern(source=["shop.payments"]),
        targets=[targets.SnsTopic(SecureTopic(stack, "Orders"))],
    )
    statement = allowed(only, stack)
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    assert key_statements(only, stack, {"Service": "events.amazonaws.com"})


def test_topics_of_one_key_admit_a_service_once(plain_stack: cdk.Stack, only: Find) -> None:
    for name in ("One", "Two"):
        SecureTopic(plain_stack, name).grants.publish_from_service(
            "s3.amazonaws.com", source_arn="x"
        )
    assert len(key_statements(only, plain_stack, {"Service": "s3.amazonaws.com"})) == 1


def test_another_account_publishes_within_an_organization(stack: cdk.Stack, only: Find) -> None:
    topic = SecureTopic(stack, "Partner")
    topic.grants.publish_from_account("111122223333", organization_id="o-a1b2c3d4e5")
    topic.add_subscription(subscriptions.SqsSubscription(SecureQueue(stack, "Work")))
    statement = allowed(only, stack)
    assert "111122223333" in str(statement["Principal"]["AWS"])
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


def test_another_account_publishes_for_one_resource(stack: cdk.Stack, only: Find) -> None:
    arn = "arn:aws:s3:::their-bucket"
    SecureTopic(stack, "Partner").grants.publish_from_account("111122223333", source_arn=arn)
    assert allowed(only, stack)["Condition"] == {"ArnLike": {"aws:SourceArn": arn}}


def test_what_another_account_publishes_starts_no_code(plain_stack: cdk.Stack, found: Find) -> None:
    topic = SecureTopic(plain_stack, "Partner")
    topic.grants.publish_from_account("111122223333", organization_id="o-a1b2c3d4e5")
    code = function(plain_stack)
    subscribe = partial(subscriptions.LambdaSubscription, code)
    for subscriber in (code, subscribe, subscribe()):
        with pytest.raises(ConstructError, match="must be checked before it starts anything"):
            topic.add_subscription(subscriber)
    assert not found(plain_stack, "AWS::SNS::Subscription")
    assert not found(plain_stack, "AWS::Lambda::Permission")


def test_what_starts_code_admits_no_other_account(plain_stack: cdk.Stack) -> None:
    topic = SecureTopic(plain_stack, "Orders")
    topic.add_subscription(subscriptions.LambdaSubscription(function(plain_stack)))
    with pytest.raises(ConstructError, match="must be checked before it starts anything"):
        topic.grants.publish_from_account("111122223333", organization_id="o-a1b2c3d4e5")


def test_refuses_another_account_without_a_bound(plain_stack: cdk.Stack) -> None:
    topic = SecureTopic(plain_stack, "Partner")
    with pytest.raises(ConstructError, match="pass organization_id or source_arn"):
        topic.grants.publish_from_account("111122223333")
    with pytest.raises(ConstructError, match="12 digits"):
        topic.grants.publish_from_account("*", organization_id="o-a1b2c3d4e5")


@pytest.mark.parametrize("everyone", [iam.StarPrincipal, iam.AnyPrincipal])
def test_refuses_everyone(plain_stack: cdk.Stack, everyone: Any) -> None:
    topic = SecureTopic(plain_stack, "Orders")
    statement = iam.PolicyStatement(
        actions=["sns:Publish"],
        principals=[everyone()],
        resources=["*"],
        conditions={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    )
    with pytest.raises(ConstructError, match="everyone with an AWS account"):
        topic.add_to_resource_policy(statement)


@pytest.mark.parametrize(
    ("prop", "value", "reason"),
    [
        ("enforce_ssl", False, "plain HTTP must stay refused"),
        ("signature_version", "1", "SHA-1"),
        ("logging_configs", [], "always logged"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, prop: str, value: Any, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        SecureTopic(plain_stack, "Orders", **{prop: value})


def test_refuses_a_sample_that_is_none(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="from 0 to 100"):
        SecureTopic(plain_stack, "Orders", success_feedback_sample_rate=101)


def test_takes_the_callers_key(stack: cdk.Stack, found: Find) -> None:
    SecureTopic(stack, "Orders", master_key=SecureKey(stack, "Mine"), topic_name="orders")
    (key,) = found(stack, "AWS::KMS::Key")
    assert key.startswith("Mine")


def test_takes_alarms(plain_stack: cdk.Stack, only: Find) -> None:
    from aws_cdk import aws_cloudwatch_actions as actions

    topic = SecureTopic(plain_stack, "Alarms")
    alarm = cloudwatch.Alarm(
        plain_stack,
        "Alarm",
        evaluation_periods=1,
        metric=cloudwatch.Metric(metric_name="Errors", namespace="AWS/Lambda"),
        threshold=1,
    )
    alarm.add_alarm_action(actions.SnsAction(topic))
    assert only(plain_stack, "AWS::CloudWatch::Alarm")["AlarmActions"]


def test_a_topic_in_one_stack_is_published_to_from_another(
    app: cdk.App, plain_stack: cdk.Stack
) -> None:
    topic = SecureTopic(plain_stack, "Orders")
    topic.grants.publish(role(cdk.Stack(app, "Other")))
    app.synth()


def test_is_a_plain_topic_to_the_cdk(plain_stack: cdk.Stack) -> None:
    assert isinstance(SecureTopic(plain_stack, "Orders"), sns.Topic)


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Find) -> None:
    SecureTopic(stack, "Orders")
    names = {name for name in synthesized(stack)["Resources"] if name.startswith("Orders")}
    assert names == {
        "OrdersA9B65338",
        "OrdersDeliveryLogC2ACD2F1",
        "OrdersDeliveryRoleD3DFE4BC",
        "OrdersDeliveryRoleDefaultPolicy7E2D591B",
        "OrdersFailureLogE11F1E1D",
        "OrdersPolicy95F4027F",
    }
