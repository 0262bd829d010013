"""Routes of HTTP and WebSocket APIs that anyone on the internet may call."""

from __future__ import annotations

from secure_constructs.services.exposure import reached_by_few
from secure_constructs.services.openapi import Guard, Operation, document_of
from secure_constructs.services.stages import api_of
from secure_constructs.template import Known, Resource, Template, Undecided


def open_route(resource: Resource, template: Template) -> str:
    """
    Give the key of a route that anyone may call; empty where something keeps them out.
    """
    if (resource.text("AuthorizationType") or "NONE").upper() != "NONE":
        return ""
    key = resource.text("RouteKey") or ""
    api = api_of(resource, template)
    if not _decides(key, api) or resource.flag("ApiKeyRequired") or reached_by_few(api, template):
        return ""
    return key


def open_operations(api: Resource, template: Template) -> Known[Operation]:
    """
    Give the operations that anyone may call, of those that the document of an API defines.
    """
    document = document_of(api)
    if document is None or reached_by_few(api, template):
        return Known((), complete=True, place="Body")
    return document.matching(_is_open)


def route(key: str) -> tuple[str, str]:
    """
    Take the key of a route apart into method and path.
    """
    method, _, path = key.partition(" ")
    return method.upper(), path


def _is_open(operation: Operation) -> bool:
    return operation.method != "OPTIONS" and operation.guard is Guard.OPEN


def _decides(key: str, api: Resource | None) -> bool:
    """
    Say whether a caller is let in, or not, at the route *key*.
    """
    if key == "$connect":
        return True
    if key == "$default":
        if api is None:
            raise Undecided("RouteKey")
        return api.text("ProtocolType") != "WEBSOCKET"
    return " " in key and not key.upper().startswith("OPTIONS ")
