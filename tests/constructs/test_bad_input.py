"""Numbers and durations that make no sense are refused by every construct, before it is built."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

from secure_constructs import constructs
from secure_constructs.constructs import SecureApi, SecureFunction, SecureQueue
from secure_constructs.constructs.origin_gate import TokenIssuer
from secure_constructs.errors import ConstructError

SCHEMA = Path(__file__).parent.parent / "gallery" / "schema.graphql"
WHY = "A test."
CALLERS = {
    "authorizer": TokenIssuer(issuer="https://users.example.com", audience=("shop",)),
    "default_domain": WHY,
}


def code() -> dict[str, Any]:
    return {
        "code": lambda_.Code.from_inline("def handler(event, context): ..."),
        "handler": "index.handler",
        "runtime": lambda_.Runtime.PYTHON_3_14,
    }


def iam_only() -> appsync.AuthorizationConfig:
    mode = appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.IAM)
    return appsync.AuthorizationConfig(default_authorization=mode)


# What a construct cannot do without; all others take none of what is listed.
NEEDS: dict[str, Callable[[cdk.Stack], dict[str, Any]]] = {
    "SecureApi": lambda _: {"authorizer": apigateway.AuthorizationType.IAM},
    "SecureBudget": lambda _: {"limit": 500},
    "SecureDistribution": lambda _: {
        "default_behavior": cloudfront.BehaviorOptions(origin=origins.HttpOrigin("example.com")),
        "default_domain": WHY,
        "default_root_object": None,
    },
    "SecureFunction": lambda _: {**code(), "reserved_concurrent_executions": 5},
    "SecureFunctionUrl": lambda stack: {
        "default_domain": WHY,
        "function": SecureFunction(stack, "Code", reserved_concurrent_executions=1, **code()),
        "public": WHY,
    },
    "SecureGraphqlApi": lambda _: {
        "authorization_config": iam_only(),
        "definition": appsync.Definition.from_file(str(SCHEMA)),
    },
    "SecureHttpApi": lambda _: CALLERS,
    "SecurePipe": lambda stack: {
        "source": SecureQueue(stack, "From"),
        "target": SecureQueue(stack, "To"),
    },
    "SecureRule": lambda stack: {
        "event_pattern": events.EventPattern(source=["shop"]),
        "targets": [SecureQueue(stack, "To")],
    },
    "SecureSchedule": lambda stack: {
        "schedule": scheduler.ScheduleExpression.cron(hour="3"),
        "target": SecureQueue(stack, "To"),
    },
    "SecureSecret": lambda _: {"no_rotation": WHY},
    "SecureStateMachine": lambda stack: {
        "definition_body": sfn.DefinitionBody.from_chainable(sfn.Succeed(stack, "Done")),
        "timeout": cdk.Duration.minutes(5),
    },
    "SecureTable": lambda _: {
        "partition_key": dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    },
    "SecureTopic": lambda _: {"fifo": True},
    "SecureUpload": lambda stack: {
        "api": SecureApi(stack, "Api", authorizer=apigateway.AuthorizationType.IAM),
        "content_types": ["image/png"],
    },
    "SecureWebSocketApi": lambda _: {**CALLERS, "allow_origins": []},
}
# A pool makes its clients, and the others have no numbers.
ELSEWHERE = {"SecureUserPoolClient", "SecureBoundary", "UploadFront"}
NO_NUMBERS = (True, "5", -1)
# Parts of a US dollar and of a per cent make sense.
IN_PARTS = {"alarm_at", "forecast_at", "limit", "stop_at"}


def props(*types: str) -> list[Any]:
    """The props of some types, each with its construct."""
    return [pytest.param(*place, id=".".join(place)) for place in _props(types)]


def _props(types: Collection[str]) -> Iterator[tuple[str, str]]:
    for name in sorted({*constructs.__all__} - ELSEWHERE):
        for prop in inspect.signature(getattr(constructs, name).__init__).parameters.values():
            annotation = str(prop.annotation).split(" | ", maxsplit=1)[0]
            if prop.kind is prop.KEYWORD_ONLY and annotation in types:
                yield name, prop.name


def refuse(stack: cdk.Stack, name: str, prop: str, *bad: object) -> None:
    given = NEEDS[name](stack) if name in NEEDS else {}
    before = {child.node.id for child in stack.node.children}
    for value in bad:
        said = rf"^{name} at 'Shop/It' does not take {prop}"
        with pytest.raises(ConstructError, match=said):
            getattr(constructs, name)(stack, "It", **{**given, prop: value})
    assert {child.node.id for child in stack.node.children} == before


@pytest.mark.parametrize(("name", "prop"), props("int", "float"))
def test_refuses_what_is_no_such_number(plain_stack: cdk.Stack, name: str, prop: str) -> None:
    parts = () if prop in IN_PARTS else (1.5,)
    refuse(plain_stack, name, prop, *NO_NUMBERS, *parts)


@pytest.mark.parametrize(("name", "prop"), props("cdk.Duration"))
def test_refuses_what_is_no_such_duration(plain_stack: cdk.Stack, name: str, prop: str) -> None:
    refuse(plain_stack, name, prop, "5", 5, cdk.Duration.days(40_000))


@pytest.mark.parametrize("known", [True, "5", 80])
def test_a_budget_tells_of_several_shares(plain_stack: cdk.Stack, known: object) -> None:
    refuse(plain_stack, "SecureBudget", "alarm_at", known)


def test_takes_what_is_known_at_deployment_only(plain_stack: cdk.Stack) -> None:
    age = cdk.CfnParameter(plain_stack, "Age", type="Number").value_as_number
    queue = SecureQueue(plain_stack, "It", visibility_timeout=cdk.Duration.seconds(age))
    assert queue.visibility_seconds is None
