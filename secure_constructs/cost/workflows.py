"""Step Functions: executions, transitions, time and logs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of
from secure_constructs.paths.knots import components
from secure_constructs.services.workflows import Workflow, workflow_of
from secure_constructs.template import Resource, Undecided

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
# A standard execution has at most 25,000 events, and a state makes two: it is entered, and left.
# Those of an express one have no quota.
_MOST_TRANSITIONS: Final = 12_500
# What a state is given has at most 256 KiB, and an item of a list two bytes.
_MOST_ITEMS: Final = 131_072
# Assumed of express ones that come back at once: a state takes a millisecond.
_STATES_OF_A_SECOND: Final = 1_000
_LONGEST_EXPRESS: Final = 300
_LONGEST_STANDARD: Final = 365 * 24 * HOUR
_SMALLEST_GB: Final = 64 / 1_024
_FEW: Final = 1 / 3
_WITH_DATA: Final = 5
_LEVELS: Final = {"ALL": 1.0, "ERROR": _FEW, "FATAL": _FEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMachine(Meter):
    """
    A workflow.

    Args:
        express: Whether it is paid for by time and not by transition.
        transitions: The most that one execution makes.
        visits: How often one execution comes to each state, by name.
        seconds: The longest an execution runs.
        log: How many KB of one transition are logged, in parts of the assumption.
        tracing: Whether it is traced.
    """

    express: bool = False
    transitions: float = 1
    visits: Mapping[str, float]
    seconds: float = _LONGEST_EXPRESS
    log: float = 0
    tracing: bool = False

    @property
    def traced(self) -> bool:
        """
        Whether X-Ray records what runs through.
        """
        return self.tracing

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many executions an hour there can be.
        """
        limits = tariff.limits
        asked = sum_of(inflow.events for inflow in inflows)
        if self.express:
            # Who waits for the result draws on no quota, and may be whoever is known to call.
            most = limits.express_executions_per_second * HOUR
            return asked if math.isfinite(asked) else most
        started = limits.executions_per_second * HOUR + limits.executions_burst
        return min(asked, started)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give transitions, or requests and time; logs; traces.
        """
        if not taken:
            return
        prices = tariff.prices
        count = f"{amount(taken)} executions"
        made = taken * self.transitions
        if self.express:
            price = prices["states-express-request"]
            yield self.line("requests", taken * price, f"{count} x {dollars(price)}")
            price = prices["states-express-gb-second"]
            usd = taken * self.seconds * _SMALLEST_GB * price
            formula = f"{count} x {amount(self.seconds)} s x 0.0625 GB x {dollars(price)}"
            yield self.line("time", usd, formula)
        else:
            made = min(made, tariff.limits.transitions_per_second * HOUR)
            price = prices["states-transition"]
            formula = f"{amount(made)} transitions x {dollars(price)}"
            pool = tariff.pool("transitions")
            yield self.line("transitions", made * price, formula, pool=pool, used=made)
        if self.log:
            size = tariff.limits.execution_log_kb * self.log
            price = prices["logs-gb"]
            formula = f"{amount(made)} transitions x {amount(size)} KB x {dollars(price)}/GB"
            yield self.line("logs", made * size / 1e6 * price, formula)
        untraced = min(sum_of(i.events for i in inflows if not i.traced), taken)
        if self.tracing and untraced:
            price = prices["xray-trace"]
            share = tariff.limits.traced_share
            formula = f"{amount(untraced)} traces x {amount(share)} x {dollars(price)}"
            yield self.line("traces", untraced * share * price, formula)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        if self.resource is None:
            return
        if self.log > _FEW:
            change = "logs=LogOptions(level=LogLevel.ERROR, include_execution_data=False, ...)"
            meter = replace(self, log=_FEW)
            yield Lever(resource=self.resource, change=change, meter=meter)


def state_machine_of(resource: Resource, reader: Reader) -> StateMachine:
    """
    Read what one execution of a workflow does at the most.
    """
    kind = reader.text(resource, "StateMachineType", "STANDARD", "STANDARD")
    express = kind.upper() == "EXPRESS"
    longest = _LONGEST_EXPRESS if express else _LONGEST_STANDARD
    try:
        workflow = workflow_of(resource)
        longest = min(longest, workflow.seconds or longest)
        transitions, visits = _walked(workflow, longest, express=express)
    except Undecided:
        most = longest * _STATES_OF_A_SECOND if express else _MOST_TRANSITIONS
        transitions, visits = (1 if reader.surely else most), {}
        reader.doubt(resource, "the definition is not known", transitions)
    level = reader.text(resource, "LoggingConfiguration.Level", "OFF", "ALL")
    data = reader.flag(
        resource, "LoggingConfiguration.IncludeExecutionData", unknown=not reader.surely
    )
    return StateMachine(
        resource=resource,
        express=express,
        transitions=transitions,
        visits=visits,
        seconds=longest,
        log=_LEVELS.get(level.upper(), 0) * (_WITH_DATA if data else 1),
        tracing=reader.flag(resource, "TracingConfiguration.Enabled", unknown=not reader.surely),
    )


def _walked(workflow: Workflow, longest: int, *, express: bool) -> tuple[float, dict[str, float]]:
    """
    Give the transitions of one execution, and how often it comes to each state.

    Where a standard one repeats for each item of a list, or can come back to a state without
    waiting, only the quota on its history bounds it.

    Args:
        workflow: The workflow.
        longest: How long an execution may last, in seconds.
        express: Whether it has no such quota.
    """
    at_once = longest * _STATES_OF_A_SECOND if express else math.inf
    rounds = _rounds(workflow, longest, at_once)
    items = _MOST_ITEMS if express else math.inf
    maps = {state.place for state in workflow.states if state.type == "Map"}
    by_place: dict[str, float] = {}
    for state in workflow.states:
        above = _level(state.place).rstrip(".")
        around = by_place.get(above, 1.0) * (items if above in maps else 1)
        by_place[state.place] = around * rounds[state.place] * (1.0 + state.retries)
    # Starting counts as one.
    transitions = 1 + sum(by_place.values())
    if not express and transitions > _MOST_TRANSITIONS:
        return _MOST_TRANSITIONS, {state.name: _MOST_TRANSITIONS for state in workflow.states}
    return transitions, {state.name: by_place[state.place] for state in workflow.states}


def _rounds(workflow: Workflow, longest: int, at_once: float) -> dict[str, float]:
    """
    Give how often an execution can come to each state of a level, by place.

    States that lead back to one another are left as often as one of them has waited, and once more.

    Args:
        workflow: The workflow.
        longest: How long an execution may last, in seconds.
        at_once: How often where none of them has to wait.
    """
    states = workflow.states
    numbers = {(_level(state.place), state.name): n for n, state in enumerate(states)}
    leaving = [
        [
            numbers[_level(state.place), name]
            for name in (*state.next, *state.on_failure)
            if (_level(state.place), name) in numbers
        ]
        for state in states
    ]
    hurrying = [[n for n in following if not states[n].seconds] for following in leaving]
    hasty = {n for knot in components(hurrying) if _turns(knot, hurrying) for n in knot}
    found: dict[str, float] = {}
    for knot in components(leaving):
        waits = [states[n].seconds for n in knot if states[n].seconds]
        rounds: float = 1
        if not hasty.isdisjoint(knot):
            rounds = at_once
        elif _turns(knot, leaving):
            rounds = 1 + longest // min(waits)
        found.update((states[n].place, rounds) for n in knot)
    return found


def _turns(knot: Sequence[int], leaving: Sequence[Sequence[int]]) -> bool:
    return len(knot) > 1 or knot[0] in leaving[knot[0]]


def _level(place: str) -> str:
    return place.rpartition("States.")[0]
