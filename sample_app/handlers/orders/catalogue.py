"""What the merchant sells, and at what price."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CURRENCY: Final = "EUR"

PRICES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "ASM-0250": 890,
        "ASM-1000": 2_990,
        "DAR-0250": 1_450,
        "DAR-1000": 4_890,
        "GYO-0100": 1_690,
        "OOL-0250": 1_790,
        "SEN-0250": 1_190,
        "WHT-0100": 1_990,
    }
)
"""The price of one pack in cents, by stock-keeping unit. A client never names a price."""


class UnknownProductError(Exception):
    """An order names something that is not for sale."""


def price_of(sku: str) -> int:
    """
    Look up what one pack costs.

    Args:
        sku: The stock-keeping unit, as printed on the pack.

    Returns:
        The price of one pack in cents.

    Raises:
        UnknownProductError: Nothing of that name is for sale.
    """
    try:
        return PRICES[sku]
    except KeyError:
        raise UnknownProductError(sku) from None
