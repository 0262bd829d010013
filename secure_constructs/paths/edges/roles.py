"""Roles: which workload acts with which, and which others a role can act with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam._caller import ASSUME_ROLE, Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.evaluation import Request
from secure_constructs.iam.roles import ROLE, Identity, identities
from secure_constructs.paths.graph import Edge, Flow, node_of
from secure_constructs.template import Resource, Template

WORKLOADS: Final = (
    "AWS::CodeBuild::Project",
    "AWS::ECS::TaskDefinition",
    "AWS::Glue::Job",
    "AWS::Lambda::Function",
)
TYPES: Final = (*WORKLOADS, ROLE)

_HAND_ON: Final = "iam:PassRole"
# Service -> what makes something that runs with a role, for whoever makes it.
_RUNS_WITH_ROLE: Final = {
    "lambda.amazonaws.com": "lambda:CreateFunction",
    "states.amazonaws.com": "states:CreateStateMachine",
    "ecs-tasks.amazonaws.com": "ecs:RunTask",
    "ec2.amazonaws.com": "ec2:RunInstances",
    "codebuild.amazonaws.com": "codebuild:CreateProject",
    "glue.amazonaws.com": "glue:CreateJob",
    "cloudformation.amazonaws.com": "cloudformation:CreateStack",
}


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the role a workload acts with, or the roles that a role may assume or pass on.
    """
    if resource.type != ROLE:
        role = identities(template).role_of(resource)
        if role is not None:
            yield Edge(
                source=node_of(resource),
                target=node_of(role.resource),
                flow=Flow.IDENTITY,
                via=resource,
                place="Role",
            )
        return
    caller = Caller(identities(template).of(resource))
    makes = _makes(caller)
    if not makes and not caller.may_at_all(ASSUME_ROLE):
        return
    for other in identities(template).all:
        if other.resource.type == ROLE and other.resource != resource:
            ways = [(ASSUME_ROLE, caller.becomes(other)), *_passed(caller, other, makes)]
            action, answer = max(ways, key=lambda way: way[1].value)
            if answer.possible:
                yield Edge(
                    source=node_of(resource),
                    target=node_of(other.resource),
                    flow=Flow.ASSUME,
                    label=action,
                    via=resource,
                    certain=answer.certain,
                )


def _makes(caller: Caller) -> dict[str, str]:
    """
    Give the services in which a role may make something that runs with a role it passes.
    """
    if not caller.may_at_all(_HAND_ON):
        return {}
    return {
        service: action
        for service, action in _RUNS_WITH_ROLE.items()
        if caller.may_at_all(action) and caller.may(action, "*").possible
    }


def _passed(caller: Caller, other: Identity, makes: dict[str, str]) -> Iterator[tuple[str, Answer]]:
    for service, action in makes.items():
        answer = caller.may(_HAND_ON, other.arn, PassedToService=service)
        if answer.possible and other.trust is not None:
            trusted = other.trust.answer(Request(ASSUME_ROLE, caller=service))
            yield f"{_HAND_ON}, {action}", answer & trusted
