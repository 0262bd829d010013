"""Loops: what a function puts out may come back in as its own input, for as long as it is paid."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Edge, Flow, Graph, Kind, Node
from secure_constructs.paths.knots import components

Feeds = Callable[[Edge], bool]

_FUNCTION: Final = "AWS::Lambda::Function"
# From so many functions of a knot a way back is looked for: the shortest of them is short enough,
# and the time stays linear.
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
    Find a short loop in every part of the graph whose nodes feed one another, the surest first.
    """
    found: list[Loop] = []
    turning: set[Node] = set()
    for feeds in (_surely_feeds, _may_surely_feed, _feeds):
        for path in _shortest(graph, feeds):
            loop = Loop(path=path)
            sure_enough = loop.turns.possible if feeds is _feeds else loop.certain
            if sure_enough and turning.isdisjoint(loop.nodes):
                found.append(loop)
                turning.update(loop.nodes)
    return tuple(found)


def _shortest(graph: Graph, feeds: Feeds) -> Iterator[tuple[Edge, ...]]:
    for part in _knots(graph, feeds):
        starts = [
            node for node in part if node.resource is not None and node.resource.type == _FUNCTION
        ]
        within = frozenset(part)
        turns = [turn for start in starts[:_STARTS] if (turn := _turn(start, within, graph, feeds))]
        if turns:
            yield min(turns, key=len)


def _feeds(edge: Edge) -> bool:
    """
    Say whether an edge lets a loop turn.
    """
    return edge.carries and edge.flow not in {Flow.REQUEST, Flow.ASSUME}


def _surely_feeds(edge: Edge) -> bool:
    return _feeds(edge) and edge.certain and not edge.filtered


def _may_surely_feed(edge: Edge) -> bool:
    told = not edge.filtered or edge.prefix or edge.kinds
    return _feeds(edge) and edge.certain and bool(told)


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


def _turn(start: Node, part: frozenset[Node], graph: Graph, feeds: Feeds) -> tuple[Edge, ...]:
    because: dict[Node, Edge] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for edge in graph.leaving(node):
            if edge.target not in part or not feeds(edge):
                continue
            if edge.target == start:
                path = [edge]
                while path[-1].source != start:
                    path.append(because[path[-1].source])
                return tuple(reversed(path))
            if edge.target not in because:
                because[edge.target] = edge
                waiting.append(edge.target)
    return ()


def _knots(graph: Graph, feeds: Feeds) -> Iterator[list[Node]]:
    """
    Give the sets of nodes that all lead to one another.
    """
    nodes = graph.nodes
    numbers = {node: number for number, node in enumerate(nodes)}
    leaving = [
        [numbers[edge.target] for edge in graph.leaving(node) if feeds(edge)] for node in nodes
    ]
    for members in components(leaving):
        if len(members) > 1 or members[0] in leaving[members[0]]:
            yield [nodes[member] for member in sorted(members)]
