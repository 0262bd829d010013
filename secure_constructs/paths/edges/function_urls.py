"""Function URLs: an HTTPS address of a function's own, before which no web ACL can stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.edges._callers import CLOUDFRONT, Caller
from secure_constructs.paths.edges._permissions import (
    caller_of,
    permissions_for,
    service_of,
    sources_in_templates,
)
from secure_constructs.paths.graph import (
    ACCOUNTS,
    INTERNET,
    Edge,
    Flow,
    Guard,
    Kind,
    node_of,
)
from secure_constructs.paths.partial import each
from secure_constructs.paths.targets import target_of
from secure_constructs.services.callers import URL
from secure_constructs.services.distributions import DISTRIBUTION
from secure_constructs.template import Resource, Template

_ACTION: Final = "invokefunctionurl"
_WHOLE: Final = frozenset({"*", "lambda:*", "lambda:invoke*"})
_EVERY: Final = ":distribution/*"
TYPES: Final = (URL,)


def edges(url: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the requests a URL takes; with IAM, those of whom a permission lets in.

    Requests of a CloudFront distribution are edges of the distribution.
    """
    function = target_of(url.get("TargetFunctionArn"), template, "AWS::Lambda::Function")
    if function is not None:
        yield Edge(
            source=node_of(url),
            target=function,
            flow=Flow.HANDOVER,
            label="function URL",
            via=url,
            place="TargetFunctionArn",
        )
    if url.text("AuthType") == "NONE":
        yield _request(url, Caller(node=INTERNET, guard=Guard.NONE), url, "AuthType")
    elif function is not None and function.resource is not None:
        yield from each(
            filter(_for_urls, permissions_for(function.resource)),
            lambda permission: _admitted(url, permission, template),
        )


def _request(url: Resource, caller: Caller, via: Resource, place: str) -> Edge:
    outside = caller.node.kind is Kind.OUTSIDER
    return Edge(
        source=caller.node,
        target=node_of(url),
        flow=Flow.REQUEST if outside else Flow.INVOKE,
        label="function URL",
        via=via,
        place=place,
        guard=caller.guard,
        limited=caller.limited,
        certain=caller.certain,
    )


def _for_urls(permission: Resource) -> bool:
    action = str(permission.get("Action")).lower()
    return action.endswith(_ACTION) or action in _WHOLE


def _admitted(url: Resource, permission: Resource, template: Template) -> Iterator[Edge]:
    if permission.get("FunctionUrlAuthType") == "NONE":
        return  # about a URL that asks nobody
    service = service_of(permission)
    if service == CLOUDFRONT:
        caller = _distribution(permission, template)
    elif service:
        return
    else:
        caller = caller_of(permission, template)
    if caller is not None:
        yield _request(url, caller, permission, "Principal")


def _distribution(permission: Resource, template: Template) -> Caller | None:
    """
    Say who is behind CloudFront: it signs for whoever sets up a distribution.
    """
    found = sources_in_templates(permission, template)
    if any(source.type == DISTRIBUTION for source in found):
        return None
    if permission.has("SourceArn"):
        arn = permission.text("SourceArn") or ""
        if arn.endswith(_EVERY) and "*" not in arn.removesuffix(_EVERY):
            return None  # any distribution of the account; those of the templates speak for it
        return Caller(node=INTERNET, guard=Guard.NONE, certain=False)
    if permission.has("SourceAccount"):
        return None
    return Caller(node=ACCOUNTS, guard=Guard.NONE)
