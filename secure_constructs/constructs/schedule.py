"""A schedule with a role of its own, bounded retries and a place for what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets

from secure_constructs.constructs._base import (
    Decision,
    check_duration,
    check_number,
    pseudo,
    refusal,
    refuse_decided,
    seconds,
    shared,
)
from secure_constructs.constructs._key_use import grant_key_through
from secure_constructs.constructs._targets import for_kind_of
from secure_constructs.constructs.queue import SecureQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Never

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct

    from secure_constructs.constructs._targets import Target

_ONE_HOUR: Final = 60 * 60

_DECIDED: Final = {
    "dead_letter_queue": Decision(
        because="what failed is always kept", instead="pass on_failure for a queue of your own"
    ),
    "role": Decision(
        because="every schedule has a role of its own, which may start its target and no other",
    ),
}

_TARGETS: Final[Mapping[str, Callable[..., scheduler.IScheduleTarget]]] = {
    "function_arn": targets.LambdaInvoke,
    "state_machine_arn": targets.StepFunctionsStartExecution,
    "queue_arn": targets.SqsSendMessage,
    "topic_arn": targets.SnsPublish,
}


class SecureSchedule(scheduler.Schedule):
    """
    A schedule that can start its target and nothing else, and gives up in time.

    List price: 1 USD for a million invocations after the first 14 million of a month
    (us-east-1, 2026-11).

    - Its role is its own and may start the one target. EventBridge Scheduler can assume it
      for a group of schedules at the least, so the schedules of a stack have a group of
      their own, and the trust names it and the account
      (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
    - An invocation that fails is tried again twice within an hour, then kept in a queue; a
      plain schedule tries 185 times in a day, and forgets
      (https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html).
    - The service has no log that could hold data. `SecureAlarms` watches its metrics.

    Args:
        scope: Where the schedule is defined.
        id: Its id there; part of the logical id. The role is ``<id>Role`` beside it.
        schedule: When to start the target.
        target: The function, state machine, queue or topic to start.
        description: What it is for.
            Default: none.
        enabled: Whether it starts the target at all.
            Default: it does.
        end: When it ends.
            Default: never.
        input: What to give the target.
            Default: nothing.
        key: The key that encrypts the input.
            Default: a key that the service owns.
        max_event_age: How long an invocation is tried again, 1 minute to 1 day.
            Default: 1 hour.
        on_failure: Where an invocation goes that could not be made.
            Default: a queue that the functions and schedules of the stack share.
        permissions_boundary: The most its role can ever be given.
            Default: the one that applies to its scope, if any.
        retry_attempts: How often an invocation is tried again, 0 to 185.
        schedule_group: Its group.
            Default: one that the schedules of the stack share.
        schedule_name: Its name.
            Default: the CDK makes one up.
        start: When it begins.
            Default: at once.
        time_window: Within what time the target may be started.
            Default: on the minute.

    Raises:
        ConstructError: A prop would undo one of these, or the target is of no known kind.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        schedule: scheduler.ScheduleExpression,
        target: Target,
        description: str | None = None,
        enabled: bool | None = None,
        end: datetime | None = None,
        input: scheduler.ScheduleTargetInput | None = None,  # noqa: A002 - the CDK's word
        key: kms.IKey | None = None,
        max_event_age: cdk.Duration | None = None,
        on_failure: sqs.IQueue | None = None,
        permissions_boundary: iam.IManagedPolicy | None = None,
        retry_attempts: int = 2,
        schedule_group: scheduler.IScheduleGroup | None = None,
        schedule_name: str | None = None,
        start: datetime | None = None,
        time_window: scheduler.TimeWindow | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureSchedule, scope, id, decided, _DECIDED)
        make = _maker(scope, id, target)
        check_number(
            SecureSchedule,
            scope,
            id,
            "retry_attempts",
            retry_attempts,
            least=0,
            most=185,
            unit="retries",
        )
        check_duration(
            SecureSchedule, scope, id, "max_event_age", max_event_age,
            least=60, most=24 * _ONE_HOUR,
        )  # fmt: skip
        group = schedule_group or shared(scope, "Schedules", _group)
        role = iam.Role(
            scope,
            f"{id}Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": pseudo("ACCOUNT_ID"),
                        "aws:SourceArn": group.schedule_group_arn,
                    }
                },
            ),
            permissions_boundary=permissions_boundary,
        )
        super().__init__(
            scope,
            id,
            description=description,
            enabled=enabled,
            end=end,
            schedule=schedule,
            schedule_group=group,
            schedule_name=schedule_name,
            start=start,
            target=make(
                target,
                dead_letter_queue=on_failure or SecureQueue.dead_letters_of(scope),
                input=input,
                max_event_age=max_event_age or seconds(_ONE_HOUR),
                retry_attempts=retry_attempts,
                role=role,
            ),
            time_window=time_window,
        )
        self.node.add_dependency(role)
        if key is not None:
            self._encrypt_input(key, role)

    def _encrypt_input(self, key: kms.IKey, role: iam.Role) -> None:
        # The CDK's own grant lets the role use the key for anything:
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
        resource: Any = self.node.default_child
        resource.kms_key_arn = key.key_arn
        grant_key_through("scheduler", "kms:Decrypt", key=key, grantee=role, resource=self)


def _group(stack: Construct, id: str) -> scheduler.ScheduleGroup:
    return scheduler.ScheduleGroup(stack, id, removal_policy=cdk.RemovalPolicy.DESTROY)


def _maker(scope: Construct, id: str, target: object) -> Callable[..., scheduler.IScheduleTarget]:
    if make := for_kind_of(target, _TARGETS):
        return make
    raise refusal(
        SecureSchedule,
        scope,
        id,
        "target",
        target,
        because="it is known what the role needs for a function, a state machine, a queue and "
        "a topic",
        instead="pass one of them",
    )
