"""Step Functions: what each state of a workflow calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import Edge, Flow, Kind, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.services.workflows import STATE_MACHINE, State, workflow_of
from secure_constructs.template import UNRESOLVED, Resource, Template, Undecided

TYPES: Final = (STATE_MACHINE,)

# What a task names its target by, whichever service it is.
# https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
_NAMED_BY: Final = (
    "FunctionName",
    "QueueUrl",
    "TopicArn",
    "TargetArn",
    "StateMachineArn",
    "TableName",
    "Bucket",
    "StreamName",
    "StreamARN",
    "SecretId",
    "ProjectName",
    "EventBusName",
)
_READS: Final = ("get", "query", "scan", "list", "batchget", "receive", "describe")


def edges(machine: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what the states of a workflow call; what is not known of them comes last.
    """
    node = node_of(machine)
    unknown = ""
    for state in workflow_of(machine).states:
        if state.type != "Task":
            continue
        if state.resource is UNRESOLVED:
            unknown = f"{state.place}.Resource"
            continue
        for target in _targets(state, template):
            yield Edge(
                source=node,
                target=target,
                flow=_flow(state, target),
                label=state.name,
                via=machine,
                place=f"Definition.{state.place}",
            )
    if unknown:
        raise Undecided(unknown)


def _targets(state: State, template: Template) -> Iterator[Node]:
    service, _ = state.operation
    if not service:
        target = target_of(state.resource, template)
        if target is not None:
            yield target
        return
    entries = state.arguments.get("Entries")
    for arguments in (state.arguments, *(entries if isinstance(entries, list) else ())):
        if isinstance(arguments, dict):
            for name in _NAMED_BY:
                target = target_of(arguments.get(name), template)
                if target is not None:
                    yield target


def _flow(state: State, target: Node) -> Flow:
    if target.kind is Kind.WORKLOAD:
        return Flow.HANDOVER
    _, operation = state.operation
    return Flow.READ if operation.startswith(_READS) else Flow.WRITE
