"""A Lambda function with a role, a log group and limits of its own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_duration,
    check_number,
    is_token,
    pseudo,
    refusal,
    refuse_decided,
    remembered,
    resource_of,
    root_of,
    seconds,
    service_principal,
    settle,
    stack_of,
)
from secure_constructs.constructs._concurrency import check_concurrency
from secure_constructs.constructs._environment import check_variable, variables_of
from secure_constructs.constructs._event_sources import EventSourceBounds
from secure_constructs.constructs.grants import SecureSecretGrants, grant_logs
from secure_constructs.constructs.queue import SecureQueue
from secure_constructs.constructs.stream import stream_arn_of
from secure_constructs.runtimes import lifecycle
from secure_constructs.vocabulary import EXACT_GRANTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_kinesis as kinesis
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_signer as signer
    from constructs import Construct, IConstruct

_OWN_ROLE: Final = "every function has a role of its own, which no other function's grants widen"
_OWN_LOGS: Final = "the log group stands in the stack, so that it has a retention and an owner"

_DECIDED: Final = {
    "role": Decision(because=_OWN_ROLE, instead="grant to the function, or pass initial_policy"),
    "log_group": Decision(because=_OWN_LOGS, instead="set log_retention"),
    "log_format": Decision(because="logs that are not JSON cannot be searched by field"),
    "logging_format": Decision(because="logs that are not JSON cannot be searched by field"),
    "log_removal_policy": Decision(
        because="the log is the evidence after an attack, so it outlives the stack",
        instead="call log_group.apply_removal_policy in a stack that holds no real data",
    ),
    "log_retention_retry_options": Decision(because=_OWN_LOGS),
    "log_retention_role": Decision(because=_OWN_LOGS),
    "application_log_level": Decision(
        because="the CDK has deprecated it", instead="pass application_log_level_v2"
    ),
    "system_log_level": Decision(because="the platform's own records are of use as warnings only"),
    "system_log_level_v2": Decision(
        because="the platform's own records are of use as warnings only"
    ),
    "tracing": Decision(because="without traces nobody can follow an attack through the app"),
    "recursive_loop": Decision(
        because="a function that calls itself without end costs without end",
    ),
    "code_signing_config": Decision(
        because="its default only warns about code that nobody signed",
        instead="pass signing_profiles, and unsigned code is refused",
    ),
    "dead_letter_queue": Decision(
        because="an on-failure destination holds the error as well as the event",
        instead="pass on_failure",
    ),
    "dead_letter_queue_enabled": Decision(
        because="an on-failure destination holds the error as well as the event",
        instead="pass on_failure",
    ),
    "dead_letter_topic": Decision(
        because="an on-failure destination holds the error as well as the event",
        instead="pass on_failure",
    ),
    "allow_public_subnet": Decision(
        because="a function in a public subnet has no way to the internet and still looks open",
        instead="choose private subnets",
    ),
    "architectures": Decision(because="a function has one", instead="pass architecture"),
}

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
_INTERFACE_ACTIONS: Final = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]

# Services whose ARNs do not tell the account, or which have no resource to name when they
# call, and which AWS documents with a SourceAccount. It is not set for others: where a
# service sends no account with its call, the condition would deny every call. Their ARNs
# hold the account anyway.
# https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
_NAMED_BY_ACCOUNT: Final = frozenset(
    {
        "config.amazonaws.com",
        "lambda.alarms.cloudwatch.amazonaws.com",
        "s3.amazonaws.com",
        "secretsmanager.amazonaws.com",
        "ses.amazonaws.com",
    }
)

_ONE_HOUR: Final = 60 * 60

_FROM_SQS: Final = "SqsEventSource:"
_FROM_STREAMS: Final = (
    "DynamoDBEventSource:",
    "KinesisConsumerEventSource:",
    "KinesisEventSource:",
)


class SecureFunction(lambda_.Function):
    """
    A function that can do what it was given, within limits, and leaves evidence.

    List price: nothing by the month beside what it runs; logs 0.50 USD/GB, traces
    5 USD for a million (us-east-1, 2026-11). A key of your own costs 1 USD a month.

    - Its role is its own and starts with writing to its own log group and to X-Ray
      (https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html).
    - Its log group stands in the stack, keeps JSON records for 90 days and stays when
      the stack is deleted.
    - At most so many instances run at a time; an event that cannot be handled is retried
      once within an hour, then kept in a queue that the functions of a stack share
      (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
    - A loop through SQS, SNS or S3 back to itself is stopped
      (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
    - No secret and no debug switch is in its environment.
    - A service may invoke it only on behalf of a named resource
      (https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html).

    The role is ``<id>Role`` and the log group ``<id>LogGroup``, both beside the function:
    the function itself keeps the logical id it would have as a plain `Function`, so an
    existing one is updated in place.

    Attributes:
        execution_role: Its role.

    Args:
        scope: Where the function is defined.
        id: Its id there; part of the logical id.
        code: What it runs.
        handler: The function in the code to call.
        runtime: What runs it; not one that AWS stops patching within 90 days
            (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html).
        reserved_concurrent_executions: How many instances may run at a time, and are
            kept for it. The account must keep 100 unreserved, so all its functions
            together may have 900 of the usual limit of 1,000. The setting
            ``account-concurrency`` of the configuration file says what the limit is: a new
            account may have 10, and then nothing can be reserved.
        unreserved: Why it has no such limit, as a sentence for a reviewer. Exactly one of
            the two must be given.
        allow_all_outbound: Whether a function in a VPC may connect to anything.
            Default: only to what ``connections.allow_to`` names.
        application_log_level_v2: The least severe record of the handler to keep.
            Default: ``INFO``.
        architecture: The processor.
            Default: x86_64, as for a plain function: packages with native code are built
            for one processor.
        data_protection_policy: What to mask in the log.
            Default: nothing.
        description: What it does.
            Default: none.
        environment: Variables in plain text.
            Default: none.
        environment_encryption: The key that encrypts them.
            Default: the account's ``aws/lambda``.
        ephemeral_storage_size: The size of ``/tmp``.
            Default: 512 MiB.
        events: What invokes it.
            Default: nothing.
        exact_grants: Whether the synth fails unless what its role was granted is what its code
            calls. It says which line of the code takes which grant, to read and write down here;
            nothing is granted by itself, then or when the code changes.
            Default: a difference is reported, and fails nothing.
        function_name: Its name.
            Default: CloudFormation makes one up.
        initial_policy: What its role may do, beside what it is granted later.
            Default: nothing.
        layers: Code it shares with others.
            Default: none.
        log_encryption_key: The key that encrypts the log group; its policy is extended to
            admit CloudWatch Logs for this stack's log groups.
            Default: a key that CloudWatch Logs manages.
        log_retention: How long the log is kept.
            Default: 90 days.
        max_event_age: How long an asynchronous event is retried, 1 minute to 6 hours.
            Default: 1 hour.
        memory_size: Its memory in MiB, 128 to 10,240; the processor share goes with it.
            Default: 256 MiB.
        on_failure: Where an asynchronous event goes that could not be handled.
            Default: a queue that the functions of the stack share.
        on_success: Where the result of an asynchronous event goes.
            Default: nowhere.
        permissions_boundary: The most its role can ever be given.
            Default: the one that applies to its scope, if any.
        retry_attempts: How often an asynchronous event is tried again, 0 to 2.
            Default: once.
        secrets: Secrets it reads, by environment variable: the variable holds the ARN
            only, and the role may read that secret and, through Secrets Manager, use its key.
            Default: none.
        security_groups: The security groups in a VPC.
            Default: one of its own.
        signing_profiles: Who may sign its code; what nobody signed is refused
            (https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html).
            Default: code is not signed.
        snap_start: Whether it starts from a snapshot.
            Default: it does not.
        timeout: How long it may run; at most 29 seconds behind an API.
            Default: 10 seconds.
        vpc: The VPC it connects to. The role may then manage network interfaces, as
            Lambda needs, and the function's own code is denied the same.
            Default: none.
        vpc_subnets: Which subnets of the VPC.
            Default: the private ones.

    Raises:
        ConstructError: A prop would undo one of these, or the props contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        code: lambda_.Code,
        handler: str,
        runtime: lambda_.Runtime,
        reserved_concurrent_executions: int | None = None,
        unreserved: str | None = None,
        allow_all_outbound: bool | None = None,
        application_log_level_v2: lambda_.ApplicationLogLevel = lambda_.ApplicationLogLevel.INFO,
        architecture: lambda_.Architecture | None = None,
        data_protection_policy: logs.DataProtectionPolicy | None = None,
        description: str | None = None,
        environment: Mapping[str, str] | None = None,
        environment_encryption: kms.IKey | None = None,
        ephemeral_storage_size: cdk.Size | None = None,
        events: Sequence[lambda_.IEventSource] = (),
        exact_grants: bool = False,
        function_name: str | None = None,
        initial_policy: Sequence[iam.PolicyStatement] = (),
        layers: Sequence[lambda_.ILayerVersion] | None = None,
        log_encryption_key: kms.IKey | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        max_event_age: cdk.Duration | None = None,
        memory_size: int = 256,
        on_failure: lambda_.IDestination | None = None,
        on_success: lambda_.IDestination | None = None,
        permissions_boundary: iam.IManagedPolicy | None = None,
        retry_attempts: int = 1,
        secrets: Mapping[str, secretsmanager.ISecret] | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        signing_profiles: Sequence[signer.ISigningProfile] | None = None,
        snap_start: lambda_.SnapStartConf | None = None,
        timeout: cdk.Duration | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureFunction, scope, id, decided, _DECIDED)
        check_concurrency(SecureFunction, scope, id, reserved_concurrent_executions, unreserved)
        patched = _check_runtime(scope, id, runtime)
        _check_limits(
            scope,
            id,
            max_event_age=max_event_age,
            memory_size=memory_size,
            retry_attempts=retry_attempts,
            timeout=timeout,
        )
        _check_level(scope, id, application_log_level_v2)
        timeout = timeout or seconds(10)
        variables = variables_of(SecureFunction, scope, id, environment or {}, secrets or {})
        statements = list(initial_policy)
        failure_arn = None
        if on_failure is None and on_success is None:
            stack = stack_of(scope)
            failure_arn, may_send = remembered(
                stack, "failure queue", lambda: _failure_queue(stack)
            )
            statements.append(may_send)
        elif on_failure is None:
            on_failure = destinations.SqsDestination(SecureQueue.dead_letters_of(scope))
        if vpc is not None:
            statements.append(_may_manage_interfaces())

        role = iam.Role(
            scope,
            f"{id}Role",
            assumed_by=service_principal("lambda.amazonaws.com"),
            permissions_boundary=permissions_boundary,
        )
        log_group = logs.LogGroup(
            scope,
            f"{id}LogGroup",
            data_protection_policy=data_protection_policy,
            encryption_key=log_encryption_key,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            retention=log_retention,
        )
        log_group.grant_write(role)
        if log_encryption_key is not None:
            _admit_logs(scope, log_encryption_key)
        super().__init__(
            scope,
            id,
            code=code,
            handler=handler,
            runtime=runtime,
            allow_all_outbound=_outbound(vpc, security_groups, allow_all_outbound),
            application_log_level_v2=application_log_level_v2,
            architecture=architecture,
            code_signing_config=_code_signing(scope, id, signing_profiles),
            description=description,
            environment=variables,
            environment_encryption=environment_encryption,
            ephemeral_storage_size=ephemeral_storage_size,
            function_name=function_name,
            initial_policy=statements,
            layers=layers,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            max_event_age=None if failure_arn else max_event_age or seconds(_ONE_HOUR),
            memory_size=memory_size,
            on_failure=on_failure,
            on_success=on_success,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            reserved_concurrent_executions=reserved_concurrent_executions,
            retry_attempts=None if failure_arn else retry_attempts,
            role=role,
            security_groups=security_groups,
            snap_start=snap_start,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
        )
        self._reserved = reserved_concurrent_executions
        self._sources = EventSourceBounds(
            construct=SecureFunction,
            function=self,
            reserved=reserved_concurrent_executions,
            timeout=timeout,
        )
        self.execution_role: Final = role
        self._stack = stack_of(scope)
        settle(self, scope)
        remembered(self, "principal", lambda: role)
        _promise(self, exact=exact_grants)
        self._only: IConstruct | None = None
        self._started_by: list[str] = []
        if failure_arn:
            # The CDK's destination would grant more than sending.
            lambda_.CfnEventInvokeConfig(
                self,
                "EventInvokeConfig",
                destination_config={"onFailure": {"destination": failure_arn}},
                function_name=self,
                maximum_event_age_in_seconds=_whole_seconds(max_event_age, _ONE_HOUR),
                maximum_retry_attempts=retry_attempts,
                qualifier="$LATEST",
            )
        if vpc is not None:
            self._deny_interfaces_to_own_code()
        for secret in (secrets or {}).values():
            SecureSecretGrants(secret).read(self)
        for source in events:
            self.add_event_source(source)
        if unreserved is not None:
            acknowledge(
                self,
                "NIST.800.53.R5-LambdaConcurrency",
                "Secure-Constructs::lambda-without-concurrency-limit",
                reason=unreserved,
                scope=scope,
            )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            reason="X-Ray and network interfaces have no resources a policy could name.",
            scope=scope,
        )
        acknowledge(
            self,
            "AwsSolutions-L1",
            "Serverless-LambdaLatestVersion",
            reason=patched,
            scope=scope,
        )
        acknowledge(
            self,
            "NIST.800.53.R5-LambdaDLQ",
            "Serverless-LambdaDLQ",
            reason="An on-failure destination keeps the error as well as the event.",
            scope=scope,
        )

    @PythonOnly
    def add_environment(
        self, key: str, value: str, *, remove_in_edge: bool | None = None
    ) -> lambda_.Function:
        """
        Set a variable in plain text.

        Args:
            key: Its name.
            value: Its value.
            remove_in_edge: Whether to leave it out in Lambda@Edge.

        Raises:
            ConstructError: It looks like a secret or a debug switch.
        """
        check_variable(SecureFunction, self, "", key, value)
        return lambda_.Function.add_environment(self, key, value, remove_in_edge=remove_in_edge)

    @PythonOnly
    def add_event_source(self, source: lambda_.IEventSource) -> None:
        """
        Let an event source invoke the function.

        A queue is consumed in the safe way described at `consume`.

        Args:
            source: The event source.

        Raises:
            ConstructError: A queue does not suit the function.
        """
        self._refuse_for_step("an event source")
        if isinstance(source, event_sources.SqsEventSource):
            self._sources.check_queue(source.queue, batching_window=None)
        lambda_.Function.add_event_source(self, source)

    def consume(
        self,
        queue: sqs.IQueue,
        *,
        batch_size: int | None = None,
        enabled: bool | None = None,
        filters: Sequence[Mapping[str, Any]] | None = None,
        max_batching_window: cdk.Duration | None = None,
        max_concurrency: int | None = None,
    ) -> None:
        """
        Handle the messages of a queue.

        - Only the messages that failed come again, not the whole batch: the handler
          returns their ids as ``batchItemFailures``
          (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
        - Lambda polls for no more instances than are reserved, so no message is lost to
          throttling (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
        - The role may receive and delete, and nothing more.

        Args:
            queue: The queue. Its visibility timeout must be at least six times the
                function's timeout, plus the batching window, and it needs a dead-letter
                queue.
            batch_size: How many messages to handle at a time.
                Default: up to 10.
            enabled: Whether it consumes from the start.
                Default: it does.
            filters: Which messages to handle; others are deleted.
                Default: all.
            max_batching_window: How long to wait for a full batch.
                Default: not at all.
            max_concurrency: How many instances may handle the queue, 2 to 1,000.
                Default: as many as are reserved.

        Raises:
            ConstructError: The queue does not suit the function.
        """
        self._refuse_for_step("a queue")
        self._sources.check_queue(queue, batching_window=max_batching_window)
        self._started_by.append("a queue")
        # As the CDK's event source does it, which would call back for each option.
        mapping = lambda_.EventSourceMapping(
            self,
            f"{_FROM_SQS}{cdk.Names.node_unique_id(queue.node)}",
            batch_size=batch_size,
            enabled=enabled,
            event_source_arn=queue.queue_arn,
            filters=filters,
            max_batching_window=max_batching_window,
            max_concurrency=self._sources.concurrency(max_concurrency),
            report_batch_item_failures=True,
            target=self,
        )
        self._accept_no_destination(mapping)
        queue.grant_consume_messages(self)

    def consume_stream(
        self,
        stream: kinesis.IStream | dynamodb.ITable | dynamodb.ITableV2,
        *,
        starting_position: lambda_.StartingPosition,
        batch_size: int | None = None,
        enabled: bool | None = None,
        filters: Sequence[Mapping[str, Any]] | None = None,
        max_batching_window: cdk.Duration | None = None,
        max_record_age: cdk.Duration | None = None,
        on_failure: lambda_.IEventSourceDlq | None = None,
        parallelization_factor: int | None = None,
        retry_attempts: int | None = None,
        tumbling_window: cdk.Duration | None = None,
    ) -> None:
        """
        Handle the records of a Kinesis stream or of a table's stream.

        - A record that fails does not block its shard: only what follows the last success
          is tried again, in halves, three times and for a day at most
          (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html).
        - Where to find what could not be handled is then kept in a queue.
        - No more instances work at a time than are reserved, as far as the number of
          shards is known.

        Args:
            stream: The stream, or a table that has one.
            starting_position: Where to begin: ``TRIM_HORIZON`` for what is there already,
                ``LATEST`` for what comes.
            batch_size: How many records to handle at a time.
                Default: up to 100.
            enabled: Whether it consumes from the start.
                Default: it does.
            filters: Which records to handle; others are passed over.
                Default: all.
            max_batching_window: How long to wait for a full batch.
                Default: not at all.
            max_record_age: After what time a record is given up, 1 minute to 7 days.
                Default: 1 day.
            on_failure: Where to tell which records could not be handled.
                Default: a queue that the functions of the stack share.
            parallelization_factor: How many instances work on one shard, 1 to 10.
                Default: 1.
            retry_attempts: How often a record is tried again, 0 to 10,000.
                Default: 3 times.
            tumbling_window: Over what time to aggregate.
                Default: each batch stands for itself.

        Raises:
            ConstructError: The stream does not suit the function, or a number is out of
                its range.
        """
        options: dict[str, Any] = {
            "starting_position": starting_position,
            "batch_size": 100 if batch_size is None else batch_size,
            "enabled": enabled,
            "filters": filters,
            "max_batching_window": max_batching_window,
            "max_record_age": max_record_age,
            "on_failure": on_failure,
            "parallelization_factor": parallelization_factor,
            "retry_attempts": retry_attempts,
            "tumbling_window": tumbling_window,
        }
        self._refuse_for_step("a stream")
        self._sources.bound_stream(options)
        # As the CDK's event sources do it, in a quarter of the messages to the kernel: they
        # would call back for each option.
        source: Any = stream
        if hasattr(type(stream), "stream_arn"):
            self._sources.check_shards(stream, parallelization_factor or 1)
            kind, arn, may_read = "Kinesis", source.stream_arn, source.grant_read
        else:
            kind, arn, may_read = "DynamoDB", stream_arn_of(source), source.grant_stream_read
        if not arn:
            raise refusal(
                SecureFunction,
                self,
                "",
                "stream",
                because="the table has no stream",
                instead="pass dynamo_stream to the table",
            )
        self._started_by.append("a stream")
        lambda_.EventSourceMapping(
            self,
            f"{kind}EventSource:{cdk.Names.node_unique_id(stream.node)}",
            event_source_arn=arn,
            target=self,
            **options,
        )
        may_read(self)

    def accept_only(self, invoker: IConstruct) -> None:
        """
        Let one state machine invoke the function, and nothing else of the app.

        From then on permissions, event sources, URLs and grants to others are refused. Whoever
        may invoke any function by a policy of the account still can: Lambda has no
        policies that deny (https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html).
        `SecureStateMachine` does this for each of its steps.

        Args:
            invoker: The state machine.

        Raises:
            ConstructError: Something else invokes it already.
        """
        others = [*self._started_by]
        if self._only is not None and self._only is not invoker:
            others.append(f"the state machine {self._only.node.path!r}")
        if others:
            raise refusal(
                SecureFunction,
                self,
                "",
                "accept_only",
                because=f"{others[0]} invokes it too, and would start a step of "
                f"{invoker.node.path!r} out of order",
                instead="give the step a function of its own, which may share the code",
            )
        self._only = invoker

    @property
    def reserved(self) -> float | None:
        """
        How many instances may run at a time, or None when nothing is reserved.
        """
        return self._reserved

    @property
    def resource_arns_for_grant_invoke(self) -> list[str]:
        """
        What a grant to invoke the function names: the function, and none of its versions.

        An alias or a version has grants of its own.
        """
        arn = self.function_arn
        invoked(self._stack)[arn] = self
        return [arn]

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal invoke the function: ``lambda:InvokeFunction``, without its versions.

        Args:
            grantee: Who may invoke it.

        Raises:
            ConstructError: Only a state machine may.
        """
        if cast("object", grantee) is not self._only:
            self.admit("a role that was granted to")
        return super().grant_invoke(grantee)

    @PythonOnly
    def grant_invoke_latest_version(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal invoke what was deployed last: ``lambda:InvokeFunction``.

        Args:
            grantee: Who may invoke it.

        Raises:
            ConstructError: Only a state machine may.
        """
        self.admit("a role that was granted to")
        return lambda_.Function.grant_invoke_latest_version(self, grantee)

    @PythonOnly
    def grant_invoke_version(self, grantee: iam.IGrantable, version: lambda_.IVersion) -> iam.Grant:
        """
        Let a principal invoke one version: ``lambda:InvokeFunction``.

        Args:
            grantee: Who may invoke it.
            version: The version.

        Raises:
            ConstructError: Only a state machine may.
        """
        self.admit("a role that was granted to")
        return lambda_.Function.grant_invoke_version(self, grantee, version)

    @PythonOnly
    def grant_invoke_url(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal invoke the function by its URL, and not otherwise.

        Args:
            grantee: Who may; every request of theirs is signed.

        Raises:
            ConstructError: Only a state machine may.
        """
        self.admit("a role that was granted to")
        return lambda_.Function.grant_invoke_url(self, grantee)

    @PythonOnly
    def add_function_url(self, /, **options: Any) -> lambda_.FunctionUrl:
        """
        Give the function a URL.

        Args:
            options: As for a plain function.

        Raises:
            ConstructError: Only a state machine may invoke the function.
        """
        self.admit("its URL")
        return lambda_.Function.add_function_url(self, **options)

    def add_event_source_mapping(self, id: str, **options: Any) -> lambda_.EventSourceMapping:
        """
        Let Lambda poll a source for the function; every event source ends here.

        For a queue, partial batch responses are on and the concurrency stays within what
        is reserved. For a stream, a failed batch is tried again a few times, from the
        record that failed and in halves, and what is given up is told to a queue.

        Args:
            id: The id of the mapping.
            options: As for a plain function.

        Raises:
            ConstructError: They are turned off, or the concurrency is not within.
        """
        if id.startswith(_FROM_SQS):
            if options.get("report_batch_item_failures") is False:
                raise refusal(
                    SecureFunction,
                    self,
                    "",
                    "report_batch_item_failures",
                    options["report_batch_item_failures"],
                    because="one bad message would make the whole batch come again",
                    instead="leave it out, and return batchItemFailures from the handler",
                )
            options["report_batch_item_failures"] = True
            if options.get("provisioned_poller_config") is None:
                options["max_concurrency"] = self._sources.concurrency(
                    options.get("max_concurrency")
                )
        elif id.startswith(_FROM_STREAMS):
            self._sources.bound_stream(options)
        self.admit("an event source")
        mapping = super().add_event_source_mapping(id, **options)
        if id.startswith(_FROM_SQS):
            self._accept_no_destination(mapping)
        return mapping

    def _accept_no_destination(self, mapping: lambda_.EventSourceMapping) -> None:
        acknowledge(
            mapping,
            "Serverless-LambdaEventSourceMappingDestination",
            reason="What cannot be handled goes to the queue's own dead-letter queue.",
            scope=self,
        )

    def add_permission(self, id: str, **permission: Any) -> None:
        """
        Let a principal invoke the function.

        Args:
            id: The id of the permission.
            permission: As for a plain function.

        Raises:
            ConstructError: Everyone could invoke it, or a service on behalf of anyone.
        """
        principal = permission["principal"]
        if isinstance(principal, iam.StarPrincipal | iam.AnyPrincipal):
            raise refusal(
                SecureFunction,
                self,
                "",
                "principal",
                because="everyone on the internet could invoke it",
                instead="name a principal, or put an API with an authorizer in front",
            )
        if isinstance(principal, iam.ServicePrincipal):
            limits = ("source_arn", "source_account", "event_source_token", "organization_id")
            service = principal.service
            if service in _NAMED_BY_ACCOUNT and not permission.get("source_account"):
                permission["source_account"] = pseudo("ACCOUNT_ID")
            if not any(permission.get(limit) for limit in limits) and not _conditions(principal):
                raise refusal(
                    SecureFunction,
                    self,
                    "",
                    "principal",
                    service,
                    because="any account could make that service invoke the function",
                    instead="pass source_arn, the resource on whose behalf it calls",
                )
        self.admit(f"whoever the permission {id!r} admits")
        super().add_permission(id, **permission)

    def admit(self, invoker: str) -> None:
        """
        Note that something invokes the function, so that it cannot become a step any more.

        Whatever goes by the methods of the function is noted by them.

        Args:
            invoker: What does, as the subject of a sentence: ``its URL``.

        Raises:
            ConstructError: Only a state machine may.
        """
        self._refuse_for_step(invoker)
        self._started_by.append(invoker)

    def _refuse_for_step(self, invoker: str) -> None:
        if self._only is not None:
            raise refusal(
                SecureFunction,
                self,
                "",
                "another invoker",
                because=f"it is a step of the state machine {self._only.node.path!r}, and "
                f"{invoker} would start the step out of order",
                instead="start the state machine, or give the other invoker a function of its own",
            )

    # jsii reads the parameters to unpack what JavaScript passes.
    add_event_source_mapping.__signature__ = inspect.signature(  # type: ignore[attr-defined]
        lambda_.Function.add_event_source_mapping
    )
    add_permission.__signature__ = inspect.signature(  # type: ignore[attr-defined]
        lambda_.Function.add_permission
    )

    def _deny_interfaces_to_own_code(self) -> None:
        # A policy of its own, beside those of the role: the function waits for the role's
        # policies, and this one names the function.
        iam.Policy(
            self,
            "NetworkInterfaces",
            roles=[self.execution_role],
            statements=[
                iam.PolicyStatement(
                    sid="NotFromItsCode",
                    effect=iam.Effect.DENY,
                    actions=_INTERFACE_ACTIONS,
                    resources=["*"],
                    conditions={"ArnEquals": {"lambda:SourceFunctionArn": self.function_arn}},
                )
            ],
        )


def invoked(stack: cdk.Stack) -> dict[str, SecureFunction]:
    """
    The functions of an app that someone was granted to invoke, by their ARN.

    Args:
        stack: Any stack of the app.
    """
    return remembered(root_of(stack), "invoked functions", dict)


def _failure_queue(stack: Construct) -> tuple[str, iam.PolicyStatement]:
    arn = SecureQueue.dead_letters_of(stack).queue_arn
    return arn, iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[arn])


def _whole_seconds(duration: cdk.Duration | None, default: int) -> float:
    return default if duration is None else duration.to_seconds()


@cache
def _may_manage_interfaces() -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=_INTERFACE_ACTIONS, resources=["*"])


def _admit_logs(scope: Construct, key: kms.IKey) -> None:
    # CloudFormation starts the names it makes up with the stack's. The key's stack may be
    # another, and must not refer back to this one.
    stack = stack_of(scope)
    prefix = stack.stack_name
    if stack_of(key) is stack:
        prefix = pseudo("STACK_NAME")
    elif is_token(prefix):
        prefix = ""
    name = f"{prefix}-*" if prefix else "*"
    remembered(key, f"logs {name}", lambda: grant_logs(key, name))


def _promise(function: SecureFunction, *, exact: bool) -> None:
    if exact:
        resource_of(function).add_metadata(EXACT_GRANTS, True)  # noqa: FBT003 - positional in CDK


def _outbound(
    vpc: ec2.IVpc | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
    asked: bool | None,  # noqa: FBT001 - a prop passed on
) -> bool | None:
    if vpc is None or security_groups is not None:
        return asked
    return bool(asked)


def _code_signing(
    scope: Construct, id: str, profiles: Sequence[signer.ISigningProfile] | None
) -> lambda_.CodeSigningConfig | None:
    if not profiles:
        return None
    return lambda_.CodeSigningConfig(
        scope,
        f"{id}CodeSigning",
        signing_profiles=profiles,
        untrusted_artifact_on_deployment=lambda_.UntrustedArtifactOnDeployment.ENFORCE,
    )


def _conditions(principal: iam.ServicePrincipal) -> bool:
    return bool(principal.policy_fragment.conditions)


def _check_level(scope: Construct, id: str, level: lambda_.ApplicationLogLevel) -> None:
    if level in (lambda_.ApplicationLogLevel.DEBUG, lambda_.ApplicationLogLevel.TRACE):
        raise refusal(
            SecureFunction,
            scope,
            id,
            "application_log_level_v2",
            level.value,
            because="records for debugging hold the data of your users",
            instead="leave it out, and raise it by hand while you look for a fault",
        )


def _check_limits(
    scope: Construct,
    id: str,
    *,
    max_event_age: object,
    memory_size: object,
    retry_attempts: object,
    timeout: object,
) -> None:
    check_number(
        SecureFunction,
        scope,
        id,
        "memory_size",
        memory_size,
        least=128,
        most=10_240,
        unit="MiB",
    )
    check_number(
        SecureFunction,
        scope,
        id,
        "retry_attempts",
        retry_attempts,
        least=0,
        most=2,
        unit="retries",
    )
    check_duration(SecureFunction, scope, id, "timeout", timeout, least=1, most=15 * 60)
    check_duration(
        SecureFunction, scope, id, "max_event_age", max_event_age, least=60, most=6 * _ONE_HOUR
    )


def _check_runtime(scope: Construct, id: str, runtime: lambda_.Runtime) -> str:
    if not isinstance(runtime, lambda_.Runtime):
        raise refusal(
            SecureFunction,
            scope,
            id,
            "runtime",
            runtime,
            because="it is not a runtime",
            instead="pass one, such as Runtime.PYTHON_3_13",
        )
    name = remembered(runtime, "name", lambda: runtime.name)
    life = lifecycle(name)
    if life is None:
        return f"{name} is newer than the runtimes that are about to end."
    if not life.ends_soon():
        return f"AWS patches {name} until {life.deprecated.isoformat()}."
    stops = "stopped" if life.ended() else "stops"
    raise refusal(
        SecureFunction,
        scope,
        id,
        "runtime",
        name,
        because=f"AWS {stops} patching it on {life.deprecated.isoformat()}",
        instead=f"move to {life.successor}" if life.successor else "move to a newer one",
    )
