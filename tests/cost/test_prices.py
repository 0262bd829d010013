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


class TestRebuilding:
    def test_takes_the_first_tier_that_costs(self, tmp_path: Path) -> None:
        offer = {
            "publicationDate": "2027-01-05T10:00:00Z",
            "products": {
                "A": {"attributes": {"usagetype": "EU-Requests-Tier1"}},
                "B": {"attributes": {"usagetype": "EU-Requests-FIFO-Tier1"}},
            },
            "terms": {
                "OnDemand": {
                    "A": {
                        "A.1": {
                            "priceDimensions": {
                                "x": {"beginRange": "0", "pricePerUnit": {"USD": "0.0"}},
                                "y": {"beginRange": "100", "pricePerUnit": {"USD": "0.00000045"}},
                                "z": {"beginRange": "200", "pricePerUnit": {"USD": "0.0000003"}},
                            }
                        }
                    }
                }
            },
        }
        (tmp_path / "AWSQueueService.eu-west-1.json").write_text(json.dumps(offer))

        rows = script.rebuilt(tmp_path)

        by_key = {(row["item"], row["region"]): row for row in rows}
        assert by_key["sqs-request", "eu-west-1"]["usd"] == "0.00000045"
        assert by_key["sqs-request", "eu-west-1"]["checked"] == "2027-01-05"
        assert "AWSQueueService" in by_key["sqs-request", "eu-west-1"]["source"]
        assert by_key["sqs-request", "us-east-1"]["usd"] == "0.0000004"

    def test_without_price_lists_nothing_changes(self, tmp_path: Path) -> None:
        assert script.rebuilt(tmp_path) == script.present()
