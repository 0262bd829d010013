"""A table that can be brought back, and whose bill has a ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    check_number,
    is_token,
    refusal,
    refuse_decided,
)
from secure_constructs.constructs._key_use import grant_key_through

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Never

    from aws_cdk import aws_kms as kms
    from constructs import Construct

ReadOperation: TypeAlias = Literal["BatchGetItem", "ConditionCheckItem", "GetItem", "Query"]
WriteOperation: TypeAlias = Literal["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"]

_READ: Final[tuple[ReadOperation, ...]] = ("BatchGetItem", "GetItem", "Query")
_WRITE: Final[tuple[WriteOperation, ...]] = (
    "BatchWriteItem",
    "DeleteItem",
    "PutItem",
    "UpdateItem",
)

# Lambda asks for the last of them when it is told to poll.
_READ_STREAM: Final = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
]

# Whoever reads or writes items has DynamoDB decrypt the key of the table, and nothing else:
# that key is generated, and wrapped anew, by a grant that DynamoDB got when the table was made.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
_KEY_ACTION: Final = "kms:Decrypt"

# What the account's quota for a table allows: nobody sets a ceiling above it.
_MOST_UNITS: Final = 40_000

_DECIDED: Final[Mapping[str, Decision]] = {
    "billing": Decision(
        because="the table is paid by request, with a ceiling",
        instead="set the ceiling with max_read_request_units and max_write_request_units",
    ),
    "deletion_protection": Decision(because="data must outlive a wrong deployment"),
    "encryption": Decision(
        because="the table is always encrypted with a key whose use is logged",
        instead="leave it out, or pass encryption_key for a key of your own",
    ),
    "point_in_time_recovery": Decision(
        because="what a faulty function overwrites must be recoverable",
    ),
    "point_in_time_recovery_specification": Decision(
        because="what a faulty function overwrites must be recoverable",
        instead="leave it out, or pass recovery_period_in_days",
    ),
    "removal_policy": Decision(because="data must outlive a wrong deployment"),
}


class SecureTable(dynamodb.TableV2):
    """
    A table with point-in-time recovery, deletion protection, encryption, and a spending ceiling.

    - Every second of the last ``recovery_period_in_days`` can be restored.
      https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html
    - No one deletes it while deletion protection is on; the stack leaves it behind.
    - Encrypted with the key that AWS manages in the account, whose use CloudTrail logs, or with
      your key.
      https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
    - Paid by request, and throttled beyond a ceiling, which holds for each index too: a loop or a
      flood cannot spend without end.
      https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html

    Cost (us-east-1 list price, 2026-11): 0.125 USD for a million reads of 4 KB, 0.625 USD for a
    million writes of 1 KB, 0.25 USD a month for each GB and 0.20 USD more for its recovery; at
    most 1,150 USD a month for requests to the table with the ceilings as they are, if both are
    used up all the time.
    https://aws.amazon.com/dynamodb/pricing/on-demand/

    ``table.grants`` gives exact permissions, never ``Scan``: who can scan can take the whole table
    at once, and pays for reading it. The stock ``grant_*`` methods give the same when they are
    called from Python; CDK's own constructs keep those they are written for.

    Attributes:
        has_stream: Whether changed items go to a stream.

    Args:
        scope: Where to build it.
        id: Its id there.
        partition_key: The attribute that places an item.
        contributor_insights_specification: Which keys are asked for most, at a price.
            Default: not measured.
        dynamo_stream: What of a changed item goes to the table's stream.
            Default: there is no stream.
        encryption_key: The key that encrypts it. Default: the one AWS manages, for which KMS
            requests are paid.
        global_secondary_indexes: Other keys to look items up by. Default: none.
        local_secondary_indexes: Other orders within a partition. Default: none.
        max_read_request_units: Read units in a second beyond which requests are throttled.
        max_write_request_units: Write units in a second beyond which requests are throttled.
        recovery_period_in_days: How far back it can be restored, from 1 to 35 days.
        sort_key: The attribute that orders the items of a partition. Default: none.
        table_class: How storage and requests are priced. Default: the standard class.
        table_name: Its name in the account and Region. Default: CloudFormation makes one up.
        time_to_live_attribute: The attribute that says when an item expires.
            Default: items are kept.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        partition_key: dynamodb.Attribute,
        contributor_insights_specification: dynamodb.ContributorInsightsSpecification | None = None,
        dynamo_stream: dynamodb.StreamViewType | None = None,
        encryption_key: kms.IKey | None = None,
        global_secondary_indexes: Sequence[dynamodb.GlobalSecondaryIndexPropsV2] | None = None,
        local_secondary_indexes: Sequence[dynamodb.LocalSecondaryIndexProps] | None = None,
        max_read_request_units: int = 1000,
        max_write_request_units: int = 500,
        recovery_period_in_days: int = 35,
        sort_key: dynamodb.Attribute | None = None,
        table_class: dynamodb.TableClass | None = None,
        table_name: str | None = None,
        time_to_live_attribute: str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureTable, scope, id, decided, _DECIDED)
        for prop, units in (
            ("max_read_request_units", max_read_request_units),
            ("max_write_request_units", max_write_request_units),
        ):
            check_number(
                SecureTable,
                scope,
                id,
                prop,
                units,
                least=1,
                most=_MOST_UNITS,
                unit="units a second",
            )
        check_number(
            SecureTable, scope, id, "recovery_period_in_days", recovery_period_in_days,
            least=1, most=35, unit="days",
        )  # fmt: skip
        self.has_stream: Final = dynamo_stream is not None
        self._scope = scope
        self._id = id
        self._key = encryption_key
        self._ceiling = _Ceiling(read=max_read_request_units, write=max_write_request_units)
        self._index_names = [
            index.index_name
            for index in (*(global_secondary_indexes or ()), *(local_secondary_indexes or ()))
        ]
        # CDK renders a key of one's own only where it knows the Region.
        somewhere = encryption_key is not None and is_token(cdk.Stack.of(scope).region)
        encryption = None
        if encryption_key and not somewhere:
            encryption = dynamodb.TableEncryptionV2.customer_managed_key(encryption_key)
        super().__init__(
            scope,
            id,
            billing=dynamodb.Billing.on_demand(
                max_read_request_units=max_read_request_units,
                max_write_request_units=max_write_request_units,
            ),
            contributor_insights_specification=contributor_insights_specification,
            deletion_protection=True,
            dynamo_stream=dynamo_stream,
            encryption=_key_of_aws() if encryption is None else encryption,
            global_secondary_indexes=[
                self._ceiling.of_index(index) for index in global_secondary_indexes or ()
            ],
            local_secondary_indexes=local_secondary_indexes,
            partition_key=partition_key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True,
                recovery_period_in_days=recovery_period_in_days,
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN,
            sort_key=sort_key,
            table_class=table_class,
            table_name=table_name,
            time_to_live_attribute=time_to_live_attribute,
        )
        if encryption_key and somewhere:
            resource = cast("dynamodb.CfnGlobalTable", self.node.default_child)
            resource.add_property_override(
                "Replicas.0.SSESpecification", {"KMSMasterKeyId": encryption_key.key_arn}
            )

    @cached_property
    def grants(self) -> SecureTableGrants:
        """
        Exact permissions on the table.
        """
        return SecureTableGrants(self)

    @property
    def index_names(self) -> Sequence[str]:
        """
        The secondary indexes the table has by now.
        """
        return tuple(self._index_names)

    @PythonOnly
    def add_global_secondary_index(self, /, *, index_name: str, **options: Any) -> None:
        """
        Add other keys to look items up by, under the same ceiling.

        Args:
            index_name: The name to query it by.
            options: What the stock method takes beside it.
        """
        self._index_names.append(index_name)
        super().add_global_secondary_index(
            index_name=index_name,
            **{
                "max_read_request_units": self._ceiling.read,
                "max_write_request_units": self._ceiling.write,
                **options,
            },
        )

    @PythonOnly
    def add_local_secondary_index(self, /, *, index_name: str, **options: Any) -> None:
        """
        Add another order within a partition.

        Args:
            index_name: The name to query it by.
            options: What the stock method takes beside it.
        """
        self._index_names.append(index_name)
        super().add_local_secondary_index(index_name=index_name, **options)

    @PythonOnly
    def grant_read_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone read items by key and query: ``grants.read_items``.

        Args:
            grantee: Who may.
        """
        return self.grants.read_items(grantee)

    @PythonOnly
    def grant_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone write and delete items: ``grants.write_items``.

        Args:
            grantee: Who may.
        """
        return self.grants.write_items(grantee)

    @PythonOnly
    def grant_read_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone read items by key, query, write and delete.

        Args:
            grantee: Who may.
        """
        return self.grants.read_write_data(grantee)

    @PythonOnly
    def grant_full_access(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: what handles items has no business deleting the table.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self.grants.full_access(grantee)

    @PythonOnly
    def grant_stream_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone read the table's stream: ``grants.read_stream``.

        Args:
            grantee: Who may.

        Raises:
            ConstructError: The table has no stream.
        """
        return self.grants.read_stream(grantee)


class SecureTableGrants(dynamodb.TableGrants):
    """
    Permissions on the items of a table, each with the operations it says and no others.

    ``Query`` reaches the indexes that the table has by then, by name; everything else, the table.
    With a key of your own, its use comes with them, through DynamoDB only.

    Args:
        table: The table.
    """

    def __init__(self, table: SecureTable) -> None:
        self._table = table
        # The class's constructor in jsii builds another object: this one stands for the stock one.
        stock = dynamodb.TableGrants.from_table(table)
        self.__jsii_ref__ = stock.__jsii_ref__  # type: ignore[attr-defined]

    def read_items(self, grantee: iam.IGrantable, *operations: ReadOperation) -> iam.Grant:
        """
        Let someone read items by key, and query.

        Args:
            grantee: Who may.
            operations: Which operations, such as ``GetItem``.
                Default: ``BatchGetItem``, ``GetItem`` and ``Query``.
        """
        return self._on_items(grantee, operations or _READ)

    def write_items(self, grantee: iam.IGrantable, *operations: WriteOperation) -> iam.Grant:
        """
        Let someone write and delete items.

        Args:
            grantee: Who may.
            operations: Which operations, such as ``PutItem``.
                Default: ``BatchWriteItem``, ``DeleteItem``, ``PutItem`` and ``UpdateItem``.
        """
        return self._on_items(grantee, operations or _WRITE)

    def read_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        The same as ``read_items``.

        Args:
            grantee: Who may.
        """
        return self.read_items(grantee)

    def write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        The same as ``write_items``.

        Args:
            grantee: Who may.
        """
        return self.write_items(grantee)

    def read_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone read items by key, query, write and delete.

        Args:
            grantee: Who may.
        """
        return self._on_items(grantee, (*_READ, *_WRITE))

    def read_stream(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone read the records of the table's stream, as Lambda's poller or a pipe does.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html

        Args:
            grantee: Who may.

        Raises:
            ConstructError: The table has no stream.
        """
        table = self._table
        if not table.has_stream:
            raise refusal(
                SecureTable, table._scope, table._id, "grant_stream_read",  # noqa: SLF001 - one construct
                because="the table has no stream",
                instead="pass dynamo_stream to the table",
            )  # fmt: skip
        grant = iam.Grant.add_to_principal(
            grantee=grantee, actions=_READ_STREAM, resource_arns=[str(table.table_stream_arn)]
        )
        return self._with_key(grantee, grant)

    def full_access(self, grantee: iam.IGrantable) -> iam.Grant:  # noqa: ARG002
        """
        Refused: what handles items has no business deleting the table.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        raise refusal(
            SecureTable,
            self._table._scope,  # noqa: SLF001 - the two classes are one construct
            self._table._id,  # noqa: SLF001
            "grant_full_access",
            because="dynamodb:* lets a function scan, delete and open the table to others",
            instead="name the operations: table.grants.read_items(fn, 'GetItem'), write_items(...)",
        )

    def _on_items(
        self,
        grantee: iam.IGrantable,
        operations: Iterable[ReadOperation | WriteOperation],
    ) -> iam.Grant:
        arn = self._table.table_arn
        indexes = [f"{arn}/index/{name}" for name in self._table.index_names]
        actions = sorted(f"dynamodb:{operation}" for operation in operations)
        grant = iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[arn])
        if indexes and "dynamodb:Query" in actions:
            grant = grant.combine(
                iam.Grant.add_to_principal(
                    grantee=grantee, actions=["dynamodb:Query"], resource_arns=indexes
                )
            )
        return self._with_key(grantee, grant)

    def _with_key(self, grantee: iam.IGrantable, grant: iam.Grant) -> iam.Grant:
        key = self._table._key  # noqa: SLF001 - the two classes are one construct
        if key is None:
            return grant
        return grant.combine(
            grant_key_through(
                "dynamodb", _KEY_ACTION, key=key, grantee=grantee, resource=self._table
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ceiling:
    read: int
    write: int

    def of_index(
        self, index: dynamodb.GlobalSecondaryIndexPropsV2
    ) -> dynamodb.GlobalSecondaryIndexPropsV2:
        return dynamodb.GlobalSecondaryIndexPropsV2(
            index_name=index.index_name,
            max_read_request_units=index.max_read_request_units or self.read,
            max_write_request_units=index.max_write_request_units or self.write,
            non_key_attributes=index.non_key_attributes,
            partition_key=index.partition_key,
            partition_keys=index.partition_keys,
            projection_type=index.projection_type,
            sort_key=index.sort_key,
            sort_keys=index.sort_keys,
            warm_throughput=index.warm_throughput,
        )


@cache
def _key_of_aws() -> dynamodb.TableEncryptionV2:
    return dynamodb.TableEncryptionV2.aws_managed_key()
