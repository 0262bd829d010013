"""
What the attack map costs, beside reading the template, and against checkov's graph checks.

Run ``python -m benchmarks.paths``.
The first table is measured inside one process, after a warm-up: milliseconds of CPU to read a
template and resolve its values, to draw the map, and to ask it every question; the least of some
rounds. The apps are chains (URL, function, queue, function, table), dense ones, where every
function may write to many queues, and dense ones whose policies are written in the ways that take
the most reading. The last column is the time for each resource, as a ratio to that of the smallest
app of its kind: near 1 is linear.
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
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from benchmarks.check import commands, measured
from secure_constructs.paths.attack_map import AttackMap, map_of
from secure_constructs.template import Template

SIZES = (500, 5_000)
FAN_OUT = 12

T = TypeVar("T")


def app(resources: int, *, fan_out: int = 1) -> dict[str, Any]:
    """Give an app in which every function may send to some queues, each read by another."""
    count = _count(resources)
    found: dict[str, Any] = {}
    for number in range(count):
        found |= link(number, [(number + hop + 1) % count for hop in range(fan_out)])
    return {"Resources": dict(list(found.items())[:resources])}


def _count(resources: int) -> int:
    return resources // 7 + 1


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


def dense(resources: int) -> dict[str, Any]:
    """Give an app in which every function may send to many queues."""
    return app(resources, fan_out=FAN_OUT)


def wildcards(resources: int) -> dict[str, Any]:
    """Give a dense app whose policies name actions by wildcards."""
    body = dense(resources)
    for send, put in _statements(body):
        send["Action"] = ["sqs:Send*", "sqs:Get*"]
        put["Action"] = "dynamodb:*Item"
    return body


def conditions(resources: int) -> dict[str, Any]:
    """Give a dense app in which every grant has conditions: some unknown, some a free choice."""
    body = dense(resources)
    for send, put in _statements(body):
        send["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
        put["Condition"] = {
            "StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]},
            "Bool": {"aws:SecureTransport": "true"},
        }
    return body


def prefixes(resources: int) -> dict[str, Any]:
    """Give an app whose queues have names, and whose policies say only how those begin."""
    body = dense(resources)
    for number in range(_count(resources)):
        team = number // FAN_OUT
        if queue := body["Resources"].get(f"Queue{number}"):
            queue["Properties"]["QueueName"] = f"team-{team}-orders-{number}"
        if policy := body["Resources"].get(f"Policy{number}"):
            send, _ = policy["Properties"]["PolicyDocument"]["Statement"]
            send["Resource"] = f"arn:aws:sqs:*:*:team-{team}-*"
    return body


def denials(resources: int) -> dict[str, Any]:
    """Give a dense app in which every policy denies something too."""
    body = dense(resources)
    for number, statements in enumerate(_statements(body)):
        last = statements[0]["Resource"][-1]
        statements += [
            {"Effect": "Deny", "Action": "sqs:SendMessage", "Resource": last},
            {"Effect": "Deny", "Action": "dynamodb:DeleteItem", "Resource": arn(f"Table{number}")},
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ]
    return body


def bounded(resources: int) -> dict[str, Any]:
    """Give a dense app whose roles have a permissions boundary, made as SecureBoundary makes it."""
    body = dense(resources - 1)
    for resource in body["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            resource["Properties"]["PermissionsBoundary"] = {"Ref": "Boundary"}
    services = ("dynamodb", "lambda", "logs", "sqs", "xray")
    statements = [
        {"Effect": "Allow", "Action": [f"{name}:*" for name in services], "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
            "Resource": "*",
        },
    ]
    body["Resources"]["Boundary"] = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": {"Statement": statements}},
    }
    return body


def takeover(resources: int) -> dict[str, Any]:
    """Give a dense app in which every function may change the code of the next, in a ring."""
    body = dense(resources)
    policies = list(_statements(body))
    for number, statements in enumerate(policies):
        target = arn(f"Function{(number + 1) % len(policies)}")
        statements.append(
            {"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": target}
        )
    return body


def _statements(body: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Give the statements of each policy."""
    for resource in body["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            yield resource["Properties"]["PolicyDocument"]["Statement"]


SHAPES: Final[Mapping[str, Callable[[int], dict[str, Any]]]] = {
    "chains": app,
    "dense": dense,
    "wildcard actions": wildcards,
    "conditions on every grant": conditions,
    "ARNs by prefix": prefixes,
    "denials in every policy": denials,
    "a boundary on every role": bounded,
    "a ring of takeovers": takeover,
}


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do something, and say how many milliseconds of CPU that took."""
    began = time.process_time()
    done = work()
    return done, 1_000 * (time.process_time() - began)


def resolved(body: Mapping[str, Any]) -> Template:
    template = Template(body)
    for resource in template.resources.values():
        assert resource.value is not None
    assert template.incoming is not None
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


def inside(shapes: Iterable[str], rounds: int) -> None:
    print("| app | resources | edges | read ms | draw ms | ask ms | both | both, each |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for shape in shapes:
        each = 0.0
        asked(map_of([resolved(SHAPES[shape](SIZES[0]))]))
        for size in SIZES:
            figures = [once(SHAPES[shape](size)) for _ in range(rounds)]
            edges = figures[0].edges
            read, drawn, answered = (min(column) for column in list(zip(*figures, strict=True))[1:])
            each = each or (drawn + answered) / size
            print(
                f"| {shape} | {size:,} | {edges:,} | {read:.0f} | {drawn:.0f} | {answered:.0f} "
                f"| {drawn + answered:.0f} | {(drawn + answered) / size / each:.2f} |",
                flush=True,
            )


class Figures(NamedTuple):
    """
    What one app costs, in milliseconds of CPU.
    """

    edges: int
    read: float
    drawn: float
    answered: float


def once(body: Mapping[str, Any]) -> Figures:
    """Read a template that shares nothing with another, draw its map and ask it everything."""
    own = json.loads(json.dumps(body))
    template, read = timed(lambda: resolved(own))
    found, drawn = timed(lambda: map_of([template]))
    _, answered = timed(lambda: asked(found))
    gc.collect()
    return Figures(len(found.graph.edges), read, drawn, answered)


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
    parser.add_argument("--shape", choices=SHAPES, action="append", help="default: all")
    parser.add_argument("--rounds", type=int, default=5, help="of which the least counts")
    options = parser.parse_args()
    gc.disable()  # as the command does
    inside(options.shape or SHAPES, options.rounds)
    if not options.alone:
        with tempfile.TemporaryDirectory() as name:
            outside(Path(name))


if __name__ == "__main__":
    main()
