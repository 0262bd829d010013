"""Loops: what a function puts out may come back in as its own input, for as long as it is paid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Edge, Flow, Graph, Kind, Node
from secure_constructs.paths.knots import components

_Surety = Callable[[Edge], bool]
_Steps = list[tuple[int, Edge]]

_FUNCTION: Final = "AWS::Lambda::Function"
_TURNS_NOTHING: Final = frozenset({Flow.REQUEST, Flow.ASSUME})
# From so many functions of a knot a way back is looked for, so that the time stays linear.
_STARTS: Final = 8
_OPEN: Final = re.compile(r"[*?$]")
# Action -> the kinds of changes it makes in a stream.
_MAKES: Final = {
    "dynamodb:PutItem": ("INSERT", "MODIFY"),
    "dynamodb:UpdateItem": ("INSERT", "MODIFY"),
    "dynamodb:PartiQLInsert": ("INSERT",),
    "dynamodb:PartiQLUpdate": ("MODIFY",),
    "dynamodb:DeleteItem": ("REMOVE",),
}
# Lambda stops a loop of about 16 turns where it passes through these only.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
_WATCHED: Final = frozenset({_FUNCTION, "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """
    A way from a function back to itself.

    Args:
        path: The edges, hop by hop; the last leads to where the first starts.
    """

    path: tuple[Edge, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """
        What it passes through, roles left out.
        """
        return tuple(edge.source for edge in self.path if edge.source.kind is not Kind.ROLE)

    @property
    def turns(self) -> Answer:
        """
        Whether what is written passes every filter on the way.

        Whether the function writes at every turn is up to its code in any case.
        """
        before = (self.path[-1], *self.path)
        return Answer.all(
            _passes(edge, written) & (Answer.YES if edge.certain else Answer.MAYBE)
            for written, edge in zip(before, self.path, strict=False)
        )

    @property
    def certain(self) -> bool:
        """
        Whether it surely turns, once a function writes what it may.
        """
        return self.turns.certain

    @property
    def stopped_by_lambda(self) -> bool:
        """
        Whether Lambda's own detection sees every hop, and no function switches it off.
        """
        return all(
            node.resource is not None
            and node.resource.type in _WATCHED
            and node.resource.get("RecursiveLoop") in {None, "Terminate"}
            for node in self.nodes
        )


def loops(graph: Graph) -> tuple[Loop, ...]:
    """
    Find short loops in every part of the graph whose nodes feed one another, the surest first.

    None shares a resource with one before it.
    """
    found: dict[_Surety, list[Loop]] = {surety: [] for surety in _SURETIES}
    for knot in _knots(graph):
        for surety, path in knot.turns():
            found[surety].append(Loop(path=path))
    chosen: list[Loop] = []
    turning: set[Node] = set()
    for surety, turns in found.items():
        for loop in turns:
            sure_enough = loop.turns.possible if surety is _any else loop.certain
            if sure_enough and turning.isdisjoint(loop.nodes):
                chosen.append(loop)
                turning.update(loop.nodes)
    return tuple(chosen)


def _feeds(edge: Edge) -> bool:
    """
    Say whether an edge that carries lets a loop turn.
    """
    return edge.flow not in _TURNS_NOTHING


def _sure(edge: Edge) -> bool:
    return edge.certain and not edge.filtered


def _maybe_sure(edge: Edge) -> bool:
    return edge.certain and bool(not edge.filtered or edge.prefix or edge.kinds)


def _any(_: Edge) -> bool:
    return True


_SURETIES: Final[tuple[_Surety, ...]] = (_sure, _maybe_sure, _any)


def _passes(edge: Edge, written: Edge) -> Answer:
    """
    Say whether what one edge writes passes the filter of the next.
    """
    if not edge.filtered:
        return Answer.YES
    if edge.prefix and written.flow is Flow.WRITE:
        key = _OPEN.split(str(written.scope).partition("/")[2])[0]
        if key.startswith(edge.prefix):
            return Answer.YES
        return Answer.MAYBE if edge.prefix.startswith(key) else Answer.NO
    if edge.kinds and written.actions:
        made = {kind for action in written.actions for kind in _MAKES.get(action, edge.kinds)}
        return Answer.of(bool(made & edge.kinds))
    return Answer.MAYBE


class _Knot:
    """
    Nodes that all lead to one another, by number.

    Args:
        nodes: The nodes of the graph.
        leaving: For each node of the knot the edges that keep it turning, with their targets.
    """

    def __init__(self, nodes: Sequence[Node], leaving: Mapping[int, _Steps]) -> None:
        self.nodes = nodes
        self.leaving = leaving

    def turns(self) -> Iterator[tuple[_Surety, tuple[Edge, ...]]]:
        """
        Give short ways round for each part that still turns by the surer edges alone.
        """
        size = 0
        whole = _size(self.leaving)
        found: dict[int, list[tuple[Edge, ...]]] = {0: []}
        for surety in _SURETIES:
            leaving = self.leaving
            if size != whole:
                leaving = {
                    node: [step for step in steps if surety(step[1])]
                    for node, steps in self.leaving.items()
                }
                size = _size(leaving)  # as many edges as before are the same ones
            if size not in found:
                parts = (self.leaving,) if size == whole else _parts(leaving)
                found[size] = [turn for part in parts for turn in self._around(part)]
            yield from ((surety, turn) for turn in found[size])

    def _around(self, part: Mapping[int, _Steps]) -> list[tuple[Edge, ...]]:
        starts = [number for number in part if _is_function(self.nodes[number])]
        turns = (_turn(start, part) for start in starts[:_STARTS])
        return sorted(filter(None, turns), key=len)


def _size(leaving: Mapping[int, _Steps]) -> int:
    return sum(map(len, leaving.values()))


def _is_function(node: Node) -> bool:
    return node.resource is not None and node.resource.type == _FUNCTION


def _turn(start: int, leaving: Mapping[int, _Steps]) -> tuple[Edge, ...]:
    """
    Find the shortest way from a node back to it.
    """
    because: dict[int, tuple[int, Edge]] = {}
    reached = [start]
    while reached:
        further: list[int] = []
        for node in reached:
            for target, edge in leaving[node]:
                if target not in because:
                    because[target] = node, edge
                    further.append(target)
        if start in because:
            return _path(start, because)
        reached = further
    return ()


def _path(start: int, because: Mapping[int, tuple[int, Edge]]) -> tuple[Edge, ...]:
    node, last = because[start]
    path = [last]
    while node != start:
        node, edge = because[node]
        path.append(edge)
    return tuple(reversed(path))


def _knots(graph: Graph) -> Iterator[_Knot]:
    nodes = graph.nodes
    numbers = {node: number for number, node in enumerate(nodes)}
    leaving = {
        number: [(numbers[edge.target], edge) for edge in graph.onward(node) if _feeds(edge)]
        for number, node in enumerate(nodes)
    }
    for part in _parts(leaving):
        yield _Knot(nodes, part)


def _parts(leaving: Mapping[int, _Steps]) -> Iterator[dict[int, _Steps]]:
    """
    Give the sets of nodes that all lead to one another, with the edges that stay among them.
    """
    numbers = list(leaving)
    places = {number: place for place, number in enumerate(numbers)}
    following = [[places[target] for target, _ in steps] for steps in leaving.values()]
    for members in components(following):
        if len(members) > 1 or members[0] in following[members[0]]:
            within = {numbers[member] for member in members}
            yield {
                number: [step for step in leaving[number] if step[0] in within]
                for number in sorted(within)
            }
