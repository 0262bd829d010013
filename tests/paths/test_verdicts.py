"""Does every input pass the web ACL, and why is it thought so?"""

from __future__ import annotations

import pytest

from secure_constructs.paths.verdicts import Verdict
from tests.paths.apps import Body, allow, arn, draw, function, node, poll, resource, url, verdicts

QUEUE = resource("Queue", "AWS::SQS::Queue")
SEND = allow("sqs:SendMessage", on=arn("Queue"))
CONSUMER = {**function("Worker"), **poll("Worker", arn("Queue"))}


def test_a_stranger_past_every_web_acl_is_exposed() -> None:
    found = draw({**function("Open"), **url("Open")})

    (way,) = found.inputs
    assert way.verdict is Verdict.EXPOSED
    assert [hop.name for hop in way.hops] == ["the internet", "OpenUrl", "Open"]
    assert way.reason == "no web ACL sees what comes into OpenUrl from the internet"


def test_what_was_put_in_keeps_its_verdict_through_a_queue() -> None:
    found = draw({**function("Open", SEND), **url("Open"), **QUEUE, **CONSUMER})

    assert verdicts(found) == {"Open": "exposed", "Worker": "exposed"}
    (way,) = found.verdicts.inputs(node(found, "Worker"))
    assert [hop.name for hop in way.hops] == [
        "the internet",
        "OpenUrl",
        "Open",
        "OpenRole",
        "Queue",
        "Worker",
    ]


def test_the_worst_input_decides() -> None:
    clock = resource(
        "Nightly",
        "AWS::Events::Rule",
        ScheduleExpression="rate(1 day)",
        Targets=[{"Id": "0", "Arn": arn("Both")}],
    )
    found = draw({**function("Both"), **url("Both"), **clock})

    assert verdicts(found) == {"Both": "exposed"}
    assert [way.verdict for way in found.verdicts.inputs(node(found, "Both"))] == [
        Verdict.EXPOSED,
        Verdict.PROVENANCE,
    ]


def test_the_clock_is_provenance_also_for_what_comes_after() -> None:
    clock = resource(
        "Nightly",
        "AWS::Scheduler::Schedule",
        ScheduleExpression="rate(1 day)",
        Target={"Arn": arn("Clean"), "RoleArn": "arn:aws:iam::111122223333:role/x"},
    )
    found = draw({**function("Clean", SEND), **clock, **QUEUE, **CONSUMER})

    assert verdicts(found) == {"Clean": "provenance", "Worker": "provenance"}


def test_what_nobody_is_known_to_fill_is_unknown() -> None:
    found = draw({**QUEUE, **CONSUMER})

    (way,) = found.inputs
    assert way.verdict is Verdict.UNKNOWN
    assert way.reason == "nothing in the templates puts anything into Queue"


def test_a_grant_that_may_not_hold_leaves_it_unknown() -> None:
    tagged = {"aws:PrincipalTag/team": "orders"}
    unsure = allow("sqs:SendMessage", on=arn("Queue"), StringEquals=tagged)
    found = draw({**function("Open", unsure), **url("Open"), **QUEUE, **CONSUMER})

    assert verdicts(found)["Worker"] == "unknown"
    (way,) = found.verdicts.inputs(node(found, "Worker"))
    assert way.reason == "whether OpenRole reaches Queue is not known"


def test_what_is_allowed_everywhere_says_not_where_things_go() -> None:
    admin = allow("*", on="*")
    found = draw({**function("Open", admin), **url("Open"), **QUEUE, **CONSUMER})

    assert verdicts(found) == {"Open": "exposed", "Worker": "unknown"}


def test_what_is_allowed_everywhere_goes_where_the_environment_names() -> None:
    told = {"Variables": {"QUEUE_URL": {"Ref": "Queue"}}}
    admin = allow("*", on="*")
    found = draw({**function("Open", admin, Environment=told), **url("Open"), **QUEUE, **CONSUMER})

    assert verdicts(found) == {"Open": "exposed", "Worker": "exposed"}


def test_reading_is_no_input() -> None:
    table = resource("Table", "AWS::DynamoDB::Table")
    writes = function("Open", allow("dynamodb:PutItem", on=arn("Table")))
    reads = function("Report", allow("dynamodb:GetItem", on=arn("Table")))
    found = draw({**table, **writes, **url("Open"), **reads})

    assert verdicts(found) == {"Open": "exposed"}


def test_two_functions_that_call_each_other_do_not_make_each_other_sound() -> None:
    ping = function("Ping", allow("lambda:InvokeFunction", on=arn("Pong")))
    pong = function("Pong", allow("lambda:InvokeFunction", on=arn("Ping")))
    found = draw({**ping, **pong})

    assert verdicts(found) == {}


def _many(count: int) -> Body:
    app: dict[str, Body] = {}
    for number in range(count):
        send = allow("sqs:SendMessage", on=arn(f"Queue{number}"))
        app |= resource(f"Queue{number}", "AWS::SQS::Queue")
        app |= function(f"Step{number}", send)
        if number:
            app |= poll(f"Step{number}", arn(f"Queue{number - 1}"))
    return {**app, **url("Step0")}


@pytest.mark.parametrize("hops", [1, 50])
def test_follows_chains_of_any_length(hops: int) -> None:
    found = draw(_many(hops))

    assert set(verdicts(found).values()) == {"exposed"}
    assert len(verdicts(found)) == hops
