"""A topic that knows who publishes, and loses no message in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_number,
    is_token,
    pseudo,
    refusal,
    refuse_decided,
    remembered,
    resource_of,
    service_principal,
    settle,
)
from secure_constructs.constructs._key_use import grant_key_through
from secure_constructs.constructs._names import mark_of_place
from secure_constructs.constructs._targets import for_kind_of
from secure_constructs.constructs._undelivered import keep_undelivered
from secure_constructs.constructs.key import SecureKey
from secure_constructs.constructs.queue import SecureQueue
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Never

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct

# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
_PUBLISH_KEY_ACTIONS: Final = ("kms:GenerateDataKey", "kms:Decrypt")

# People read these; SNS keeps no dead letters for them.
_READ_BY_PEOPLE: Final = frozenset({"email", "email-json", "sms"})

_SUBSCRIBERS: Final[Mapping[str, Callable[..., sns.ITopicSubscription]]] = {
    "function_arn": subscriptions.LambdaSubscription,
    "queue_arn": subscriptions.SqsSubscription,
}

_PROTOCOLS: Final[Mapping[object, str]] = {
    subscriptions.LambdaSubscription: "lambda",
    subscriptions.SqsSubscription: "sqs",
}
# Their subscriber can hold the queue of what it did not get.
_STARTED: Final = frozenset(_PROTOCOLS.values())

_ACCOUNT: Final = re.compile(r"\d{12}")

_DECIDED: Final = {
    "enforce_ssl": Decision(because="plain HTTP must stay refused"),
    "logging_configs": Decision(
        because="failed deliveries are always logged",
        instead="set success_feedback_sample_rate to log others too",
    ),
    "signature_version": Decision(
        because="version 1 signs with SHA-1, which can be forged",
    ),
}


class SecureTopic(sns.Topic):
    """
    A topic with a key, a delivery log, and a dead-letter queue for each subscription.

    List price: nothing by the month beside the key that the stack shares, see `SecureKey`;
    0.50 USD for a million messages (us-east-1, 2026-11).

    - Publishing without TLS is denied
      (https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html).
    - Messages are encrypted with a key of yours
      (https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html).
    - Messages are signed with SHA-256, signature version 2
      (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
    - Each delivery that failed is logged for 90 days
      (https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html).
    - What cannot be delivered waits 14 days in a queue of the subscription's own
      (https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html).
    - Nobody publishes but whom `grants` name; no statement allows everyone. Another account
      publishes on behalf of one resource or as a part of one organization, and from then on
      the topic delivers to queues only: code must not start on what a stranger wrote.

    A service that publishes, such as an alarm, must be admitted to topic and key:
    ``topic.grants.publish_from_service("cloudwatch.amazonaws.com", source_arn=...)``.

    Attributes:
        delivery_log: Where deliveries are logged.
        failure_log: Where failed deliveries are logged.

    Args:
        scope: Where the topic is defined.
        id: Its id there; part of the logical id. The role that logs is ``<id>DeliveryRole``
            beside it.
        content_based_deduplication: Whether a FIFO topic compares bodies to find duplicates.
            Default: the publisher gives a deduplication id.
        display_name: The sender that people see in mails.
            Default: the topic's name.
        fifo: Whether messages keep their order and come once.
            Default: they may overtake each other and come twice.
        fifo_throughput_scope: Whether the limit of a FIFO topic counts by group.
            Default: it counts for the whole topic.
        log_retention: How long the delivery log is kept.
            Default: 90 days.
        master_key: The key that encrypts messages. A queue that subscribes needs another
            key than this, or none: each would wait for the other.
            Default: the key that the stack shares, `SecureKey.of`.
        message_retention_period_in_days: How long a FIFO topic can replay messages, 1 to 365.
            Default: it cannot.
        success_feedback_sample_rate: How many of a hundred successful deliveries to log.
            Default: none of them.
        topic_name: Its name in the account and Region.
            Default: CloudFormation makes one up.
        tracing_config: Whether X-Ray traces go on behind the topic. ``ACTIVE`` needs a
            resource policy of X-Ray that admits SNS.
            Default: the trace of the publisher is passed through.

    Raises:
        ConstructError: A prop would undo one of these.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        content_based_deduplication: bool | None = None,
        display_name: str | None = None,
        fifo: bool | None = None,
        fifo_throughput_scope: sns.FifoThroughputScope | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        master_key: kms.IKey | None = None,
        message_retention_period_in_days: int | None = None,
        success_feedback_sample_rate: int = 0,
        topic_name: str | None = None,
        tracing_config: sns.TracingConfig | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureTopic, scope, id, decided, _DECIDED)
        check_number(
            SecureTopic,
            scope,
            id,
            "success_feedback_sample_rate",
            success_feedback_sample_rate,
            least=0,
            most=100,
            unit="deliveries in a hundred",
        )
        if message_retention_period_in_days is not None:
            _check_retention(scope, id, message_retention_period_in_days, fifo=fifo)
        self._scope = scope
        self._id = id
        self._key = master_key or SecureKey.of(scope)
        self._is_fifo = bool(fifo)
        self._foreign_publishers = False
        self._protocols: set[str] = set()
        role = iam.Role(
            scope, f"{id}DeliveryRole", assumed_by=service_principal("sns.amazonaws.com")
        )
        super().__init__(
            scope,
            id,
            content_based_deduplication=content_based_deduplication,
            display_name=display_name,
            enforce_ssl=True,
            fifo=fifo,
            fifo_throughput_scope=fifo_throughput_scope,
            logging_configs=[
                sns.LoggingConfig(
                    protocol=protocol,
                    failure_feedback_role=role,
                    success_feedback_role=role if success_feedback_sample_rate else None,
                    success_feedback_sample_rate=success_feedback_sample_rate or None,
                )
                for protocol in sns.LoggingProtocol
            ],
            master_key=self._key,
            message_retention_period_in_days=message_retention_period_in_days,
            signature_version="2",
            topic_name=topic_name,
            tracing_config=tracing_config,
        )
        settle(self, scope)
        # SNS would make these groups itself, and keep them for ever.
        place = f"sns/{pseudo('REGION')}/{pseudo('ACCOUNT_ID')}/{self.topic_name}"
        self.delivery_log: Final = self._log("DeliveryLog", place, log_retention)
        self.failure_log: Final = self._log("FailureLog", f"{place}/Failure", log_retention)
        # https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[self.delivery_log.log_group_arn, self.failure_log.log_group_arn],
            )
        )

    @cached_property
    def grants(self) -> SecureTopicGrants:
        """
        Exact grants on the topic.
        """
        return SecureTopicGrants(self, self._key)

    def grant_publish(self, identity: iam.IGrantable) -> iam.Grant:
        """
        Let a principal publish, and use the key through SNS only.

        Args:
            identity: Who may publish; a service may on behalf of this account only.
        """
        return self.grants.publish(identity)

    @PythonOnly
    def grant_subscribe(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal subscribe, but no endpoint that messages travel to in the open.

        Args:
            grantee: Who may subscribe.
        """
        return self.grants.subscribe(grantee)

    def add_subscription(
        self,
        topic_subscription: lambda_.IFunction
        | sqs.IQueue
        | Callable[..., sns.ITopicSubscription]
        | sns.ITopicSubscription,
    ) -> sns.Subscription:
        """
        Deliver messages to a subscriber, and keep those that could not be delivered.

        Args:
            topic_subscription: The subscriber: a queue or a function as it is; or a subscription
                of ``aws_sns_subscriptions`` that is yet to be made, with whatever it is to say,
                ``partial(subscriptions.SqsSubscription, queue, raw_message_delivery=True)``; or
                one that is made already, which takes longer, since it must be asked what it
                says. A dead-letter queue of its own is used.

        Returns:
            The subscription. Its queue is the child ``DeadLetters``; for a queue or function,
            as it is or yet to be subscribed, a child of that, which
            ``subscription.dead_letter_queue`` gives.

        Raises:
            ConstructError: Messages would travel in the open, or what another account
                publishes would start code.
        """
        make = _recipe(topic_subscription)
        if make is None:
            return self._add_made(cast("sns.ITopicSubscription", topic_subscription))
        protocol = _PROTOCOLS.get(make.func)
        if protocol not in _STARTED or "dead_letter_queue" in make.keywords:
            return self._add_made(make())
        self._add_protocol(protocol)
        named: Any = make.keywords.get("queue") or make.keywords.get("fn")
        subscriber = make.args[0] if make.args else named
        place = mark_of_place(self._scope, self._id)
        lost = self._dead_letters(subscriber, f"{self._id}{place}DeadLetters")
        return super().add_subscription(make(dead_letter_queue=lost))

    def _add_made(self, made: sns.ITopicSubscription) -> sns.Subscription:
        known = _PROTOCOLS.get(type(made))
        if known is not None:
            self._add_protocol(known)
        subscription = super().add_subscription(made)
        protocol = known or resource_of(subscription).protocol
        if known is None:
            try:
                self._add_protocol(protocol)
            except ConstructError:
                self.node.try_remove_child(subscription.node.id)
                raise
        if protocol in _READ_BY_PEOPLE:
            acknowledge(
                subscription,
                "Serverless-SNSRedrivePolicy",
                reason="People read it: SNS keeps no dead letters of mails and short messages.",
                scope=self,
            )
        elif subscription.dead_letter_queue is None:
            settle(subscription, self)
            queue = self._dead_letters(subscription, "DeadLetters")
            arn = remembered(self, "arn", lambda: self.topic_arn)
            keep_undelivered(queue, "sns.amazonaws.com", source_arn=arn)
            resource_of(subscription).redrive_policy = {"deadLetterTargetArn": queue.queue_arn}
        return subscription

    def add_to_resource_policy(
        self, statement: iam.PolicyStatement
    ) -> iam.AddToResourcePolicyResult:
        """
        Add a statement to the topic's policy.

        Args:
            statement: What it allows or denies.

        Raises:
            ConstructError: It would allow something to everyone.
        """
        document: dict[str, Any] = statement.to_json()
        principal = document.get("Principal")
        if document["Effect"] == "Allow" and principal in ("*", {"AWS": "*"}):
            raise self._refusal(
                "principal", "*",
                because="everyone with an AWS account could publish whatever condition is "
                "mistaken",
                instead="use grants.publish_from_account, and name the account",
            )  # fmt: skip
        return super().add_to_resource_policy(statement)

    def _admit_foreign_publishers(self) -> None:
        self._check_protocols(self._protocols, foreign_publishers=True)
        self._foreign_publishers = True

    def _add_protocol(self, protocol: str) -> None:
        if protocol == sns.SubscriptionProtocol.HTTP.value.lower():
            raise self._refusal(
                "add_subscription", protocol,
                because="messages would travel in the open",
                instead="subscribe an https endpoint",
            )  # fmt: skip
        self._check_protocols({*self._protocols, protocol}, self._foreign_publishers)
        self._protocols.add(protocol)

    def _check_protocols(self, protocols: set[str], foreign_publishers: bool) -> None:  # noqa: FBT001 - one question
        others = sorted(protocols - {"sqs"})
        if foreign_publishers and others:
            raise self._refusal(
                "subscription", others[0],
                because="another account publishes to the topic, and what it wrote must be "
                "checked before it starts anything",
                instead="subscribe a SecureQueue, and let a function consume that",
            )  # fmt: skip

    def _dead_letters(self, scope: Construct, construct_id: str) -> SecureQueue:
        return SecureQueue(scope, construct_id, fifo=self._is_fifo or None, holds_dead_letters=True)

    def _log(self, construct_id: str, name: str, retention: logs.RetentionDays) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            construct_id,
            log_group_name=name,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            retention=retention,
        )

    def _refusal(self, prop: str, value: object, *, because: str, instead: str) -> Exception:
        return refusal(SecureTopic, self, "", prop, value, because=because, instead=instead)


class SecureTopicGrants(sns.TopicGrants):
    """
    Exact grants on a topic, and on its key through SNS only.

    Args:
        topic: The topic they are about.
        key: The key that encrypts its messages.
    """

    def __init__(self, topic: SecureTopic, key: kms.IKey) -> None:
        self._topic = topic
        self._key = key
        # The CDK offers no constructor; the object it makes is made ours.
        self.__jsii_ref__ = sns.TopicGrants.from_topic(topic).__jsii_ref__  # type: ignore[attr-defined]

    def publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal publish: ``sns:Publish``.

        Args:
            grantee: Who may publish. A service may on behalf of any resource of this
                account; `publish_from_service` names one.
        """
        if isinstance(grantee, iam.ServicePrincipal):
            self._admit_to_key(grantee.service)
            return self.actions(
                grantee.with_conditions({"StringEquals": {"aws:SourceAccount": _account()}}),
                ["sns:Publish"],
            )
        grant = self.actions(grantee, ["sns:Publish"])
        return grant.combine(
            grant_key_through(
                "sns",
                *_PUBLISH_KEY_ACTIONS,
                key=self._key,
                grantee=grantee,
                resource=self._topic,
            )
        )

    def subscribe(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal subscribe: ``sns:Subscribe``, by any protocol but plain HTTP.

        https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html#sns-policy-keys

        Args:
            grantee: Who may subscribe.
        """
        return iam.Grant.add_to_principal_or_resource(
            grantee=grantee,
            actions=["sns:Subscribe"],
            conditions={"StringNotEquals": {"sns:Protocol": "http"}},
            resource_arns=[self._topic.topic_arn],
            resource=self._topic,
        )

    def publish_from_service(self, service: str, *, source_arn: str) -> None:
        """
        Let an AWS service publish on behalf of one resource of this account.

        Args:
            service: Its principal, such as ``cloudwatch.amazonaws.com``.
            source_arn: The alarm, rule or bucket; ``*`` stands for any characters.
        """
        self._admit_to_key(service)
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[service_principal(service)],
                resources=[self._topic.topic_arn],
                conditions={
                    "ArnLike": {"aws:SourceArn": source_arn},
                    "StringEquals": {"aws:SourceAccount": _account()},
                },
            )
        )

    def publish_from_account(
        self, account: str, *, organization_id: str | None = None, source_arn: str | None = None
    ) -> None:
        """
        Let another account publish: as a part of an organization, or for one resource.

        From then on the topic delivers to queues only. The account's own policies decide who
        of it may; the key's policy admits the account for use through SNS.
        https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html

        Args:
            account: Its number, 12 digits.
            organization_id: The organization it must be in, such as ``o-a1b2c3d4e5``.
            source_arn: The resource on whose behalf it publishes.

        Raises:
            ConstructError: Neither was given, the account is none, or something but a queue
                is subscribed.
        """
        self._check_account(account, organization_id, source_arn)
        self._topic._admit_foreign_publishers()  # noqa: SLF001 - two halves of one construct
        conditions: dict[str, dict[str, str]] = {}
        if organization_id:
            conditions["StringEquals"] = {"aws:PrincipalOrgID": organization_id}
        if source_arn:
            conditions["ArnLike"] = {"aws:SourceArn": source_arn}
        principal = iam.AccountPrincipal(account)
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[principal],
                resources=[self._topic.topic_arn],
                conditions=conditions,
            )
        )
        self._key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=list(_PUBLISH_KEY_ACTIONS),
                principals=[principal],
                resources=["*"],
                conditions={
                    "StringEquals": {"kms:ViaService": f"sns.{pseudo('REGION')}.amazonaws.com"}
                },
            ),
            True,  # noqa: FBT003 - positional in the CDK: a foreign key is left as it is
        )

    def _check_account(
        self, account: str, organization_id: str | None, source_arn: str | None
    ) -> None:
        if not is_token(account) and not _ACCOUNT.fullmatch(account):
            raise refusal(
                SecureTopic, self._topic, "", "account", account,
                because="an account is known by 12 digits",
                instead="pass its number",
            )  # fmt: skip
        if not organization_id and not source_arn:
            raise refusal(
                SecureTopic, self._topic, "", "publish_from_account", account,
                because="every principal of the account could publish for whatever reason",
                instead="pass organization_id or source_arn",
            )  # fmt: skip

    def _admit_to_key(self, service: str) -> None:
        # EventBridge sends neither SourceAccount nor SourceArn to the key of a topic, but
        # every use of it names the topic in the encryption context. The topic's own ARN
        # would close a circle: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        topics = f"arn:{pseudo('PARTITION')}:sns:{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}:*"
        statement = iam.PolicyStatement(
            actions=list(_PUBLISH_KEY_ACTIONS),
            principals=[service_principal(service)],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}},
        )
        remembered(
            self._key,
            f"publishes to topics: {service}",
            lambda: self._key.add_to_resource_policy(statement, True),  # noqa: FBT003 - see above
        )


def _check_retention(scope: Construct, id: str, days: int, *, fifo: bool | None) -> None:
    if not fifo:
        raise refusal(
            SecureTopic, scope, id, "message_retention_period_in_days", days,
            because="only a FIFO topic keeps messages to replay them",
            instead="leave it out, or pass fifo=True",
        )  # fmt: skip
    check_number(
        SecureTopic, scope, id, "message_retention_period_in_days", days,
        least=1, most=365, unit="days",
    )  # fmt: skip


def _recipe(subscriber: object) -> partial[sns.ITopicSubscription] | None:
    if callable(subscriber):
        return partial(subscriber)
    make = for_kind_of(subscriber, _SUBSCRIBERS)
    return None if make is None else partial(make, subscriber)


def _account() -> str:
    return pseudo("ACCOUNT_ID")
