"""Function URLs: an HTTPS address of a function's own, before which no web ACL can stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import INTERNET, PRINCIPALS, Edge, Flow, Guard, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Resource, Template

TYPES: Final = ("AWS::Lambda::Url",)


def edges(url: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the requests a URL takes; with IAM, those of principals whom a policy lets in.

    Requests of a CloudFront distribution are edges of the distribution.
    """
    node = node_of(url)
    function = target_of(url.get("TargetFunctionArn"), template, "AWS::Lambda::Function")
    if function is not None:
        yield Edge(
            source=node,
            target=function,
            flow=Flow.HANDOVER,
            label="function URL",
            via=url,
            place="TargetFunctionArn",
        )
    open_to_all = url.text("AuthType") == "NONE"
    yield Edge(
        source=INTERNET if open_to_all else PRINCIPALS,
        target=node,
        flow=Flow.REQUEST,
        label="function URL",
        via=url,
        place="AuthType",
        guard=Guard.NONE if open_to_all else Guard.IAM,
    )
