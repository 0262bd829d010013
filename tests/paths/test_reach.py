"""What a stranger's request leads to."""

from __future__ import annotations

import pytest

from tests.paths.apps import allow, arn, draw, function, poll, resource, url

SECRET = resource("Secret", "AWS::SecretsManager::Secret")
READ = allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"})


def test_a_secret_behind_an_open_url() -> None:
    (found,) = draw({**SECRET, **function("Open", READ), **url("Open")}).exposures

    assert found.target.name == "Secret"
    assert [str(edge.target) for edge in found.path] == ["OpenUrl", "Open", "OpenRole", "Secret"]
    assert found.certain


def test_a_secret_that_only_a_later_function_reads() -> None:
    queue = resource("Queue", "AWS::SQS::Queue")
    front = function("Front", allow("sqs:SendMessage", on=arn("Queue")))
    worker = {**function("Worker", READ), **poll("Worker", arn("Queue"))}
    (found,) = draw({**SECRET, **queue, **front, **url("Front"), **worker}).exposures

    assert [edge.target.name for edge in found.path][-2:] == ["WorkerRole", "Secret"]


def test_power_over_every_secret_counts() -> None:
    broad = allow("secretsmanager:*", on="*")
    (found,) = draw({**SECRET, **function("Open", broad), **url("Open")}).exposures

    assert found.target.name == "Secret"


def test_nobody_unknown_where_callers_sign() -> None:
    found = draw({**SECRET, **function("Closed", READ), **url("Closed", auth="AWS_IAM")})

    assert found.exposures == ()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([{"Key": "data-classification", "Value": "PII"}], ["Table"]),
        ([{"Key": "DataClassification", "Value": "confidential"}], ["Table"]),
        ([{"Key": "data-classification", "Value": "public"}], []),
        ([{"Key": "team", "Value": "secret"}], []),
        ([], []),
    ],
)
def test_tags_say_which_stores_are_sensitive(tags: object, expected: list[str]) -> None:
    table = resource("Table", "AWS::DynamoDB::Table", Tags=tags)
    reads = function("Open", allow("dynamodb:GetItem", on=arn("Table")))
    found = draw({**table, **reads, **url("Open")})

    assert [exposure.target.name for exposure in found.exposures] == expected


def test_writing_to_a_table_is_not_reading_it() -> None:
    table = resource(
        "Table",
        "AWS::DynamoDB::Table",
        Tags=[{"Key": "data-classification", "Value": "sensitive"}],
    )
    writes = function("Open", allow("dynamodb:PutItem", on=arn("Table")))

    assert draw({**table, **writes, **url("Open")}).exposures == ()
