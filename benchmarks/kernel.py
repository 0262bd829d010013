"""
What it costs to build with the CDK: messages to the jsii kernel, and CPU of Python and Node.

It knows no construct, so that constructs of different environments are measured alike.
"""

from __future__ import annotations

import inspect
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

import aws_cdk as cdk
from jsii._kernel.providers.process import _NodeProcess
from jsii._runtime import kernel

Making = Callable[[cdk.Stack, str, Any], object]
"""Makes a construct in a stack, by a name, from what was given to it."""

Giving = Callable[[cdk.Stack], Any]
"""Makes what constructs need of a stack and is not to be counted."""

# One of the recommended flags: access logs are let in by a policy and not by an ACL.
CONTEXT = {"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True}

# Distributions take their web ACL from there.
PLACE = cdk.Environment(account="111122223333", region="us-east-1")

# The CDK's own validation would be most of a small app's time; earlier ones have none.
UNVALIDATED: dict[str, Any] = {
    prop: False
    for prop in inspect.signature(cdk.App.__init__).parameters
    if prop == "builtin_cloud_formation_validation"
}

# The CDK lets a stack have 500.
MOST_RESOURCES = 450


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """
    Count the messages to the jsii kernel by kind.
    """
    sent: Counter[str] = Counter()
    send = _NodeProcess.send

    def counting(self: Any, request: Any, response_type: Any) -> Any:
        sent[type(request).__name__.removesuffix("Request")] += 1
        return send(self, request, response_type)

    _NodeProcess.send = counting  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        _NodeProcess.send = send  # type: ignore[method-assign]


def cpu_seconds() -> float:
    """
    CPU time of this process and of jsii's Node processes: one starts the other.
    """
    return process_time() + _cpu_of(kernel.provider._process._process.pid)  # type: ignore[attr-defined]  # noqa: SLF001


def _cpu_of(pid: int) -> float:
    # In nanoseconds, where the times of `stat` come in hundredths of a second.
    threads = Path(f"/proc/{pid}/task")
    own = sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads.iterdir())
    started = (threads / str(pid) / "children").read_text().split()
    return own / 1e9 + sum(map(_cpu_of, map(int, started)))


def new_stack(outdir: str) -> tuple[cdk.App, cdk.Stack]:
    app = cdk.App(outdir=outdir, context=CONTEXT, **UNVALIDATED)
    return app, cdk.Stack(app, "Bench", env=PLACE)


def nothing(_stack: cdk.Stack) -> None:
    """
    What most constructs need.
    """


def messages(make: Making, give: Giving = nothing) -> tuple[int, int]:
    """
    Messages of the first construct in a stack, and of one more.
    """
    with tempfile.TemporaryDirectory() as folder:
        _, stack = new_stack(folder)
        given = give(stack)
        with counted() as first:
            make(stack, "C0", given)
        with counted() as more:
            make(stack, "C1", given)
    return sum(first.values()), sum(more.values())


def cpu(make: Making, count: int, give: Giving = nothing) -> float:
    """
    CPU seconds of building and synthesizing an app with many of a construct.
    """
    with tempfile.TemporaryDirectory() as folder:
        before = cpu_seconds()
        app, stack = new_stack(folder)
        given = give(stack)
        for number in range(count):
            make(stack, f"C{number}", given)
        app.synth()
        return cpu_seconds() - before


def types(make: Making, give: Giving = nothing) -> tuple[Counter[str], int]:
    """
    The resource types of two constructs in a stack, and the resources of one more.
    """
    found = []
    for count in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            app, stack = new_stack(folder)
            given = give(stack)
            for number in range(count):
                make(stack, f"C{number}", given)
            template = app.synth().get_stack_by_name("Bench").template
        found.append(Counter(each["Type"] for each in template["Resources"].values()))
    one, two = found
    return two, two.total() - one.total()
