"""Placing an order."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from .conftest import (
    CUSTOMER,
    DOCUMENT,
    KEY,
    STRANGER,
    TOKEN,
    Context,
    Shop,
    api_request,
    order_body,
)

Place = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def place(load: Callable[[str], ModuleType]) -> Place:
    module = load("place_order")

    def place(
        body: str | None = None, *, key: str | None = KEY, customer: str | None = CUSTOMER
    ) -> tuple[int, dict[str, Any]]:
        event = api_request(
            "POST",
            "/orders",
            body=order_body() if body is None else body,
            customer=customer,
            headers={} if key is None else {"Idempotency-Key": key},
        )
        answer = module.handler(event, Context())
        return answer["statusCode"], json.loads(answer["body"])

    return place


def test_prices_the_order_itself_and_asks_for_its_payment(place: Place, shop: Shop) -> None:
    status, order = place()

    assert status == 202
    assert order["total"] == 2 * 1450 + 2990
    assert order["status"] == "pending"
    assert shop.order(order["order_id"])["total"] == order["total"]
    assert shop.messages() == [{"customer_id": CUSTOMER, "order_id": order["order_id"]}]


def test_does_not_show_the_payment_token_to_anyone(
    place: Place,
) -> None:
    _, order = place()

    assert TOKEN not in json.dumps(order)


def test_keeps_which_document_goes_with_the_goods(place: Place, shop: Shop) -> None:
    status, order = place(order_body(document=DOCUMENT))

    assert status == 202
    assert shop.order(order["order_id"])["document"] == DOCUMENT


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        order_body(total=1),
        order_body(customer_id=STRANGER),
        order_body(lines=[]),
        order_body(lines=[{"sku": "DAR-0250", "quantity": 0}]),
        order_body(lines=[{"sku": "DAR-0250", "quantity": -3}]),
        order_body(lines=[{"sku": "DAR-0250", "quantity": 1, "unit_price": 1}]),
        order_body(lines=[{"sku": "DAR-0250", "quantity": 1}] * 51),
        order_body(lines=[{"sku": "'; DROP TABLE", "quantity": 1}]),
        order_body(payment_token="4111111111111111"),
        order_body(reference="<script>alert(1)</script>"),
        order_body(reference="PO\n4711"),
        order_body(document="../" + "0" * 29),
        order_body(document=None),
    ],
)
def test_refuses_a_body_of_another_form(place: Place, shop: Shop, body: str) -> None:
    status, answer = place(body)

    assert status == 400
    assert answer == {
        "message": "The request does not have the expected form.",
        "request_id": "request-1",
    }
    assert shop.messages() == []


def test_refuses_what_is_not_for_sale(place: Place) -> None:
    status, answer = place(order_body(lines=[{"sku": "XXX-0001", "quantity": 1}]))

    assert status == 400
    assert answer["message"] == "The order names a product that is not for sale."


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "key with spaces in it"])
def test_refuses_a_request_without_a_usable_idempotency_key(place: Place, key: str | None) -> None:
    status, _ = place(key=key)

    assert status == 400


def test_refuses_a_request_that_came_past_the_authorizer(
    place: Place,
) -> None:
    status, answer = place(customer=None)

    assert status == 401
    assert answer == {"message": "Sign in first.", "request_id": "request-1"}


def test_gives_the_same_order_for_a_repeated_request(place: Place, shop: Shop) -> None:
    first = place()
    again = place()

    assert again == first
    assert shop.orders.scan()["Count"] == 1


@pytest.mark.parametrize(
    "other",
    [
        order_body(lines=[{"sku": "ASM-0250", "quantity": 9}]),
        order_body(reference="PO 4712"),
        order_body(document=DOCUMENT),
    ],
)
def test_refuses_another_order_under_a_used_key(place: Place, shop: Shop, other: str) -> None:
    place()
    status, answer = place(other)

    assert status == 409
    assert answer["message"] == "This Idempotency-Key belongs to another order."
    assert shop.orders.scan()["Count"] == 1


def test_keeps_customers_with_the_same_key_apart(
    place: Place,
) -> None:
    _, mine = place()
    _, theirs = place(customer=STRANGER)

    assert mine["order_id"] != theirs["order_id"]


def test_asks_for_the_payment_when_the_queue_failed_the_first_time(
    place: Place,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = shop.queue_url
    monkeypatch.setenv("PAYMENTS_QUEUE_URL", url + "-gone")
    failed, _ = place()
    monkeypatch.setenv("PAYMENTS_QUEUE_URL", url)
    repeated, order = place()

    assert (failed, repeated) == (500, 202)
    assert shop.messages() == [{"customer_id": CUSTOMER, "order_id": order["order_id"]}]


def test_does_not_ask_again_for_the_payment_of_a_settled_order(place: Place, shop: Shop) -> None:
    _, order = place()
    shop.messages()
    shop.sqs.purge_queue(QueueUrl=shop.queue_url)
    shop.orders.update_item(
        Key={"customer_id": CUSTOMER, "order_id": order["order_id"]},
        UpdateExpression="SET #status = :paid",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":paid": "paid"},
    )

    status, again = place()

    assert (status, again["status"]) == (202, "paid")
    assert shop.messages() == []


def test_says_nothing_about_its_inside_when_it_fails(place: Place, shop: Shop) -> None:
    boto3.client("dynamodb").delete_table(TableName="orders")

    status, answer = place()

    assert status == 500
    assert answer == {
        "message": "Something went wrong on our side.",
        "request_id": "request-1",
    }
    with pytest.raises(ClientError):
        shop.orders.scan()


def test_logs_neither_the_customer_nor_the_body(place: Place, log: io.StringIO) -> None:
    _, order = place()
    place(order_body(reference="jane.doe@example.com"))

    written = log.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    assert order["order_id"] in written
    assert {line["correlation_id"] for line in lines} == {"request-1"}
    for private in (CUSTOMER, TOKEN, "PO 4711", "jane.doe", "a@example.com"):
        assert private not in written
