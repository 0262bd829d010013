"""How requests get to an API: straight from outside, or through a distribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.edges._integrations import function_of
from secure_constructs.paths.graph import INTERNET, PRINCIPALS, Edge, Flow, Guard, Node, node_of
from secure_constructs.paths.partial import answer_to
from secure_constructs.paths.web_acls import web_acl_before
from secure_constructs.services.distributions import fronts_of
from secure_constructs.services.exposure import asks_for_certificates, fenced, is_private
from secure_constructs.services.origin_gates import asked_headers, known_to, lets_in_fronts_only
from secure_constructs.template import Block, Resource, Undecided

_TURNED_AWAY: Final = (
    "the authorizer sees headers only, and turns away what lacks the one that the distribution adds"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """
    Who gets to an API before any of its routes asks.

    Args:
        source: Who.
        limited: What keeps others away, as a clause.
        certain: Whether that is known.
    """

    source: Node = INTERNET
    limited: str = ""
    certain: bool = True


def door_of(api: Resource) -> Door:
    """
    Say who gets to an API.
    """
    return api.once("door", _door)


def _door(api: Resource) -> Door:
    try:
        if is_private(api):
            return Door(source=PRINCIPALS, limited="only VPC endpoints lead to the API")
        if not fenced(api, api.template):
            return Door()
        if asks_for_certificates(api, api.template):
            return Door(limited="callers have to show a certificate")
    except Undecided:
        return Door(certain=False)
    return Door(source=PRINCIPALS, limited="the resource policy says who may call")


def requests(  # noqa: PLR0913 (one fact each)
    route: Node,
    api: Resource,
    block: Block,
    place: str,
    *,
    label: str,
    guard: Guard,
    certain: bool = True,
    closed: Answer = Answer.NO,
    limited: str = "",
) -> Iterator[Edge]:
    """
    Give the requests that come to a route, or another part of an API.

    Args:
        route: Where they come to.
        api: The API.
        block: What makes the route.
        place: The property of *block* that says who is asked.
        label: What they are called.
        guard: Who is asked before they get in.
        certain: Whether that is known.
        closed: Whether it lets in only what a distribution hands on.
        limited: What limits them.
    """
    door = door_of(api)
    direct = Edge(
        source=PRINCIPALS if guard is Guard.IAM else door.source,
        target=route,
        flow=Flow.REQUEST,
        label=label,
        via=block.resource,
        place=block.at(place),
        guard=guard,
        waf=web_acl_before(api) | (closed & Answer.MAYBE),
        limited=limited or door.limited,
        certain=certain and door.certain,
    )
    if closed is not Answer.YES:
        yield direct
    if guard is Guard.IAM:
        # Who has a role that may call; the host that a distribution hands on is not the one signed.
        yield replace(direct, source=node_of(api), flow=Flow.HANDOVER)
        return
    for front in fronts_of(api):
        yield replace(
            direct,
            source=node_of(front.distribution),
            flow=Flow.HANDOVER,
            waf=web_acl_before(api),
            via=front.distribution,
            place=front.origin.at("DomainName"),
            certain=certain,
            limited=limited if closed is Answer.YES else "",
        )


def guard_of(route: Resource) -> tuple[Guard, bool]:
    """
    Say who decides about the callers of a method or a route, and whether that is known.
    """
    try:
        kind = (route.text("AuthorizationType") or "NONE").upper()
        if kind != "NONE":
            return Guard.IAM if kind == "AWS_IAM" else Guard.AUTHORIZER, True
        return Guard.API_KEY if route.flag("ApiKeyRequired") else Guard.NONE, True
    except Undecided:
        return Guard.NONE, False


def gated(api: Resource, authorizer: Block, source: str, uri: str) -> Answer:
    """
    Say whether an authorizer lets in only what a distribution hands on.

    Args:
        api: The API.
        authorizer: The authorizer.
        source: Its property that names what it is not asked without.
        uri: Its property that names its function.
    """
    function = function_of(authorizer.get(uri), api.template)
    known = known_to(function.resource) if function is not None and function.resource else ()
    return answer_to(
        lambda: lets_in_fronts_only(api, asked_headers(authorizer.texts(source)), known)
    )


def asked(api: Resource, name: str, authorizer: Block, source: str, uri: str) -> Iterator[Edge]:
    """
    Give what the function of an authorizer is shown: requests before anyone was asked.
    """
    function = function_of(authorizer.text(uri), api.template)
    if function is None:
        return
    node = node_of(api, f"authorizer {name}")
    closed = gated(api, authorizer, source, uri) is Answer.YES
    yield from requests(
        node,
        api,
        authorizer,
        uri,
        label="authorizer",
        guard=Guard.NONE,
        limited=_TURNED_AWAY if closed else "",
    )
    yield Edge(
        source=node,
        target=function,
        flow=Flow.HANDOVER,
        label="authorizer",
        via=authorizer.resource,
        place=authorizer.at(uri),
    )
