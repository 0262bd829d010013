"""CloudFront distributions: who gets in, what stands behind them, what runs at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import INTERNET, Edge, Flow, Guard, node_of
from secure_constructs.paths.partial import each
from secure_constructs.paths.targets import target_of
from secure_constructs.paths.web_acls import LOAD_BALANCER, web_acl_before
from secure_constructs.services.appsync import EVENTS, GRAPHQL
from secure_constructs.services.callers import URL
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    behind,
    config_of,
    is_off,
    is_used,
    leading,
    reached,
)
from secure_constructs.template import Block, Resource, Template, Undecided

_BUCKET: Final = "AWS::S3::Bucket"
_HANDED_ON: Final = {
    _BUCKET: (Flow.READ, "s3:GetObject"),
    LOAD_BALANCER: (Flow.HANDOVER, "origin"),
    URL: (Flow.HANDOVER, "origin"),
    EVENTS: (Flow.HANDOVER, "origin"),
    GRAPHQL: (Flow.HANDOVER, "origin"),
}
TYPES: Final = (DISTRIBUTION,)


def edges(distribution: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the requests a distribution takes, what it hands them on to, and functions at the edge.

    What goes on to the routes of an API of API Gateway are edges of the API.
    """
    config = config_of(distribution)
    if _known_off(config):
        return
    every = list(reached(config))
    node = node_of(distribution)
    yield Edge(
        source=INTERNET,
        target=node,
        flow=Flow.REQUEST,
        label="distribution",
        via=distribution,
        place=config.at("WebACLId"),
        guard=min((_guard(behaviour) for behaviour in every), default=Guard.NONE, key=_STRENGTH),
        waf=web_acl_before(distribution),
    )
    yield from each(every, lambda behaviour: _at_the_edge(behaviour, template))
    yield from each(config.blocks("Origins"), lambda origin: _handed_on(origin, template))


_STRENGTH: Final = tuple(Guard).index


def _known_off(config: Block) -> bool:
    try:
        return is_off(config)
    except Undecided:
        return False


def _guard(behaviour: Block) -> Guard:
    """
    Say whether CloudFront asks for a signed URL or cookie.
    """
    for place in ("TrustedKeyGroups", "TrustedSigners"):
        if behaviour.get(place) not in (None, []):
            return Guard.AUTHORIZER
    return Guard.NONE


def _at_the_edge(behaviour: Block, template: Template) -> Iterator[Edge]:
    for association in behaviour.blocks("LambdaFunctionAssociations"):
        arn = association.text("LambdaFunctionARN")
        function = target_of(arn, template, "AWS::Lambda::Function")
        if function is not None:
            yield Edge(
                source=node_of(behaviour.resource),
                target=function,
                flow=Flow.HANDOVER,
                label=association.text("EventType") or "at the edge",
                via=behaviour.resource,
                place=association.at("LambdaFunctionARN"),
                guard=_guard(behaviour),
            )


def _handed_on(origin: Block, template: Template) -> Iterator[Edge]:
    guards = [_guard(behaviour) for behaviour in leading(origin)]
    for resource in behind(origin, template) if is_used(origin) else ():
        if resource.type in _HANDED_ON:
            flow, label = _HANDED_ON[resource.type]
            yield Edge(
                source=node_of(origin.resource),
                target=node_of(resource),
                flow=flow,
                label=label,
                via=origin.resource,
                place=origin.at("DomainName"),
                guard=min(guards, default=Guard.NONE, key=_STRENGTH),
                waf=web_acl_before(resource),
            )
