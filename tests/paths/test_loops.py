"""Loops: found where nothing keeps them from turning, and told apart by who stops them."""

from __future__ import annotations

from typing import Any

from secure_constructs.paths.loops import Loop
from tests.paths.apps import Body, allow, arn, draw, function, poll, resource


def loops(*parts: Body) -> list[Loop]:
    app: dict[str, Any] = {}
    for part in parts:
        app |= part
    return list(draw(app).loops)


def names(loop: Loop) -> set[str]:
    return {node.name for node in loop.nodes}


QUEUE = resource("Queue", "AWS::SQS::Queue")
WORKER = function("Worker", allow("sqs:SendMessage", on=arn("Queue")))


def test_a_function_that_feeds_its_own_queue() -> None:
    (loop,) = loops(QUEUE, WORKER, poll("Worker", arn("Queue")))

    assert names(loop) == {"Worker", "Queue"}
    assert loop.certain
    assert loop.stopped_by_lambda


def test_a_function_that_lets_itself_recurse_is_not_stopped() -> None:
    worker = function("Worker", allow("sqs:SendMessage", on=arn("Queue")), RecursiveLoop="Allow")
    (loop,) = loops(QUEUE, worker, poll("Worker", arn("Queue")))

    assert not loop.stopped_by_lambda


def test_a_stream_of_a_table_is_not_watched() -> None:
    table = resource("Table", "AWS::DynamoDB::Table")
    worker = function("Worker", allow("dynamodb:PutItem", on=arn("Table")))
    (loop,) = loops(table, worker, poll("Worker", arn("Table", "StreamArn")))

    assert names(loop) == {"Worker", "Table"}
    assert not loop.stopped_by_lambda


def test_a_filter_leaves_it_open() -> None:
    criteria = {"Filters": [{"Pattern": '{"body": {"new": [true]}}'}]}
    (loop,) = loops(QUEUE, WORKER, poll("Worker", arn("Queue"), FilterCriteria=criteria))

    assert not loop.certain


def test_dead_letters_make_no_loop_that_is_certain() -> None:
    queue = resource("Queue", "AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": arn("Dead")})
    dead = resource("Dead", "AWS::SQS::Queue")
    back = function("Back", allow("sqs:SendMessage", on=arn("Queue")))
    (loop,) = loops(queue, dead, back, poll("Back", arn("Dead")))

    assert not loop.certain


def test_power_over_a_whole_service_is_no_loop() -> None:
    worker = function("Worker", allow("sqs:*", on="*"))

    assert loops(QUEUE, worker, poll("Worker", arn("Queue"))) == []


def test_a_straight_line_is_no_loop() -> None:
    sender = function("Sender", allow("sqs:SendMessage", on=arn("Queue")))

    assert loops(QUEUE, sender, function("Worker"), poll("Worker", arn("Queue"))) == []


def test_a_sure_loop_hides_no_other() -> None:
    other = resource("Other", "AWS::SQS::Queue")
    second = function("Second", allow("sqs:SendMessage", on=arn("Other")))
    found = loops(
        QUEUE, WORKER, poll("Worker", arn("Queue")), other, second, poll("Second", arn("Other"))
    )

    assert {frozenset(names(loop)) for loop in found} == {
        frozenset({"Worker", "Queue"}),
        frozenset({"Second", "Other"}),
    }
