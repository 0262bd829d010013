"""
How far what comes into a function can be trusted: does every input pass the web ACL?

The verdict on a node is the worst of the verdicts on what comes into it,
found by following the edges from outside until nothing gets worse.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import AWS, PRINCIPALS, Edge, Flow, Graph, Kind, Node

FUNCTION: Final = "AWS::Lambda::Function"


class Verdict(StrEnum):
    """
    How far an input can be trusted, from the best to the worst.
    """

    BEHIND_WAF = "behind WAF"
    """
    A web ACL sees every request first.
    """
    PROVENANCE = "provenance"
    """
    Only AWS itself, or workloads whose own inputs are sound, put something in.
    """
    COMPENSATED = "compensated"
    """
    No web ACL can see it; something else limits it.
    """
    UNKNOWN = "unknown"
    """
    Who puts something in is not known before deployment.
    """
    EXPOSED = "exposed"
    """
    An outsider puts in what no web ACL has seen.
    """

    @property
    def rank(self) -> int:
        """
        The position on the scale; 0 is the best.
        """
        return _RANKS[self]

    @property
    def sound(self) -> bool:
        """
        Whether every input passes the web ACL, or comes from where one stands before it.
        """
        return self in {Verdict.BEHIND_WAF, Verdict.PROVENANCE}


_RANKS: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}

# Before Python 3.12 each look at a member through its class is a call.
_BEHIND_WAF, _PROVENANCE, _COMPENSATED, _UNKNOWN, _EXPOSED = Verdict
_NO, _MAYBE, _YES = Answer
_ENTRY, _OUTSIDER = Kind.ENTRY, Kind.OUTSIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """
    One way into a function.

    Args:
        function: The function.
        edge: What leads into it.
        verdict: How far what comes in there can be trusted.
        path: The edges from outside, hop by hop; the last one is *edge*.
    """

    function: Node
    edge: Edge
    verdict: Verdict
    path: tuple[Edge, ...]

    @property
    def hops(self) -> tuple[Node, ...]:
        """
        The nodes on the way, from the outsider to the function.
        """
        return (self.path[0].source, *(edge.target for edge in self.path))

    @property
    def reason(self) -> str:
        """
        Why the verdict is what it is, as a clause.
        """
        first = self.path[0]
        limits = [edge.limited for edge in self.path if edge.limited]
        match self.verdict:
            case Verdict.BEHIND_WAF:
                return f"a web ACL sees what comes into {first.target} from {first.source}"
            case Verdict.PROVENANCE:
                return f"only {_filler(self.path)} puts something in"
            case Verdict.COMPENSATED:
                return limits[-1] if limits else f"only {first.source} get in"
            case Verdict.EXPOSED:
                return f"no web ACL sees what comes into {first.target} from {first.source}"
        if first.source.kind is Kind.OUTSIDER:
            unsure = next((edge for edge in self.path if not _sure(edge)), first)
            return f"whether {unsure.source} reaches {unsure.target} is not known"
        return f"nothing in the templates puts anything into {first.source}"


def _filler(path: tuple[Edge, ...]) -> Node:
    """
    Name who puts something in: the workload nearest to the function, or whoever is outside.
    """
    fillers = (edge.source for edge in reversed(path) if edge.source.kind is Kind.WORKLOAD)
    return next(fillers, path[0].source)


def _sure(edge: Edge) -> bool:
    return edge.certain and edge.waf is not Answer.MAYBE


class Verdicts:
    """
    The verdicts on every node of a graph.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._on: dict[Node, Verdict] = {}
        self._because: dict[Node, Edge] = {}
        self._follow([node for node in graph.nodes if node.kind is Kind.OUTSIDER])
        fed_by_no_one = [
            node
            for node in graph.nodes
            if node not in self._on and node.kind is not Kind.OUTSIDER and _passes_on(graph, node)
        ]
        for node in fed_by_no_one:
            self._on.setdefault(node, Verdict.UNKNOWN)
        self._follow(fed_by_no_one)

    def on(self, node: Node) -> Verdict | None:
        """
        Give the verdict on what comes into a node; none where nothing does.
        """
        return self._on.get(node)

    @property
    def functions(self) -> Mapping[Node, Verdict]:
        """
        The verdict on each function that something comes into.
        """
        return {node: self._on[node] for node in self.graph.of_type(FUNCTION) if node in self._on}

    def inputs(self, function: Node) -> tuple[Input, ...]:
        """
        Give the ways into a function, the worst first.
        """
        found = [
            Input(function=function, edge=edge, verdict=verdict, path=self._path(edge))
            for edge in self.graph.entering(function)
            if (verdict := self.through(edge)) is not None
        ]
        return tuple(sorted(found, key=lambda way: -way.verdict.rank))

    @property
    def all_inputs(self) -> Iterator[Input]:
        """
        Every way into every function.
        """
        for function in self.graph.of_type(FUNCTION):
            yield from self.inputs(function)

    def _follow(self, nodes: list[Node]) -> None:
        waiting = deque(nodes)
        while waiting:
            node = waiting.popleft()
            for edge in self.graph.onward(node):
                verdict = self._through(edge)
                if verdict is None:
                    continue
                known = self._on.get(edge.target)
                if known is None or verdict.rank > known.rank:
                    self._on[edge.target] = verdict
                    self._because[edge.target] = edge
                    waiting.append(edge.target)

    def through(self, edge: Edge) -> Verdict | None:
        """
        Give the verdict on what comes through one edge; none where nothing does.
        """
        return self._through(edge) if edge.carries else None

    def _through(self, edge: Edge) -> Verdict | None:
        source = edge.source
        if source is PRINCIPALS:
            return None  # who of them has a policy that lets them in is an edge of its own
        if source.kind is _OUTSIDER:
            verdict = _from_outside(edge)
        else:
            known = self._on.get(source)
            if known is None:
                return None
            verdict = known
            if edge.waf is _YES:
                verdict = _BEHIND_WAF
            elif verdict is _BEHIND_WAF and source.kind is not _ENTRY:
                verdict = _PROVENANCE
        if edge.limited and verdict is _EXPOSED:
            verdict = _COMPENSATED
        if not edge.certain and verdict is _EXPOSED:
            verdict = _UNKNOWN
        return verdict

    def _path(self, last: Edge) -> tuple[Edge, ...]:
        path = [last]
        seen = {last.target}
        while (node := path[-1].source) not in seen and node in self._because:
            seen.add(node)
            path.append(self._because[node])
        return tuple(reversed(path))


def _from_outside(edge: Edge) -> Verdict:
    if edge.source is AWS:
        return _PROVENANCE
    if edge.waf is _YES:
        return _BEHIND_WAF
    return _UNKNOWN if edge.waf is _MAYBE else _EXPOSED


def _passes_on(graph: Graph, node: Node) -> bool:
    return any(edge.flow is Flow.HANDOVER for edge in graph.leaving(node))
