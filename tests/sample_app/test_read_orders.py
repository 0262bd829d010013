"""Reading orders."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import CUSTOMER, STRANGER, TOKEN, Context, Shop, api_request

Read = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def read(load: Callable[[str], ModuleType]) -> Read:
    module = load("read_orders")

    def read(path: str, *, customer: str | None = CUSTOMER) -> tuple[int, dict[str, Any]]:
        answer = module.handler(api_request("GET", path, customer=customer), Context())
        return answer["statusCode"], json.loads(answer["body"])

    return read


def enter(shop: Shop, number: int, *, customer: str = CUSTOMER, status: str = "pending") -> str:
    order_id = f"ord_{number:032x}"
    shop.orders.put_item(
        Item={
            "customer_id": customer,
            "order_id": order_id,
            "status": status,
            "lines": [{"sku": "DAR-0250", "quantity": 1, "unit_price": 1450}],
            "total": 1450,
            "currency": "EUR",
            "payment_token": TOKEN,
            "reference": "",
            "placed_at": f"2026-11-{number:02}T08:00:00Z",
        }
    )
    return order_id


def test_shows_customers_their_own_order(read: Read, shop: Shop) -> None:
    order_id = enter(shop, 1)

    status, order = read(f"/orders/{order_id}")

    assert status == 200
    assert order["order_id"] == order_id
    assert order["lines"] == [{"sku": "DAR-0250", "quantity": 1, "unit_price": 1450}]
    assert "customer_id" not in order
    assert "payment_token" not in order
    assert "receipt_url" not in order


def test_hides_that_an_order_of_someone_else_exists(read: Read, shop: Shop) -> None:
    order_id = enter(shop, 1, customer=STRANGER, status="paid")

    foreign = read(f"/orders/{order_id}")
    unknown = read(f"/orders/ord_{'0' * 32}")

    assert foreign == unknown
    assert foreign == (404, {"message": "You have no such order.", "request_id": "request-1"})


def test_lists_only_the_callers_orders_the_newest_first(read: Read, shop: Shop) -> None:
    older, newer = enter(shop, 2), enter(shop, 5)
    enter(shop, 3, customer=STRANGER)

    status, answer = read("/orders")

    assert status == 200
    assert [order["order_id"] for order in answer["orders"]] == [newer, older]
    assert TOKEN not in json.dumps(answer)


@pytest.mark.parametrize("order_id", ["1", "ord_1", "ord_" + "G" * 32, "%2e%2e%2fsecret"])
def test_refuses_an_order_id_of_another_form(read: Read, order_id: str) -> None:
    status, answer = read(f"/orders/{order_id}")

    assert status == 400
    assert answer["message"] == "The request does not have the expected form."


@pytest.mark.parametrize("path", ["/orders", f"/orders/ord_{'0' * 32}"])
def test_refuses_a_request_that_came_past_the_authorizer(read: Read, path: str) -> None:
    status, _ = read(path, customer=None)

    assert status == 401


def test_answers_plainly_where_there_is_no_route(read: Read) -> None:
    status, answer = read("/admin")

    assert (status, answer["message"]) == (404, "Not found")


@pytest.mark.parametrize("status", ["paid", "reserved", "shipped"])
def test_links_to_the_receipt_of_a_paid_order_for_one_minute(
    read: Read, shop: Shop, status: str
) -> None:
    order_id = enter(shop, 1, status=status)

    _, order = read(f"/orders/{order_id}")

    link = urlsplit(order["receipt_url"])
    query = parse_qs(link.query)
    assert link.scheme == "https"
    assert link.path.endswith(f"/{CUSTOMER}/{order_id}.txt")
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


def test_keeps_answers_out_of_caches(
    load: Callable[[str], ModuleType],
) -> None:
    answer = load("read_orders").handler(api_request("GET", "/orders"), Context())

    assert answer["multiValueHeaders"]["Cache-Control"] == ["no-store"]


@pytest.mark.parametrize("path", ["/orders", "/orders/{order_id}"])
def test_does_not_blame_the_caller_for_what_the_book_holds(
    read: Read, shop: Shop, path: str
) -> None:
    order_id = enter(shop, 1, status="lost in thought")

    status, body = read(path.format(order_id=order_id))

    assert status == 500
    assert "lost in thought" not in json.dumps(body)
