from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from secure_constructs.constructs import SecureFunction, SecureKey, SecureQueue
from secure_constructs.errors import ConstructError

Find = Any


def role(stack: cdk.Stack, name: str = "Writer") -> iam.Role:
    return iam.Role(stack, name, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def statements(policies: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        statement
        for policy in policies.values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def the_queue(queues: dict[str, Any], name: str) -> dict[str, Any]:
    (queue,) = (
        queue["Properties"]
        for logical_id, queue in queues.items()
        if logical_id.rstrip("0123456789ABCDEF") == name
    )
    properties: dict[str, Any] = queue
    return properties


def test_refuses_requests_over_plain_http(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders")
    denials = statements(found(stack, "AWS::SQS::QueuePolicy"))
    assert len(denials) == len(found(stack, "AWS::SQS::Queue")) == 2
    for denial in denials:
        assert denial["Effect"] == "Deny"
        assert denial["Action"] == "sqs:*"
        assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_encrypts_with_keys_that_sqs_manages(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders")
    queues = found(stack, "AWS::SQS::Queue")
    assert all(queue["Properties"]["SqsManagedSseEnabled"] is True for queue in queues.values())


def test_encrypts_dead_letters_with_the_same_key(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders", encryption_master_key=SecureKey(stack, "Key"))
    keys = [q["Properties"]["KmsMasterKeyId"] for q in found(stack, "AWS::SQS::Queue").values()]
    assert keys[0] == keys[1]


def test_keeps_what_failed_five_times_for_14_days(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders")
    queues = found(stack, "AWS::SQS::Queue")
    assert the_queue(queues, "Orders")["RedrivePolicy"]["maxReceiveCount"] == 5
    assert the_queue(queues, "OrdersDeadLetters")["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_lets_no_other_queue_use_its_dead_letter_queue(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders")
    queues = found(stack, "AWS::SQS::Queue")
    allowed = the_queue(queues, "OrdersDeadLetters")["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"
    name = the_queue(queues, "Orders")["QueueName"]["Fn::Join"][1]
    (source,) = allowed["sourceQueueArns"]
    assert source["Fn::Join"][1][-1] == name[-1]
    assert source["Fn::Join"][1][-2].endswith(name[0])


def test_two_queues_of_one_id_have_different_names(stack: cdk.Stack, found: Find) -> None:
    from constructs import Construct

    SecureQueue(Construct(stack, "Retail"), "Orders")
    SecureQueue(Construct(stack, "Wholesale"), "Orders")
    names = {
        str(queue["Properties"]["QueueName"])
        for queue in found(stack, "AWS::SQS::Queue").values()
        if "QueueName" in queue["Properties"]
    }
    assert len(names) == 2


def test_a_fifo_queue_has_fifo_dead_letters(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders", fifo=True)
    queues = found(stack, "AWS::SQS::Queue")
    assert all(queue["Properties"]["FifoQueue"] is True for queue in queues.values())
    assert the_queue(queues, "Orders")["QueueName"]["Fn::Join"][1][-1] == ".fifo"


def test_the_end_of_the_line_takes_from_no_queue(plain_stack: cdk.Stack, only: Find) -> None:
    SecureQueue(plain_stack, "Lost", holds_dead_letters=True)
    queue = only(plain_stack, "AWS::SQS::Queue")
    assert queue["RedriveAllowPolicy"] == {"redrivePermission": "denyAll"}
    assert "RedrivePolicy" not in queue


def test_uses_a_dead_letter_queue_of_the_callers(stack: cdk.Stack, found: Find) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    SecureQueue(
        stack, "Orders", dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, queue=lost)
    )
    assert len(found(stack, "AWS::SQS::Queue")) == 2


@pytest.mark.parametrize("grant", ["grants.send", "grants.send_messages", "grant_send_messages"])
def test_a_sender_may_send_and_nothing_else(stack: cdk.Stack, found: Find, grant: str) -> None:
    queue = SecureQueue(stack, "Orders")
    allow: Any = queue
    for name in grant.split("."):
        allow = getattr(allow, name)
    allow(role(stack))
    (statement,) = statements(found(stack, "AWS::IAM::Policy"))
    assert statement["Action"] == "sqs:SendMessage"


def test_a_consumer_may_receive_and_delete(stack: cdk.Stack, found: Find) -> None:
    SecureQueue(stack, "Orders").grants.consume(role(stack))
    (statement,) = statements(found(stack, "AWS::IAM::Policy"))
    assert statement["Action"] == [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ]


def test_who_may_purge_may_do_only_that(stack: cdk.Stack, found: Find) -> None:
    queue = SecureQueue(stack, "Orders")
    queue.grant_purge(role(stack))
    (statement,) = statements(found(stack, "AWS::IAM::Policy"))
    assert statement["Action"] == "sqs:PurgeQueue"


def test_its_key_is_used_through_sqs_only(stack: cdk.Stack, found: Find) -> None:
    queue = SecureQueue(stack, "Orders", encryption_master_key=SecureKey(stack, "Key"))
    queue.grants.send(role(stack))
    _, on_key = statements(found(stack, "AWS::IAM::Policy"))
    assert on_key["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]
    via = on_key["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == {"Fn::Join": ["", ["sqs.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}


def test_a_queue_in_one_stack_is_sent_to_from_another(app: cdk.App, plain_stack: cdk.Stack) -> None:
    queue = SecureQueue(plain_stack, "Orders", encryption_master_key=SecureKey(plain_stack, "Key"))
    other = cdk.Stack(app, "Other")
    queue.grants.send(role(other))
    app.synth()


def test_a_service_sends_on_behalf_of_one_resource(stack: cdk.Stack, found: Find) -> None:
    queue = SecureQueue(stack, "Orders")
    queue.grants.send_from_service("sns.amazonaws.com", source_arn="arn:aws:sns:eu-west-1:1:t")
    (allowed,) = (
        statement
        for statement in statements(found(stack, "AWS::SQS::QueuePolicy"))
        if statement["Effect"] == "Allow"
    )
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Principal"] == {"Service": "sns.amazonaws.com"}
    assert allowed["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:1:t"},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }


def test_is_a_target_of_a_rule(plain_stack: cdk.Stack, found: Find) -> None:
    rule = events.Rule(plain_stack, "Rule", event_pattern=events.EventPattern(source=["shop"]))
    rule.add_target(targets.SqsQueue(SecureQueue(plain_stack, "Orders")))
    allowed = [
        statement
        for statement in statements(found(plain_stack, "AWS::SQS::QueuePolicy"))
        if statement["Effect"] == "Allow"
    ]
    assert [statement["Action"] for statement in allowed] == ["sqs:SendMessage"]


def test_denies_sending_to_all_but_its_senders(stack: cdk.Stack, found: Find) -> None:
    queue = SecureQueue(stack, "Orders")
    queue.accept_only(role(stack))
    (denied,) = (
        statement
        for statement in statements(found(stack, "AWS::SQS::QueuePolicy"))
        if statement.get("Sid") == "OnlyItsSenders"
    )
    assert denied["Effect"] == "Deny"
    (writer,) = found(stack, "AWS::IAM::Role")
    assert denied["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": [{"Fn::GetAtt": [writer, "Arn"]}]},
        "Bool": {"aws:PrincipalIsAWSService": "false"},
    }


def test_a_function_can_be_its_only_sender(stack: cdk.Stack, found: Find) -> None:
    queue = SecureQueue(stack, "Orders")
    queue.accept_only(
        SecureFunction(
            stack,
            "Checkout",
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            reserved_concurrent_executions=5,
        )
    )
    sids = {statement.get("Sid") for statement in statements(found(stack, "AWS::SQS::QueuePolicy"))}
    assert "OnlyItsSenders" in sids


def test_refuses_an_empty_list_of_senders(plain_stack: cdk.Stack) -> None:
    queue = SecureQueue(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="each sender is known by its role"):
        queue.accept_only()


@pytest.mark.parametrize(
    ("prop", "value", "reason"),
    [
        ("enforce_ssl", False, "plain HTTP must stay refused"),
        ("encryption", sqs.QueueEncryption.UNENCRYPTED, "always encrypted"),
        (
            "redrive_allow_policy",
            sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.ALLOW_ALL),
            "only this queue may use",
        ),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, prop: str, value: Any, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason) as refused:
        SecureQueue(plain_stack, "Orders", **{prop: value})
    assert str(refused.value).startswith("SecureQueue at 'Shop/Orders' does not take " + prop)
    assert "define the plain Queue and acknowledge its finding with a reason" in str(refused.value)


def test_says_which_prop_was_meant(plain_stack: cdk.Stack) -> None:
    with pytest.raises(TypeError, match="did you mean 'visibility_timeout'"):
        SecureQueue(plain_stack, "Orders", visibilty_timeout=cdk.Duration.minutes(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1023, 1_048_577, "1024", True])
def test_refuses_a_message_size_that_sqs_does_not_know(plain_stack: cdk.Stack, size: Any) -> None:
    with pytest.raises(ConstructError, match="max_message_size_bytes"):
        SecureQueue(plain_stack, "Orders", max_message_size_bytes=size)


def test_takes_a_message_size_known_only_at_deployment(stack: cdk.Stack, found: Find) -> None:
    size = cdk.CfnParameter(stack, "Size", type="Number", default=2048).value_as_number
    SecureQueue(stack, "Orders", max_message_size_bytes=size)  # type: ignore[arg-type]
    queues = found(stack, "AWS::SQS::Queue")
    assert the_queue(queues, "Orders")["MaximumMessageSize"] == {"Ref": "Size"}


def test_refuses_two_answers_about_dead_letters(plain_stack: cdk.Stack) -> None:
    lost = sqs.DeadLetterQueue(max_receive_count=3, queue=sqs.Queue(plain_stack, "Lost"))
    with pytest.raises(ConstructError, match="end of the line"):
        SecureQueue(plain_stack, "Orders", holds_dead_letters=True, dead_letter_queue=lost)


def test_refuses_to_reuse_data_keys_it_does_not_have(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="no requests to KMS to save"):
        SecureQueue(plain_stack, "Orders", data_key_reuse=cdk.Duration.minutes(5))


def test_a_stack_has_one_queue_for_lost_events(plain_stack: cdk.Stack) -> None:
    from constructs import Construct

    inner = Construct(plain_stack, "Inner")
    assert SecureQueue.dead_letters_of(plain_stack) is SecureQueue.dead_letters_of(inner)


def test_a_nested_stack_has_its_own(plain_stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(plain_stack, "Nested")
    assert SecureQueue.dead_letters_of(plain_stack) is not SecureQueue.dead_letters_of(nested)
