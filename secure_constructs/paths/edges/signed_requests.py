"""Doors that take signed requests only: the roles whose policies let them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.patterns import resource_pattern
from secure_constructs.iam.roles import ROLE, identities
from secure_constructs.paths.graph import Edge, Flow, node_of
from secure_constructs.paths.targets import target_resource
from secure_constructs.services.callers import URL
from secure_constructs.services.exposure import HTTP_API, REST_API
from secure_constructs.template import Resource, Template
from secure_constructs.template.names import regional_arn
from secure_constructs.template.values import concatenated

_GRAPHQL: Final = "AWS::AppSync::GraphQLApi"
# Type -> the action that calls it.
_ACTIONS: Final = {
    REST_API: "execute-api:Invoke",
    HTTP_API: "execute-api:Invoke",
    _GRAPHQL: "appsync:GraphQL",
    URL: "lambda:InvokeFunctionUrl",
}
TYPES: Final = tuple(_ACTIONS)


def edges(door: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the roles that may call a door; which of its routes ask for signatures they say themselves.
    """
    if door.type == URL and door.text("AuthType") != "AWS_IAM":
        return
    action = _ACTIONS[door.type]
    whole = _arn(door, template)
    for caller in template.once_for_all(f"who may {action}", lambda all_: _may(all_, action)):
        answer = Answer.any(caller.may(action, arn) for arn in _asked(caller, action, whole))
        if answer.possible:
            yield Edge(
                source=node_of(caller.identity.resource),
                target=node_of(door),
                flow=Flow.INVOKE,
                label=action,
                via=caller.identity.resource,
                certain=answer.certain,
            )


def _may(templates: Iterable[Template], action: str) -> tuple[Caller, ...]:
    """
    Give the roles that have an action by a grant of their own; administrators have every one.
    """
    callers = (
        Caller(identities(template).of(role))
        for template in templates
        for role in template.of_type(ROLE)
    )
    return tuple(
        caller
        for caller in callers
        if caller.may_at_all(action) and not caller.may(action, "*").certain
    )


def _asked(caller: Caller, action: str, whole: str) -> Iterable[str]:
    """
    Give what to ask about a door: the part that a statement names, or else all of it.
    """
    within = resource_pattern(whole)
    return dict.fromkeys(
        resource if not within.any and within.covers(resource_pattern(resource)).certain else whole
        for resource in caller.resources(action)
    )


def _arn(door: Resource, template: Template) -> Any:
    """
    Give what a policy writes of a door: any route of an API, the function of a URL.
    """
    if door.type == URL:
        function = target_resource(door.get("TargetFunctionArn"), template, "AWS::Lambda::Function")
        return function.arn if function is not None else "*"
    if door.type == _GRAPHQL:
        return concatenated([door.arn, "/*"])
    return regional_arn(door.template, "execute-api", concatenated([door.physical_name, "/*"]))
