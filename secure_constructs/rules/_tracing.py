"""Whether a stack has chosen to trace its requests with X-Ray."""

from __future__ import annotations

from typing import Final

from secure_constructs.template import Block, Resource, Template, Undecided

_TRACED_BY: Final = {
    "AWS::ApiGateway::Stage": "TracingEnabled",
    "AWS::AppSync::GraphQLApi": "XrayEnabled",
    "AWS::StepFunctions::StateMachine": "TracingConfiguration.Enabled",
}


def traced(template: Template) -> Resource | None:
    """
    Give a resource of the template whose requests are traced.
    """
    return template.once("requests are traced", _traced)


def _traced(template: Template) -> Resource | None:
    for kind, switch in _TRACED_BY.items():
        for resource in template.of_type(kind):
            if _is(resource, switch):
                return resource
    for function in template.of_type("AWS::Lambda::Function"):
        if function.get("TracingConfig.Mode") == "Active":
            return function
    return None


def _is(block: Block, switch: str) -> bool:
    try:
        return bool(block.flag(switch))
    except Undecided:
        return False
