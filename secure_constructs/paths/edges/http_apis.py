"""HTTP and WebSocket APIs: their routes, and what those pass on to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.edges._documents import documented
from secure_constructs.paths.edges._integrations import function_of, passed_on
from secure_constructs.paths.edges._requests import asked, gated, guard_of, requests
from secure_constructs.paths.graph import Edge, Flow, Guard, Node, node_of
from secure_constructs.services.exposure import HTTP_API
from secure_constructs.services.openapi import document_of
from secure_constructs.template import Block, Resource, Template, Undecided

ROUTE: Final = "AWS::ApiGatewayV2::Route"
AUTHORIZER: Final = "AWS::ApiGatewayV2::Authorizer"
_INTEGRATION: Final = "AWS::ApiGatewayV2::Integration"
_CONNECT: Final = "$connect"
_HANDSHAKE: Final = "a web ACL sees the handshake, and no message after it"
TYPES: Final = (ROUTE, AUTHORIZER, HTTP_API)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the requests to the routes of an API, what those pass them on to, and who is asked first.

    No web ACL can stand before such an API. One before a distribution counts where nothing else
    gets in. A WebSocket API decides once, when a connection is opened.
    """
    if resource.type == ROUTE:
        yield from _route(resource, template)
    elif resource.type == AUTHORIZER:
        if template.referrers(resource, ROUTE, at="AuthorizerId"):
            api = template.find(resource.get("ApiId"), HTTP_API) or resource
            name = resource.logical_id
            yield from asked(api, name, resource, "IdentitySource", "AuthorizerUri")
    else:
        yield from _api(resource, template)


def _api(api: Resource, template: Template) -> Iterator[Edge]:
    if api.has("Target"):
        label = api.text("RouteKey") or "$default"
        route = node_of(api, label)
        yield from requests(route, api, api, "Target", label=label, guard=Guard.NONE)
        function = function_of(api.get("Target"), template)
        if function is not None:
            yield _handed(route, function, api, "Target")
    document = document_of(api)
    if document is not None:
        yield from documented(document, api, template)


def _route(route: Resource, template: Template) -> Iterator[Edge]:
    key = route.text("RouteKey") or "$default"
    if key.upper().startswith("OPTIONS "):
        return
    # An API that is not in the templates is shown as the route itself.
    api = template.find(route.get("ApiId"), HTTP_API) or route
    deciding = _deciding(route, key, api, template)
    guard, certain = guard_of(deciding)
    authorizer = template.find(deciding.get("AuthorizerId"), AUTHORIZER)
    closed = Answer.NO
    if authorizer is not None and guard is Guard.AUTHORIZER:
        closed = gated(api, authorizer, "IdentitySource", "AuthorizerUri")
    node = node_of(api, key)
    yield from requests(
        node,
        api,
        deciding,
        "AuthorizationType",
        label=key,
        guard=guard,
        certain=certain,
        closed=closed,
        limited=_HANDSHAKE if closed is Answer.YES and deciding is not route else "",
    )
    integration = template.find(route.get("Target"), _INTEGRATION)
    if integration is None:
        if route.has("Target"):
            raise Undecided("Target")
        return
    yield from passed_on(node, integration, template)


def _handed(node: Node, target: Node, block: Block, place: str) -> Edge:
    return Edge(
        source=node,
        target=target,
        flow=Flow.HANDOVER,
        label="integration",
        via=block.resource,
        place=block.at(place),
    )


def _deciding(route: Resource, key: str, api: Resource, template: Template) -> Resource:
    """
    Give the route at which it is decided whether the callers of a route get in.
    """
    if key == _CONNECT or api.get("ProtocolType") != "WEBSOCKET":
        return route
    return api.once("connect route", lambda _: _connect(api, template)) or route


def _connect(api: Resource, template: Template) -> Resource | None:
    routes = template.referrers(api, ROUTE, at="ApiId")
    return next((route for route in routes if route.get("RouteKey") == _CONNECT), None)
