"""How requests get to an API: straight from outside, or through a distribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import PolicyDocument
from secure_constructs.paths.edges._behaviours import leads_to
from secure_constructs.paths.edges._callers import Admission, Caller
from secure_constructs.paths.edges._integrations import function_of
from secure_constructs.paths.graph import ACCOUNTS, INTERNET, Edge, Flow, Guard, Kind, Node, node_of
from secure_constructs.paths.partial import answer_to
from secure_constructs.paths.web_acls import web_acl_before
from secure_constructs.services.distributions import fronts_of
from secure_constructs.services.exposure import (
    asks_for_certificates,
    is_private,
    policy_is_open,
    policy_of,
    without_address,
)
from secure_constructs.services.origin_gates import asked_headers, known_to, lets_in_fronts_only
from secure_constructs.template import Block, Resource, Undecided

_INVOKE: Final = "execute-api:Invoke"
_CERTIFICATE: Final = "callers have to show a certificate"
_NETWORKS: Final = "the resource policy says who may call, and from where"
_FLOWS: Final = {Kind.OUTSIDER: Flow.REQUEST, Kind.ROLE: Flow.INVOKE}
_STRENGTH: Final = tuple(Guard).index
_TURNED_AWAY: Final = (
    "the authorizer sees headers only, and turns away what lacks the one that the distribution adds"
)


def _policy_callers(api: Resource) -> tuple[Caller, ...] | None:
    """
    Say whom the resource policy of an API lets in; none where it has none.
    """
    policy = policy_of(api)
    if not policy:
        return None
    document = PolicyDocument.parse(policy.value)
    admission = Admission(document=document, about=api, template=api.template)
    return tuple(
        caller if statement.allows else replace(caller, certain=False)
        for statement in document.allowing
        if statement.applies_to_action(_INVOKE).possible
        for caller in admission.callers(statement, _INVOKE, fetches=False)
    )


def _doors(api: Resource, guard: Guard) -> Iterator[Caller]:
    """
    Say who gets to the routes of an API from outside, before those ask.

    Who calls from a network, or by a role of the account, is known elsewhere or not at all.
    """
    try:
        if is_private(api) or without_address(api, api.template):
            return
        callers = api.once("policy callers", _policy_callers)
        if guard is Guard.IAM:
            for caller in callers or ():
                node = ACCOUNTS if caller.node == INTERNET else caller.node
                yield replace(caller, node=node, guard=Guard.IAM)
        elif asks_for_certificates(api, api.template) and api.flag("DisableExecuteApiEndpoint"):
            yield Caller(node=INTERNET, guard=guard, limited=_CERTIFICATE)
        elif callers is None:
            yield Caller(node=INTERNET, guard=guard)
        else:
            opened = policy_is_open(policy_of(api))
            for caller in callers:
                if caller.node == INTERNET and not opened:
                    yield Caller(node=INTERNET, guard=guard, limited=_NETWORKS)
                else:
                    yield replace(caller, guard=max(guard, caller.guard, key=_STRENGTH))
    except Undecided:
        yield Caller(node=INTERNET, guard=guard, certain=False)


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
    doors = list(_doors(api, guard))
    waf = web_acl_before(api)
    if guard is Guard.IAM and not any(caller.node.kind is Kind.ROLE for caller in doors):
        doors.append(Caller(node=node_of(api)))  # where roles come in by policies of their own
    request = Edge(
        source=INTERNET,
        target=route,
        flow=Flow.REQUEST,
        label=label,
        via=block.resource,
        place=block.at(place),
        guard=guard,
        waf=waf,
        limited=limited,
        certain=certain,
    )
    if closed is not Answer.YES:
        for caller in doors:
            yield request._replace(
                source=caller.node,
                flow=_FLOWS.get(caller.node.kind, Flow.HANDOVER),
                guard=caller.guard,
                waf=waf | (closed & Answer.MAYBE),
                limited=limited or caller.limited,
                certain=certain and caller.certain,
            )
    # A distribution hands on another host than the one that IAM callers signed.
    for front in fronts_of(api) if guard is not Guard.IAM else ():
        if leads_to(front, api, label):
            yield request._replace(
                source=node_of(front.distribution),
                flow=Flow.HANDOVER,
                via=front.distribution,
                place=front.origin.at("DomainName"),
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
