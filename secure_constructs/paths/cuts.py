"""Where to cut: the cheapest edge whose guard would close a way in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from secure_constructs.paths.graph import INTERNET, Edge, Flow, Graph, Kind, Node, node_of
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


def cut_of(way: Input, graph: Graph, verdicts: Verdicts) -> Cut | None:
    """
    Find the cheapest edge to cut on the way into a function.

    Returns:
        The cheapest edge that closes the input for good, or else the cheapest on this way;
        none where the input needs no closing.
    """
    if way.verdict is not Verdict.EXPOSED:
        return None
    edges = sorted(way.path, key=lambda edge: _COST[edge.flow])
    for edge in edges:
        if not _still_exposed(way.edge, edge, graph, verdicts):
            return Cut(edge=edge, closes=True, fix=_fix(edge))
    return Cut(edge=edges[0], closes=False, fix=_fix(edges[0]))


def _still_exposed(last: Edge, cut: Edge, graph: Graph, verdicts: Verdicts) -> bool:
    """
    Say whether something exposed still comes through *last* without *cut*.
    """
    if cut is last:
        return False
    seen: set[Node] = {last.source}
    waiting = deque([last.source])
    while waiting:
        for edge in graph.entering(waiting.popleft()):
            if _goes_with(edge, cut) or verdicts.through(edge) is not Verdict.EXPOSED:
                continue
            if edge.source.kind is Kind.OUTSIDER:
                return True
            if edge.source not in seen:
                seen.add(edge.source)
                waiting.append(edge.source)
    return False


def _goes_with(edge: Edge, cut: Edge) -> bool:
    """
    Say whether what cuts one edge cuts another: a web ACL stands before every route of an API.
    """
    if edge is cut:
        return True
    requests = edge.flow is Flow.REQUEST and cut.flow is Flow.REQUEST
    return (
        requests and cut.target.resource is not None and edge.target.resource == cut.target.resource
    )


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
