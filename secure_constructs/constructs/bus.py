"""An event bus that takes named events from named senders only."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    is_token,
    pseudo,
    refusal,
    refuse_decided,
    remembered,
    resource_of,
    service_principal,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.constructs._undelivered import keep_undelivered
from secure_constructs.constructs.key import SecureKey
from secure_constructs.constructs.queue import SecureQueue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct

_DECIDED: Final = {
    "log_config": Decision(
        because="errors are always logged, and never with the data of an event",
        instead="set log_level",
    ),
}

# A delivery source's name has at most 60 characters.
_LONGEST_NAME: Final = 48

_LOG_TYPES: Final = {
    events.Level.ERROR: ("ERROR",),
    events.Level.INFO: ("ERROR", "INFO"),
    events.Level.TRACE: ("ERROR", "INFO", "TRACE"),
}

_ACCOUNT_DIGITS: Final = 12


class SecureBus(events.EventBus):
    """
    An event bus with a key, a dead-letter queue and a log.

    List price: nothing by the month beside the key that the stack shares, see `SecureKey`;
    1 USD for a million custom events, 0.50 USD/GB of log (us-east-1, 2026-11).

    - Events, patterns and targets are encrypted with a key of yours, which EventBridge may
      use for this bus only
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html).
    - Events that could not be encrypted or decrypted wait 14 days in a queue
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html).
    - Errors are logged for 90 days, without the data of the event
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html).
    - A sender may send the events it was granted by ``source``, and no others: a rule can
      trust what it pins. Other accounts are named, and bound in the same way
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html).

    Give every partner a bus of its own: rules on it see nobody else's events.

    The bus has a name that is unique to the stack: the key's policy must know it before
    CloudFormation has made the bus.

    Attributes:
        log_group: Where errors are logged.
        undelivered: The queue of events that could not be encrypted or decrypted.

    Args:
        scope: Where the bus is defined.
        id: Its id there; part of the logical id. The queue is ``<id>DeadLetters`` beside it.
        dead_letter_queue: A queue for events that could not be encrypted or decrypted.
            Default: one is made.
        description: What it carries.
            Default: none.
        event_bus_name: Its name in the account and Region.
            Default: its id, a mark of its place and a mark of the stack.
        event_source_name: The partner event source that it belongs to, which names it.
            Default: it takes events of your own.
        kms_key: The key that encrypts it.
            Default: the key that the stack shares, `SecureKey.of`.
        log_level: How much to log.
            Default: errors.
        log_retention: How long the log is kept.
            Default: 90 days.

    Raises:
        ConstructError: A prop would undo one of these.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        dead_letter_queue: sqs.IQueue | None = None,
        description: str | None = None,
        event_bus_name: str | None = None,
        event_source_name: str | None = None,
        kms_key: kms.IKey | None = None,
        log_level: events.Level = events.Level.ERROR,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureBus, scope, id, decided, _DECIDED)
        if log_level not in _LOG_TYPES:
            raise refusal(
                SecureBus, scope, id, "log_level", log_level.name,
                because="an event that was dropped must leave a trace",
                instead="leave it out, or log more",
            )  # fmt: skip
        if event_bus_name is not None and event_source_name is not None:
            raise refusal(
                SecureBus, scope, id, "event_bus_name", event_bus_name,
                because="a partner's bus has the name of its event source",
            )  # fmt: skip
        key = kms_key or SecureKey.of(scope)
        unique = unique_name(scope, id, longest=_LONGEST_NAME)
        name = event_source_name or event_bus_name or unique
        self.undelivered: Final = dead_letter_queue or SecureQueue(
            scope, f"{id}DeadLetters", holds_dead_letters=True
        )
        super().__init__(
            scope,
            id,
            dead_letter_queue=self.undelivered,
            description=description,
            event_bus_name=None if event_source_name else name,
            event_source_name=event_source_name,
            log_config=events.LogConfig(include_detail=events.IncludeDetail.NONE, level=log_level),
        )
        # The CDK would write the key's policy for a bus called "undefined" where it has to
        # make up the name.
        resource: events.CfnEventBus = resource_of(self)
        resource.kms_key_identifier = remembered(key, "arn", lambda: key.key_arn)
        _admit_to_key(key, name)
        arn = self.event_bus_arn
        keep_undelivered(self.undelivered, "events.amazonaws.com", source_arn=arn)
        # CloudWatch Logs admits deliveries by itself to groups with this beginning.
        self.log_group: Final = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/vendedlogs/events/event-bus/{name}",
            removal_policy=cdk.RemovalPolicy.RETAIN,
            retention=log_retention,
        )
        self._deliver_log(arn, unique, _LOG_TYPES[log_level])

    @cached_property
    def grants(self) -> SecureBusGrants:
        """
        Exact grants on the bus.
        """
        return SecureBusGrants(self)

    @PythonOnly
    def grant_put_events_to(self, grantee: iam.IGrantable, sid: str | None = None) -> iam.Grant:
        """
        Refused: it would allow any event. Use ``grants.put_events``.

        Args:
            grantee: Who was to send.
            sid: The id of the statement.

        Raises:
            ConstructError: Always.
        """
        del grantee, sid
        raise _any_event(self)

    @staticmethod
    def grant_all_put_events(grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: it would allow any event on every bus. Use ``grants.put_events``.

        Args:
            grantee: Who was to send.

        Raises:
            ConstructError: Always.
        """
        raise refusal(
            SecureBus, cast("Any", grantee), "", "grant_all_put_events",
            because="the sender could pass for every other, on every bus of the account",
            instead='use bus.grants.put_events(grantee, sources=["shop.orders"])',
        )  # fmt: skip

    def add_to_resource_policy(
        self, statement: iam.PolicyStatement
    ) -> iam.AddToResourcePolicyResult:
        """
        Add a statement to the bus's policy.

        Args:
            statement: What it allows or denies; what it allows, it binds by ``events:source``.

        Raises:
            ConstructError: It would admit everyone, or any event.
        """
        document: dict[str, Any] = statement.to_json()
        if document["Effect"] == "Allow":
            conditions = document.get("Condition", {})
            keys = {key.lower() for operator in conditions.values() for key in operator}
            if document.get("Principal") in ("*", {"AWS": "*"}):
                raise refusal(
                    SecureBus, self, "", "principal", "*",
                    because="everyone with an AWS account could send whatever condition is "
                    "mistaken",
                    instead="use grants.put_events_from_account, and name the account",
                )  # fmt: skip
            if "events:source" not in keys:
                raise _any_event(self)
        return super().add_to_resource_policy(statement)

    def _deliver_log(self, arn: str, name: str, types: tuple[str, ...]) -> None:
        destination = logs.CfnDeliveryDestination(
            self,
            "LogDestination",
            name=name,
            destination_resource_arn=self.log_group.log_group_arn,
            output_format="json",
        )
        for kind in types:
            source = logs.CfnDeliverySource(
                self,
                f"{kind.title()}LogSource",
                name=f"{name}-{kind.lower()}",
                log_type=f"{kind}_LOGS",
                resource_arn=arn,
            )
            logs.CfnDelivery(
                self,
                f"{kind.title()}LogDelivery",
                delivery_destination_arn=destination.attr_arn,
                delivery_source_name=source.ref,
            )


class SecureBusGrants(events.EventBusGrants):
    """
    Grants on a bus, each for the events it says and no others.

    Args:
        bus: The bus they are about.
    """

    def __init__(self, bus: SecureBus) -> None:
        self._bus = bus
        # The CDK offers no constructor; the object it makes is made ours.
        self.__jsii_ref__ = events.EventBusGrants.from_event_bus(bus).__jsii_ref__  # type: ignore[attr-defined]

    def put_events(
        self,
        grantee: iam.IGrantable,
        *,
        sources: Sequence[str],
        detail_types: Sequence[str] | None = None,
    ) -> iam.Grant:
        """
        Let a principal send events: ``events:PutEvents``, bound by what they say they are.

        Args:
            grantee: Who may send.
            sources: Their ``source``, such as ``shop.orders``.
            detail_types: Their ``detail-type``, such as ``OrderPlaced``.
                Default: any of those sources.

        Raises:
            ConstructError: No source was named, or one that stands for many.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["events:PutEvents"],
            resource_arns=[self._bus.event_bus_arn],
            conditions={"StringEquals": self._events(sources, detail_types)},
        )

    def put_events_from_account(
        self,
        account: str,
        *,
        sources: Sequence[str],
        detail_types: Sequence[str] | None = None,
        organization_id: str | None = None,
    ) -> None:
        """
        Let another account send events, bound by what they say they are.

        A rule that handles them must say so with ``account=[...]`` in its pattern.
        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html

        Args:
            account: Its number, 12 digits.
            sources: Their ``source``, such as ``partner.billing``.
            detail_types: Their ``detail-type``.
                Default: any of those sources.
            organization_id: The organization it must be in, such as ``o-a1b2c3d4e5``.
                Default: any.

        Raises:
            ConstructError: No source was named, or the account is none.
        """
        if not is_token(account) and not (account.isdigit() and len(account) == _ACCOUNT_DIGITS):
            raise refusal(
                SecureBus, self._bus, "", "account", account,
                because="an account is known by 12 digits",
                instead="pass its number",
            )  # fmt: skip
        conditions = self._events(sources, detail_types)
        if organization_id:
            conditions["aws:PrincipalOrgID"] = organization_id
        self._bus.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Account{'Known' if is_token(account) else account}Sends",
                actions=["events:PutEvents"],
                principals=[iam.AccountPrincipal(account)],
                resources=[self._bus.event_bus_arn],
                conditions={"StringEquals": conditions},
            )
        )

    def all_put_events(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: it would allow any event. Use `put_events`.

        Args:
            grantee: Who was to send.

        Raises:
            ConstructError: Always.
        """
        del grantee
        raise _any_event(self._bus)

    def _events(self, sources: Sequence[str], detail_types: Sequence[str] | None) -> dict[str, Any]:
        for prop, names in (("sources", sources), ("detail_types", detail_types)):
            if names is None:
                continue
            if isinstance(names, str) or not names or any("*" in name for name in names):
                raise refusal(
                    SecureBus, self._bus, "", prop, str(names),
                    because="a rule can trust only what each sender is bound to",
                    instead="name each of them in a list",
                )  # fmt: skip
        conditions: dict[str, Any] = {"events:source": list(sources)}
        if detail_types is not None:
            conditions["events:detail-type"] = list(detail_types)
        return conditions


def _any_event(bus: SecureBus) -> Exception:
    return refusal(
        SecureBus, bus, "", "a grant of any event",
        because="the sender could pass for every other, and rules act on what it says it is",
        instead='use bus.grants.put_events(grantee, sources=["shop.orders"])',
    )  # fmt: skip


def _admit_to_key(key: kms.IKey, name: str) -> None:
    # As EventBridge documents it, with the bus by name:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
    place = f"{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}"
    partition = pseudo("PARTITION")
    arn = f"arn:{partition}:events:{place}:event-bus/{name}"
    bus = service_principal("events.amazonaws.com")
    _allow(
        key,
        bus,
        ["kms:Decrypt", "kms:GenerateDataKey"],
        {
            "StringEquals": {
                "aws:SourceAccount": pseudo("ACCOUNT_ID"),
                "aws:SourceArn": arn,
                "kms:EncryptionContext:aws:events:event-bus:arn": arn,
            }
        },
    )
    remembered(key, "buses", lambda: _admit_buses(key, bus, f"arn:{partition}:logs:{place}:*"))


def _admit_buses(key: kms.IKey, bus: iam.IPrincipal, logs_arn: str) -> None:
    _allow(key, bus, ["kms:DescribeKey"], None)
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html
    conditions = {"StringLike": {"kms:EncryptionContext:SourceArn": logs_arn}}
    _allow(key, bus, ["kms:GenerateDataKey"], conditions)
    delivery = service_principal("delivery.logs.amazonaws.com")
    _allow(key, delivery, ["kms:Decrypt", "kms:GenerateDataKey"], conditions)


def _allow(
    key: kms.IKey,
    principal: iam.IPrincipal,
    actions: list[str],
    conditions: dict[str, dict[str, str]] | None,
) -> None:
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=actions, conditions=conditions, principals=[principal], resources=["*"]
        ),
        True,  # noqa: FBT003 - positional in the CDK: a foreign key is left as it is
    )
