"""Which node an ARN, a name or a URI leads to."""

from __future__ import annotations

from typing import Any, Final

from secure_constructs.paths.graph import Node, node_of
from secure_constructs.template import Resource, Template

_FUNCTION: Final = "AWS::Lambda::Function"
_STANDS_FOR: Final = {
    "AWS::Kinesis::StreamConsumer": "StreamARN",
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::Lambda::Version": "FunctionName",
}


def target_of(value: Any, template: Template, *types: str) -> Node | None:
    """
    Give the node that a value leads to; what stands for another leads to that.

    Args:
        value: A resolved ARN, name or integration URI.
        template: The template it stands in.
        types: The types that come into question; all by default.

    Returns:
        ``None`` where it leads out of the templates, or is not known.
    """
    resource = target_resource(value, template, *types)
    return node_of(resource) if resource is not None else None


def target_resource(value: Any, template: Template, *types: str) -> Resource | None:
    """
    Give the resource that a value leads to.

    An alias or a version leads to its function, a consumer to its stream.
    """
    kinds = (*types, *_STANDS_FOR) if _FUNCTION in types else types
    found = template.find(value, *kinds)
    while found is not None and found.type in _STANDS_FOR:
        found = found.template.find(found.get(_STANDS_FOR[found.type]))
    return found
