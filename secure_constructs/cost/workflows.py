"""Step Functions: executions, transitions, time and logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of
from secure_constructs.services.workflows import Workflow, workflow_of
from secure_constructs.template import Resource, Undecided

# An execution has at most 25,000 events, and a state makes two: it is entered, and left.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_MOST_TRANSITIONS: Final = 12_500
_LONGEST_EXPRESS: Final = 300
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
        seconds: The longest an express execution runs.
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
            return min(asked, limits.express_executions_per_second * HOUR)
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
    try:
        workflow = workflow_of(resource)
        transitions, visits = _walked(workflow)
    except Undecided:
        message = "the definition is not known"
        reader.doubt(resource, message, 1 if reader.surely else _MOST_TRANSITIONS)
        transitions, visits = (1.0 if reader.surely else _MOST_TRANSITIONS), {}
    level = reader.text(resource, "LoggingConfiguration.Level", "OFF", "ALL")
    data = reader.flag(
        resource, "LoggingConfiguration.IncludeExecutionData", unknown=not reader.surely
    )
    return StateMachine(
        resource=resource,
        express=kind.upper() == "EXPRESS",
        transitions=transitions,
        visits=visits,
        log=_LEVELS.get(level.upper(), 0) * (_WITH_DATA if data else 1),
        tracing=reader.flag(resource, "TracingConfiguration.Enabled", unknown=not reader.surely),
    )


def _walked(workflow: Workflow) -> tuple[float, dict[str, float]]:
    """
    Give the transitions of one execution, and how often it comes to each state.

    Where it can come back to a state, or repeats for each item of a list,
    only the quota on its history bounds it.
    """
    if _repeats(workflow):
        return _MOST_TRANSITIONS, {state.name: _MOST_TRANSITIONS for state in workflow.states}
    visits = {state.name: 1.0 + state.retries for state in workflow.states}
    # Starting counts as one.
    return 1 + sum(visits.values()), visits


def _repeats(workflow: Workflow) -> bool:
    if any(state.type == "Map" for state in workflow.states):
        return True
    following = {(_level(s.place), s.name): s for s in workflow.states}
    done: set[tuple[str, str]] = set()
    for start in following:
        if start in done:
            continue
        active: set[tuple[str, str]] = set()
        stack: list[tuple[tuple[str, str], bool]] = [(start, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                active.discard(key)
                done.add(key)
            elif key in active:
                return True
            elif key not in done:
                active.add(key)
                stack.append((key, True))
                stack.extend(
                    ((key[0], name), False)
                    for name in following[key].next
                    if (key[0], name) in following
                )
    return False


def _level(place: str) -> str:
    return place.rpartition("States.")[0]
