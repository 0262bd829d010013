from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam

from secure_constructs.constructs import SecureBus, SecureKey, SecureQueue, SecureRule
from secure_constructs.errors import ConstructError

Find = Any


def role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "Sender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def key_statements(only: Find, stack: cdk.Stack) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    return statements


def test_is_encrypted_with_the_key_of_the_stack(stack: cdk.Stack, only: Find, found: Find) -> None:
    SecureBus(stack, "Orders")
    (key,) = found(stack, "AWS::KMS::Key")
    assert only(stack, "AWS::Events::EventBus")["KmsKeyIdentifier"] == {"Fn::GetAtt": [key, "Arn"]}


def test_the_key_serves_this_bus_by_its_name(stack: cdk.Stack, only: Find) -> None:
    SecureBus(stack, "Orders", event_bus_name="orders")
    arn = {
        "Fn::Join": [
            "",
            [
                "arn:",
                {"Ref": "AWS::Partition"},
                ":events:",
                {"Ref": "AWS::Region"},
                ":",
                {"Ref": "AWS::AccountId"},
                ":event-bus/orders",
            ],
        ]
    }
    (used,) = (
        statement
        for statement in key_statements(only, stack)
        if "aws:SourceArn" in str(statement.get("Condition"))
    )
    assert used["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert used["Principal"] == {"Service": "events.amazonaws.com"}
    assert used["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"},
        "aws:SourceArn": arn,
        "kms:EncryptionContext:aws:events:event-bus:arn": arn,
    }


def test_the_key_of_two_buses_admits_the_log_once(plain_stack: cdk.Stack, only: Find) -> None:
    SecureBus(plain_stack, "Orders")
    SecureBus(plain_stack, "Returns")
    delivery = [
        statement
        for statement in key_statements(only, plain_stack)
        if statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    ]
    assert len(delivery) == 1


def test_keeps_what_it_could_not_decrypt(stack: cdk.Stack, only: Find, found: Find) -> None:
    SecureBus(stack, "Orders")
    bus = only(stack, "AWS::Events::EventBus")
    queue = bus["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    assert queue.startswith("OrdersDeadLetters")
    (policy,) = found(stack, "AWS::SQS::QueuePolicy").values()
    allowed = policy["Properties"]["PolicyDocument"]["Statement"][1]
    (name,) = found(stack, "AWS::Events::EventBus")
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [name, "Arn"]}}}


def test_logs_errors_without_the_data_of_events(stack: cdk.Stack, only: Find, found: Find) -> None:
    SecureBus(stack, "Orders")
    assert only(stack, "AWS::Events::EventBus")["LogConfig"] == {
        "IncludeDetail": "NONE",
        "Level": "ERROR",
    }
    source = only(stack, "AWS::Logs::DeliverySource")
    (bus,) = found(stack, "AWS::Events::EventBus")
    assert source["LogType"] == "ERROR_LOGS"
    assert source["ResourceArn"] == {"Fn::GetAtt": [bus, "Arn"]}
    (group,) = found(stack, "AWS::Logs::LogGroup")
    assert only(stack, "AWS::Logs::LogGroup")["RetentionInDays"] == 90
    assert only(stack, "AWS::Logs::DeliveryDestination")["DestinationResourceArn"] == {
        "Fn::GetAtt": [group, "Arn"]
    }


def test_delivers_each_kind_of_record_it_logs(stack: cdk.Stack, found: Find) -> None:
    SecureBus(stack, "Orders", log_level=events.Level.INFO)
    sources = found(stack, "AWS::Logs::DeliverySource").values()
    assert [source["Properties"]["LogType"] for source in sources] == ["ERROR_LOGS", "INFO_LOGS"]
    assert len(found(stack, "AWS::Logs::Delivery")) == 2


def test_a_sender_is_bound_to_its_events(stack: cdk.Stack, only: Find, found: Find) -> None:
    bus = SecureBus(stack, "Orders")
    bus.grants.put_events(role(stack), sources=["shop.orders"], detail_types=["OrderPlaced"])
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    (name,) = found(stack, "AWS::Events::EventBus")
    assert statement["Action"] == "events:PutEvents"
    assert statement["Resource"] == {"Fn::GetAtt": [name, "Arn"]}
    assert statement["Condition"] == {
        "StringEquals": {"events:source": ["shop.orders"], "events:detail-type": ["OrderPlaced"]}
    }


def test_another_account_is_bound_to_its_events(plain_stack: cdk.Stack, only: Find) -> None:
    SecureBus(plain_stack, "Partner").grants.put_events_from_account(
        "111122223333", sources=["partner.billing"], organization_id="o-a1b2c3d4e5"
    )
    statement = only(plain_stack, "AWS::Events::EventBusPolicy")["Statement"]
    assert "111122223333" in str(statement["Principal"])
    assert statement["Condition"] == {
        "StringEquals": {
            "events:source": ["partner.billing"],
            "aws:PrincipalOrgID": "o-a1b2c3d4e5",
        }
    }


@pytest.mark.parametrize("sources", [[], ["*"], ["shop.*"], "shop.orders"])
def test_refuses_a_sender_of_any_event(plain_stack: cdk.Stack, sources: Any) -> None:
    bus = SecureBus(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="only what each sender is bound to"):
        bus.grants.put_events(role(plain_stack), sources=sources)


def test_refuses_the_stock_grants(plain_stack: cdk.Stack) -> None:
    bus = SecureBus(plain_stack, "Orders")
    sender = role(plain_stack)
    for grant in (
        bus.grant_put_events_to,
        bus.grants.all_put_events,
        SecureBus.grant_all_put_events,
    ):
        with pytest.raises(ConstructError, match="could pass for every other"):
            grant(sender)


def test_refuses_statements_about_any_event(plain_stack: cdk.Stack) -> None:
    bus = SecureBus(plain_stack, "Orders")
    statement = iam.PolicyStatement(
        sid="All",
        actions=["events:PutEvents"],
        principals=[iam.AccountPrincipal("111122223333")],
        resources=["*"],
    )
    with pytest.raises(ConstructError, match="could pass for every other"):
        bus.add_to_resource_policy(statement)


def test_refuses_statements_about_everyone(plain_stack: cdk.Stack) -> None:
    bus = SecureBus(plain_stack, "Orders")
    statement = iam.PolicyStatement(
        sid="All",
        actions=["events:PutEvents"],
        principals=[iam.StarPrincipal()],
        resources=["*"],
        conditions={"StringEquals": {"events:source": "x"}},
    )
    with pytest.raises(ConstructError, match="everyone with an AWS account"):
        bus.add_to_resource_policy(statement)


def test_refuses_an_account_that_is_none(plain_stack: cdk.Stack) -> None:
    bus = SecureBus(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="12 digits"):
        bus.grants.put_events_from_account("*", sources=["x"])


def test_refuses_silence(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="leave a trace"):
        SecureBus(plain_stack, "Orders", log_level=events.Level.OFF)
    with pytest.raises(ConstructError, match="set log_level"):
        SecureBus(plain_stack, "Orders", log_config=events.LogConfig())  # type: ignore[arg-type]


def test_a_partners_bus_has_the_name_of_its_source(plain_stack: cdk.Stack, only: Find) -> None:
    SecureBus(plain_stack, "Partner", event_source_name="aws.partner/example.com/1")
    bus = only(plain_stack, "AWS::Events::EventBus")
    assert bus["Name"] == bus["EventSourceName"] == "aws.partner/example.com/1"
    with pytest.raises(ConstructError, match="name of its event source"):
        SecureBus(
            plain_stack, "B", event_bus_name="b", event_source_name="aws.partner/example.com/1"
        )


def test_uses_a_key_and_a_queue_of_the_callers(stack: cdk.Stack, only: Find, found: Find) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    SecureBus(stack, "Orders", kms_key=SecureKey(stack, "Mine"), dead_letter_queue=lost)
    assert len(found(stack, "AWS::SQS::Queue")) == 1
    (key,) = found(stack, "AWS::KMS::Key")
    assert key.startswith("Mine")
    assert only(stack, "AWS::Events::EventBus")["DeadLetterConfig"]["Arn"]


def test_a_rule_listens_to_it(stack: cdk.Stack, only: Find) -> None:
    bus = SecureBus(stack, "Orders")
    SecureRule(
        stack,
        "Placed",
        event_bus=bus,
        event_pattern=events.EventPattern(source=["shop.orders"]),
        targets=[targets.SqsQueue(SecureQueue(stack, "Work"))],
    )
    assert only(stack, "AWS::Events::Rule")["EventBusName"]


def test_two_buses_of_one_id_have_different_names(plain_stack: cdk.Stack, found: Find) -> None:
    from constructs import Construct

    SecureBus(Construct(plain_stack, "Retail"), "Orders")
    SecureBus(Construct(plain_stack, "Wholesale"), "Orders")
    buses = found(plain_stack, "AWS::Events::EventBus").values()
    assert len({str(bus["Properties"]["Name"]) for bus in buses}) == 2


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Find) -> None:
    SecureBus(stack, "Orders")
    names = {name for name in synthesized(stack)["Resources"] if name.startswith("Orders")}
    assert names == {
        "OrdersA9B65338",
        "OrdersDeadLetters5F17D95A",
        "OrdersDeadLettersPolicyCA236A7E",
        "OrdersErrorLogDelivery23BBF7D2",
        "OrdersErrorLogSource72867B01",
        "OrdersLogDestination9E9E9A7E",
        "OrdersLogE0C9BE2B",
    }
