"""What roles may do to what the templates define."""

from __future__ import annotations

from typing import Any

import pytest

from tests.paths.apps import Body, allow, arn, draw, edge, edges, function, resource

TABLE = resource("Table", "AWS::DynamoDB::Table")
BUCKET = resource("Bucket", "AWS::S3::Bucket")


def of_worker(*statements: Body, beside: Body = TABLE) -> list[str]:
    found = edges(draw({**beside, **function("Worker", *statements)}))
    return [each for each in found if "WorkerRole ->" in each]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (("dynamodb:GetItem",), ["read: WorkerRole -> Table"]),
        (("dynamodb:PutItem", "dynamodb:UpdateItem"), ["write: WorkerRole -> Table"]),
        (("dynamodb:*",), ["read: WorkerRole -> Table", "write: WorkerRole -> Table"]),
        (("DynamoDB:getitem",), ["read: WorkerRole -> Table"]),
        (("dynamodb:DescribeTable",), []),
    ],
)
def test_reads_and_writes_by_their_actions(actions: tuple[str, ...], expected: list[str]) -> None:
    assert of_worker(allow(*actions, on=arn("Table"))) == expected


@pytest.mark.parametrize(
    "on",
    [
        arn("Table"),
        {"Fn::Sub": "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Table}"},
        "arn:aws:dynamodb:*:*:table/*",
        {"Fn::Sub": "${Table.Arn}*"},
    ],
)
def test_finds_the_table_however_it_is_named(on: Any) -> None:
    assert of_worker(allow("dynamodb:GetItem", on=on)) == ["read: WorkerRole -> Table"]


def test_another_table_is_another() -> None:
    other = resource("Other", "AWS::DynamoDB::Table")

    assert of_worker(allow("dynamodb:GetItem", on=arn("Other")), beside={**TABLE, **other}) == [
        "read: WorkerRole -> Other"
    ]


def test_a_literal_name_is_that_of_the_table_that_has_it() -> None:
    beside = {
        **resource("Table", "AWS::DynamoDB::Table", TableName="orders"),
        **resource("Other", "AWS::DynamoDB::Table"),
    }
    statement = allow("dynamodb:GetItem", on="arn:aws:dynamodb:eu-west-1:111122223333:table/orders")

    assert of_worker(statement, beside=beside) == ["read: WorkerRole -> Table"]


def test_everything_of_a_service_is_one_power_for_all_who_have_it() -> None:
    broad = allow("dynamodb:GetItem", on="*")
    found = edges(draw({**TABLE, **function("One", broad), **function("Two", broad)}))

    power = "read any dynamodb resource"
    assert [each for each in found if power in each] == [
        f"read: {power} -> Table",
        f"identity: OneRole -> {power}",
        f"identity: TwoRole -> {power}",
    ]


def test_a_denial_takes_away() -> None:
    deny = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": arn("Table")}

    assert of_worker(allow("dynamodb:GetItem", on=arn("Table")), deny) == []


def test_everything_but_one_table() -> None:
    other = resource("Other", "AWS::DynamoDB::Table")
    but = {"Effect": "Allow", "Action": "dynamodb:GetItem", "NotResource": arn("Table")}

    assert of_worker(but, beside={**TABLE, **other}) == ["read: WorkerRole -> Other"]


def test_a_condition_leaves_it_open() -> None:
    tagged = allow("dynamodb:GetItem", on=arn("Table"), StringEquals={"aws:PrincipalTag/team": "x"})
    found = draw({**TABLE, **function("Worker", tagged)})

    assert not edge(found, "WorkerRole", "Table").certain


def test_objects_under_a_prefix_are_objects_of_the_bucket() -> None:
    statement = allow("s3:PutObject", on={"Fn::Sub": "${Bucket.Arn}/in/*"})
    found = draw({**BUCKET, **function("Worker", statement)})

    write = edge(found, "WorkerRole", "Bucket")
    assert write.certain
    assert write.scope == "${Bucket.Arn}/in/*"


def test_the_surest_of_several_statements_counts() -> None:
    tagged = allow("dynamodb:GetItem", on=arn("Table"), StringEquals={"aws:PrincipalTag/team": "x"})
    plain = allow("dynamodb:Query", on=arn("Table"))
    found = draw({**TABLE, **function("Worker", tagged, plain)})

    assert edge(found, "WorkerRole", "Table").certain


def test_the_bus_that_every_account_has() -> None:
    on = {
        "Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"
    }

    assert of_worker(allow("events:PutEvents", on=on)) == [
        "write: WorkerRole -> the default event bus"
    ]
