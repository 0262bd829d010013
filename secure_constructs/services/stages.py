"""Stages, whichever resource makes them, and the settings that hold for all their methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.services.exposure import HTTP_API, REST_API
from secure_constructs.template import Block, Resource, Template

STAGE: Final = "AWS::ApiGateway::Stage"
DEPLOYMENT: Final = "AWS::ApiGateway::Deployment"
HTTP_STAGE: Final = "AWS::ApiGatewayV2::Stage"

_ALL_PATHS: Final = frozenset({"/*", "*", "/*/*"})


def stage_of(resource: Resource) -> Block | None:
    """
    Give the settings of the stage that a resource makes.

    Returns:
        The settings; None for a deployment that makes no stage,
        or makes one beside the stage it was written for, which is a fault of its own.
    """
    return resource.once("stage", _made_by) if resource.type == DEPLOYMENT else resource


def _made_by(deployment: Resource) -> Block | None:
    if not makes_stage(deployment) or stages_of(deployment):
        return None
    return deployment.block("StageDescription")


def makes_stage(deployment: Resource) -> bool:
    """
    Say whether a deployment makes a stage by itself.
    """
    return deployment.has("StageName") or deployment.has("StageDescription")


def stages_of(deployment: Resource) -> tuple[Resource, ...]:
    """
    Give the stages that are made for a deployment, each as a resource of its own.
    """
    return deployment.template.referrers(deployment, STAGE, at="DeploymentId")


def method_settings(stage: Block) -> Iterator[Block]:
    """
    Give every block of settings of a stage: those for all its methods, and those for some.
    """
    if stage.resource.type == HTTP_STAGE:
        yield stage.block("DefaultRouteSettings")
        routes = stage.block("RouteSettings")
        for route in routes:
            yield routes.block((route,))
        return
    if stage.resource.type == DEPLOYMENT:
        yield stage
    yield from stage.blocks("MethodSettings")


def settings_for_all(stage: Block) -> Iterator[Block]:
    """
    Give the blocks of settings that hold for every method of a stage.
    """
    if stage.resource.type == HTTP_STAGE:
        yield stage.block("DefaultRouteSettings")
        return
    for settings in method_settings(stage):
        if settings is stage or (
            settings.text("ResourcePath") in _ALL_PATHS and settings.text("HttpMethod") == "*"
        ):
            yield settings


def api_of(resource: Resource, template: Template) -> Resource | None:
    """
    Give the API that a stage, a method or a route belongs to, where it is in the templates.
    """
    return template.find(
        resource.get("ApiId" if resource.has("ApiId") else "RestApiId"), REST_API, HTTP_API
    )
