"""A Kinesis stream that encrypts, and whose readers can do nothing but read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_duration,
    check_number,
    refusal,
    refuse_decided,
)
from secure_constructs.constructs._key_use import grant_key_through

if TYPE_CHECKING:
    from typing import Never

    import aws_cdk as cdk
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from constructs import Construct

# What Lambda's poller and a pipe need; listing the account's streams is not among it when
# they are told which one: https://docs.aws.amazon.com/eventbridge/latest/userguide/
# eb-pipes-permissions.html and https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
_READ: Final = (
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)

WriteOperation: TypeAlias = Literal["PutRecord", "PutRecords"]
_WRITE: Final[tuple[WriteOperation, ...]] = ("PutRecord", "PutRecords")

_ONE_DAY: Final = 24 * 60 * 60

_DECIDED: Final = {
    "encryption": Decision(
        because="the stream is always encrypted",
        instead="pass encryption_key for a key of your own",
    ),
}


class SecureStream(kinesis.Stream):
    """
    A stream of records, encrypted from end to end.

    List price: 11 USD a month for each shard, 0.014 USD for a million records of 25 KB; on
    demand 29 USD a month and 0.08 USD for a GB (us-east-1, 2026-11).

    - Records are encrypted before they are stored, with your key or with the key AWS manages
      in the account (https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html).
    - Whoever is granted to read can read this stream and list no other; whoever is granted
      to write can only write.
    - It stays when the stack is deleted.

    `SecureFunction.consume_stream` handles its records within bounds.

    Args:
        scope: Where the stream is defined.
        id: Its id there; part of the logical id.
        encryption_key: The key that encrypts it.
            Default: the account's ``aws/kinesis``, whose use is logged.
        removal_policy: What becomes of the stream and its records with the stack.
            Default: they stay.
        retention_period: How long a record is kept, 24 hours to 365 days.
            Default: 24 hours.
        shard_count: How many shards it has; each takes 1 MB or 1,000 records a second.
            Default: 1, or as many as needed on demand.
        shard_level_metrics: What to measure for each shard, at a price.
            Default: nothing.
        stream_mode: Whether it is paid by shard or on demand.
            Default: by shard, which bounds what it can cost.
        stream_name: Its name in the account and Region.
            Default: CloudFormation makes one up.

    Raises:
        ConstructError: A prop the construct decides was given, or they contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | None = None,
        removal_policy: cdk.RemovalPolicy | None = None,
        retention_period: cdk.Duration | None = None,
        shard_count: int | None = None,
        shard_level_metrics: list[kinesis.ShardLevelMetrics] | None = None,
        stream_mode: kinesis.StreamMode | None = None,
        stream_name: str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureStream, scope, id, decided, _DECIDED)
        check_duration(
            SecureStream, scope, id, "retention_period", retention_period,
            least=_ONE_DAY, most=365 * _ONE_DAY,
        )  # fmt: skip
        on_demand = stream_mode == kinesis.StreamMode.ON_DEMAND
        if shard_count is not None:
            check_number(
                SecureStream,
                scope,
                id,
                "shard_count",
                shard_count,
                least=1,
                most=10_000,
                unit="shards",
            )
            if on_demand:
                raise refusal(
                    SecureStream,
                    scope,
                    id,
                    "shard_count",
                    shard_count,
                    because="on demand the service decides how many there are",
                    instead="leave out one of the two",
                )
        self._encryption_key = encryption_key
        self._shards = None if on_demand else shard_count or 1
        encryption = (
            kinesis.StreamEncryption.KMS if encryption_key else kinesis.StreamEncryption.MANAGED
        )
        super().__init__(
            scope,
            id,
            encryption=encryption,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            retention_period=retention_period,
            shard_count=shard_count,
            shard_level_metrics=shard_level_metrics,
            stream_mode=stream_mode,
            stream_name=stream_name,
        )
        if encryption_key is not None:
            acknowledge(
                self,
                "AwsSolutions-KDS3",
                reason="A key of one's own is asked for, whose policy says who may decrypt.",
                scope=scope,
            )

    @cached_property
    def grants(self) -> SecureStreamGrants:
        """
        Exact grants on the stream.
        """
        return SecureStreamGrants(self, self._encryption_key)

    @property
    def shards(self) -> int | None:
        """
        How many shards it has, or None on demand.
        """
        return self._shards

    # JavaScript calls these two as well: event sources and destinations of the CDK then grant
    # no more than they need either.

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal read: ``grants.read``.

        Args:
            grantee: Who may read.
        """
        return self.grants.read(grantee)

    def grant_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal write: ``grants.write``.

        Args:
            grantee: Who may write.
        """
        return self.grants.write(grantee)

    @PythonOnly
    def grant_read_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal read and write.

        Args:
            grantee: Who may.
        """
        self.grants.write(grantee)
        return self.grants.read(grantee)


def stream_arn_of(table: dynamodb.ITable | dynamodb.ITableV2) -> str | None:
    """
    The ARN of a table's stream, or None where the table is known to have none.

    A plain table names one all the same, and the deployment fails.

    Args:
        table: The table.
    """
    if getattr(table, "has_stream", True) is False:
        return None
    return table.table_stream_arn


class SecureStreamGrants:
    """
    Exact grants on a stream, and on its key through Kinesis only.

    Args:
        stream: The stream they are about.
        key: The key of its own, if it has one.
    """

    def __init__(self, stream: kinesis.Stream, key: kms.IKey | None) -> None:
        self._stream = stream
        self._key = key

    def read(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal read the records, as an event source of Lambda or a pipe does.

        Args:
            grantee: Who may read.
        """
        return self._allow(grantee, _READ, "kms:Decrypt")

    def write(self, grantee: iam.IGrantable, *operations: WriteOperation) -> iam.Grant:
        """
        Let a principal write.

        Args:
            grantee: Who may write.
            operations: Which operations, such as ``PutRecords``.
                Default: ``PutRecord`` and ``PutRecords``.
        """
        actions = tuple(f"kinesis:{operation}" for operation in operations or _WRITE)
        return self._allow(grantee, actions, "kms:GenerateDataKey")

    def _allow(
        self, grantee: iam.IGrantable, actions: tuple[str, ...], key_action: str
    ) -> iam.Grant:
        grant = self._stream.grant(grantee, *actions)
        if self._key is not None:
            grant_key_through(
                "kinesis", key_action, key=self._key, grantee=grantee, resource=self._stream
            )
        return grant
