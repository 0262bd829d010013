"""
What ``secure-constructs check`` costs, against cdk-nag and checkov on the same templates.

Run ``python -m benchmarks.check``.
Each tool judges a generated template of 60 resources and one of 5,000, in a process of its own
as a user starts it.
The table gives the CPU seconds of the process and all it starts (Node included), the seconds
on the clock, the peak of their memory together, and the ratio of each to ours.

checkov wants older versions of common packages, so it gets an environment of its own, made on
the first run; cdk-nag judges while an app is synthesized, so it gets an app that includes the
template.
A peer that cannot be installed here is left out, with a line that says so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MOST_CPU_OF_SMALL = 0.5
SIZES = (60, 5_000)
CHECKOV = "checkov==3.3.30"
MOST_SECONDS = 900
PAGE = os.sysconf("SC_PAGE_SIZE")

NAG_APP = """
import sys

import aws_cdk as cdk
from aws_cdk.cloudformation_include import CfnInclude
from cdk_nag import AwsSolutionsChecks

app = cdk.App(
    outdir=sys.argv[2],
    context={"@aws-cdk/core:stackResourceLimit": 0},
    analytics_reporting=False,
)
stack = cdk.Stack(app, "Shop")
CfnInclude(stack, "Template", template_file=sys.argv[1])
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks())
try:
    app.synth()
except RuntimeError:
    pass  # it found something
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a tool cost."""

    cpu: float
    clock: float
    memory: float


def template(resources: int) -> dict[str, Any]:
    """Give a template of small services: function, role, policy, table, bucket and queue."""
    found: dict[str, Any] = {}
    for n in range(resources // 6 + 1):
        found |= service(n)
    return {"Resources": dict(list(found.items())[:resources])}


def service(n: int) -> dict[str, Any]:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    grant = {
        "Effect": "Allow",
        "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
        "Resource": {"Fn::GetAtt": [f"Table{n}", "Arn"]},
    }
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    properties = {
        "AWS::DynamoDB::Table": {
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
        "AWS::IAM::Role": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}
        },
        "AWS::IAM::Policy": {
            "PolicyName": f"orders-{n}",
            "Roles": [{"Ref": f"Role{n}"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [grant]},
        },
        "AWS::Lambda::Function": {
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": {"Fn::GetAtt": [f"Role{n}", "Arn"]},
            "Code": {"S3Bucket": "code", "S3Key": "orders.zip"},
            "Environment": {"Variables": {"TABLE": {"Ref": f"Table{n}"}}},
        },
        "AWS::S3::Bucket": {"BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]}},
        "AWS::SQS::Queue": {"VisibilityTimeout": 60},
    }
    return {
        f"{kind.rpartition('::')[2]}{n}": {"Type": kind, "Properties": given}
        for kind, given in properties.items()
    }


def measured(command: list[str]) -> Cost | None:
    """Run a command; None when it does not end in time."""
    began = time.monotonic()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "CDK_VALIDATION": "false"},
        start_new_session=True,
    ) as process:
        peak = [0]
        watch = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
        stop = threading.Timer(MOST_SECONDS, process.kill)
        watch.start()
        stop.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        stop.cancel()
        watch.join()
    if process.returncode < 0:
        return None
    cpu = usage.ru_utime + usage.ru_stime
    memory = max(peak[0], usage.ru_maxrss * 1024) / 1024 / 1024
    return Cost(cpu=cpu, clock=time.monotonic() - began, memory=memory)


def _watch(pid: int, peak: list[int]) -> None:
    """Keep the highest memory of a process and all below it, as far as the system tells."""
    while Path(f"/proc/{pid}").exists():
        peak[0] = max(peak[0], sum(_memory(found) for found in _tree(pid)))
        time.sleep(0.02)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found.extend(map(int, children.read_text(encoding="ascii").split()))
            except OSError:
                continue  # it has ended meanwhile
    return found


def _memory(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * PAGE


def commands(folder: Path) -> dict[str, list[str]]:
    """Give the command of each tool that can run here, the template's file left out."""
    found = {"secure-constructs": [sys.executable, "-m", "secure_constructs", "check"]}
    if find_spec("cdk_nag"):
        app = folder / "nag_app.py"
        app.write_text(NAG_APP, encoding="utf-8")
        found["cdk-nag"] = [sys.executable, str(app)]
    else:
        print("cdk-nag is left out: pip install 'secure-constructs[nag]'")
    if checkov := _checkov():
        found["checkov"] = [
            *(str(checkov), "-m", "checkov.main"),
            *("--framework", "cloudformation", "--compact", "--quiet", "--skip-download", "-f"),
        ]
    return found


def _checkov() -> Path | None:
    environment = Path(tempfile.gettempdir()) / f"secure-constructs-{CHECKOV}"
    program = environment / "bin" / "python"
    if (environment / "bin" / "checkov").is_file():
        return program
    print(f"Installing {CHECKOV} in {environment}", file=sys.stderr)
    install = [str(program), "-m", "pip", "install", "--quiet", CHECKOV]
    for command in ([sys.executable, "-m", "venv", str(environment)], install):
        if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
            print(f"checkov is left out: {CHECKOV} cannot be installed here")
            return None
    return program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--alone", action="store_true", help="leave the peers out")
    parser.add_argument("--runs", type=int, default=3, help="the fastest of so many runs counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tools = commands(folder)
        if options.alone:
            tools = {"secure-constructs": tools["secure-constructs"]}
        print("| resources | tool | CPU s | ratio | clock s | peak MB | ratio |")
        print("|---:|---|---:|---:|---:|---:|---:|")
        for size in options.sizes:
            file = folder / f"{size}.json"
            file.write_text(json.dumps(template(size), indent=1), encoding="utf-8")
            ours: Cost | None = None
            for tool, command in tools.items():
                last = [str(folder / "cdk.out")] if tool == "cdk-nag" else []
                runs = options.runs if tool == "secure-constructs" or size < SIZES[1] else 1
                costs = [measured([*command, str(file), *last]) for _ in range(runs)]
                done = [cost for cost in costs if cost]
                if not done:
                    print(f"| {size:,} | {tool} | not done in {MOST_SECONDS} s | | | | |")
                    continue
                best = min(done, key=lambda cost: cost.cpu)
                ours = ours or best
                print(
                    f"| {size:,} | {tool} | {best.cpu:.2f} | {best.cpu / ours.cpu:.1f} "
                    f"| {best.clock:.2f} | {best.memory:.0f} | {best.memory / ours.memory:.1f} |",
                    flush=True,
                )
                if tool == "secure-constructs" and size == SIZES[0]:
                    assert best.cpu < MOST_CPU_OF_SMALL, "a small template takes too long"


if __name__ == "__main__":
    main()
