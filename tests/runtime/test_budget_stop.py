from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from secure_constructs.runtime.budget_stop import handler

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPIC = "arn:aws:sns:eu-west-1:111122223333:stop"


def told(topic: str = TOPIC) -> dict[str, Any]:
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"TopicArn": topic, "Message": "..."}}]}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("TOPIC_ARN", TOPIC)
    monkeypatch.setenv("FUNCTIONS", json.dumps(["checkout", "worker"]))
    with mock_aws():
        role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
        client = boto3.client("lambda")
        for name in ("checkout", "worker", "bystander"):
            client.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=role["Role"]["Arn"],
                Handler="index.handler",
                Code={"ZipFile": b"PK"},
            )
        yield client


def reserved(client: Any, name: str) -> int | None:
    found = client.get_function_concurrency(FunctionName=name)
    reserved: int | None = found.get("ReservedConcurrentExecutions")
    return reserved


def test_throttles_the_named_functions_to_zero_and_no_other(aws: Any) -> None:
    assert handler(told(), None) == {"stopped": 2}
    assert reserved(aws, "checkout") == reserved(aws, "worker") == 0
    assert reserved(aws, "bystander") is None


def test_stopping_twice_is_stopping_once(aws: Any) -> None:
    handler(told(), None)
    handler(told(), None)
    assert reserved(aws, "checkout") == 0


def test_stops_the_others_when_one_is_gone_and_says_so(
    aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNCTIONS", json.dumps(["gone", "worker"]))
    with pytest.raises(RuntimeError, match="1 of 2 functions were not stopped"):
        handler(told(), None)
    assert reserved(aws, "worker") == 0


@pytest.mark.parametrize(
    "event", [told("arn:aws:sns:eu-west-1:111122223333:other"), {"Records": []}, {}]
)
def test_stops_nothing_for_another_topic(aws: Any, event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="did not come from the budget's topic"):
        handler(event, None)
    assert reserved(aws, "checkout") is None
