"""Whether strangers get past the gate of an API."""

from __future__ import annotations

from typing import Final

from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import Guard, Operation, document_of, harmless
from secure_constructs.template import Resource, Template, Undecided

# What API Gateway decides by itself, before any code of the app runs.
_REFUSES_BY_ITSELF: Final = frozenset({"AWS_IAM", "COGNITO_USER_POOLS", "JWT"})


def lets_strangers_in(api: Resource | None, template: Template) -> bool:
    """
    Say whether requests of strangers get as far as some code, or may do so for all that is known.

    They do where a method asks for nothing, or an API key at most, or leaves the decision to a
    function: that runs for each of them.
    """
    if api is None:
        return True
    return template.once(f"{api.logical_id} lets strangers in", lambda asked: _lets_in(api, asked))


def _lets_in(api: Resource, template: Template) -> bool:
    try:
        document = document_of(api)
        if document is not None:
            return bool(document.matching(_is_open))
        if api.type == REST_API:
            methods = template.referrers(api, "AWS::ApiGateway::Method", at="RestApiId")
        else:
            methods = template.referrers(api, "AWS::ApiGatewayV2::Route", at="ApiId")
        return not methods or any(_opens(method) for method in methods)
    except Undecided:
        return True


def _is_open(operation: Operation) -> bool:
    return not operation.harmless and operation.guard is not Guard.AUTHORIZER


def _opens(method: Resource) -> bool:
    if (method.text("AuthorizationType") or "NONE").upper() in _REFUSES_BY_ITSELF:
        return False
    return not harmless(method.text("HttpMethod") or "ANY", method.text("Integration.Type"))
