"""REST APIs: the methods of their resources or of their documents, and what those pass on to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.edges._documents import documented
from secure_constructs.paths.edges._integrations import passed_on
from secure_constructs.paths.edges._requests import asked, gated, guard_of, requests
from secure_constructs.paths.graph import Edge, Guard, node_of
from secure_constructs.paths.partial import answer_to
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import document_of, harmless
from secure_constructs.services.origin_gates import lets_in_fronts_only
from secure_constructs.template import Resource, Template

METHOD: Final = "AWS::ApiGateway::Method"
AUTHORIZER: Final = "AWS::ApiGateway::Authorizer"
_RESOURCE: Final = "AWS::ApiGateway::Resource"
_KEY: Final = "AWS::ApiGateway::ApiKey"
_KEY_HEADER: Final = "x-api-key"
TYPES: Final = (METHOD, AUTHORIZER, REST_API)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the requests to the routes of an API, what those pass them on to, and who is asked first.

    A preflight is no input, nor is a mock that answers reads.
    """
    if resource.type == METHOD:
        yield from _method(resource, template)
    elif resource.type == AUTHORIZER:
        yield from _authorizer(resource, template)
    else:
        document = document_of(resource)
        if document is not None:
            yield from documented(document, resource, template)


def _method(method: Resource, template: Template) -> Iterator[Edge]:
    verb = (method.text("HttpMethod") or "ANY").upper()
    if harmless(verb, method.text("Integration.Type")):
        return
    # An API that is not in the templates is shown as the method itself.
    api = template.find(method.get("RestApiId"), REST_API) or method
    label = f"{verb} {_path(method, template)}"
    guard, certain = guard_of(method)
    authorizer = template.find(method.get("AuthorizerId"), AUTHORIZER)
    route = node_of(api, label)
    yield from requests(
        route,
        api,
        method,
        "AuthorizationType",
        label=label,
        guard=guard,
        certain=certain,
        closed=_closed(api, authorizer, template, with_key=guard is Guard.API_KEY),
    )
    yield from passed_on(route, method.block("Integration"), template)


def _closed(
    api: Resource, authorizer: Resource | None, template: Template, *, with_key: bool
) -> Answer:
    """
    Say whether a method answers only what comes through a distribution.
    """
    if with_key:
        keys = [key.get("Value") for key in template.everywhere(_KEY)]
        return answer_to(lambda: lets_in_fronts_only(api, frozenset({_KEY_HEADER}), keys))
    if authorizer is None or authorizer.get("Type") == "COGNITO_USER_POOLS":
        return Answer.NO
    return gated(api, authorizer, "IdentitySource", "AuthorizerUri")


def _path(method: Resource, template: Template) -> str:
    resource = template.find(method.get("ResourceId"), _RESOURCE, REST_API)
    if resource is None:
        return "/…"
    return "/" if resource.type == REST_API else resource.once("route", _path_of)


def _path_of(resource: Resource) -> str:
    parts: list[str] = []
    seen: set[Resource] = set()
    at: Resource | None = resource
    while at is not None and at.type == _RESOURCE and at not in seen:
        seen.add(at)
        part = at.get("PathPart")
        parts.append(part if isinstance(part, str) else "…")
        at = at.template.find(at.get("ParentId"), _RESOURCE, REST_API)
    if at is None or at.type != REST_API:
        parts.append("…")
    return "/" + "/".join(reversed(parts))


def _authorizer(authorizer: Resource, template: Template) -> Iterator[Edge]:
    if authorizer.text("Type") == "COGNITO_USER_POOLS":
        return
    if not template.referrers(authorizer, METHOD, at="AuthorizerId"):
        return
    api = template.find(authorizer.get("RestApiId"), REST_API) or authorizer
    name = authorizer.logical_id
    yield from asked(api, name, authorizer, "IdentitySource", "AuthorizerUri")
