"""List prices of AWS, by region, from a dated data file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

GLOBAL: Final = "global"
"""
The region of prices that are the same wherever an app is deployed.
"""

_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})
_UNVERIFIED: Final = "not verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """
    What AWS asks for one unit, in the first and dearest tier, without any free tier.

    Args:
        item: What is paid for, such as ``lambda-request``.
        region: Where; the name of AWS, or ``global``.
        usd: The price of one unit in US dollars.
        unit: What one unit is.
        checked: The day it was looked up.
        source: Where it was found; it stands for itself where nothing was found.
    """

    item: str
    region: str
    usd: float
    unit: str
    checked: str
    source: str

    @property
    def verified(self) -> bool:
        """
        Whether a published source says so.
        """
        return self.source != _UNVERIFIED


@dataclass(frozen=True, slots=True)
class Prices:
    """
    The prices of one region.

    Where the region is not known, or not listed, the dearest listed price of each item holds,
    so that a ceiling stays one.

    Args:
        region: The region; empty when it is not known.
        overrides: Prices by item that replace the listed ones, in US dollars.
        cheapest: Where the region is not known: the cheapest price, and not the dearest.
        asked: The listed prices that were asked for; grows.
    """

    region: str = ""
    overrides: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    cheapest: bool = False
    asked: dict[Price, None] = field(default_factory=dict, compare=False)

    def __getitem__(self, item: str) -> float:
        """
        Give the price of one unit in US dollars.
        """
        if item in self.overrides:
            return self.overrides[item]
        listed = _listed()[item]
        found = listed.get(self.region) or listed.get(GLOBAL)
        if found is None:
            choose = min if self.cheapest else max
            found = choose(listed.values(), key=lambda price: price.usd)
        self.asked[found] = None
        return found.usd

    @property
    def listed(self) -> bool:
        """
        Whether the region is known and its prices are listed.
        """
        return self.region in regions()


def price_list() -> tuple[Price, ...]:
    """
    Give every listed price.
    """
    return tuple(price for by_region in _listed().values() for price in by_region.values())


def items() -> tuple[str, ...]:
    """
    Give everything that has a listed price.
    """
    return tuple(_listed())


@cache
def regions() -> tuple[str, ...]:
    """
    Give the regions whose prices are listed.
    """
    found = dict.fromkeys(price.region for price in price_list())
    return tuple(region for region in found if region != GLOBAL)


@cache
def _listed() -> Mapping[str, Mapping[str, Price]]:
    data = resources.files("secure_constructs") / "data" / "prices.csv"
    found: dict[str, dict[str, Price]] = {}
    for row in csv.DictReader(data.read_text(encoding="utf-8").splitlines()):
        price = Price(
            item=row["item"],
            region=row["region"],
            usd=float(row["usd"]),
            unit=row["unit"],
            checked=row["checked"],
            source=row["source"],
        )
        found.setdefault(price.item, {})[price.region] = price
    return found
