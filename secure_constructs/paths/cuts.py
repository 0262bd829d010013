"""Where to cut: the cheapest edge whose guard would close a way in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from secure_constructs.paths.dominators import Dominators
from secure_constructs.paths.graph import INTERNET, Edge, Flow, Graph, Kind, Node, node_of
from secure_constructs.paths.verdicts import Input, Verdict, Verdicts
from secure_constructs.template import Resource

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
# Before Python 3.12 each look at a member through its class is a call.
_EXPOSED: Final = Verdict.EXPOSED
_OUTSIDER: Final = Kind.OUTSIDER
_REQUEST: Final = Flow.REQUEST

_OUTSIDE: Final = "outside"
# Where a way passes: a node, a door with all requests to it, or outside, which is one.
_Point = Node | Resource | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """
    An edge that an input hangs on.

    Args:
        edge: The edge.
        closes: Whether nothing exposed gets in any more once it is cut.
    """

    edge: Edge
    closes: bool

    @property
    def fix(self) -> str:
        """
        How to cut it, as an imperative clause.
        """
        edge = self.edge
        if edge.source.kind is Kind.OUTSIDER:
            return _fix_of_request(edge)
        if edge.flow is Flow.HANDOVER:
            if edge.source.kind is Kind.WORKLOAD:
                return (
                    f"hand {edge.target} only what {edge.source} has checked,"
                    " or trigger it from elsewhere"
                )
            return (
                f"let nothing into {edge.source} that no web ACL has seen,"
                f" or trigger {edge.target} from elsewhere"
            )
        return f"take {edge.label or 'the grant'} on {edge.target} from {edge.source}"


class Cuts:
    """
    What each exposed input hangs on: the edges and doors that every exposed way to it passes.

    Args:
        graph: The graph.
        verdicts: The verdicts on it.
    """

    def __init__(self, graph: Graph, verdicts: Verdicts) -> None:
        numbers: dict[_Point, int] = {_OUTSIDE: 0}
        following: defaultdict[int, list[int]] = defaultdict(list)
        entering: defaultdict[int, list[tuple[int, Edge]]] = defaultdict(list)
        for edge in graph.carrying:
            if verdicts.through(edge) is _EXPOSED:
                point = _source(edge)
                source = numbers.setdefault(point, len(numbers))
                target = numbers.setdefault(edge.target, len(numbers))
                if isinstance(point, Resource):
                    following[0].append(source)
                following[source].append(target)
                entering[target].append((source, edge))
        self._numbers = numbers
        self._entering = entering
        self._dominators = Dominators([following[number] for number in numbers.values()])

    def of(self, way: Input) -> Cut | None:
        """
        Find the cheapest edge to cut on the way into a function.

        Returns:
            The cheapest edge that closes the input for good, or else the cheapest on this way;
            none where the input needs no closing.
        """
        if way.verdict is not _EXPOSED:
            return None
        start = self._numbers[_source(way.edge)]
        edges = sorted(way.path, key=lambda edge: _COST[edge.flow])
        for edge in edges:
            if edge is way.edge or self._all_pass(edge, start):
                return Cut(edge=edge, closes=True)
        return Cut(edge=edges[0], closes=False)

    def _all_pass(self, edge: Edge, start: int) -> bool:
        """
        Say whether every way to where the last step starts passes an edge, or its door.
        """
        passes = self._dominators.passes
        if _door(edge) is not None:
            return passes(start, self._numbers[_source(edge)])
        target = self._numbers[edge.target]
        return passes(start, target) and all(
            other is edge or passes(source, target) for source, other in self._entering[target]
        )


def _source(edge: Edge) -> _Point:
    """
    Give where a way comes from.
    """
    return _door(edge) or (_OUTSIDE if edge.source.kind is _OUTSIDER else edge.source)


def _door(edge: Edge) -> Resource | None:
    """
    Give the door that a request goes through: what cuts one request to an API cuts all of them.
    """
    requested = edge.flow is _REQUEST and edge.source.kind is _OUTSIDER
    return edge.target.resource if requested else None


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
        case "AWS::IAM::Role" if edge.via == resource:
            return f"say in the trust policy of {edge.target} whose tokens it takes"
        case "AWS::IAM::Role":
            return f"let {edge.source} send through an API with a web ACL, not with {edge.target}"
    who = "anyone" if edge.source == INTERNET else str(edge.source)
    return f"no longer let {who} put anything into {edge.target}"
