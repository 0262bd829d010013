"""Methods of REST APIs that anyone on the internet may call."""

from __future__ import annotations

from collections.abc import Callable

from secure_constructs.rules import _open_operations
from secure_constructs.services.exposure import reached_by_few
from secure_constructs.services.openapi import Guard, Operation, harmless
from secure_constructs.services.stages import api_of
from secure_constructs.template import Known, Resource, Template


def open_method(method: Resource, template: Template) -> str:
    """
    Give the HTTP method, in capitals, that anyone may call; empty where something keeps them out.
    """
    kind = method.text("AuthorizationType") or "NONE"
    name = (method.text("HttpMethod") or "ANY").upper()
    if kind.upper() != "NONE" or harmless(name, method.text("Integration.Type")):
        return ""
    if method.flag("ApiKeyRequired") or reached_by_few(api_of(method, template), template):
        return ""
    return name


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


def _is_open(operation: Operation) -> bool:
    return not operation.harmless and operation.guard is Guard.OPEN
