from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from secure_constructs.constructs import (
    SecureBus,
    SecureFunction,
    SecureKey,
    SecurePipe,
    SecureQueue,
    SecureStateMachine,
    SecureStream,
    SecureTable,
)
from secure_constructs.errors import ConstructError

Find = Any


def function(stack: cdk.Stack, name: str = "Handle") -> SecureFunction:
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
    )


def pipe(stack: cdk.Stack, **props: Any) -> SecurePipe:
    props.setdefault("source", SecureQueue(stack, "Orders"))
    props.setdefault("target", function(stack))
    return SecurePipe(stack, "Pipe", **props)


def actions(policies: dict[str, Any]) -> set[str]:
    return {
        action
        for name, policy in policies.items()
        if name.startswith("PipeRole")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    }


OWN_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
CONSUME = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


def test_logs_errors_without_data_to_its_own_group(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    pipe(stack)
    logging = only(stack, "AWS::Pipes::Pipe")["LogConfiguration"]
    assert logging["Level"] == "ERROR"
    assert "IncludeExecutionData" not in logging
    (group,) = (
        group
        for name, group in found(stack, "AWS::Logs::LogGroup").items()
        if name.startswith("Pipe")
    )
    assert group["DeletionPolicy"] == "Retain"
    assert group["Properties"]["LogGroupName"]["Fn::Join"][1][0].startswith(
        "/aws/vendedlogs/pipes/Pipe-"
    )


def test_only_this_pipe_can_assume_its_role(stack: cdk.Stack, found: Find, only: Find) -> None:
    pipe(stack)
    (trust,) = (
        role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
        for name, role in found(stack, "AWS::IAM::Role").items()
        if name.startswith("PipeRole")
    )
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    name = only(stack, "AWS::Pipes::Pipe")["Name"]["Fn::Join"][1][0]
    source = trust["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Join"][1]
    assert any(part.endswith(f":pipe/{name}") for part in source if isinstance(part, str))


def test_reads_a_queue_and_invokes_a_function(stack: cdk.Stack, found: Find) -> None:
    pipe(stack)
    assert actions(found(stack, "AWS::IAM::Policy")) == {
        *OWN_LOG,
        *CONSUME,
        "lambda:InvokeFunction",
    }


def test_starts_when_its_role_may_do_all_of_it(stack: cdk.Stack, found: Find) -> None:
    pipe(stack)
    (made,) = found(stack, "AWS::Pipes::Pipe").values()
    (policy,) = (
        name for name in found(stack, "AWS::IAM::Policy") if name.startswith("PipeRoleDefault")
    )
    assert policy in made["DependsOn"]


def test_reads_a_stream_within_bounds(stack: cdk.Stack, only: Find) -> None:
    pipe(stack, source=SecureStream(stack, "Clicks"))
    reading = only(stack, "AWS::Pipes::Pipe")["SourceParameters"]["KinesisStreamParameters"]
    lost = reading.pop("DeadLetterConfig")["Arn"]["Fn::GetAtt"][0]
    assert lost.startswith("SecureConstructsDeadLetters")
    assert reading == {
        "BatchSize": 1,
        "MaximumRecordAgeInSeconds": 24 * 3600,
        "MaximumRetryAttempts": 3,
        "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
        "ParallelizationFactor": 1,
        "StartingPosition": "TRIM_HORIZON",
    }


def test_reads_the_stream_of_a_table(stack: cdk.Stack, found: Find, only: Find) -> None:
    table = SecureTable(
        stack,
        "Table",
        dynamo_stream=dynamodb.StreamViewType.KEYS_ONLY,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    pipe(stack, source=table)
    assert "DynamoDBStreamParameters" in only(stack, "AWS::Pipes::Pipe")["SourceParameters"]
    assert "dynamodb:GetRecords" in actions(found(stack, "AWS::IAM::Policy"))


def test_starts_a_state_machine(stack: cdk.Stack, found: Find) -> None:
    machine = SecureStateMachine(
        stack,
        "Fulfil",
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Succeed(stack, "Done")),
        timeout=cdk.Duration.minutes(5),
    )
    pipe(stack, target=machine)
    assert actions(found(stack, "AWS::IAM::Policy")) == {
        *OWN_LOG,
        *CONSUME,
        "states:StartExecution",
    }


def test_sends_one_kind_of_event_to_a_bus(stack: cdk.Stack, found: Find, only: Find) -> None:
    pipe(
        stack,
        target=SecureBus(stack, "Bus"),
        event_source="shop.orders",
        detail_type="OrderPlaced",
    )
    assert "events:PutEvents" in actions(found(stack, "AWS::IAM::Policy"))
    assert only(stack, "AWS::Pipes::Pipe")["TargetParameters"] == {
        "EventBridgeEventBusParameters": {"DetailType": "OrderPlaced", "Source": "shop.orders"}
    }


def test_sends_to_a_queue_by_way_of_a_function(stack: cdk.Stack, found: Find, only: Find) -> None:
    pipe(
        stack,
        target=SecureQueue(stack, "Enriched"),
        enrichment=function(stack, "Enrich"),
        filters=[{"body": {"kind": ["order"]}}],
        log_key=SecureKey(stack, "Key"),
    )
    assert actions(found(stack, "AWS::IAM::Policy")) == {
        *OWN_LOG,
        *CONSUME,
        "lambda:InvokeFunction",
        "sqs:SendMessage",
    }
    built = only(stack, "AWS::Pipes::Pipe")
    (pattern,) = built["SourceParameters"]["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {"body": {"kind": ["order"]}}
    assert built["Enrichment"]["Fn::GetAtt"][0].startswith("Enrich")


def test_another_source_makes_another_name(stack: cdk.Stack) -> None:
    from constructs import Construct

    target = SecureQueue(stack, "Done")
    names = {
        SecurePipe(
            Construct(stack, place), "Pipe", source=SecureQueue(stack, source), target=target
        ).pipe_name
        for place, source in (("A", "First"), ("B", "Second"))
    }
    assert len(names) == 2


@pytest.mark.parametrize(
    ("props", "reason"),
    [
        ({"log_configuration": {}}, "none of the data"),
        ({"role_arn": "arn"}, "a role of its own"),
        ({"source": "arn:aws:sqs:eu-west-1:111122223333:q"}, "a queue, a stream and a table"),
        ({"target": "arn"}, "a function, a state machine"),
        ({"event_source": "shop", "detail_type": "Order"}, "the target is no bus"),
        ({"retry_attempts": -1}, "retry_attempts"),
        ({"parallelization_factor": 11}, "parallelization_factor"),
        ({"starting_position": "AT_TIMESTAMP"}, "its start or its end"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, props: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        pipe(plain_stack, **props)
    assert plain_stack.node.try_find_child("Pipe") is None


def test_refuses_a_bus_without_the_kind_of_event(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="one kind of event"):
        pipe(plain_stack, target=SecureBus(plain_stack, "Bus"))


def test_refuses_a_queue_that_loses_messages(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="comes again for days"):
        pipe(plain_stack, source=sqs.Queue(plain_stack, "Plain"))


def test_refuses_a_table_without_a_stream(plain_stack: cdk.Stack) -> None:
    still = SecureTable(
        plain_stack,
        "Still",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    with pytest.raises(ConstructError, match="the table has no stream"):
        pipe(plain_stack, source=still)
