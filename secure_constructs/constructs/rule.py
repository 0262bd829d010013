"""A rule that knows whose events it acts on, and loses none of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, cast

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as stock_targets

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
    resource_of,
    seconds,
    settle,
    stack_of,
)
from secure_constructs.constructs._targets import for_kind_of
from secure_constructs.constructs._undelivered import keep_undelivered
from secure_constructs.constructs.queue import SecureQueue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

    import aws_cdk as cdk
    from constructs import Construct

    from secure_constructs.constructs._targets import Target

RETRIES: Final = 10
"""How often a target is tried again."""

_ONE_HOUR: Final = 60 * 60
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
_MOST_RETRIES: Final = 185

_DECIDED: Final = {
    "role": Decision(because="a role for all targets may do what each of them needs"),
    "schedule": Decision(
        because="a schedule has no source that could be pinned",
        instead="use SecureSchedule",
    ),
}

_TARGETS: Final[Mapping[str, Callable[..., events.IRuleTarget]]] = {
    "function_arn": stock_targets.LambdaFunction,
    "state_machine_arn": stock_targets.SfnStateMachine,
    "queue_arn": stock_targets.SqsQueue,
    "topic_arn": stock_targets.SnsTopic,
}

# What nearly all of them take, and a few only some of.
_OPTIONS: Final = frozenset({"dead_letter_queue", "max_event_age", "retry_attempts"})

# What a filter on the source may say; the others let an unnamed sender in.
_NAMING_FILTERS: Final = frozenset({"equals-ignore-case", "prefix", "suffix"})


class SecureRule(events.Rule):
    """
    A rule that pins ``source`` and ``account``, and keeps what its targets did not take.

    List price: nothing by itself (us-east-1, 2026-11).

    - The pattern names the source of the events. Whoever may put an event on a bus can call
      it what they like; what the sender may say is decided by `SecureBus`
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-best-practices.html).
    - Events of other accounts are taken only where the pattern names them.
    - A target is tried again ten times within an hour; then the event waits 14 days in a
      queue of the rule's own
      (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
      A target of ``aws_events_targets`` that says otherwise itself, with `retry_attempts`,
      `max_event_age` or `dead_letter_queue`, has its way.

    A target is given as it is (a function, a state machine, a queue or a topic), or as any target
    of ``aws_events_targets`` that is yet to be made, with whatever it is to say:
    ``partial(targets.KinesisStream, stream, partition_key_path="$.detail.id")``. One that is made
    already is taken too, and takes half as long again to build, since it must be asked what it
    says.

    Args:
        scope: Where the rule is defined.
        id: Its id there; part of the logical id.
        event_pattern: Which events; ``source`` is required.
        cross_stack_scope: Where to define the rule when its target is in another stack.
            Default: in the scope.
        description: What it is for.
            Default: none.
        enabled: Whether it acts.
            Default: it does.
        event_bus: The bus it listens to.
            Default: the account's default bus, where AWS services send.
        max_event_age: How long an event is tried again, 1 minute to 24 hours.
            Default: 1 hour.
        retry_attempts: How often a target is tried again, 0 to 185.
            Default: 10 times.
        rule_name: Its name.
            Default: CloudFormation makes one up.
        targets: What acts on the events, at most five.
            Default: nothing yet; see `add_target`.

    Raises:
        ConstructError: The pattern takes events from anyone, or a prop would undo one of
            these.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        event_pattern: events.EventPattern | Mapping[str, Any],
        cross_stack_scope: Construct | None = None,
        description: str | None = None,
        enabled: bool | None = None,
        event_bus: events.IEventBus | None = None,
        max_event_age: cdk.Duration | None = None,
        retry_attempts: int = RETRIES,
        rule_name: str | None = None,
        targets: Sequence[Target | Callable[..., events.IRuleTarget] | events.IRuleTarget] = (),
        **decided: Never,
    ) -> None:
        refuse_decided(SecureRule, scope, id, decided, _DECIDED)
        check_number(
            SecureRule, scope, id, "retry_attempts", retry_attempts,
            least=0, most=_MOST_RETRIES, unit="retries",
        )  # fmt: skip
        check_duration(
            SecureRule, scope, id, "max_event_age", max_event_age, least=60, most=24 * _ONE_HOUR
        )
        pattern = _as_pattern(event_pattern)
        _check_source(scope, id, pattern.source)
        self._undelivered: SecureQueue | None = None
        self._keeps_undelivered = False
        age = _ONE_HOUR if max_event_age is None else max_event_age.to_seconds()
        self._retry = {"MaximumEventAgeInSeconds": age, "MaximumRetryAttempts": retry_attempts}
        self._retry_attempts = retry_attempts
        self._max_event_age = max_event_age or seconds(_ONE_HOUR)
        self._bound = 0
        to_make = any(_recipe(target) for target in targets)
        stock = cast("list[events.IRuleTarget]", [] if to_make else list(targets))
        super().__init__(
            scope,
            id,
            cross_stack_scope=cross_stack_scope,
            description=description,
            enabled=enabled,
            event_bus=event_bus,
            event_pattern=_in_this_account(pattern),
            rule_name=rule_name,
            targets=stock,
        )
        settle(self, scope)
        acknowledge(
            self,
            "Serverless-EventBusDLQ",
            reason="In the template its targets have a dead-letter queue; cdk-nag looks earlier.",
            scope=scope,
        )
        if stock:
            self._bind_targets()
        else:
            for target in targets:
                self.add_target(target)

    @property
    def undelivered(self) -> SecureQueue:
        """
        The queue of the events that no target took, made on first use.
        """
        queue = self._dead_letters()
        if not self._keeps_undelivered:
            self._keeps_undelivered = True
            keep_undelivered(queue, "events.amazonaws.com", source_arn=self.rule_arn)
        return queue

    def add_target(
        self, target: Target | Callable[..., events.IRuleTarget] | events.IRuleTarget | None = None
    ) -> None:
        """
        Act on the events.

        Args:
            target: What acts: a function, a state machine, a queue or a topic, or any target of
                ``aws_events_targets``, made or yet to be made.

        Raises:
            ConstructError: It is a FIFO queue, whose messages need a group, or a FIFO topic.
        """
        make = _recipe(target)
        if make is None:
            super().add_target(cast("events.IRuleTarget | None", target))
            if target is not None:
                self._bind_targets()
            return
        if not callable(target) and getattr(target, "fifo", False):
            raise refusal(
                SecureRule, self, "", "target", target,
                because="a FIFO queue takes messages of a named group only, and FIFO topics take "
                "no events",
                instead="pass partial(aws_events_targets.SqsQueue, queue, message_group_id=...)",
            )  # fmt: skip
        takes = _options_of(make.func)
        given: dict[str, Any] = {}
        if "dead_letter_queue" in takes - make.keywords.keys():
            # The CDK's target lets the rule, and nothing else, leave events in the queue.
            self._keeps_undelivered = True
            given["dead_letter_queue"] = self._dead_letters()
        if "max_event_age" in takes - make.keywords.keys():
            given["max_event_age"] = self._max_event_age
        if "retry_attempts" in takes - make.keywords.keys():
            given["retry_attempts"] = self._retry_attempts
        super().add_target(make(**given))
        if takes != _OPTIONS:
            self._bind_targets()

    def _dead_letters(self) -> SecureQueue:
        if self._undelivered is None:
            self._undelivered = SecureQueue(self, "DeadLetters", holds_dead_letters=True)
        return self._undelivered

    def _bind_targets(self) -> None:
        # A target that were wrapped in Python would be asked for each of its fields. The list
        # is looked at as the CDK renders it; what a target says itself stays.
        resource: events.CfnRule = resource_of(self)
        rendered = stack_of(self).resolve(resource.targets) or []
        for place, target in enumerate(rendered[self._bound :], start=self._bound):
            given: dict[str, Any] = {}
            if "deadLetterConfig" not in target:
                given["DeadLetterConfig"] = {"Arn": self.undelivered.queue_arn}
            if "retryPolicy" not in target:
                given["RetryPolicy"] = self._retry
            if given:
                resource.add_property_override(f"Targets.{place}", given)
        self._bound = len(rendered)

    @PythonOnly
    def add_event_pattern(self, /, **pattern: Any) -> None:
        """
        Take more events, or fewer.

        Args:
            pattern: As for a plain rule.

        Raises:
            ConstructError: It would take events from anyone.
        """
        if pattern.get("source") is not None:
            _check_source(self, "", pattern["source"])
        events.Rule.add_event_pattern(self, **pattern)


def _recipe(target: object) -> partial[events.IRuleTarget] | None:
    if callable(target):
        return partial(target)
    make = for_kind_of(target, _TARGETS)
    return None if make is None else partial(make, target)


@cache
def _options_of(make: Callable[..., object]) -> frozenset[str]:
    # What calls a class of the CDK takes anything.
    takes = make.__init__ if isinstance(make, type) else make  # type: ignore[misc]
    return _OPTIONS.intersection(inspect.signature(takes).parameters)


def _as_pattern(pattern: events.EventPattern | Mapping[str, Any]) -> events.EventPattern:
    return events.EventPattern(**pattern) if isinstance(pattern, Mapping) else pattern


def _in_this_account(pattern: events.EventPattern) -> events.EventPattern:
    if pattern.account is not None:
        return pattern
    values: dict[str, Any] = dict(pattern._values)  # noqa: SLF001 - a struct has no other way
    return events.EventPattern(**{**values, "account": [pseudo("ACCOUNT_ID")]})


def _check_source(scope: Construct, id: str, source: Sequence[str] | None) -> None:
    # A filter such as Match.prefix is a token that stands for the list.
    known: Any = stack_of(scope).resolve(source) if is_token(source) else source
    if known and all(_names_sender(item) for item in known):
        return
    raise refusal(
        SecureRule, scope, id, "event_pattern", _said(known),
        because="its source lets events in from whoever can put one on the bus",
        instead='pin it: EventPattern(source=["shop.orders"], ...)',
    )  # fmt: skip


def _names_sender(item: object) -> bool:
    if isinstance(item, Mapping):
        ((filter_name, value),) = item.items()
        named = value.get("equals-ignore-case") if isinstance(value, Mapping) else value
        return filter_name in _NAMING_FILTERS and bool(named)
    return bool(item)


def _said(source: object) -> str:
    return f"source={source!r}" if source else "no source"
