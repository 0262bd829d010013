"""
Constructs that build one AWS resource each the way its threat model asks for.

Every class is a real subclass of the L2 it is named for, so it goes wherever that goes.
What would undo its guarantee is refused with the reason.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secure_constructs.constructs.alarms import SecureAlarms
    from secure_constructs.constructs.api import SecureApi
    from secure_constructs.constructs.boundary import SecureBoundary
    from secure_constructs.constructs.bucket import SecureBucket
    from secure_constructs.constructs.budget import SecureBudget
    from secure_constructs.constructs.bus import SecureBus
    from secure_constructs.constructs.distribution import SecureDistribution
    from secure_constructs.constructs.function import SecureFunction
    from secure_constructs.constructs.function_url import SecureFunctionUrl
    from secure_constructs.constructs.graphql_api import SecureGraphqlApi
    from secure_constructs.constructs.guardrail_hook import GuardrailHook
    from secure_constructs.constructs.http_api import SecureHttpApi
    from secure_constructs.constructs.key import SecureKey
    from secure_constructs.constructs.pipe import SecurePipe
    from secure_constructs.constructs.queue import SecureQueue
    from secure_constructs.constructs.rule import SecureRule
    from secure_constructs.constructs.schedule import SecureSchedule
    from secure_constructs.constructs.secret import SecureSecret
    from secure_constructs.constructs.state_machine import SecureStateMachine
    from secure_constructs.constructs.stream import SecureStream
    from secure_constructs.constructs.table import SecureTable
    from secure_constructs.constructs.topic import SecureTopic
    from secure_constructs.constructs.upload import SecureUpload, UploadFront
    from secure_constructs.constructs.user_pool import SecureUserPool, SecureUserPoolClient
    from secure_constructs.constructs.web_acl import SecureWebAcl
    from secure_constructs.constructs.websocket_api import SecureWebSocketApi

__all__ = [
    "GuardrailHook",
    "SecureAlarms",
    "SecureApi",
    "SecureBoundary",
    "SecureBucket",
    "SecureBudget",
    "SecureBus",
    "SecureDistribution",
    "SecureFunction",
    "SecureFunctionUrl",
    "SecureGraphqlApi",
    "SecureHttpApi",
    "SecureKey",
    "SecurePipe",
    "SecureQueue",
    "SecureRule",
    "SecureSchedule",
    "SecureSecret",
    "SecureStateMachine",
    "SecureStream",
    "SecureTable",
    "SecureTopic",
    "SecureUpload",
    "SecureUserPool",
    "SecureUserPoolClient",
    "SecureWebAcl",
    "SecureWebSocketApi",
    "UploadFront",
]

# Imported on first use (PEP 562), so an app pays only for the services it has.
_HOMES = {
    "GuardrailHook": "guardrail_hook",
    "SecureAlarms": "alarms",
    "SecureApi": "api",
    "SecureBoundary": "boundary",
    "SecureBucket": "bucket",
    "SecureBudget": "budget",
    "SecureBus": "bus",
    "SecureDistribution": "distribution",
    "SecureFunction": "function",
    "SecureFunctionUrl": "function_url",
    "SecureGraphqlApi": "graphql_api",
    "SecureHttpApi": "http_api",
    "SecureKey": "key",
    "SecurePipe": "pipe",
    "SecureQueue": "queue",
    "SecureRule": "rule",
    "SecureSchedule": "schedule",
    "SecureSecret": "secret",
    "SecureStateMachine": "state_machine",
    "SecureStream": "stream",
    "SecureTable": "table",
    "SecureTopic": "topic",
    "SecureUpload": "upload",
    "SecureUserPool": "user_pool",
    "SecureUserPoolClient": "user_pool",
    "SecureWebAcl": "web_acl",
    "SecureWebSocketApi": "websocket_api",
    "UploadFront": "upload",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
