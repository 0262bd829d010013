"""
What the attack map costs, beside reading the template, and against checkov's graph checks.

Run ``python -m benchmarks.paths``.
The first table is measured inside one process, after a warm-up: milliseconds of CPU to read a
template and resolve its values, to draw the map, and to ask it every question, for apps of chains
(URL, function, queue, function, table) and for dense ones, where every function may write to many
queues. The ratio is that of the time for each resource to that of the smallest app of its kind:
near 1 is linear.
The second is the CPU of whole commands: ``secure-constructs paths`` and checkov, which builds a
graph of the same template too.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.check import commands, measured
from secure_constructs.paths.attack_map import AttackMap, map_of
from secure_constructs.template import Template

SIZES = (500, 5_000)
FAN_OUT = 12

T = TypeVar("T")


def app(resources: int, *, fan_out: int = 1) -> dict[str, Any]:
    """Give an app in which every function may send to some queues, each read by another."""
    count = resources // 7 + 1
    found: dict[str, Any] = {}
    for number in range(count):
        found |= link(number, [(number + hop + 1) % count for hop in range(fan_out)])
    return {"Resources": dict(list(found.items())[:resources])}


def link(number: int, onward: list[int]) -> dict[str, Any]:
    """Give a function with a URL, a role, a queue it reads, a table, and what it may send to."""
    queues = [arn(f"Queue{target}") for target in onward]
    statements = [
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queues},
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": arn(f"Table{number}")},
    ]
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = {"Ref": f"Role{number}"}
    bodies: dict[str, tuple[str, Mapping[str, Any]]] = {
        "Function": ("AWS::Lambda::Function", {"Role": arn(f"Role{number}")}),
        "Role": ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": [trust]}}),
        "Policy": (
            "AWS::IAM::Policy",
            {"PolicyName": "p", "Roles": [role], "PolicyDocument": {"Statement": statements}},
        ),
        "Queue": ("AWS::SQS::Queue", {}),
        "Source": (
            "AWS::Lambda::EventSourceMapping",
            {"FunctionName": {"Ref": f"Function{number}"}, "EventSourceArn": arn(f"Queue{number}")},
        ),
        "Table": ("AWS::DynamoDB::Table", {}),
        "Url": (
            "AWS::Lambda::Url",
            {"TargetFunctionArn": arn(f"Function{number}"), "AuthType": "NONE"},
        ),
    }
    return {
        f"{name}{number}": {"Type": kind, "Properties": properties}
        for name, (kind, properties) in bodies.items()
    }


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do something, and say how many milliseconds of CPU that took."""
    began = time.process_time()
    done = work()
    return done, 1_000 * (time.process_time() - began)


def resolved(body: Mapping[str, Any]) -> Template:
    template = Template(body)
    for resource in template.resources.values():
        assert resource.value is not None
    assert template.outgoing is not None
    return template


def asked(found: AttackMap) -> int:
    """Ask a map everything."""
    answers = [
        *found.inputs,
        *found.exposures,
        *found.loops,
        *found.side_doors,
        *found.skipped_checks,
        *map(found.cut, found.inputs),
    ]
    return len(answers) + sum(found.blast(function).size for function in found.functions)


def inside() -> None:
    print("| app | resources | edges | read ms | draw ms | ask ms | draw and ask, each |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for kind, fan_out in (("chains", 1), ("dense", FAN_OUT)):
        each = 0.0
        asked(map_of([resolved(app(SIZES[0], fan_out=fan_out))]))
        for size in SIZES:
            body = json.loads(json.dumps(app(size, fan_out=fan_out)))
            template, read = timed(lambda body=body: resolved(body))  # type: ignore[misc]
            found, drawn = timed(lambda template=template: map_of([template]))  # type: ignore[misc]
            _, answered = timed(lambda found=found: asked(found))  # type: ignore[misc]
            each = each or (drawn + answered) / size
            print(
                f"| {kind} | {size:,} | {len(found.graph.edges):,} | {read:.0f} | {drawn:.0f} "
                f"| {answered:.0f} | {(drawn + answered) / size / each:.2f} |"
            )


def outside(folder: Path) -> None:
    print("\n| resources | tool | CPU s | ratio |")
    print("|---:|---|---:|---:|")
    tools = {"secure-constructs": [sys.executable, "-m", "secure_constructs", "paths"]}
    if checkov := commands(folder).get("checkov"):
        tools["checkov"] = checkov
    for size in SIZES:
        file = folder / f"{size}.json"
        file.write_text(json.dumps(app(size), indent=1), encoding="utf-8")
        ours = 0.0
        for tool, command in tools.items():
            cost = measured([*command, str(file)])
            if cost is not None:
                ours = ours or cost.cpu
                print(f"| {size:,} | {tool} | {cost.cpu:.2f} | {cost.cpu / ours:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", action="store_true", help="leave the commands out")
    options = parser.parse_args()
    gc.disable()  # as the command does
    inside()
    if not options.alone:
        with tempfile.TemporaryDirectory() as name:
            outside(Path(name))


if __name__ == "__main__":
    main()
