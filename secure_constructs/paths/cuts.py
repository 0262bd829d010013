"""Where to cut: the cheapest edge whose guard would close a way in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secure_constructs.paths.graph import INTERNET, Edge, Flow, Graph, Kind, node_of
from secure_constructs.paths.verdicts import Input, Verdict, Verdicts

# What closing an edge takes: a web ACL or an authorizer at the door, a narrower grant,
# or another way from one resource to the next. Where two cost the same, the outer one is better.
_COST: Final = {
    Flow.REQUEST: 1,
    Flow.WRITE: 2,
    Flow.INVOKE: 2,
    Flow.ASSUME: 2,
    Flow.HANDOVER: 3,
    Flow.IDENTITY: 4,
}


_Point = Hashable  # a node, an edge, or a door with all requests to it
_OUTSIDE: Final = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """
    An edge that an input hangs on.

    Args:
        edge: The edge.
        closes: Whether nothing exposed gets in any more once it is cut.
        fix: How to cut it, as an imperative clause.
    """

    edge: Edge
    closes: bool
    fix: str


class Cuts:
    """
    What each exposed input hangs on.

    Every exposed way is a way through doors, edges and nodes from outside. What all ways to an
    input pass through dominates it; the dominators of all inputs are found in one go
    (Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm, 2001).

    Args:
        graph: The graph.
        verdicts: The verdicts on it.
    """

    def __init__(self, graph: Graph, verdicts: Verdicts) -> None:
        following: dict[_Point, list[_Point]] = {_OUTSIDE: []}
        for edge in graph.edges:
            if verdicts.through(edge) is Verdict.EXPOSED:
                point = _point(edge)
                source = _OUTSIDE if edge.source.kind is Kind.OUTSIDER else edge.source
                following.setdefault(source, []).append(point)
                following.setdefault(point, []).append(edge.target)
        self._above = _dominators(following)

    def of(self, way: Input) -> Cut | None:
        """
        Find the cheapest edge to cut on the way into a function.

        Returns:
            The cheapest edge that closes the input for good, or else the cheapest on this way;
            none where the input needs no closing.
        """
        if way.verdict is not Verdict.EXPOSED:
            return None
        passed = self._passed_by_all(_point(way.edge))
        edges = sorted(way.path, key=lambda edge: _COST[edge.flow])
        for edge in edges:
            if _point(edge) in passed:
                return Cut(edge=edge, closes=True, fix=_fix(edge))
        return Cut(edge=edges[0], closes=False, fix=_fix(edges[0]))

    def _passed_by_all(self, point: _Point) -> set[_Point]:
        passed = {point}
        while point in self._above and (point := self._above[point]) not in passed:
            passed.add(point)
        return passed


def _point(edge: Edge) -> _Point:
    """
    Give the point that stands for an edge: what cuts one request to an API cuts all of them.
    """
    door = edge.target.resource
    outside = edge.source.kind is Kind.OUTSIDER and edge.flow is Flow.REQUEST
    return ("door", door) if outside and door is not None else edge


def _dominators(following: Mapping[_Point, Sequence[_Point]]) -> dict[_Point, _Point]:
    """
    Give for each point the nearest one that every way from outside to it passes.
    """
    order = _in_order(following)
    number = {point: place for place, point in enumerate(order)}
    before: list[list[int]] = [[] for _ in order]
    for point in order:
        for target in following.get(point, ()):
            before[number[target]].append(number[point])
    above = [-1] * len(order)
    above[0] = 0
    changed = True
    while changed:
        changed = False
        for place in range(1, len(order)):
            known = [source for source in before[place] if above[source] >= 0]
            nearest = known[0]
            for source in known[1:]:
                nearest = _common(above, source, nearest)
            if above[place] != nearest:
                above[place] = nearest
                changed = True
    return {order[place]: order[above[place]] for place in range(1, len(order))}


def _common(above: Sequence[int], first: int, second: int) -> int:
    while first != second:
        while first > second:
            first = above[first]
        while second > first:
            second = above[second]
    return first


def _in_order(following: Mapping[_Point, Sequence[_Point]]) -> list[_Point]:
    """
    Give what is reached from outside, each point before those that are reached only by it.
    """
    seen: set[_Point] = {_OUTSIDE}
    done: list[_Point] = []
    work: list[tuple[_Point, Iterator[_Point]]] = [(_OUTSIDE, iter(following[_OUTSIDE]))]
    while work:
        point, rest = work[-1]
        target = next((each for each in rest if each not in seen), None)
        if target is None:
            done.append(point)
            work.pop()
        else:
            seen.add(target)
            work.append((target, iter(following.get(target, ()))))
    done.reverse()
    return done


def _fix(edge: Edge) -> str:
    if edge.source.kind is Kind.OUTSIDER:
        return _fix_of_request(edge)
    if edge.flow is Flow.HANDOVER:
        return (
            f"hand {edge.target} only what {edge.source} has checked, or trigger it from elsewhere"
        )
    return f"take {edge.label or 'the grant'} on {edge.target} from {edge.source}"


def _fix_of_request(edge: Edge) -> str:
    resource = edge.target.resource
    door = node_of(resource) if resource is not None else edge.target
    match resource.type if resource is not None else "":
        case "AWS::ApiGateway::RestApi" | "AWS::AppSync::GraphQLApi" | "AWS::Cognito::UserPool":
            return f"associate a web ACL with {door}"
        case "AWS::ApiGatewayV2::Api" | "AWS::Lambda::Url":
            return f"let only a CloudFront distribution with a web ACL call {door}"
        case "AWS::S3::Bucket":
            return "take uploads with SecureUpload, which scans them before anything reads them"
        case "AWS::IAM::Role":
            return f"let {edge.source} send through an API with a web ACL, not with {edge.target}"
    who = "anyone" if edge.source == INTERNET else str(edge.source)
    return f"no longer let {who} put anything into {edge.target}"
