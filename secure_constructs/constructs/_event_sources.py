"""What bounds the queues and streams that Lambda polls for a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs

from secure_constructs.constructs._base import (
    check_number,
    is_token,
    known_seconds,
    refusal,
    seconds,
)
from secure_constructs.constructs.queue import SecureQueue

_ONE_DAY: Final = 24 * 60 * 60

# SQS event sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_LEAST_CONCURRENCY: Final = 2
_MOST_CONCURRENCY: Final = 1000

_STREAM_SWITCHES: Final = {
    "bisect_batch_on_error": "one bad record would take the whole batch down with it",
    "report_batch_item_failures": "what was handled already would be handled again",
}
_STREAM_NUMBERS: Final = (
    ("parallelization_factor", 1, 1, 10, "instances"),
    ("retry_attempts", 3, 0, 10_000, "retries"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSourceBounds:
    """
    What Lambda may start for the queues and streams of one function.

    Args:
        construct: The class of the function.
        function: The function.
        reserved: How many instances are reserved, or None for no limit.
        timeout: How long it may run.
    """

    construct: type
    function: lambda_.Function
    reserved: float | None
    timeout: cdk.Duration

    def check_queue(self, queue: sqs.IQueue, *, batching_window: cdk.Duration | None) -> None:
        """
        Refuse a queue whose messages would come again, and again.

        Args:
            queue: The queue.
            batching_window: How long Lambda waits for a full batch.

        Raises:
            ConstructError: It has no dead-letter queue, or shows messages again too early.
        """
        lost: object = queue
        if isinstance(queue, SecureQueue):
            lost = queue.undelivered
        elif isinstance(queue, sqs.Queue):
            lost = queue.dead_letter_queue
        if lost is None:
            raise refusal(
                self.construct,
                self.function,
                "",
                "queue",
                because="without a dead-letter queue a message that fails comes again for days",
                instead="use a SecureQueue, or give the queue a dead_letter_queue",
            )
        visibility = queue.visibility_seconds if isinstance(queue, SecureQueue) else None
        timeout = known_seconds(self.timeout)
        window = known_seconds(batching_window) if batching_window is not None else 0
        if visibility is None or timeout is None or window is None:
            return
        needed = 6 * timeout + window
        if visibility < needed:
            raise refusal(
                self.construct,
                self.function,
                "",
                "queue",
                because=f"its messages are hidden for {visibility} s, less than six times the "
                f"timeout of {timeout} s{f' and the window of {window} s' if window else ''}, so a "
                "message that is still being handled comes again",
                instead=f"set visibility_timeout=Duration.seconds({needed}) on the queue, "
                "or a shorter timeout",
            )

    def concurrency(self, asked: float | None) -> float | None:
        """
        How many instances a queue may start.

        Args:
            asked: How many the caller asked for, if any.

        Raises:
            ConstructError: Nothing bounds them, or not enough are reserved.
        """
        reserved = self.reserved
        if reserved is None:
            if asked is None:
                raise refusal(
                    self.construct,
                    self.function,
                    "",
                    "max_concurrency",
                    None,
                    because="nothing else limits how many instances the queue can start",
                    instead=f"pass a number from {_LEAST_CONCURRENCY} to {_MOST_CONCURRENCY}",
                )
            return asked
        if is_token(reserved) or is_token(asked):
            return reserved if asked is None else asked
        if reserved < _LEAST_CONCURRENCY:
            raise refusal(
                self.construct,
                self.function,
                "",
                "queue",
                because=f"Lambda polls a queue for at least {_LEAST_CONCURRENCY} instances, more "
                f"than the {reserved} reserved, and messages are lost to throttling",
                instead=f"set reserved_concurrent_executions to {_LEAST_CONCURRENCY} or more; "
                "a FIFO queue with one message group keeps messages in order",
            )
        if asked is not None and asked > reserved:
            raise refusal(
                self.construct,
                self.function,
                "",
                "max_concurrency",
                asked,
                because=f"only {reserved} instances are reserved, and messages are lost to "
                "throttling",
                instead=f"pass at most {reserved}",
            )
        return asked if asked is not None else min(reserved, _MOST_CONCURRENCY)

    def bound_stream(self, options: dict[str, Any]) -> None:
        """
        Complete the options of a stream, so that one bad record is tried, halved and given up.

        Args:
            options: What the caller asked for; completed in place.

        Raises:
            ConstructError: A bound is turned off, or a number is out of its range.
        """
        for option, gives_up in _STREAM_SWITCHES.items():
            if options.get(option) is False:
                raise refusal(
                    self.construct,
                    self.function,
                    "",
                    option,
                    options[option],
                    because=gives_up,
                    instead="leave it out, and return batchItemFailures from the handler",
                )
            options[option] = True
        for option, default, least, most, unit in _STREAM_NUMBERS:
            if options.get(option) is None:
                options[option] = default
            check_number(
                self.construct,
                self.function,
                "",
                option,
                options[option],
                least=least,
                most=most,
                unit=unit,
            )
        factor = options["parallelization_factor"]
        if self.reserved is not None and not is_token(self.reserved) and not is_token(factor):
            self.check_shards(None, factor)
        if options.get("max_record_age") is None:
            options["max_record_age"] = seconds(_ONE_DAY)
        if options.get("on_failure") is None:
            options["on_failure"] = event_sources.SqsDlq(SecureQueue.dead_letters_of(self.function))

    def check_shards(self, stream: Any, factor: float) -> None:
        """
        Refuse more instances than are reserved, as far as the number of shards is known.

        Args:
            stream: The stream, or None where only its ARN is known.
            factor: How many instances work on one shard.

        Raises:
            ConstructError: Too few are reserved.
        """
        shards = getattr(stream, "shards", None) or 1
        reserved = self.reserved
        if reserved is None or any(is_token(number) for number in (shards, factor, reserved)):
            return
        if shards * factor > reserved:
            raise refusal(
                self.construct,
                self.function,
                "",
                "parallelization_factor",
                factor,
                because=f"Lambda would start {shards * factor} instances, one for each of "
                f"{shards} shards times {factor}, and only {reserved} are reserved, so records "
                "are lost to throttling",
                instead=f"set reserved_concurrent_executions to {shards * factor} or more",
            )
