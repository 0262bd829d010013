"""The assurance matrix: for each function and risk, what was judged, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from secure_constructs.findings import Risk
from secure_constructs.paths.graph import Flow
from secure_constructs.paths.verdicts import FUNCTION
from secure_constructs.reports._groups import printable
from secure_constructs.rules import catalogue
from secure_constructs.template import UNRESOLVED

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.findings import Finding
    from secure_constructs.paths.graph import Graph, Node
    from secure_constructs.rules import Rule
    from secure_constructs.template import Resource


class State(StrEnum):
    """
    What became of a control, from the worst to the best.
    """

    FAILED = "failed"
    UNCERTAIN = "uncertain"
    ACCEPTED = "accepted"
    PASSED = "passed"


_ORDER: Final = {state: rank for rank, state in enumerate(State)}


class Asked(TypedDict):
    """
    What a rule asks for.
    """

    rule: str
    control: str


class Subject(TypedDict):
    """
    A resource that rules are held against, and its line.
    """

    resource: str
    source: str


class Control(NamedTuple):
    """
    One rule, held against one resource; both by their number.
    """

    asked: int
    subject: int
    state: State
    evidence: str


class Cell(TypedDict):
    """
    All that was judged of one function for one risk; the state is the worst of its controls.
    """

    risk: str
    state: str
    controls: list[int]


class Row(TypedDict):
    """
    All that was judged of one function.
    """

    function: str
    cells: list[Cell]


class Matrix(TypedDict):
    """
    The rows, and what they name by number: functions share resources, and resources rules.
    """

    asked: list[Asked]
    subjects: list[Subject]
    controls: list[Control]
    rows: list[Row]


def matrix_of(assessment: Assessment, graph: Graph) -> Matrix:
    """
    Hold every selected rule against every function and what belongs to it.

    To a function belong its role, what leads into it, and what it reads and writes.
    """
    return _Judging(assessment, graph).matrix()


class _Judging:
    """
    Collects what was judged, each resource once.
    """

    def __init__(self, assessment: Assessment, graph: Graph) -> None:
        self._assessment = assessment
        self._graph = graph
        self._found: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in assessment.findings:
            place = (finding.rule_id, finding.stack or finding.template, finding.logical_id)
            self._found.setdefault(place, []).append(finding)
        self._rules: dict[str, list[Rule]] = {}
        self._selected = [rule for rule in catalogue() if assessment.config.selects(rule)]
        for rule in self._selected:
            for kind in rule.resource_types:
                self._rules.setdefault(kind, []).append(rule)
        self._asked = {rule.id: number for number, rule in enumerate(self._selected)}
        self._subjects: list[Subject] = []
        self._controls: list[Control] = []
        self._numbers: dict[Resource, list[tuple[Risk, int]]] = {}

    def matrix(self) -> Matrix:
        return Matrix(
            rows=list(self._rows()),
            asked=[Asked(rule=rule.id, control=rule.control) for rule in self._selected],
            subjects=self._subjects,
            controls=self._controls,
        )

    def _rows(self) -> Iterator[Row]:
        for function in self._graph.of_type(FUNCTION):
            by_risk: dict[Risk, list[int]] = {risk: [] for risk in Risk}
            for resource in self._belonging(function):
                for risk, number in self._of(resource):
                    by_risk[risk].append(number)
            yield Row(
                function=printable(function.id),
                cells=[self._cell(risk, held) for risk, held in by_risk.items() if held],
            )

    def _belonging(self, function: Node) -> dict[Resource, None]:
        """
        Give the resources whose faults are faults of the function.
        """
        entering = [edge for edge in self._graph.entering(function) if edge.carries]
        nodes = [function, *(edge.source for edge in entering)]
        for edge in self._graph.leaving(function):
            nodes.append(edge.target)
            if edge.flow is Flow.IDENTITY:
                nodes.extend(reached.target for reached in self._graph.leaving(edge.target))
        resources = dict.fromkeys(node.resource for node in nodes if node.resource is not None)
        resources.update(dict.fromkeys(edge.via for edge in entering))
        return {
            resource: None
            for resource in resources
            if resource.type != FUNCTION or resource == function.resource
        }

    def _of(self, resource: Resource) -> list[tuple[Risk, int]]:
        if resource not in self._numbers:
            numbers = self._numbers[resource] = []
            name = printable(resource.construct_path or resource.logical_id)
            source = printable(str(resource.source or ""))
            self._subjects.append(Subject(resource=name, source=source))
            for rule in self._rules.get(resource.type, ()):
                numbers.append((rule.risk, len(self._controls)))
                self._controls.append(self._control(rule, resource))
        return self._numbers[resource]

    def _cell(self, risk: Risk, held: list[int]) -> Cell:
        states = {number: self._controls[number].state for number in held}
        ranked = sorted(held, key=lambda number: _ORDER[states[number]])
        return Cell(risk=str(risk), state=str(states[ranked[0]]), controls=ranked)

    def _control(self, rule: Rule, resource: Resource) -> Control:
        origin = resource.template.origin
        found = self._found.get((rule.id, origin.stack or origin.file, resource.logical_id), [])
        state, decisive = self._worst(found)
        return Control(
            asked=self._asked[rule.id],
            subject=len(self._subjects) - 1,
            state=state,
            evidence=printable(self._evidence(rule, resource, decisive)),
        )

    def _worst(self, found: list[Finding]) -> tuple[State, Finding | None]:
        states = [(self._state(finding), finding) for finding in found]
        return min(states, key=lambda pair: _ORDER[pair[0]], default=(State.PASSED, None))

    def _state(self, finding: Finding) -> State:
        if finding in self._assessment.acknowledged:
            return State.ACCEPTED
        return State.FAILED if finding.certain else State.UNCERTAIN

    def _evidence(self, rule: Rule, resource: Resource, finding: Finding | None) -> str:
        if finding is None:
            return ", ".join(_shown(resource, rule.id))
        place = f"{finding.property_path}: " if finding.property_path else ""
        reason = self._assessment.acknowledged.get(finding)
        return f"{place}{finding.message}" if reason is None else f"{place}accepted: {reason}"


@cache
def _examined() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """
    Give the properties each rule is about, by its id, with the values its examples have there.
    """
    return {rule.id: dict(_telling(rule)) for rule in catalogue()}


def _telling(rule: Rule) -> Iterator[tuple[str, frozenset[str]]]:
    """
    Give the properties that tell the good examples of a rule from the bad.
    """
    good, bad = (
        [one.properties for one in examples if one.type in {"", *rule.resource_types}]
        for examples in (rule.passes, rule.fails)
    )
    for name in sorted({name for properties in (*good, *bad) for name in properties}):
        in_good, in_bad = ({repr(one.get(name)) for one in examples} for examples in (good, bad))
        if in_good != in_bad:
            yield name, frozenset(in_good | in_bad)


def _shown(resource: Resource, rule_id: str) -> Iterator[str]:
    """
    Give the properties a rule is about as the resource sets them.

    A report is passed around: a text is repeated only where an example of the rule has the same,
    so that no password gets into it.
    """
    for name, values in _examined()[rule_id].items():
        if name in resource.value:
            yield f"{name}{_value(resource.value[name], values)}"


def _value(value: Any, examples: frozenset[str]) -> str:
    if value is UNRESOLVED:
        return " is known at deployment"
    if isinstance(value, bool):
        return f"={str(value).lower()}"
    if isinstance(value, int | float) or (isinstance(value, str) and repr(value) in examples):
        return f"={value}"
    return " is set"
