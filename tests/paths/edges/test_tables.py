"""What tables pass on by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.paths.edges.reading import between, graph, made, steps

STREAM = made("AWS::Kinesis::Stream")
INTO = {"KinesisStreamSpecification": {"StreamArn": {"Fn::GetAtt": ["Changes", "Arn"]}}}


@pytest.mark.parametrize(
    ("table", "place"),
    [
        (made("AWS::DynamoDB::Table", **INTO), "KinesisStreamSpecification.StreamArn"),
        (
            made("AWS::DynamoDB::GlobalTable", Replicas=[{"Region": "eu-west-1"}, INTO]),
            "Replicas.1.KinesisStreamSpecification.StreamArn",
        ),
    ],
)
def test_puts_its_changes_into_a_stream(table: dict[str, Any], place: str) -> None:
    found = graph({"Orders": table, "Changes": STREAM})

    assert between(found, "Orders", "Changes").place == place


def test_keeps_its_changes_to_itself_without_a_stream() -> None:
    assert steps(graph({"Orders": made("AWS::DynamoDB::Table"), "Changes": STREAM})) == set()
