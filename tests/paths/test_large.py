"""Large, dense, tangled and broken graphs end, and say what they could not read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from secure_constructs.reports import paths as text
from tests.paths.apps import allow, arn, draw, function, poll, resource, url, verdicts

RING = 60


def tangle(count: int) -> dict[str, Mapping[str, Any]]:
    """
    Give functions that may each send to every queue, and each read one.
    """
    queues = [arn(f"Queue{number}") for number in range(count)]
    app: dict[str, Mapping[str, Any]] = {}
    for number in range(count):
        app |= resource(f"Queue{number}", "AWS::SQS::Queue")
        app |= function(f"Step{number}", allow("sqs:SendMessage", on=queues))
        app |= poll(f"Step{number}", arn(f"Queue{number}"))
    return app


def test_ten_thousand_edges_are_followed() -> None:
    found = draw({**tangle(100), **url("Step0")})

    assert len(found.graph.edges) > 10_000
    assert set(verdicts(found).values()) == {"exposed"}
    assert found.loops
    assert json.loads(text.as_json(found))["inputs"]


def test_everything_feeds_everything_and_nobody_is_outside() -> None:
    found = draw(tangle(RING))

    assert set(verdicts(found).values()) == {"unknown"}


def test_a_ring_of_pipes_turns_once() -> None:
    app: dict[str, Mapping[str, Any]] = {}
    for number in range(RING):
        app |= resource(f"Queue{number}", "AWS::SQS::Queue")
        app |= resource(
            f"Pipe{number}",
            "AWS::Pipes::Pipe",
            Source=arn(f"Queue{number}"),
            Target=arn(f"Queue{(number + 1) % RING}"),
        )
    app |= {**function("Reader"), **poll("Reader", arn("Queue7"))}

    assert verdicts(draw(app)) == {"Reader": "unknown"}


def test_dangling_references_lead_nowhere() -> None:
    found = draw(
        {
            **function("Worker", allow("sqs:SendMessage", on=arn("Gone"))),
            **poll("Worker", arn("Gone")),
            **url("Missing"),
        }
    )

    assert verdicts(found) == {"Worker": "unknown"}


def test_what_could_not_be_read_is_named() -> None:
    machine = resource("Flow", "AWS::StepFunctions::StateMachine", DefinitionS3Location={})
    told = text.render(draw({**machine, **function("Worker")}))

    assert "not read: Flow Definition" in told


def test_hostile_names_stay_one_line() -> None:
    name = "x\n\x1b[31m\u202e<script>alert(1)</script>"
    rule = resource(
        "Method",
        "AWS::ApiGatewayV2::Route",
        ApiId={"Ref": "Api"},
        RouteKey=f"GET /{name}",
        Target={"Fn::Sub": "integrations/${Way}"},
    )
    app = {
        **resource("Api", "AWS::ApiGatewayV2::Api", ProtocolType="HTTP", Name="a"),
        **resource("Way", "AWS::ApiGatewayV2::Integration", IntegrationUri=arn("Worker")),
        **rule,
        **function("Worker"),
    }
    told = text.render(draw(app))

    assert "\x1b" not in told
    assert "\u202e" not in told
    assert not any(line.startswith("\x1b") or line == "x" for line in told.splitlines())
