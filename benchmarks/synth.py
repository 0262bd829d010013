"""
What the guardrails cost a synth, against no guardrails and against cdk-nag in the same run.

Run ``python -m benchmarks.synth``.
The app has 450 resources, once of L2s set up with care, so that nothing is found,
and once of L2s as they come, so that a lot is.
For each variant it prints the messages to the jsii kernel during ``app.synth()``,
the CPU seconds (Python and Node together) of that call,
and those of the whole process as a user starts it, imports included.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda, aws_s3, aws_sqs
from jsii._kernel.providers.process import _NodeProcess

MOST_MESSAGES = 9
MOST_ADDED = 1.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a variant cost."""

    messages: int
    synth: float
    whole: float
    findings: int


def plain(app: cdk.App) -> None:
    """Add nothing."""


def guarded(app: cdk.App) -> None:
    from secure_constructs import guard  # noqa: PLC0415 - its import is part of its cost

    guard(app)


def watched(app: cdk.App) -> None:
    from secure_constructs import GuardrailAspect  # noqa: PLC0415 - as above

    cdk.Aspects.of(app).add(GuardrailAspect())


def nagged(app: cdk.App) -> None:
    from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415 - as above

    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks())


VARIANTS: dict[str, Callable[[cdk.App], None]] = {
    "plain": plain,
    "guard(app)": guarded,
    "GuardrailAspect": watched,
    "cdk-nag AwsSolutions": nagged,
}


def build(folder: str, resources: int, *, careful: bool) -> Any:
    """Give an app of that many resources, with L2s as they come or set up with care."""
    app = cdk.App(outdir=folder, builtin_cloud_formation_validation=False)
    stack = cdk.Stack(app, "Bench")
    shared: dict[str, Any] = {"bucket": {}, "queue": {}, "function": {}}
    if careful:
        logs = aws_s3.Bucket(
            stack,
            "Logs",
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
        )
        dead = aws_sqs.Queue(stack, "Dead", enforce_ssl=True)
        shared["bucket"] = {
            "block_public_access": aws_s3.BlockPublicAccess.BLOCK_ALL,
            "enforce_ssl": True,
            "minimum_tls_version": 1.2,
            "server_access_logs_bucket": logs,
        }
        shared["queue"] = {
            "enforce_ssl": True,
            "dead_letter_queue": aws_sqs.DeadLetterQueue(max_receive_count=3, queue=dead),
        }
        shared["function"] = {
            "reserved_concurrent_executions": 5,
            "tracing": aws_lambda.Tracing.ACTIVE,
        }
    made, number = 0, 0
    while made < resources:
        bucket = aws_s3.Bucket(stack, f"Bucket{number}", **shared["bucket"])
        aws_sqs.Queue(stack, f"Queue{number}", **shared["queue"])
        function = aws_lambda.Function(
            stack,
            f"Function{number}",
            code=aws_lambda.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            **shared["function"],
        )
        bucket.grant_read(function)
        made += 7 if careful else 5  # policies of the bucket and the queue
        number += 1
    return app


def cpu_seconds() -> float:
    """CPU time of this process and of the Node processes jsii started."""
    spent, processes = process_time(), [os.getpid()]
    while processes:
        for children in Path(f"/proc/{processes.pop()}/task").glob("*/children"):
            for pid in children.read_text().split():
                stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                spent += (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
                processes.append(int(pid))
    return spent


def run_here(variant: str, resources: int, *, careful: bool) -> tuple[int, float, int]:
    """Build and synthesize once; give messages, CPU seconds and findings of the synth."""
    with tempfile.TemporaryDirectory() as folder:
        app = build(folder, resources, careful=careful)
        VARIANTS[variant](app)
        sent = 0
        send = _NodeProcess.send

        def counting(self: Any, request: Any, response_type: Any) -> Any:
            nonlocal sent
            sent += 1
            return send(self, request, response_type)

        _NodeProcess.send = counting  # type: ignore[method-assign]
        before = cpu_seconds()
        try:
            with contextlib.suppress(RuntimeError):
                app.synth()
            spent = cpu_seconds() - before
        finally:
            _NodeProcess.send = send  # type: ignore[method-assign]
        report = Path(folder, "validation-report.json")
        plugins = json.loads(report.read_text())["pluginReports"] if report.exists() else []
        found = sum(
            len(violation["violatingConstructs"])
            for plugin in plugins
            for violation in plugin["violations"]
        )
    return sent, spent, found


def run(variant: str, resources: int, *, careful: bool) -> Cost:
    """Run a variant in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.synth", "--one", variant]
    command += ["--resources", str(resources), *(["--careful"] if careful else [])]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    messages, synth, findings = done.stdout.split()
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(messages=int(messages), synth=float(synth), whole=whole, findings=int(findings))


def show(title: str, costs: dict[str, list[Cost]]) -> bool:
    """Print the table; give whether a bound is broken."""
    print(f"\n{title}, median of {len(costs['plain'])} runs, CPU seconds\n")
    print(f"{'variant':22}{'messages':>9}{'findings':>9}{'synth':>8}{'whole':>8}{'ratio':>8}")
    failed = False
    for variant, runs in costs.items():
        messages = max(cost.messages for cost in runs)
        ratio = statistics.median(
            cost.whole / base.whole for cost, base in zip(runs, costs["plain"], strict=True)
        )
        print(
            f"{variant:22}{messages:>9}{runs[0].findings:>9}"
            f"{statistics.median(cost.synth for cost in runs):>8.3f}"
            f"{statistics.median(cost.whole for cost in runs):>8.2f}{ratio:>8.3f}"
        )
        if variant == "guard(app)":
            failed = messages > MOST_MESSAGES or ratio > MOST_ADDED
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=450)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--careful", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=VARIANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22,24")
    os.environ.setdefault("CDK_VALIDATION", "false")
    if options.one:
        with contextlib.redirect_stderr(io.StringIO()):
            found = run_here(options.one, options.resources, careful=options.careful)
        print(*found)
        return 0
    failed = False
    for careful in (True, False):
        costs: dict[str, list[Cost]] = {variant: [] for variant in VARIANTS}
        for _ in range(options.rounds):
            for variant in VARIANTS:
                costs[variant].append(run(variant, options.resources, careful=careful))
        made = "set up with care" if careful else "as they come"
        failed |= show(f"{options.resources} resources, L2s {made}", costs) and careful
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
