"""
What our constructs cost against the hand-written L2s that give the same resources.

Run ``python -m benchmarks.constructs``. For each pair it prints the jsii kernel messages
of one more construct in a stack that has one already, of the first, and the CPU seconds
(Python and Node together) of building and synthesizing an app with many of them. Both
sides are checked to give the same resource types.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from jsii._kernel.providers.process import _NodeProcess
from jsii._runtime import kernel

from secure_constructs.constructs import SecureBucket, SecureFunction

MOST_MESSAGES = 2
MOST_CPU = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One construct, and what gives the same resources without it."""

    name: str
    ours: Callable[[cdk.Stack, str], object]
    by_hand: Callable[[cdk.Stack, str], object]


def secure_function(stack: cdk.Stack, name: str) -> None:
    SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
        timeout=cdk.Duration.seconds(10),
    )


DEAD_LETTERS: dict[cdk.Stack, sqs.IQueue] = {}


def function_by_hand(stack: cdk.Stack, name: str) -> None:
    if name == "C0":
        DEAD_LETTERS[stack] = sqs.Queue(
            stack,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            receive_message_wait_time=cdk.Duration.seconds(20),
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.DENY_ALL
            ),
            retention_period=cdk.Duration.days(14),
            visibility_timeout=cdk.Duration.minutes(3),
        )
    role = iam.Role(stack, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group = logs.LogGroup(
        stack,
        f"{name}LogGroup",
        removal_policy=cdk.RemovalPolicy.RETAIN,
        retention=logs.RetentionDays.THREE_MONTHS,
    )
    log_group.grant_write(role)
    lambda_.Function(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        max_event_age=cdk.Duration.hours(1),
        memory_size=256,
        on_failure=destinations.SqsDestination(DEAD_LETTERS[stack]),
        recursive_loop=lambda_.RecursiveLoop.TERMINATE,
        reserved_concurrent_executions=5,
        retry_attempts=1,
        role=role,
        system_log_level_v2=lambda_.SystemLogLevel.WARN,
        timeout=cdk.Duration.seconds(10),
        tracing=lambda_.Tracing.ACTIVE,
    )


def secure_bucket(stack: cdk.Stack, name: str) -> None:
    SecureBucket(stack, name)


LOGS: dict[cdk.Stack, s3.IBucket] = {}


def bucket_by_hand(stack: cdk.Stack, name: str) -> None:
    if name == "C0":
        LOGS[stack] = hardened_bucket(
            stack,
            "AccessLogs",
            lifecycle=s3.LifecycleRule(
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                expiration=cdk.Duration.days(365),
                noncurrent_version_expiration=cdk.Duration.days(7),
            ),
        )
    hardened_bucket(
        stack,
        name,
        lifecycle=s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
            expired_object_delete_marker=True,
            noncurrent_version_expiration=cdk.Duration.days(90),
        ),
        server_access_logs_bucket=LOGS[stack],
        server_access_logs_prefix=f"{name}/",
    )


def hardened_bucket(
    stack: cdk.Stack, name: str, *, lifecycle: s3.LifecycleRule, **logging: Any
) -> s3.Bucket:
    return s3.Bucket(
        stack,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        lifecycle_rules=[lifecycle],
        minimum_tls_version=1.2,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        versioned=True,
        **logging,
    )


PAIRS: list[Pair] = [
    Pair(name="SecureFunction", ours=secure_function, by_hand=function_by_hand),
    Pair(name="SecureBucket", ours=secure_bucket, by_hand=bucket_by_hand),
]

# One of the recommended flags: access logs are let in by a policy and not by an ACL.
CONTEXT = {"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True}


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the messages to the jsii kernel by kind."""
    messages: Counter[str] = Counter()
    send = _NodeProcess.send

    def counting(self: Any, request: Any, response_type: Any) -> Any:
        messages[type(request).__name__.removesuffix("Request")] += 1
        return send(self, request, response_type)

    _NodeProcess.send = counting  # type: ignore[method-assign]
    try:
        yield messages
    finally:
        _NodeProcess.send = send  # type: ignore[method-assign]


def cpu_seconds() -> float:
    """CPU time of this process and of jsii's Node process."""
    own = process_time()
    pid = kernel.provider._process._process.pid  # type: ignore[attr-defined]  # noqa: SLF001
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return own + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def new_stack(outdir: str) -> tuple[cdk.App, cdk.Stack]:
    app = cdk.App(outdir=outdir, builtin_cloud_formation_validation=False, context=CONTEXT)
    return app, cdk.Stack(app, "Bench")


def messages(make: Callable[[cdk.Stack, str], object]) -> tuple[Counter[str], Counter[str]]:
    """Messages of the first construct in a stack, and of one more."""
    with tempfile.TemporaryDirectory() as folder:
        _, stack = new_stack(folder)
        with counted() as first:
            make(stack, "C0")
        with counted() as next_:
            make(stack, "C1")
    return first, next_


def cpu(make: Callable[[cdk.Stack, str], object], count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        before = cpu_seconds()
        app, stack = new_stack(folder)
        for number in range(count):
            make(stack, f"C{number}")
        app.synth()
        return cpu_seconds() - before


def types(make: Callable[[cdk.Stack, str], object]) -> Counter[str]:
    with tempfile.TemporaryDirectory() as folder:
        app, stack = new_stack(folder)
        make(stack, "C0")
        make(stack, "C1")
        template = app.synth().get_stack_by_name("Bench").template
    return Counter(resource["Type"] for resource in template["Resources"].values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="constructs in an app")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    header = f"{'construct':16}{'messages: first':>20}{'one more':>16}{'CPU s':>18}{'ratio':>8}"
    print(header)
    failed = False
    for pair in PAIRS:
        assert types(pair.ours) == types(pair.by_hand), pair.name
        messages(pair.ours), messages(pair.by_hand)  # what is made once per process
        first_ours, more_ours = (sum(c.values()) for c in messages(pair.ours))
        first_hand, more_hand = (sum(c.values()) for c in messages(pair.by_hand))
        ours, hand = [], []
        for _ in range(options.rounds):
            hand.append(cpu(pair.by_hand, options.count))
            ours.append(cpu(pair.ours, options.count))
        ratio = statistics.median(a / b for a, b in zip(ours, hand, strict=True))
        print(
            f"{pair.name:16}{first_ours:>10} vs {first_hand:>3}{'':3}"
            f"{more_ours:>9} vs {more_hand:>3}"
            f"{statistics.median(ours):>9.3f} vs {statistics.median(hand):.3f}{ratio:>8.2f}"
        )
        failed |= more_ours - more_hand > MOST_MESSAGES or ratio > MOST_CPU
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
