"""
What the rules about IAM cost, on small services and on dense ones.

Run ``python -m benchmarks.iam``.
A small service is that of ``benchmarks.check``: its function may do two things to one table. In a
dense one the function's role has a policy of AWS and five statements about several resources, as
grants of the CDK write them; every tenth may also hand itself on to workflows.
The table gives milliseconds of CPU inside one process, the fastest of several rounds: all rules
about IAM on a template that was read before, and of that the rules alone, on values that were
resolved before. The ratio is that of the time for each resource to the time in the smaller
template: near 1 is linear.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.check import service, template
from secure_constructs.rules import Rule, rules_for
from secure_constructs.template import Template, Undecided

# Resources -> rounds.
SIZES = {80: 60, 5_000: 6}
LOGS = ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def dense(resources: int) -> dict[str, Any]:
    """Give a template of services whose functions may do much to few resources."""
    found: dict[str, Any] = {}
    for n in range(resources // 6 + 1):
        found |= dense_service(n)
    return {"Resources": dict(list(found.items())[:resources])}


def dense_service(n: int) -> dict[str, Any]:
    made = service(n)
    made[f"Role{n}"]["Properties"]["ManagedPolicyArns"] = [
        joined("arn:", {"Ref": "AWS::Partition"}, LOGS)
    ]
    bucket, function, queue = (arn(f"{kind}{n}") for kind in ("Bucket", "Function", "Queue"))
    statements = made[f"Policy{n}"]["Properties"]["PolicyDocument"]["Statement"]
    statements += [
        allowed(
            *("s3:GetObject*", "s3:GetBucket*", "s3:List*", "s3:PutObject", "s3:Abort*"),
            on=[bucket, joined(bucket, "/*")],
        ),
        allowed("sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", on=queue),
        allowed("xray:PutTraceSegments", "xray:PutTelemetryRecords", on="*"),
        allowed("lambda:InvokeFunction", on=[function, joined(function, ":*")]),
    ]
    if n % 10 == 0:
        statements += [
            allowed("iam:PassRole", on=arn(f"Role{n}")),
            allowed("states:StartExecution", "lambda:CreateFunction", on="*"),
        ]
    return made


def allowed(*actions: str, on: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def joined(*parts: Any) -> dict[str, Any]:
    return {"Fn::Join": ["", list(parts)]}


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def resolved(body: Mapping[str, Any]) -> Template:
    found = Template(body)
    for resource in found.resources.values():
        assert resource.value is not None
    return found


def judged(found: Template, rules: Mapping[str, list[Rule]]) -> int:
    """Judge a template by the rules of each type; the number of findings."""
    findings = 0
    for resource in found.resources.values():
        for rule in rules[resource.type]:
            try:
                findings += len(list(rule.check(resource, found)))
            except Undecided:
                findings += 1
    return findings


def fastest(
    body: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Template], rounds: int
) -> float:
    """Give the milliseconds of CPU that the rules take in the fastest of several rounds."""
    types = {resource["Type"] for resource in body["Resources"].values()}
    rules = {kind: [r for r in rules_for(kind) if r.id.startswith("iam-")] for kind in types}
    times = []
    for _ in range(rounds):
        found = read(body)
        gc.collect()
        began = time.process_time()
        judged(found, rules)
        times.append(1_000 * (time.process_time() - began))
    return min(times)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    gc.disable()  # as the engine does
    print("| template | resources | ms | rules alone ms | for each resource |")
    print("|---|---:|---:|---:|---:|")
    for kind, made in (("small services", template), ("dense services", dense)):
        each = 0.0
        for size, rounds in SIZES.items():
            taken = fastest(made(size), Template, rounds)
            alone = fastest(made(size), resolved, rounds)
            each = each or taken / size
            ratio = taken / size / each
            print(f"| {kind} | {size:,} | {taken:.1f} | {alone:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
