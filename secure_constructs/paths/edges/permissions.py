"""Permissions of functions: who invokes them directly, or through a service, from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.edges._permissions import (
    caller_of,
    function_called,
    service_of,
    sources_in_templates,
)
from secure_constructs.paths.graph import (
    ACCOUNTS,
    AWS,
    INTERNET,
    Edge,
    Flow,
    Guard,
    Kind,
    node_of,
)
from secure_constructs.services.callers import PERMISSION, callers
from secure_constructs.template import Resource, Template

TYPES: Final = (PERMISSION,)

_INVOKES: Final = frozenset(
    {"*", "lambda:*", "lambda:invoke*", "lambda:invokefunction", "lambda:invokeasync"}
)
# Service -> how the types start that make it invoke a function, which other modules read.
_TRIGGERS: Final = {
    "apigateway": ("AWS::ApiGateway",),
    "appsync": ("AWS::AppSync::",),
    "bedrock": ("AWS::Bedrock::",),
    "cloudformation": ("AWS::CloudFormation::", "Custom::"),
    "cognito-idp": ("AWS::Cognito::",),
    "config": ("AWS::Config::",),
    "edgelambda": ("AWS::CloudFront::",),
    "elasticloadbalancing": ("AWS::ElasticLoadBalancingV2::",),
    "events": ("AWS::Events::",),
    "iot": ("AWS::IoT::",),
    "lambda": ("AWS::CloudWatch::",),
    "logs": ("AWS::Logs::",),
    "s3": ("AWS::S3::", "Custom::S3BucketNotifications"),
    "secretsmanager": ("AWS::SecretsManager::",),
    "ses": ("AWS::SES::",),
    "sns": ("AWS::SNS::",),
}
# Services that invoke with events of their own making.
_OWN_EVENTS: Final = frozenset(
    {"cloudformation", "codepipeline", "config", "lambda", "secretsmanager"}
)
# Services that anyone speaks or writes to.
_ASSISTANTS: Final = frozenset({"alexa-appkit", "alexa-connectedhome", "connect", "lex", "lexv2"})
# Services that invoke only what the owner of the function set up.
_OWNERS_ONLY: Final = frozenset({"edgelambda", "elasticloadbalancing"})
_ENTRIES: Final = frozenset({"apigateway", "elasticloadbalancing"})


def edges(permission: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who may invoke a function directly, and the services that do so for a source elsewhere.

    A service whose trigger is in the templates yields nothing here. One whose source is not there
    is shown as the permission itself: who is behind it is not known. Without any source, it acts
    for every account.
    """
    function = function_called(permission, template)
    action = (permission.text("Action") or "").lower()
    if function is None or action not in _INVOKES or permission.flag("InvokedViaFunctionUrl"):
        return
    service = service_of(permission)
    if service:
        yield from _through(service, permission, function, template)
        return
    caller = caller_of(permission, template)
    if caller is not None:
        yield Edge(
            source=caller.node,
            target=node_of(function),
            flow=Flow.INVOKE,
            label="lambda:InvokeFunction",
            via=permission,
            place="Principal",
            guard=caller.guard,
            limited=caller.limited,
            certain=caller.certain,
        )


def _through(
    service: str, permission: Resource, function: Resource, template: Template
) -> Iterator[Edge]:
    name = service.partition(".")[0]
    if any(sources_in_templates(permission, template)) or _triggered(function, name):
        return
    source = node_of(permission, kind=Kind.ENTRY if name in _ENTRIES else Kind.CHANNEL)
    if name in _OWN_EVENTS:
        source = AWS
    elif name in _ASSISTANTS:
        source = INTERNET
    elif name not in _OWNERS_ONLY and not _bound(permission):
        source = ACCOUNTS  # whoever has the service act for them
    outside = source.kind is Kind.OUTSIDER
    yield Edge(
        source=source,
        target=node_of(function),
        flow=Flow.REQUEST if outside else Flow.HANDOVER,
        label=service,
        via=permission,
        place="Principal",
        guard=Guard.NONE,
        certain=outside,
        asynchronous=name not in _ENTRIES,
    )


def _bound(permission: Resource) -> bool:
    return permission.has("SourceArn") or permission.has("SourceAccount")


def _triggered(function: Resource, service: str) -> bool:
    starts = _TRIGGERS.get(service)
    return starts is not None and any(
        caller.type.startswith(starts) for caller in callers(function)
    )
