"""What the map says of planted stacks, beside what was expected of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from secure_constructs.paths.attack_map import AttackMap, map_of
from secure_constructs.paths.graph import INTERNET, Flow, Node
from secure_constructs.template import Template
from secure_constructs.template.model import Origin, Scope
from tests.paths.planted import Expected, Templates

Fact: TypeAlias = tuple[object, ...]
"""One thing said of a stack: what it is about, and what is said."""

RANKS: Final = ("behind-waf", "provenance", "compensated", "unknown", "exposed")

_OUTSIDERS: Final = {INTERNET: "internet"}

_BLAST: Final = {
    "reads": Flow.READ,
    "writes": Flow.WRITE,
    "invokes": Flow.INVOKE,
    "controls": Flow.CONTROL,
    "assumes": Flow.ASSUME,
}


def attack_map(templates: Templates) -> AttackMap:
    """
    Draw the map of templates that are deployed together.
    """
    scope = Scope()
    for name, body in templates.items():
        origin = Origin(stack=name, stack_name=name)
        scope.templates.append(Template(body, origin=origin, scope=scope))
    return map_of(scope.templates)


def expected_facts(expected: Expected) -> frozenset[Fact]:
    """
    Say what is expected, fact by fact.
    """
    return frozenset(_expected(expected))


def _expected(expected: Expected) -> Iterator[Fact]:
    for function, verdict in expected.verdicts.items():
        yield "verdict", function, verdict
    for function, ways in expected.inputs.items():
        yield from (("input", function, label, verdict) for label, verdict in ways)
    for outsider, target in expected.open_paths:
        yield "open path", outsider, target
    for around, stopped in expected.loops.items():
        yield "loop", around, stopped
    for function, blast in expected.blast.items():
        for what in _BLAST:
            yield from (("blast", function, what, node) for node in getattr(blast, what))
    for fault in expected.flow_faults or ():
        yield "flow fault", *fault


def found_facts(templates: Templates, expected: Expected) -> frozenset[Fact]:
    """
    Say what the map finds and is certain of, fact by fact, of all that is judged.
    """
    return frozenset(_found(attack_map(templates), expected))


def _found(found: AttackMap, expected: Expected) -> Iterator[Fact]:
    yield from _ways_in(found, expected)
    for exposure in found.exposures:
        if exposure.certain:
            outsider = exposure.path[0].source
            yield "open path", _OUTSIDERS.get(outsider, outsider), _name(exposure.target)
    for loop in found.loops:
        if loop.certain:
            around = frozenset(_name(node) for node in loop.nodes if node.resource is not None)
            yield "loop", around, loop.stopped_by_lambda
    for node in found.functions:
        if _name(node) in expected.blast:
            yield from _blast(found, node)
    if expected.flow_faults is not None:
        yield from _flow_faults(found)


def _ways_in(found: AttackMap, expected: Expected) -> Iterator[Fact]:
    verdicts = {_name(node): verdict for node, verdict in found.verdicts.functions.items()}
    for function in expected.verdicts:
        yield "verdict", function, _word(verdicts.get(function, "unknown"))
    for way in found.inputs:
        if _name(way.function) in expected.inputs:
            label = next((edge.label for edge in way.path if edge.label), "")
            yield "input", _name(way.function), label, _word(way.verdict)


def _flow_faults(found: AttackMap) -> Iterator[Fact]:
    for door in found.side_doors:
        yield "flow fault", _name(door.workflow), _name(door.step.target)
    for late in found.skipped_checks:
        for edge in found.graph.leaving(late.workflow):
            if edge.label == late.step.name:
                yield "flow fault", _name(late.workflow), _name(edge.target)


def _blast(found: AttackMap, function: Node) -> Iterator[Fact]:
    blast = found.blast(function)
    for what, flow in _BLAST.items():
        for node in blast.nodes(flow, certain=True):
            yield "blast", _name(function), what, _name(node)


def _name(node: Node) -> str:
    return node.part if node.resource is None else node.resource.logical_id


def _word(verdict: str) -> str:
    return verdict.lower().replace(" ", "-")
