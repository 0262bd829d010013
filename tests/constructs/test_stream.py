from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources

from secure_constructs.constructs import (
    SecureFunction,
    SecureKey,
    SecureQueue,
    SecureStream,
    SecureTable,
)
from secure_constructs.errors import ConstructError

Find = Any
LATEST = lambda_.StartingPosition.LATEST


def function(stack: cdk.Stack, name: str = "Count", **props: Any) -> SecureFunction:
    limit = {} if "unreserved" in props else {"reserved_concurrent_executions": 5}
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        **{**limit, **props},
    )


def table(stack: cdk.Stack) -> SecureTable:
    return SecureTable(
        stack,
        "Orders",
        dynamo_stream=dynamodb.StreamViewType.KEYS_ONLY,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )


def actions(policies: dict[str, Any], name: str) -> list[tuple[Any, Any]]:
    return [
        (statement["Action"], statement["Resource"])
        for policy, found in policies.items()
        if policy.startswith(name)
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_is_encrypted_with_the_key_aws_manages(stack: cdk.Stack, only: Find) -> None:
    SecureStream(stack, "Clicks")
    assert only(stack, "AWS::Kinesis::Stream")["StreamEncryption"] == {
        "EncryptionType": "KMS",
        "KeyId": "alias/aws/kinesis",
    }


def test_is_encrypted_with_a_key_of_the_callers(stack: cdk.Stack, only: Find) -> None:
    SecureStream(stack, "Clicks", encryption_key=SecureKey(stack, "Key"))
    key = only(stack, "AWS::Kinesis::Stream")["StreamEncryption"]["KeyId"]
    assert key["Fn::GetAtt"][0].startswith("Key")


def test_stays_when_the_stack_is_deleted(stack: cdk.Stack, found: Find) -> None:
    SecureStream(stack, "Clicks")
    (stream,) = found(stack, "AWS::Kinesis::Stream").values()
    assert stream["DeletionPolicy"] == "Retain"


def test_a_reader_reads_this_stream_and_lists_no_other(stack: cdk.Stack, found: Find) -> None:
    stream = SecureStream(stack, "Clicks", encryption_key=SecureKey(stack, "Key"))
    stream.grant_read(iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("x.amazonaws.com")))
    (on_stream, _), (on_key, _) = actions(found(stack, "AWS::IAM::Policy"), "Reader")
    assert on_stream == [
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ]
    assert on_key == "kms:Decrypt"


def test_a_writer_only_writes(stack: cdk.Stack, found: Find) -> None:
    stream = SecureStream(stack, "Clicks")
    stream.grants.write(
        iam.Role(stack, "Writer", assumed_by=iam.ServicePrincipal("x.amazonaws.com"))
    )
    ((on_stream, _),) = actions(found(stack, "AWS::IAM::Policy"), "Writer")
    assert on_stream == ["kinesis:PutRecord", "kinesis:PutRecords"]


def test_a_writer_may_be_held_to_one_operation(stack: cdk.Stack, found: Find) -> None:
    SecureStream(stack, "Clicks").grants.write(
        iam.Role(stack, "Writer", assumed_by=iam.ServicePrincipal("x.amazonaws.com")), "PutRecords"
    )
    ((on_stream, _),) = actions(found(stack, "AWS::IAM::Policy"), "Writer")
    assert on_stream == "kinesis:PutRecords"


def test_refuses_to_store_in_the_clear(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="always encrypted"):
        SecureStream(plain_stack, "Clicks", encryption=kinesis.StreamEncryption.UNENCRYPTED)  # type: ignore[arg-type]


@pytest.mark.parametrize("shards", [0, "2", True])
def test_refuses_a_number_of_shards_that_is_none(plain_stack: cdk.Stack, shards: Any) -> None:
    with pytest.raises(ConstructError, match="shard_count"):
        SecureStream(plain_stack, "Clicks", shard_count=shards)


def test_refuses_shards_on_demand(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="on demand the service decides"):
        SecureStream(plain_stack, "Clicks", shard_count=2, stream_mode=kinesis.StreamMode.ON_DEMAND)


SAFE = {
    "BisectBatchOnFunctionError": True,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "MaximumRecordAgeInSeconds": 24 * 3600,
    "MaximumRetryAttempts": 3,
    "ParallelizationFactor": 1,
}


def test_a_function_handles_a_stream_within_bounds(stack: cdk.Stack, only: Find) -> None:
    function(stack).consume_stream(SecureStream(stack, "Clicks"), starting_position=LATEST)
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    assert {name: mapping.get(name) for name in SAFE} == SAFE
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination["Fn::GetAtt"][0].startswith("SecureConstructsDeadLetters")


def test_a_function_handles_the_stream_of_a_table_within_bounds(
    stack: cdk.Stack, only: Find
) -> None:
    function(stack).consume_stream(table(stack), starting_position=LATEST)
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    assert {name: mapping.get(name) for name in SAFE} == SAFE


def test_refuses_a_table_without_a_stream(plain_stack: cdk.Stack) -> None:
    still = SecureTable(
        plain_stack,
        "Still",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    with pytest.raises(ConstructError, match="the table has no stream"):
        function(plain_stack).consume_stream(still, starting_position=LATEST)


def test_a_plain_event_source_is_bound_as_well(stack: cdk.Stack, only: Find) -> None:
    function(stack).add_event_source(
        event_sources.KinesisEventSource(SecureStream(stack, "Clicks"), starting_position=LATEST)
    )
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    assert {name: mapping.get(name) for name in SAFE} == SAFE


def test_tells_a_queue_of_the_callers_what_it_could_not_handle(
    stack: cdk.Stack, only: Find
) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    function(stack).consume_stream(
        SecureStream(stack, "Clicks"),
        starting_position=LATEST,
        on_failure=event_sources.SqsDlq(lost),
        max_record_age=cdk.Duration.hours(2),
        retry_attempts=1,
    )
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination["Fn::GetAtt"][0].startswith("Lost")
    assert mapping["MaximumRecordAgeInSeconds"] == 7200
    assert mapping["MaximumRetryAttempts"] == 1


def test_its_role_reads_the_stream_and_nothing_more(stack: cdk.Stack, found: Find) -> None:
    function(stack).consume_stream(SecureStream(stack, "Clicks"), starting_position=LATEST)
    on_streams = [
        action
        for said, _ in actions(found(stack, "AWS::IAM::Policy"), "Count")
        for action in (said if isinstance(said, list) else [said])
        if action.startswith("kinesis:")
    ]
    assert "kinesis:ListStreams" not in on_streams
    assert "kinesis:GetRecords" in on_streams


def test_the_cdk_s_own_event_source_reads_and_no_more(stack: cdk.Stack, found: Find) -> None:
    function(stack).add_event_source(
        event_sources.KinesisEventSource(SecureStream(stack, "Clicks"), starting_position=LATEST)
    )
    (said,) = (
        said
        for said, _ in actions(found(stack, "AWS::IAM::Policy"), "Count")
        if "kinesis:" in str(said)
    )
    assert said == [
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ]


def test_refuses_to_retry_whole_batches(plain_stack: cdk.Stack) -> None:
    source = event_sources.KinesisEventSource(
        SecureStream(plain_stack, "Clicks"),
        starting_position=LATEST,
        bisect_batch_on_error=False,
    )
    with pytest.raises(RuntimeError, match="take the whole batch down"):
        function(plain_stack).add_event_source(source)


@pytest.mark.parametrize(
    ("option", "value"),
    [("parallelization_factor", 11), ("retry_attempts", -1), ("retry_attempts", 10_001)],
)
def test_refuses_numbers_that_lambda_does_not_know(
    plain_stack: cdk.Stack, option: str, value: Any
) -> None:
    with pytest.raises(ConstructError, match=option):
        function(plain_stack, unreserved="it follows the stream").consume_stream(
            SecureStream(plain_stack, "Clicks"), starting_position=LATEST, **{option: value}
        )


def test_refuses_more_parallel_batches_than_are_reserved(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="would start 6 instances"):
        function(plain_stack).consume_stream(
            SecureStream(plain_stack, "Clicks", shard_count=3),
            starting_position=LATEST,
            parallelization_factor=2,
        )


def test_an_unreserved_function_takes_any_number(stack: cdk.Stack) -> None:
    function(stack, unreserved="it follows the stream").consume_stream(
        SecureStream(stack, "Clicks", shard_count=30),
        starting_position=LATEST,
        parallelization_factor=2,
    )
