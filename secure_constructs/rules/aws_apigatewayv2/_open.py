"""Routes of HTTP and WebSocket APIs that anyone on the internet may call."""

from __future__ import annotations

from collections.abc import Callable

from secure_constructs.rules import _open_operations
from secure_constructs.services.exposure import reached_by_few
from secure_constructs.services.openapi import Guard, Operation
from secure_constructs.services.stages import api_of
from secure_constructs.template import Known, Resource, Template, Undecided


def is_open_route(resource: Resource, template: Template) -> bool:
    """
    Say whether anyone may call a route.
    """
    if (resource.text("AuthorizationType") or "NONE").upper() != "NONE":
        return False
    api = api_of(resource, template)
    if not _decides(resource.text("RouteKey") or "", api) or resource.flag("ApiKeyRequired"):
        return False
    return not reached_by_few(api, template)


def open_operations(
    api: Resource, template: Template, *, for_whom: Callable[[str], bool]
) -> Known[Operation]:
    """
    Give the operations that anyone may call, of those that the document of an API defines.

    Args:
        api: The API.
        template: The template it stands in.
        for_whom: Says of the purpose of an operation whether it is asked for.
    """
    return _open_operations.open_operations(api, template, for_whom=for_whom, is_open=_is_open)


def taken_apart(key: str) -> tuple[str, str]:
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
