"""A queue that speaks TLS only, encrypts, and keeps what could not be handled."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_duration,
    check_number,
    everyone,
    known_seconds,
    pseudo,
    refusal,
    refuse_decided,
    remembered,
    resource_of,
    seconds,
    settle,
    shared,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.constructs.grants import SecureQueueGrants, role_arn_of

if TYPE_CHECKING:
    from typing import Never

    from aws_cdk import aws_kms as kms
    from constructs import Construct

RECEIVES: Final = 5
"""How often a message is tried before it goes to the dead-letter queue."""

# The id's forty first letters, and two marks of nine; a name may have eighty characters.
_NAME_LENGTH: Final = 58
_ONE_DAY: Final = 24 * 60 * 60
_FOURTEEN_DAYS: Final = 14 * _ONE_DAY

_DECIDED: Final = {
    "enforce_ssl": Decision(because="plain HTTP must stay refused"),
    "encryption": Decision(
        because="the queue is always encrypted",
        instead="pass encryption_master_key for a key of your own",
    ),
    "redrive_allow_policy": Decision(
        because="only this queue may use its dead-letter queue",
        instead="pass dead_letter_queue to use one of your own",
    ),
}


class SecureQueue(sqs.Queue):
    """
    A queue with a dead-letter queue of its own.

    List price: nothing by the month; 0.40 USD for a million requests after the first
    million, 0.50 USD for FIFO (us-east-1, 2026-11).

    - Requests without TLS are denied
      (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html).
    - Messages are encrypted at rest: with your key, or with keys SQS manages at no cost.
    - A message that fails five times moves to a dead-letter queue, which keeps it for 14
      days and which no other queue can use
      (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
      For this the queue has a name that is unique to the stack: a dead-letter queue can
      name its source before CloudFormation has made it only if the name is known.
    - Nobody may send but whom `grants` or `accept_only` name.

    Attributes:
        undelivered: Where a message goes that failed too often; None for a dead-letter queue.

    Args:
        scope: Where the queue is defined.
        id: Its id there; part of the logical id. The dead-letter queue is
            ``<id>DeadLetters`` beside it.
        content_based_deduplication: Whether a FIFO queue compares bodies to find duplicates.
            Default: the sender gives a deduplication id.
        data_key_reuse: How long SQS reuses a data key before it asks KMS again.
            Default: 5 minutes; only with `encryption_master_key`.
        dead_letter_queue: A queue for what could not be handled, and after how many tries.
            Default: one is made, after five tries.
        deduplication_scope: Whether a FIFO queue looks for duplicates in each group.
            Default: in the whole queue.
        delivery_delay: How long a new message stays hidden.
            Default: not at all.
        encryption_master_key: A KMS key. Services that send to the queue need it too:
            see `SecureKeyGrants.service`.
            Default: keys that SQS manages.
        fifo: Whether messages keep their order and come once.
            Default: they may overtake each other and come twice.
        fifo_throughput_limit: Whether the limit of a FIFO queue counts by group.
            Default: it counts for the whole queue.
        holds_dead_letters: Whether the queue is itself a dead-letter queue: it has none
            of its own, keeps messages for 14 days, and no other queue redrives to it.
            Default: it is not.
        max_message_size_bytes: The largest message, 1,024 to 1,048,576 bytes.
            Default: 1,048,576 bytes.
        queue_name: Its name in the account and Region.
            Default: its id, a mark of its place and a mark of the stack.
        receive_message_wait_time: How long a receive waits for a message.
            Default: 20 seconds, which costs the fewest requests.
        removal_policy: What becomes of the queue and its messages with the stack.
            Default: they are deleted.
        retention_period: How long a message is kept.
            Default: 4 days; 14 days for dead letters.
        visibility_timeout: How long a received message stays hidden: at least six times
            the timeout of a function that consumes it
            (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
            Default: 3 minutes, right for functions of up to 30 seconds.

    Raises:
        ConstructError: The props contradict each other, or one is given that the
            construct decides.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        content_based_deduplication: bool | None = None,
        data_key_reuse: cdk.Duration | None = None,
        dead_letter_queue: sqs.DeadLetterQueue | None = None,
        deduplication_scope: sqs.DeduplicationScope | None = None,
        delivery_delay: cdk.Duration | None = None,
        encryption_master_key: kms.IKey | None = None,
        fifo: bool | None = None,
        fifo_throughput_limit: sqs.FifoThroughputLimit | None = None,
        holds_dead_letters: bool = False,
        max_message_size_bytes: int | None = None,
        queue_name: str | None = None,
        receive_message_wait_time: cdk.Duration | None = None,
        removal_policy: cdk.RemovalPolicy | None = None,
        retention_period: cdk.Duration | None = None,
        visibility_timeout: cdk.Duration | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureQueue, scope, id, decided, _DECIDED)
        if holds_dead_letters and dead_letter_queue is not None:
            raise refusal(
                SecureQueue,
                scope,
                id,
                "dead_letter_queue",
                because="holds_dead_letters says it is the end of the line",
                instead="leave out one of the two",
            )
        if data_key_reuse is not None and encryption_master_key is None:
            raise refusal(
                SecureQueue,
                scope,
                id,
                "data_key_reuse",
                because="without a key of yours there are no requests to KMS to save",
                instead="leave it out, or pass encryption_master_key",
            )
        for prop, duration, least, most in (
            ("data_key_reuse", data_key_reuse, 60, _ONE_DAY),
            ("delivery_delay", delivery_delay, 0, 15 * 60),
            ("receive_message_wait_time", receive_message_wait_time, 0, 20),
            ("retention_period", retention_period, 60, _FOURTEEN_DAYS),
            ("visibility_timeout", visibility_timeout, 0, _ONE_DAY // 2),
        ):
            check_duration(SecureQueue, scope, id, prop, duration, least=least, most=most)
        if max_message_size_bytes is not None:
            check_number(
                SecureQueue,
                scope,
                id,
                "max_message_size_bytes",
                max_message_size_bytes,
                least=1024,
                most=1_048_576,
                unit="bytes",
            )
        encryption = (
            sqs.QueueEncryption.KMS if encryption_master_key else sqs.QueueEncryption.SQS_MANAGED
        )
        redrive_allow_policy = None
        if holds_dead_letters:
            retention_period = retention_period or seconds(_FOURTEEN_DAYS)
            redrive_allow_policy = sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.DENY_ALL
            )
        elif dead_letter_queue is None:
            queue_name = queue_name or unique_name(scope, id, longest=_NAME_LENGTH) + (
                ".fifo" if fifo else ""
            )
            dead_letter_queue = sqs.DeadLetterQueue(
                max_receive_count=RECEIVES,
                queue=_dead_letters(
                    scope,
                    f"{id}DeadLetters",
                    source_name=queue_name,
                    fifo=fifo,
                    encryption_master_key=encryption_master_key,
                ),
            )
        self.undelivered: Final = None if dead_letter_queue is None else dead_letter_queue.queue
        self._visibility_timeout = visibility_timeout or seconds(180)
        super().__init__(
            scope,
            id,
            content_based_deduplication=content_based_deduplication,
            data_key_reuse=data_key_reuse,
            dead_letter_queue=dead_letter_queue,
            deduplication_scope=deduplication_scope,
            delivery_delay=delivery_delay,
            encryption=encryption,
            encryption_master_key=encryption_master_key,
            enforce_ssl=True,
            fifo=fifo,
            fifo_throughput_limit=fifo_throughput_limit,
            max_message_size_bytes=max_message_size_bytes,
            queue_name=queue_name,
            receive_message_wait_time=receive_message_wait_time or seconds(20),
            redrive_allow_policy=redrive_allow_policy,
            removal_policy=removal_policy,
            retention_period=retention_period,
            visibility_timeout=self._visibility_timeout,
        )
        settle(self, scope)
        remembered(self, "key", lambda: encryption_master_key)
        if holds_dead_letters:
            acknowledge(
                self,
                "AwsSolutions-SQS3",
                "Serverless-SQSRedrivePolicy",
                reason="This queue holds dead letters: it is the end of the line.",
                scope=scope,
            )

    @staticmethod
    def dead_letters_of(scope: Construct) -> SecureQueue:
        """
        The queue where the functions of a stack leave the events they could not handle.

        Args:
            scope: Any construct in the stack.
        """
        return shared(
            scope, "DeadLetters", lambda stack, id: SecureQueue(stack, id, holds_dead_letters=True)
        )

    @cached_property
    def grants(self) -> SecureQueueGrants:
        """
        Exact grants on the queue.
        """
        return SecureQueueGrants(self)

    @property
    def visibility_seconds(self) -> int | None:
        """
        How long a received message stays hidden, or None when only the deployment knows.
        """
        return known_seconds(self._visibility_timeout)

    def grant_send_messages(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal send, without the queue's attributes.

        Args:
            grantee: Who may send.
        """
        return self.grants.send_messages(grantee)

    def grant_consume_messages(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal receive and delete, as an event source of Lambda does.

        Args:
            grantee: Who may consume.
        """
        return self.grants.consume_messages(grantee)

    @PythonOnly
    def grant_purge(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal delete every message.

        Args:
            grantee: Who may purge.
        """
        return self.grants.purge(grantee)

    def accept_only(self, *senders: iam.IRole | lambda_.IFunction) -> None:
        """
        Deny sending to everyone of the account but these, and grant it to them.

        AWS services that `SecureQueueGrants.send_from_service` admits are not concerned.
        Whoever redrives dead letters to this queue by hand must be among the senders.

        Args:
            senders: The functions or roles that send.

        Raises:
            ConstructError: Nobody was named, or a function was imported without its role.
        """
        arns = [role_arn_of(sender) for sender in senders]
        if not arns or None in arns:
            raise refusal(
                SecureQueue,
                self,
                "",
                "senders",
                because="each sender is known by its role",
                instead="name at least one role, or a function whose role is known",
            )
        for sender in senders:
            self.grants.send_messages(sender)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyItsSenders",
                effect=iam.Effect.DENY,
                actions=["sqs:SendMessage"],
                principals=[everyone()],
                resources=[self.queue_arn],
                conditions={
                    "ArnNotEquals": {"aws:PrincipalArn": arns},
                    "Bool": {"aws:PrincipalIsAWSService": "false"},
                },
            )
        )


def _dead_letters(
    scope: Construct,
    id: str,
    *,
    source_name: str,
    fifo: bool | None,
    encryption_master_key: kms.IKey | None,
) -> SecureQueue:
    queue = SecureQueue(
        scope,
        id,
        encryption_master_key=encryption_master_key,
        fifo=fifo,
        holds_dead_letters=True,
    )
    place = f"{pseudo('PARTITION')}:sqs:{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}"
    resource: sqs.CfnQueue = resource_of(queue)
    resource.redrive_allow_policy = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"arn:{place}:{source_name}"],
    }
    return queue
