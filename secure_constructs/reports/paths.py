"""The attack map as a person reads it in a terminal: every input, its verdict, and what follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from secure_constructs.paths.attack_map import AttackMap
from secure_constructs.paths.blast import Blast
from secure_constructs.paths.graph import Edge, Flow, Kind, Node
from secure_constructs.paths.verdicts import Input, Verdict
from secure_constructs.reports._lines import Line

_INDENT: Final = 6
_DEEP: Final = (
    (Flow.READ, "read"),
    (Flow.WRITE, "write"),
    (Flow.INVOKE, "invoke"),
    (Flow.CONTROL, "change"),
    (Flow.ASSUME, "become"),
)
_LISTED: Final = 4
_LIMITS: Final = (
    "The map shows the connections it models, and a web ACL sees only the first part of a "
    "request: neither replaces checking what comes in."
)


def render(attack_map: AttackMap, *, function: str = "") -> str:
    """
    Write the map as plain text.

    Args:
        attack_map: The map.
        function: Show this function only, by its name or the end of it. Default: all of them.
    """
    return "".join(f"{line}\n" for line in lines(attack_map, function=function))


def lines(attack_map: AttackMap, *, function: str = "") -> Iterator[Line]:
    """
    Give the map line by line, for a terminal to colour and break; see :func:`render`.
    """
    chosen = set(functions_named(function, attack_map))
    inputs = [way for way in attack_map.inputs if way.function in chosen]
    for way in inputs:
        if not way.verdict.sound:
            yield from _in_full(way, attack_map)
            yield Line()
    sound = [way for way in inputs if way.verdict.sound]
    for way in sound:
        yield _heading(way)
    if sound:
        yield Line()
    if not function:
        yield from _questions(attack_map)
    yield from _blasts(attack_map.blast(node) for node in attack_map.functions if node in chosen)
    if not function:
        yield from _unread(attack_map)
    worst = inputs[0].verdict if inputs else Verdict.PROVENANCE
    yield Line(((counted(inputs), str(worst)),))
    yield Line(((_LIMITS, "quiet"),), whole=False)


def functions_named(name: str, attack_map: AttackMap) -> tuple[Node, ...]:
    """
    Find functions by their name in the map, its end, or their logical id; all for no name.
    """
    asked = name.strip("/").lower()
    return tuple(
        node
        for node in attack_map.functions
        if not asked
        or f"/{node.name.lower()}".endswith(f"/{asked}")
        or (node.resource is not None and node.resource.logical_id.lower() == asked)
        or (node.resource is not None and node.resource.construct_path.lower() == asked)
    )


def counted(inputs: Iterable[Input]) -> str:
    """
    Count inputs by verdict, the worst first, in one line.
    """
    ways = list(inputs)
    if not ways:
        return "no inputs: nothing triggers a function in these templates"
    functions = len({way.function for way in ways})
    by_verdict = (
        f"{count} {verdict}"
        for verdict in reversed(Verdict)
        if (count := sum(way.verdict is verdict for way in ways))
    )
    return f"{_plural(len(ways), 'input')} of {_plural(functions, 'function')}: " + ", ".join(
        by_verdict
    )


def as_json(attack_map: AttackMap) -> str:
    """
    Write the answers for programs.
    """
    content = {
        "inputs": [_input(way, attack_map) for way in attack_map.inputs],
        "exposures": [
            {
                "target": found.target.id,
                "behindWaf": found.behind_waf.name.lower(),
                "certain": found.certain,
                "path": _hops(found.path),
            }
            for found in attack_map.exposures
        ],
        "loops": [
            {
                "path": _hops(loop.path),
                "certain": loop.certain,
                "stoppedByLambda": loop.stopped_by_lambda,
            }
            for loop in attack_map.loops
        ],
        "sideDoors": [
            {
                "workflow": door.workflow.id,
                "step": door.step.label,
                "path": _hops(door.way.path),
            }
            for door in attack_map.side_doors
        ],
        "skippedChecks": [
            {
                "workflow": skipped.workflow.id,
                "step": skipped.step.name,
                "check": skipped.check.name,
            }
            for skipped in attack_map.skipped_checks
        ],
        "blast": {
            node.id: {
                word: [reached.id for reached in attack_map.blast(node).nodes(flow)]
                for flow, word in _DEEP
            }
            for node in attack_map.functions
        },
        "notRead": [
            {"resource": unread.resource.logical_id, "property": unread.place}
            for unread in attack_map.graph.unread
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _input(way: Input, attack_map: AttackMap) -> dict[str, Any]:
    cut = attack_map.cut(way)
    return {
        "function": way.function.id,
        "verdict": str(way.verdict),
        "reason": way.reason,
        "path": _hops(way.path),
        "cut": None
        if cut is None
        else {"edge": str(cut.edge), "fix": cut.fix, "closes": cut.closes},
    }


def _hops(path: tuple[Edge, ...]) -> list[str]:
    return [path[0].source.id, *(edge.target.id for edge in path)]


def _in_full(way: Input, attack_map: AttackMap) -> Iterator[Line]:
    yield _heading(way)
    yield _indented(f"path: {_route(way.path)}")
    yield _indented(f"why: {way.reason}")
    cut = attack_map.cut(way)
    if cut is not None:
        rest = "" if cut.closes else "; others stay open"
        yield _indented(f"cut: {cut.fix}{rest}")


def _heading(way: Input) -> Line:
    resource = way.function.resource
    source = f"  ({resource.source})" if resource is not None and resource.source else ""
    entry = _entry(way)
    return Line(
        (
            (f"{way.verdict:<11}", str(way.verdict)),
            ("  ", ""),
            (way.function.name, "rule"),
            (f"  {entry}{source}", "where"),
        )
    )


def _entry(way: Input) -> str:
    """
    Name the way in: the route of an API as such, anything else by what leads to the function.
    """
    source = way.edge.source
    if source.kind is Kind.ENTRY:
        return source.part or source.name
    return f"from {source.name}"


def _route(path: tuple[Edge, ...]) -> str:
    """
    Write a path hop by hop; roles are what a workload acts with, and no hop of their own.
    """
    names = [path[0].source.name]
    names.extend(edge.target.name for edge in path if edge.target.kind is not Kind.ROLE)
    return " -> ".join(names)


def _questions(attack_map: AttackMap) -> Iterator[Line]:
    for found in attack_map.exposures:
        guarded = ", behind the web ACL" if found.behind_waf.certain else ""
        yield Line((("sensitive", "medium"), (f"  {found.target.name}", "rule")))
        yield _indented(f"a stranger's request leads to it{guarded}: {_route(found.path)}")
    for loop in attack_map.loops:
        names = " -> ".join(node.name for node in (*loop.nodes, loop.nodes[0]))
        stopped = "Lambda stops it after about 16 turns" if loop.stopped_by_lambda else ""
        sure = "" if loop.certain else "a filter may keep it from turning"
        told = "; ".join(filter(None, (stopped or "nothing stops it", sure)))
        yield Line((("loop", "medium"), (f"       {names}", "rule")))
        yield _indented(told)
    for door in attack_map.side_doors:
        yield Line((("side door", "medium"), (f"  {door.step.target.name}", "rule")))
        told = f"a step of {door.workflow.name}, and reached past it: {_route(door.way.path)}"
        yield _indented(told)
    for skipped in attack_map.skipped_checks:
        yield Line((("unchecked", "quiet"), (f" {skipped.workflow.name}", "rule")))
        yield _indented(f"{skipped.step.name} is reached without {skipped.check.name}")
    if any(
        (attack_map.exposures, attack_map.loops, attack_map.side_doors, attack_map.skipped_checks)
    ):
        yield Line()


def _blasts(blasts: Iterable[Blast]) -> Iterator[Line]:
    sized = sorted((blast for blast in blasts if blast.size), key=lambda blast: -blast.size)
    if not sized:
        return
    yield Line((("If a function is taken over", "stack"),))
    alike: dict[tuple[str, ...], list[Node]] = {}
    for blast in sized:
        told = tuple(
            f"{word} {_few(reached)}" for flow, word in _DEEP if (reached := blast.nodes(flow))
        )
        alike.setdefault(told, []).append(blast.function)
    for told, functions in alike.items():
        yield Line(((f"{_few(tuple(functions))} could", "rule"),), indent=2)
        yield from map(_indented, told)
    yield Line()


def _few(nodes: tuple[Node, ...]) -> str:
    more = len(nodes) - _LISTED
    named = ", ".join(node.name for node in nodes[:_LISTED])
    return f"{named} and {more} more" if more > 0 else named


def _unread(attack_map: AttackMap) -> Iterator[Line]:
    for unread in attack_map.graph.unread:
        name = unread.resource.construct_path or unread.resource.logical_id
        yield Line(((f"not read: {name} {unread.place}", "quiet"),))
    if attack_map.graph.unread:
        yield Line()


def _indented(text: str, style: str = "") -> Line:
    return Line(((text, style),), indent=_INDENT, whole=False)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
