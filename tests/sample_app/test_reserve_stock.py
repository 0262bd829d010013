"""Reserving the stock of paid orders."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError

from sample_app.handlers.orders.book import UnknownOrderError

from .conftest import CUSTOMER, STRANGER, Context, Shop

ORDER = "ord_" + "ab" * 16

Reserve = Callable[..., bool]


@pytest.fixture
def module(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("reserve_stock")


@pytest.fixture
def reserve(module: ModuleType) -> Reserve:
    def reserve(**changes: object) -> bool:
        event = {"customer_id": CUSTOMER, "order_id": ORDER, "reserved": False}
        answer: dict[str, Any] = module.handler(event | changes, Context())
        assert answer.keys() == event.keys()
        return bool(answer["reserved"])

    return reserve


def line(sku: str, quantity: int) -> dict[str, object]:
    return {"sku": sku, "quantity": quantity, "unit_price": 1450}


def put(shop: Shop, **packs: int) -> None:
    for sku, count in packs.items():
        shop.stock.put_item(Item={"sku": sku.replace("_", "-"), "packs": count})


def left(shop: Shop, sku: str) -> int:
    return int(shop.stock.get_item(Key={"sku": sku})["Item"]["packs"])


def test_takes_what_an_order_needs_out_of_the_stock(reserve: Reserve, shop: Shop) -> None:
    put(shop, DAR_0250=5, ASM_1000=1)
    shop.enter(ORDER, status="paid", lines=[line("DAR-0250", 2), line("ASM-1000", 1)])

    assert reserve() is True
    assert shop.order(ORDER)["status"] == "reserved"
    assert (left(shop, "DAR-0250"), left(shop, "ASM-1000")) == (3, 0)


def test_counts_two_lines_of_one_product_together(reserve: Reserve, shop: Shop) -> None:
    put(shop, DAR_0250=3)
    shop.enter(ORDER, status="paid", lines=[line("DAR-0250", 2), line("DAR-0250", 2)])

    assert reserve() is False
    put(shop, DAR_0250=4)
    assert reserve() is True
    assert left(shop, "DAR-0250") == 0


def test_takes_nothing_where_something_is_missing(reserve: Reserve, shop: Shop) -> None:
    put(shop, DAR_0250=5)
    shop.enter(ORDER, status="paid", lines=[line("DAR-0250", 2), line("ASM-1000", 1)])

    assert reserve() is False
    assert shop.order(ORDER)["status"] == "paid"
    assert left(shop, "DAR-0250") == 5


def test_reserves_once_when_the_step_is_tried_again(reserve: Reserve, shop: Shop) -> None:
    put(shop, DAR_0250=5)
    shop.enter(ORDER, status="paid")

    assert reserve() is True
    assert reserve() is True
    assert left(shop, "DAR-0250") == 3


@pytest.mark.parametrize("status", ["pending", "refused"])
def test_reserves_nothing_for_an_order_that_is_not_paid(
    reserve: Reserve, shop: Shop, module: ModuleType, status: str
) -> None:
    put(shop, DAR_0250=5)
    shop.enter(ORDER, status=status)

    with pytest.raises(module.NotPaidError):
        reserve()
    assert left(shop, "DAR-0250") == 5


def test_finds_no_order_of_a_stranger(reserve: Reserve, shop: Shop) -> None:
    shop.enter(ORDER, status="paid")

    with pytest.raises(UnknownOrderError):
        reserve(customer_id=STRANGER)


def test_fails_where_the_table_does(reserve: Reserve, shop: Shop) -> None:
    shop.enter(ORDER, status="paid")
    shop.stock.delete()

    with pytest.raises(ClientError, match="ResourceNotFound"):
        reserve()


@pytest.mark.parametrize(
    "changes", [{"order_id": "1"}, {"customer_id": ""}, {"lines": []}, {"reserved": "perhaps"}]
)
def test_refuses_an_event_of_another_form_without_repeating_it(
    reserve: Reserve, changes: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        reserve(**changes)
    assert "input_value" not in str(refused.value)
