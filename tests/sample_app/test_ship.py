"""Shipping reserved orders."""

import io
from collections.abc import Callable
from types import ModuleType

import pytest
from pydantic import ValidationError

from secure_constructs.runtime.upload.keys import UploadKey, caller_prefix

from .conftest import CUSTOMER, DOCUMENT, STRANGER, Context, Shop

ORDER = "ord_" + "ab" * 16

Ship = Callable[..., None]


@pytest.fixture
def module(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("ship")


@pytest.fixture
def ship(module: ModuleType) -> Ship:
    def ship(**changes: object) -> None:
        event = {"customer_id": CUSTOMER, "order_id": ORDER, "reserved": True}
        module.handler(event | changes, Context())

    return ship


def promote(shop: Shop, customer: str = CUSTOMER) -> None:
    """Put a document where the upload puts what is clean."""
    key = UploadKey(caller=caller_prefix(customer), upload=DOCUMENT, sha256="0" * 64)
    shop.s3.put_object(Bucket="documents", Key=key.clean, Body=b"%PDF-1.7 PO 4711")


def test_hands_the_order_over_to_the_warehouse(ship: Ship, shop: Shop) -> None:
    shop.enter(ORDER, status="reserved")

    ship()

    (key, text), *others = shop.objects("dispatches").items()
    assert key == f"{ORDER}/packing-list.txt"
    assert "2 x DAR-0250" in text
    assert "PO 4711" in text
    assert not others
    assert shop.order(ORDER)["status"] == "shipped"


def test_sends_the_customers_document_with_the_goods(ship: Ship, shop: Shop) -> None:
    promote(shop)
    shop.enter(ORDER, status="reserved", document=DOCUMENT)

    ship()

    assert shop.objects("dispatches")[f"{ORDER}/document.pdf"] == "%PDF-1.7 PO 4711"


@pytest.mark.parametrize("uploader", [None, STRANGER])
def test_waits_for_a_document_that_is_not_clean_or_not_the_customers(
    ship: Ship, shop: Shop, uploader: str | None
) -> None:
    if uploader:
        promote(shop, uploader)
    shop.enter(ORDER, status="reserved", document=DOCUMENT)

    # The workflow tries again on an error of this name.
    with pytest.raises(Exception, match=ORDER) as failed:
        ship()
    assert failed.type.__name__ == "DocumentMissingError"
    assert shop.objects("dispatches") == {}
    assert shop.order(ORDER)["status"] == "reserved"

    promote(shop)
    ship()
    assert shop.order(ORDER)["status"] == "shipped"


def test_ships_once_when_the_step_is_tried_again(ship: Ship, shop: Shop) -> None:
    shop.enter(ORDER, status="reserved")
    ship()
    shop.s3.delete_object(Bucket="dispatches", Key=f"{ORDER}/packing-list.txt")

    ship()
    assert shop.objects("dispatches") == {}


@pytest.mark.parametrize("status", ["pending", "refused", "paid"])
def test_ships_nothing_that_was_not_reserved(
    ship: Ship, shop: Shop, module: ModuleType, status: str
) -> None:
    shop.enter(ORDER, status=status)

    with pytest.raises(module.NotReservedError):
        ship()
    assert shop.objects("dispatches") == {}
    assert shop.order(ORDER)["status"] == status


def test_refuses_an_event_of_another_form(ship: Ship) -> None:
    with pytest.raises(ValidationError):
        ship(document="../../secrets")


def test_logs_neither_the_customer_nor_what_is_shipped(
    ship: Ship, shop: Shop, log: io.StringIO
) -> None:
    promote(shop)
    shop.enter(ORDER, status="reserved", document=DOCUMENT)

    ship()

    written = log.getvalue()
    assert ORDER in written
    for private in (CUSTOMER, "PO 4711", DOCUMENT):
        assert private not in written
