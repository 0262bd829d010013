"""Workflows whose order can be got around: by a side door, or because a check can be skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from secure_constructs.paths.graph import AWS, Edge, Graph, Kind, Node
from secure_constructs.paths.verdicts import Input, Verdicts
from secure_constructs.services.workflows import STATE_MACHINE, State, Workflow, workflow_of
from secure_constructs.template import Undecided

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What cannot be taken back once it is done, and what ought to come before it, as states are named.
_IRREVERSIBLE: Final = re.compile(
    "capture|charge|delete|dispatch|disburse|pay|payout|publish|purge|refund|release|ship|submit"
    "|transfer|wire|withdraw"
)
_CHECKS: Final = re.compile(
    "approv(al|e)|assess|authenticate|authori[sz]e|check|confirm|fraud|inspect|review|screen"
    "|valid(ate|ation)|verif(ication|y)|vet"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideDoor:
    """
    A step of a workflow that outsiders reach past the steps before it.

    Args:
        workflow: The state machine.
        step: The edge by which the workflow calls the function.
        way: The other way in.
    """

    workflow: Node
    step: Edge
    way: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedCheck:
    """
    A step that cannot be taken back and is reached without the check; both as their names tell.

    Args:
        workflow: The state machine.
        step: The state that cannot be taken back.
        check: The state that checks, on another way to it or after it.
    """

    workflow: Node
    step: State
    check: State


def side_doors(graph: Graph, verdicts: Verdicts) -> Iterator[SideDoor]:
    """
    Find the functions that a workflow calls and that outsiders reach without it.

    A workflow that waits for answers is left out: the door may well be where they come in.
    """
    for machine in graph.of_type(STATE_MACHINE):
        workflow = _workflow(machine)
        if workflow is None or any(state.waits for state in workflow.states):
            continue
        steps = {edge.target: edge for edge in graph.leaving(machine) if edge.target != machine}
        for function, step in steps.items():
            for way in verdicts.inputs(function) if function.kind is Kind.WORKLOAD else ():
                first = way.path[0].source
                past = machine not in way.hops
                if past and first.kind is Kind.OUTSIDER and first != AWS:
                    yield SideDoor(workflow=machine, step=step, way=way)
                    break


def skipped_checks(graph: Graph) -> Iterator[SkippedCheck]:
    """
    Find the steps that cannot be taken back and are reached around the check, or before it.
    """
    for machine in graph.of_type(STATE_MACHINE):
        workflow = _workflow(machine)
        if workflow is None:
            continue
        states = {state.name: state for state in workflow.states}
        checks = {name for name in states if _says(name, _CHECKS)}
        reached = _reached(workflow.start, states, stop=checks)
        for name in reached:
            if name in states and _says(name, _IRREVERSIBLE) and name not in checks:
                after = _reached(name, states, stop=set())
                check = next(
                    (
                        check
                        for check in states
                        if check in checks
                        and (check in after or name in _reached(check, states, stop=set()))
                    ),
                    None,
                )
                if check is not None:
                    yield SkippedCheck(workflow=machine, step=states[name], check=states[check])


def _workflow(machine: Node) -> Workflow | None:
    try:
        return workflow_of(machine.resource) if machine.resource is not None else None
    except Undecided:
        return None


def _reached(start: str, states: Mapping[str, State], *, stop: set[str]) -> list[str]:
    seen = {start: None}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        state = states.get(name)
        for following in state.next if state is not None and name not in stop else ():
            if following not in seen:
                seen[following] = None
                waiting.append(following)
    return list(seen)


def _says(name: str, words: re.Pattern[str]) -> bool:
    return any(words.fullmatch(word.lower()) for word in _WORDS.findall(name))
