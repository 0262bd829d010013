"""Settling payments."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
)

from .conftest import CUSTOMER, FULFILMENT, STRANGER, TOKEN, Context, Provider, Shop

ORDER = "ord_" + "ab" * 16

Settle = Callable[..., list[str]]


@pytest.fixture
def settle(load: Callable[[str], ModuleType], provider: Provider, shop: Shop) -> Settle:
    module = load("settle_payment")
    assert provider.requests == []
    shop.enter(ORDER)

    def settle(*bodies: str) -> list[str]:
        """Send a batch and give the ids of the messages that failed."""
        records = [record(f"m{number}", body) for number, body in enumerate(bodies, start=1)]
        answer = module.handler({"Records": records}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return settle


def record(message_id: str, body: str) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:payments",
        "awsRegion": "eu-central-1",
    }


def message(order_id: str = ORDER, customer_id: str = CUSTOMER) -> str:
    return json.dumps({"customer_id": customer_id, "order_id": order_id})


def test_charges_the_order_and_writes_its_receipt(
    settle: Settle, shop: Shop, provider: Provider
) -> None:
    assert settle(message()) == []

    (request,) = provider.requests
    assert request["url"] == "https://api.payments.example.com/v1/charges"
    assert request["body"] == {"amount": 2900, "currency": "EUR", "source": TOKEN}
    assert request["headers"]["Authorization"] == "Bearer key-of-the-shop"
    assert request["headers"]["Idempotency-Key"] == ORDER
    assert shop.order(ORDER)["status"] == "paid"
    assert shop.order(ORDER)["payment_token"] == ""
    receipt = shop.receipts()[f"{CUSTOMER}/{ORDER}.txt"]
    assert "Total EUR 29.00, charge ch_0123456789" in receipt


def executions() -> dict[str, Any]:
    """Give the executions of the workflow, what they began with by their name."""
    workflows = boto3.client("stepfunctions")
    started = workflows.list_executions(stateMachineArn=FULFILMENT)["executions"]
    return {
        each["name"]: json.loads(
            workflows.describe_execution(executionArn=each["executionArn"])["input"]
        )
        for each in started
    }


def test_has_a_paid_order_fulfilled(settle: Settle) -> None:
    assert settle(message()) == []

    assert executions() == {ORDER: {"customer_id": CUSTOMER, "order_id": ORDER, "reserved": False}}


def test_has_nothing_fulfilled_that_was_not_paid(settle: Settle, provider: Provider) -> None:
    provider.status = 402

    assert settle(message()) == []
    assert executions() == {}


def test_has_a_paid_order_fulfilled_although_the_first_message_failed_at_it(
    settle: Settle, shop: Shop, provider: Provider
) -> None:
    shop.enter(ORDER, status="paid")

    assert settle(message()) == []
    assert provider.requests == []
    assert set(executions()) == {ORDER}


def test_charges_once_when_a_message_comes_twice(
    settle: Settle, shop: Shop, provider: Provider
) -> None:
    assert settle(message(), message()) == []
    assert settle(message()) == []

    assert len(provider.requests) == 1
    assert shop.order(ORDER)["status"] == "paid"


def test_charges_once_when_two_workers_have_the_same_message(
    settle: Settle, shop: Shop, provider: Provider, load: Callable[[str], ModuleType]
) -> None:
    worker = load("settle_payment")
    request = worker.PaymentRequested.model_validate_json(message())

    def other_worker() -> None:
        with pytest.raises(IdempotencyAlreadyInProgressError):
            worker.settle_once(request=request)

    provider.meanwhile = other_worker

    assert settle(message()) == []
    assert len(provider.requests) == 1
    assert shop.order(ORDER)["status"] == "paid"


def test_does_not_charge_a_paid_order_whose_idempotency_record_has_expired(
    settle: Settle, provider: Provider
) -> None:
    settle(message())
    table = boto3.resource("dynamodb").Table("idempotency")
    for item in table.scan()["Items"]:
        table.delete_item(Key={"id": item["id"]})

    assert settle(message()) == []
    assert len(provider.requests) == 1


def test_leaves_a_refused_payment_refused(settle: Settle, shop: Shop, provider: Provider) -> None:
    provider.status = 402

    assert settle(message()) == []
    provider.status = 201
    assert settle(message()) == []

    assert len(provider.requests) == 1
    assert shop.order(ORDER)["status"] == "refused"
    assert shop.receipts() == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"fails_with": TimeoutError("timed out")},
        {"fails_with": ConnectionRefusedError()},
        {"status": 500},
        {"status": 429},
        {"status": 401},
        {"status": 302},
        {"body": b"<html>"},
        {"body": b'{"id": "ch_0123456789", "amount": 1, "currency": "EUR"}'},
        {"body": b'{"id": "ch_0123456789", "amount": 2900, "currency": "USD"}'},
        {"body": b'{"id": "../../etc", "amount": 2900, "currency": "EUR"}'},
    ],
)
def test_tries_again_under_the_same_key_when_the_provider_gives_no_usable_answer(
    settle: Settle, shop: Shop, provider: Provider, answer: dict[str, Any]
) -> None:
    for name, value in answer.items():
        setattr(provider, name, value)

    assert settle(message()) == ["m1"]
    assert shop.order(ORDER)["status"] == "pending"
    assert shop.receipts() == {}

    provider.status, provider.body, provider.fails_with = 201, None, None
    assert settle(message()) == []
    assert shop.order(ORDER)["status"] == "paid"
    assert {request["headers"]["Idempotency-Key"] for request in provider.requests} == {ORDER}


def test_says_in_the_log_why_a_payment_was_not_settled(
    settle: Settle, provider: Provider, log: io.StringIO
) -> None:
    provider.fails_with = TimeoutError("timed out")

    settle(message())

    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert line["level"] == "ERROR"
    assert line["order_id"] == ORDER
    assert "PaymentUnavailableError: no answer: TimeoutError" in line["exception"]


def test_waits_for_the_provider_no_longer_than_it_can(settle: Settle, provider: Provider) -> None:
    settle(message())

    assert provider.requests[0]["timeout"] == 5


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "{}",
        "[]",
        json.dumps({"customer_id": CUSTOMER, "order_id": "ord_1"}),
        json.dumps({"customer_id": CUSTOMER, "order_id": ORDER, "amount": 1}),
        json.dumps({"customer_id": {"S": CUSTOMER}, "order_id": ORDER}),
    ],
)
def test_settles_the_rest_of_a_batch_with_a_malformed_message(
    settle: Settle, shop: Shop, body: str
) -> None:
    assert settle(body, message()) == ["m1"]

    assert shop.order(ORDER)["status"] == "paid"


def test_refuses_a_message_that_pairs_an_order_with_a_stranger(
    settle: Settle, shop: Shop, provider: Provider
) -> None:
    assert settle(message(customer_id=STRANGER)) == ["m1"]

    assert provider.requests == []
    assert shop.order(ORDER)["status"] == "pending"


def test_reports_every_message_of_a_batch_that_fails_as_a_whole(
    settle: Settle, provider: Provider, shop: Shop
) -> None:
    other = "ord_" + "cd" * 16
    shop.enter(other)
    provider.fails_with = TimeoutError()

    assert settle(message(), message(other)) == ["m1", "m2"]


def test_charges_under_the_same_key_when_the_receipt_could_not_be_written(
    settle: Settle, shop: Shop, provider: Provider
) -> None:
    shop.s3.delete_bucket(Bucket="receipts")
    assert settle(message()) == ["m1"]
    assert shop.order(ORDER)["status"] == "pending"
    shop.s3.create_bucket(
        Bucket="receipts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )

    assert settle(message()) == []
    assert {request["headers"]["Idempotency-Key"] for request in provider.requests} == {ORDER}
    assert shop.order(ORDER)["status"] == "paid"


def test_logs_neither_the_key_nor_the_customer_nor_the_message(
    settle: Settle, provider: Provider, log: io.StringIO
) -> None:
    settle(message(), '{"customer_id": "jane.doe@example.com"}')
    provider.body = b'{"holder": "Jane Doe"}'
    settle(message())

    written = log.getvalue()
    assert ORDER in written
    for private in ("key-of-the-shop", CUSTOMER, TOKEN, "PO 4711", "jane.doe", "Jane Doe"):
        assert private not in written
