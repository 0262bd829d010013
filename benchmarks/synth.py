"""
What the guardrails cost a synth, against no guardrails and against cdk-nag in the same run.

Run ``python -m benchmarks.synth``.
The app has 450 resources, once of L2s set up with care, so that nothing is found,
and once of L2s as they come, so that a lot is. Each function has code of its own.

A run is a whole ``cdk synth`` as a user starts it: the CLI, the app in Python and the kernel in
Node. The table gives its CPU seconds in all three and the seconds on the clock, as medians, and
what a variant adds to plain in the median of the rounds. The rounds are run twice: with CDK's own
validation, as CDK comes, and without it, where everything else weighs more. Beside it stand the
messages to the jsii kernel during ``app.synth()``, and the findings.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda, aws_lambda_destinations, aws_s3, aws_sqs
from jsii._kernel.providers.process import _NodeProcess

MOST_MESSAGES = 9
MOST_ADDED = 1.02


CDK = ("npx", "--yes", "aws-cdk@2.1148.1", "synth", "--quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a variant cost."""

    messages: int
    findings: int
    cpu: float
    clock: float


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


HANDLER = """
import json, os

import boto3

FILES = boto3.client("s3")


def handler(event, context):
    found = FILES.get_object(Bucket=os.environ["BUCKET"], Key=f"{number}/{{event['key']}}")
    return json.loads(found["Body"].read())
"""


def build(app: cdk.App, resources: int, *, careful: bool) -> None:
    """Give an app that many resources, of L2s as they come or set up with care."""
    stack = cdk.Stack(app, "Bench")
    shared: dict[str, dict[str, Any]] = {"bucket": {}, "queue": {}, "function": {}}
    if careful:
        blocked: dict[str, Any] = {
            "block_public_access": aws_s3.BlockPublicAccess.BLOCK_ALL,
            "encryption": aws_s3.BucketEncryption.S3_MANAGED,
            "enforce_ssl": True,
            "minimum_tls_version": 1.2,
        }
        encrypted: dict[str, Any] = {
            "encryption": aws_sqs.QueueEncryption.SQS_MANAGED,
            "enforce_ssl": True,
        }
        logs = aws_s3.Bucket(stack, "Logs", **blocked)
        dead = aws_sqs.Queue(stack, "Dead", **encrypted)
        shared["bucket"] = {**blocked, "server_access_logs_bucket": logs}
        shared["queue"] = {
            **encrypted,
            "dead_letter_queue": aws_sqs.DeadLetterQueue(max_receive_count=3, queue=dead),
        }
        shared["function"] = {
            "on_failure": aws_lambda_destinations.SqsDestination(dead),
            "reserved_concurrent_executions": 5,
            "tracing": aws_lambda.Tracing.ACTIVE,
        }
    number = 0
    # Policies, and where failed events go, come with the careful ones.
    while number * (8 if careful else 5) < resources:
        bucket = aws_s3.Bucket(stack, f"Bucket{number}", **shared["bucket"])
        aws_sqs.Queue(stack, f"Queue{number}", **shared["queue"])
        function = aws_lambda.Function(
            stack,
            f"Function{number}",
            code=aws_lambda.Code.from_inline(HANDLER.format(number=number)),
            environment={"BUCKET": bucket.bucket_name},
            handler="index.handler",
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            **shared["function"],
        )
        if careful:
            files = aws_s3.BucketGrants.from_bucket(bucket)
            files.actions_on_object_keys(function, "*", "s3:GetObject")
        else:
            bucket.grant_read(function)
        number += 1


def run_here(variant: str, resources: int, *, careful: bool) -> tuple[int, int]:
    """Build and synthesize once, as the app of a CLI; give messages of the synth and findings."""
    app = cdk.App()
    # As an app does, so that the lines of all constructs are recorded.
    VARIANTS[variant](app)
    build(app, resources, careful=careful)
    sent = 0
    send = _NodeProcess.send

    def counting(self: Any, request: Any, response_type: Any) -> Any:
        nonlocal sent
        sent += 1
        return send(self, request, response_type)

    _NodeProcess.send = counting  # type: ignore[method-assign]
    app.synth()
    _NodeProcess.send = send  # type: ignore[method-assign]
    report = Path(app.outdir, "validation-report.json")
    plugins = json.loads(report.read_text())["pluginReports"] if report.exists() else []
    found = sum(
        len(violation["violatingConstructs"])
        for plugin in plugins
        if not plugin["pluginName"].startswith("CloudFormation")
        for violation in plugin["violations"]
    )
    return sent, found


def run(variant: str, resources: int, *, careful: bool, validated: bool) -> Cost:
    """Run a variant through the CLI."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures")
        app = [sys.executable, "-m", "benchmarks.synth", "--one", variant, "--into", str(figures)]
        app += ["--resources", str(resources), *(["--careful"] if careful else [])]
        command = [*CDK, "--app", shlex.join(app), "--output", str(Path(folder, "cdk.out"))]
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(
            [*command, *([] if validated else ["--no-validation"])],
            check=False,  # something may be found
            cwd=folder,  # away from the settings of this project
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        messages, findings = figures.read_text().split()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(messages=int(messages), findings=int(findings), cpu=spent, clock=clock)


def show(title: str, costs: dict[str, list[Cost]]) -> bool:
    """Print the table; give whether a bound is broken."""
    print(f"\n{title}, {len(costs['plain'])} rounds\n")
    print(f"{'variant':22}{'messages':>9}{'findings':>9}{'CPU s':>8}{'added':>8}{'clock s':>9}")
    failed = False
    for variant, runs in costs.items():
        messages = max(cost.messages for cost in runs)
        ratio = statistics.median(
            cost.cpu / base.cpu for cost, base in zip(runs, costs["plain"], strict=True)
        )
        print(
            f"{variant:22}{messages:>9}{runs[0].findings:>9}"
            f"{statistics.median(cost.cpu for cost in runs):>8.2f}{ratio - 1:>8.1%}"
            f"{statistics.median(cost.clock for cost in runs):>9.2f}"
        )
        if variant == "guard(app)":
            failed = messages > MOST_MESSAGES or ratio > MOST_ADDED
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=450)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--careful", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=VARIANTS, help=argparse.SUPPRESS)
    parser.add_argument("--into", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22,24")
    if options.one:
        figures = run_here(options.one, options.resources, careful=options.careful)
        Path(options.into).write_text(" ".join(map(str, figures)))
        return 0
    failed = False
    for careful, validated in ((True, True), (True, False), (False, False)):
        costs: dict[str, list[Cost]] = {"plain": [], **{name: [] for name in options.variants}}
        for _ in range(options.rounds):
            for variant, runs in costs.items():
                cost = run(variant, options.resources, careful=careful, validated=validated)
                runs.append(cost)
        made = "set up with care" if careful else "as they come"
        beside = "with" if validated else "without"
        title = f"{options.resources} resources, L2s {made}, {beside} CDK's own validation"
        failed |= show(title, costs) and careful and validated
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
