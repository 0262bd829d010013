"""Workflows whose order can be got around: by a side door, or because a check can be skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        check: A state that checks.
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

    A check that failed and goes on all the same is none; a map or a branching that holds a check
    is done when the check is.
    """
    for machine in graph.of_type(STATE_MACHINE):
        workflow = _workflow(machine)
        check = next((s for s in workflow.states if _checks(s)), None) if workflow else None
        if workflow is not None and check is not None:
            for state in _unchecked(workflow):
                if _says(state.name, _IRREVERSIBLE) and not _checks(state):
                    yield SkippedCheck(workflow=machine, step=state, check=check)


def _workflow(machine: Node) -> Workflow | None:
    try:
        return workflow_of(machine.resource) if machine.resource is not None else None
    except Undecided:
        return None


def _unchecked(workflow: Workflow) -> Iterator[State]:
    """
    Give the states that are reached without a check.
    """
    states = {state.name: state for state in workflow.states}
    seen = {workflow.start}
    waiting = [workflow.start]
    while waiting:
        state = states.get(waiting.pop())
        if state is None:
            continue
        yield state
        for name in _reached_from(state, workflow):
            if name not in seen:
                seen.add(name)
                waiting.append(name)


def _reached_from(state: State, workflow: Workflow) -> tuple[str, ...]:
    inside = f"{state.place}."
    checked = _checks(state) or any(
        _checks(each) for each in workflow.states if each.place.startswith(inside)
    )
    return (*state.starts, *state.on_failure, *(() if checked else state.next))


def _checks(state: State) -> bool:
    return _says(state.name, _CHECKS)


def _says(name: str, words: re.Pattern[str]) -> bool:
    return any(words.fullmatch(word.lower()) for word in _WORDS.findall(name))
