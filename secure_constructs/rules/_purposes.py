"""What routes are for, where that is why they are open."""

from __future__ import annotations

import re
from typing import Final

from secure_constructs.template import Resource, Template, Text

_READS: Final = frozenset({"GET", "HEAD"})
_WRITES: Final = frozenset({"POST", "PUT"})
_DEPTH: Final = 20

# Purposes of which a reader learns nothing but what everyone may know.
_READ_ONLY: Final = ("documentation", "a health check")

_DOCUMENTATION: Final = re.compile(
    r"(?:swagger|openapi|redoc|api-?docs)(?:[-_.][\w.-]*)?|favicon\.ico|robots\.txt|\.well-known"
)
_HEALTH: Final = re.compile(r"health(?:[-_]?check|z)?|ping|livez|readyz|liveness|readiness")
_SIGN_IN: Final = re.compile(
    r"(?:log|sign)-?_?(?:in|up)|register|confirm(?:-?_?sign-?_?up)?"
    r"|(?:forgot|reset)-?_?password|oauth2?|token"
)
_WEBHOOK: Final = re.compile(r"(?:[\w.]+[-_])?web-?_?hooks?(?:[-_][\w.]+)?")


def purpose_of(method: str, path: str) -> str:
    """
    Say what a route is for, if that is why it identifies no callers; empty if nothing tells.

    Documentation and health checks are only read; whoever signs in cannot be known before;
    the sender of a webhook proves itself by a signature that the code has to check.

    Args:
        method: In capitals.
        path: Such as ``/v1/swagger.json``.
    """
    segments = [part.lower() for part in path.split("/") if part and not part.startswith("{")]
    last = segments[-1] if segments else ""
    if method in _READS and any(map(_DOCUMENTATION.fullmatch, segments)):
        return _READ_ONLY[0]
    if method in _READS and _HEALTH.fullmatch(last):
        return _READ_ONLY[1]
    if method in _WRITES and _SIGN_IN.fullmatch(last):
        return "sign-in"
    if method in _WRITES and any(map(_WEBHOOK.fullmatch, segments)):
        return "a webhook"
    return ""


def is_left_to_code(purpose: str) -> bool:
    """
    Say whether a route is open for a purpose that leaves it to its code to tell callers apart.
    """
    return bool(purpose) and purpose not in _READ_ONLY


def purpose_of_method(method: Resource, template: Template) -> str:
    """
    Say what a method of a REST API is for, by its path as far as that stands in the templates.
    """
    return purpose_of((method.text("HttpMethod") or "").upper(), _path_of(method, template))


def _path_of(method: Resource, template: Template) -> str:
    parts: list[str] = []
    at = template.find(method.get("ResourceId"), "AWS::ApiGateway::Resource")
    while at is not None and len(parts) < _DEPTH:
        part = at.get("PathPart")
        parts.append(part if type(part) is str else "{unknown}")
        at = template.find(at.get("ParentId"), "AWS::ApiGateway::Resource")
    return "/" + "/".join(reversed(parts))


def takes_webhooks(function: Resource | None) -> bool:
    """
    Say whether a function is handed what signs the calls of a webhook.
    """
    if function is None:
        return False
    variables = function.get("Environment.Variables")
    names = variables if isinstance(variables, dict) else {}
    return any(
        isinstance(name, str) and _SIGNATURE.search(name.lower()) and not _plain(value)
        for name, value in names.items()
    )


_SIGNATURE: Final = re.compile(
    r"web_?hook\w*(?:secret|token|key)|sign(?:ing|ature)_?(?:secret|key)"
)


def _plain(value: object) -> bool:
    return type(value) is str and not isinstance(value, Text) and not value.startswith("{{resolve:")
