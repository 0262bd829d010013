"""A pipe that reads one source, starts one target, and logs no data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from secure_constructs.constructs._base import (
    Decision,
    check_duration,
    check_number,
    known_seconds,
    pseudo,
    refusal,
    refuse_decided,
    stack_of,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.constructs._vended_logs import place_of, service_log_group
from secure_constructs.constructs.bus import SecureBus
from secure_constructs.constructs.queue import SecureQueue
from secure_constructs.constructs.stream import stream_arn_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never, TypeAlias

    import aws_cdk as cdk
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kinesis as kinesis
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_stepfunctions as sfn

    Source: TypeAlias = sqs.IQueue | kinesis.IStream | dynamodb.ITable
    Target: TypeAlias = lambda_.IFunction | sfn.IStateMachine | sqs.IQueue | SecureBus

_ONE_DAY: Final = 24 * 60 * 60

_DECIDED: Final = {
    "desired_state": Decision(because="a pipe that is off has no use", instead="pass enabled"),
    "log_configuration": Decision(
        because="the log holds every error, and none of the data", instead="set log_retention"
    ),
    "role_arn": Decision(
        because="every pipe has a role of its own, which reaches its source and target only",
    ),
    "source_parameters": Decision(
        because="retries are bounded and what failed is kept", instead="use the props of the pipe"
    ),
    "target_parameters": Decision(
        because="they follow from the target", instead="pass input_template"
    ),
}


class SecurePipe(Construct):
    """
    A pipe from a queue or stream to a function, state machine, queue or bus.

    List price: 0.40 USD for a million requests (us-east-1, 2026-11).

    - Its role is its own: it reads this source, starts this target and enrichment, and
      nothing else. Only this pipe can assume it: the trust names its ARN and account
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html).
    - Errors go to a log group of its own that stays when the stack is deleted, without the
      data that the events carry
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html).
    - A record of a stream that fails is tried again three times, for a day at most and in
      halves, then told to a queue. A queue has its own dead-letter queue, and must.

    Attributes:
        pipe: The L1 resource.
        pipe_arn: Its ARN.
        pipe_name: Its name.
        role: What it acts with.
        log_group: Where errors are logged.

    Args:
        scope: Where to build it.
        id: Its id there.
        source: The queue, stream or table with a stream that it reads.
        target: What it starts for each batch.
        batch_size: How many records to pass on at a time, 1 to 10,000.
            Default: one.
        description: What it is for.
            Default: none.
        detail_type: The ``detail-type`` of the events for a bus. Needed for a bus.
        enabled: Whether it runs.
        enrichment: A function that is called with each batch, and whose answer goes on.
            Default: the batch goes on as it is.
        event_source: The ``source`` of the events for a bus. Needed for a bus.
        filters: Patterns of the records to pass on; others are dropped.
            Default: all.
        input_template: What the target is given.
            Default: the batch.
        log_key: The key that encrypts the log group.
            Default: a key that CloudWatch Logs manages.
        log_retention: How long the log is kept.
            Default: 90 days.
        max_batching_window: How long to wait for a full batch.
            Default: not at all.
        max_record_age: After what time a record of a stream is given up.
            Default: 1 day.
        on_failure: Where to tell which records of a stream could not be handled.
            Default: a queue that the functions of the stack share.
        parallelization_factor: How many batches of a shard to handle at a time, 1 to 10.
        permissions_boundary: The most its role can ever be given.
            Default: the one that applies to its scope, if any.
        retry_attempts: How often a record of a stream is tried again, 0 to 10,000.
        starting_position: Where to begin in a stream: ``LATEST`` or ``TRIM_HORIZON``.

    Raises:
        ConstructError: A prop would undo one of these, or does not suit source or target.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        source: Source,
        target: Target,
        batch_size: int | None = None,
        description: str | None = None,
        detail_type: str | None = None,
        enabled: bool = True,
        enrichment: lambda_.IFunction | None = None,
        event_source: str | None = None,
        filters: Sequence[Mapping[str, Any]] | None = None,
        input_template: str | None = None,
        log_key: kms.IKey | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        max_batching_window: cdk.Duration | None = None,
        max_record_age: cdk.Duration | None = None,
        on_failure: sqs.IQueue | None = None,
        parallelization_factor: int = 1,
        permissions_boundary: iam.IManagedPolicy | None = None,
        retry_attempts: int = 3,
        starting_position: str = "TRIM_HORIZON",
        **decided: Never,
    ) -> None:
        refuse_decided(SecurePipe, scope, id, decided, _DECIDED)
        _check_source(scope, id, source)
        _check_target(scope, id, target, detail_type, event_source)
        for prop, number, least, most, unit in (
            ("batch_size", 1 if batch_size is None else batch_size, 1, 10_000, "records"),
            ("parallelization_factor", parallelization_factor, 1, 10, "batches"),
            ("retry_attempts", retry_attempts, 0, 10_000, "retries"),
        ):
            check_number(SecurePipe, scope, id, prop, number, least=least, most=most, unit=unit)
        for prop, duration, least, most in (
            ("max_batching_window", max_batching_window, 0, 300),
            ("max_record_age", max_record_age, 60, 7 * _ONE_DAY),
        ):
            check_duration(SecurePipe, scope, id, prop, duration, least=least, most=most)
        if starting_position not in {"LATEST", "TRIM_HORIZON"}:
            raise refusal(
                SecurePipe,
                scope,
                id,
                "starting_position",
                starting_position,
                because="a stream is read from its start or its end",
                instead="pass LATEST or TRIM_HORIZON",
            )
        super().__init__(scope, id)
        window = known_seconds(max_batching_window) if max_batching_window is not None else None
        source_arn = _arn(source)
        # Neither the source nor the name can change without a new pipe.
        place = json.dumps(stack_of(scope).resolve(source_arn))
        self.pipe_name: Final = unique_name(scope, id, longest=58, of=place)
        self.pipe_arn: Final = f"{place_of('pipes')}:pipe/{self.pipe_name}"
        self.role: Final = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "pipes.amazonaws.com",
                conditions={
                    "ArnEquals": {"aws:SourceArn": self.pipe_arn},
                    "StringEquals": {"aws:SourceAccount": pseudo("ACCOUNT_ID")},
                },
            ),
            permissions_boundary=permissions_boundary,
        )
        self.log_group: Final[logs.LogGroup] = service_log_group(
            self,
            "LogGroup",
            key=log_key,
            name=self.pipe_name,
            retention=log_retention,
            service="pipes",
        )
        # All that the role may do stands in one policy, so this grant stands for it.
        granted = self.log_group.grant_write(self.role)
        reading: dict[str, Any] = {"batchSize": batch_size or 1}
        if window is not None:
            reading["maximumBatchingWindowInSeconds"] = window
        if not _is(source, "queue_arn"):
            lost = on_failure or SecureQueue.dead_letters_of(scope)
            lost.grant_send_messages(self.role)
            age = _ONE_DAY if max_record_age is None else max_record_age.to_seconds()
            reading |= {
                "deadLetterConfig": {"arn": lost.queue_arn},
                "maximumRecordAgeInSeconds": age,
                "maximumRetryAttempts": retry_attempts,
                "onPartialBatchItemFailure": "AUTOMATIC_BISECT",
                "parallelizationFactor": parallelization_factor,
                "startingPosition": starting_position,
            }
        source_parameters: dict[str, Any] = {_read(source, self.role): reading}
        if filters:
            patterns = [{"pattern": json.dumps(each)} for each in filters]
            source_parameters["filterCriteria"] = {"filters": patterns}
        if enrichment is not None:
            enrichment.grant_invoke(self.role)
        starting = _start(target, self.role, detail_type, event_source)
        if input_template is not None:
            starting["inputTemplate"] = input_template
        self.pipe: Final = pipes.CfnPipe(
            self,
            "Resource",
            description=description,
            desired_state="RUNNING" if enabled else "STOPPED",
            enrichment=enrichment.function_arn if enrichment is not None else None,
            log_configuration={
                "cloudwatchLogsLogDestination": {"logGroupArn": self.log_group.log_group_arn},
                "level": "ERROR",
            },
            name=self.pipe_name,
            role_arn=self.role.role_arn,
            source=source_arn,
            source_parameters=source_parameters,
            target=_arn(target),
            target_parameters=starting or None,
        )
        granted.apply_before(self.pipe)


def _is(thing: object, arn: str) -> bool:
    # On the class, since reading the attribute asks the jsii kernel.
    return hasattr(type(thing), arn)


def _arn(thing: Any) -> str:
    for name in (
        "queue_arn",
        "stream_arn",
        "table_stream_arn",
        "function_arn",
        "state_machine_arn",
        "event_bus_arn",
    ):
        if _is(thing, name):
            return str(getattr(thing, name))
    raise TypeError(type(thing))


def _read(source: Any, role: iam.Role) -> str:
    if _is(source, "queue_arn"):
        source.grant_consume_messages(role)
        return "sqsQueueParameters"
    if _is(source, "stream_arn"):
        source.grant_read(role)
        return "kinesisStreamParameters"
    source.grant_stream_read(role)
    return "dynamoDbStreamParameters"


def _start(
    target: Any, role: iam.Role, detail_type: str | None, event_source: str | None
) -> dict[str, Any]:
    if isinstance(target, SecureBus):
        target.grants.put_events(role, detail_types=[str(detail_type)], sources=[str(event_source)])
        return {
            "eventBridgeEventBusParameters": {"detailType": detail_type, "source": event_source}
        }
    if _is(target, "queue_arn"):
        target.grant_send_messages(role)
        return {}
    if _is(target, "state_machine_arn"):
        target.grant_start_execution(role)
        return {"stepFunctionStateMachineParameters": {"invocationType": "FIRE_AND_FORGET"}}
    target.grant_invoke(role)
    return {"lambdaFunctionParameters": {"invocationType": "REQUEST_RESPONSE"}}


def _check_source(scope: Construct, id: str, source: Any) -> None:
    if not any(_is(source, arn) for arn in ("queue_arn", "stream_arn", "table_stream_arn")):
        raise refusal(
            SecurePipe,
            scope,
            id,
            "source",
            source,
            because="it is known what the role needs for a queue, a stream and a table",
            instead="pass one of them",
        )
    if isinstance(source, SecureQueue):
        lost: object = source.undelivered
    else:
        lost = source.dead_letter_queue if isinstance(source, sqs.Queue) else source
    if lost is None:
        raise refusal(
            SecurePipe,
            scope,
            id,
            "source",
            because="without a dead-letter queue a message that fails comes again for days",
            instead="use a SecureQueue, or give the queue a dead_letter_queue",
        )
    if _is(source, "table_stream_arn") and stream_arn_of(source) is None:
        raise refusal(
            SecurePipe,
            scope,
            id,
            "source",
            because="the table has no stream",
            instead="pass dynamo_stream to the table",
        )


def _check_target(
    scope: Construct, id: str, target: Any, detail_type: str | None, event_source: str | None
) -> None:
    known = ("queue_arn", "function_arn", "state_machine_arn")
    is_bus = isinstance(target, SecureBus)
    if not is_bus and not any(_is(target, arn) for arn in known):
        raise refusal(
            SecurePipe,
            scope,
            id,
            "target",
            target,
            because="it is known what the role needs for a function, a state machine, a queue "
            "and a SecureBus",
            instead="pass one of them",
        )
    if is_bus != bool(detail_type) or is_bus != bool(event_source):
        raise refusal(
            SecurePipe,
            scope,
            id,
            "event_source" if bool(detail_type) == is_bus else "detail_type",
            because="the role may send one kind of event to the bus, and its rules must know it"
            if is_bus
            else "the target is no bus",
            instead="pass event_source and detail_type with a bus, and neither with another target",
        )
