"""Handlers of the sample app, and one that the library ships, run as Lambda runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deployment.emulator import ROOT, function, services
from tests.sample_app.conftest import CUSTOMER, KEY, TOKEN, api_request, order_body

pytestmark = pytest.mark.judges

SAMPLE_APP = ROOT / "sample_app"
GATE = ROOT / "secure_constructs" / "runtime"


def test_an_order_is_placed_and_its_payment_asked_for() -> None:
    queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/payments"
    answers = {
        "AmazonSQS.SendMessage": {"MessageId": "1"},
        "DynamoDB_20120810.PutItem": {},
    }
    event = api_request("POST", "/orders", body=order_body(), headers={"Idempotency-Key": KEY})
    with (
        services(answers) as aws,
        function(
            "handlers.place_order.app.handler",
            code=SAMPLE_APP,
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORDERS_TABLE": "orders",
                "PAYMENTS_QUEUE_URL": queue,
            },
        ) as place_order,
    ):
        answer = place_order.invoke(event)
    assert answer["statusCode"] == 202
    (_, put), (_, sent) = aws.asked
    assert put["TableName"] == "orders"
    assert put["Item"]["customer_id"] == {"S": CUSTOMER}
    assert TOKEN not in sent["MessageBody"]
    assert json.loads(sent["MessageBody"])["order_id"] == json.loads(answer["body"])["order_id"]


def test_an_error_says_nothing_of_its_cause() -> None:
    with (
        services({"DynamoDB_20120810.Query": {}}) as aws,
        function(
            "handlers.read_orders.app.handler",
            code=SAMPLE_APP,
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORDERS_TABLE": "orders",
                "RECEIPTS_BUCKET": "receipts",
            },
        ) as read_orders,
    ):
        answer = read_orders.invoke(api_request("GET", "/orders"))
    assert answer["statusCode"] == 500
    assert "Items" not in json.dumps(answer)
    assert "Error" not in json.dumps(answer)


@pytest.mark.parametrize(("sent", "allowed"), [("s3cret", True), ("guessed", False)])
def test_the_gate_lets_in_what_came_through_the_distribution(
    *,
    sent: str,
    allowed: bool,
    tmp_path: Path,
) -> None:
    # Deployed alone, as the construct does.
    (tmp_path / "origin_gate.py").write_bytes((GATE / "origin_gate.py").read_bytes())
    answers = {"secretsmanager.GetSecretValue": {"SecretString": "s3cret"}}
    with (
        services(answers) as aws,
        function(
            "origin_gate.handler",
            code=tmp_path,
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORIGIN_HEADER": "x-origin-verify",
                "ORIGIN_SECRET": "arn:current",
                "ROUTES": json.dumps({"GET /status": {"public": True}}),
            },
        ) as gate,
    ):
        answer = gate.invoke({"headers": {"X-Origin-Verify": sent}, "routeKey": "GET /status"})
    assert answer["isAuthorized"] is allowed
