"""The price list is whole, dated, and says where each price is from."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from secure_constructs.cost.prices import GLOBAL, Price, Prices, items, price_list, regions
from tests.data import prices as script

PACKAGE = Path(__file__).parents[2] / "secure_constructs" / "cost"


@pytest.mark.parametrize("item", items())
def test_each_item_has_one_price_everywhere_or_one_in_each_region(item: str) -> None:
    listed = [price.region for price in price_list() if price.item == item]

    assert listed == [GLOBAL] or sorted(listed) == sorted(regions())


@pytest.mark.parametrize("price", price_list(), ids=lambda price: f"{price.item} {price.region}")
def test_each_price_is_an_amount_with_a_date_and_a_source(price: Price) -> None:
    assert 0 < price.usd < 1
    assert dt.date.fromisoformat(price.checked) > dt.date(2026, 1, 1)
    assert price.unit
    assert price.source
    assert price.verified == (price.source != "not verified")


def test_each_price_that_is_asked_for_is_listed() -> None:
    asked = {
        item
        for file in PACKAGE.glob("*.py")
        for item in re.findall(r'"((?:[a-z0-9]+-)+[a-z0-9]+)"', file.read_text(encoding="utf-8"))
        if item.split("-")[0] in {name.split("-")[0] for name in items()}
    }

    assert asked <= set(items()) | {"s3-get"}


def test_a_price_that_is_set_holds() -> None:
    assert Prices("us-east-1", {"lambda-request": 7.0})["lambda-request"] == 7.0


def test_a_price_without_a_region_is_the_dearest_or_the_cheapest() -> None:
    assert Prices()["logs-gb"] == 0.76
    assert Prices(cheapest=True)["logs-gb"] == 0.5


def price_list_with(*products: tuple[str, tuple[str, ...]]) -> str:
    """
    A price list: of each product its usage type, and what its tiers cost.
    """
    return json.dumps(
        {
            "publicationDate": "2027-01-05T10:00:00Z",
            "products": {usage: {"attributes": {"usagetype": usage}} for usage, _ in products},
            "terms": {
                "OnDemand": {
                    usage: {
                        "term": {
                            "priceDimensions": {
                                begin: {"beginRange": str(begin), "pricePerUnit": {"USD": usd}}
                                for begin, usd in reversed([*enumerate(tiers)])
                            }
                        }
                    }
                    for usage, tiers in products
                }
            },
        }
    )


class TestRebuilding:
    def test_takes_the_first_tier_that_costs(self, tmp_path: Path) -> None:
        offer = price_list_with(
            ("EU-Requests-Tier1", ("0.0", "0.00000045", "0.0000003")),
            ("EU-Requests-FIFO-Tier1", ()),
        )
        (tmp_path / "AWSQueueService.eu-west-1.json").write_text(offer)

        rows = script.rebuilt(tmp_path)

        by_key = {(row["item"], row["region"]): row for row in rows}
        assert by_key["sqs-request", "eu-west-1"]["usd"] == "0.00000045"
        assert by_key["sqs-request", "eu-west-1"]["checked"] == "2027-01-05"
        assert "AWSQueueService" in by_key["sqs-request", "eu-west-1"]["source"]
        assert by_key["sqs-request", "us-east-1"]["usd"] == "0.0000004"

    def test_takes_the_name_that_a_region_has(self, tmp_path: Path) -> None:
        offer = price_list_with(("Requests-RBP", ("0.00000041",)))
        (tmp_path / "AWSQueueService.us-east-1.json").write_text(offer)

        rows = script.rebuilt(tmp_path)

        (row,) = (r for r in rows if (r["item"], r["region"]) == ("sqs-request", "us-east-1"))
        assert row["usd"] == "0.00000041"
        assert row["source"] == "AWS price list AWSQueueService of 2027-01-05, Requests-RBP"

    def test_each_item_that_is_fetched_is_listed(self) -> None:
        assert set(script.USAGE_TYPES) <= set(items())

    def test_without_price_lists_nothing_changes(self, tmp_path: Path) -> None:
        assert script.rebuilt(tmp_path) == script.present()
