"""What stages log of what goes wrong inside API Gateway."""

from __future__ import annotations

from secure_constructs.services.stages import HTTP_STAGE, api_of, settings_for_all, stage_of
from secure_constructs.template import Block, Resource, Template

_ACCOUNT = "AWS::ApiGateway::Account"


def logging_role(template: Template) -> Resource | None:
    """
    Give the resource with which API Gateway is given a role to write logs with.
    """
    return template.once("API Gateway may log", _logging_role)


def unlogged(resource: Resource, template: Template) -> tuple[Block, str] | None:
    """
    Give the stage that a resource makes, and the property that says nothing of logs.

    HTTP APIs have no execution log, only REST and WebSocket APIs do.
    """
    stage = stage_of(resource)
    if stage is None:
        return None
    if resource.type == HTTP_STAGE:
        api = api_of(resource, template)
        if api is None or api.text("ProtocolType") != "WEBSOCKET":
            return None
    if any(_logs(settings) for settings in settings_for_all(stage)):
        return None
    return stage, "DefaultRouteSettings" if resource.type == HTTP_STAGE else "MethodSettings"


def _logging_role(template: Template) -> Resource | None:
    accounts = template.of_type(_ACCOUNT)
    return next((account for account in accounts if account.has("CloudWatchRoleArn")), None)


def _logs(settings: Block) -> bool:
    return (settings.text("LoggingLevel") or "OFF").upper() != "OFF"
