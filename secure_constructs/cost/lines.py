"""What is paid for: amounts with their formula, and the quotas that amounts share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from secure_constructs.template import Resource


class Line(NamedTuple):
    """
    One amount of a ceiling.

    Args:
        resource: What costs it; none for what every account has without a template.
        consumer: The part of the resource, or what is no resource; all amounts of one consumer
            come of the same share of a quota.
        part: What is paid for, such as ``compute``.
        usd: US dollars an hour; infinite where nothing bounds it.
        formula: How it was worked out, with the numbers.
        pool: The quota of the account it draws on together with others; empty for none.
        used: How much of that quota it takes in an hour, at most.
        door: Whether it is paid for what arrives, however much of that is then refused.
    """

    resource: Resource | None
    consumer: str
    part: str
    usd: float
    formula: str
    pool: str = ""
    used: float = 0
    door: bool = False

    @property
    def name(self) -> str:
        """
        What to call the resource.
        """
        if self.resource is None:
            return self.consumer
        return self.resource.construct_path or self.resource.logical_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """
    Something that is not known, and what holds in its place.

    Args:
        resource: What it is about, where it is about one.
        message: What is not known, and how it is counted.
    """

    resource: Resource | None
    message: str

    def __str__(self) -> str:
        return f"{self.resource.logical_id}: {self.message}" if self.resource else self.message


def total(lines: Iterable[Line], pools: Mapping[str, float]) -> float:
    """
    Sum up, each shared quota used once: by those first who make the most of it.

    Args:
        lines: The amounts.
        pools: What the account can give of each quota in an hour.

    Returns:
        US dollars an hour, those that nothing bounds left out.
    """
    usd = 0.0
    drawing: dict[tuple[str, Resource | None, str], tuple[float, float]] = {}
    for line in lines:
        if not math.isfinite(line.usd):
            continue
        if line.pool in pools and line.used > 0:
            key = (line.pool, line.resource, line.consumer)
            spent, used = drawing.get(key, (0.0, 0.0))
            drawing[key] = (spent + line.usd, max(used, line.used))
        else:
            usd += line.usd
    left = dict(pools)
    for (pool, _, _), (spent, used) in sorted(
        drawing.items(), key=lambda item: item[1][0] / item[1][1], reverse=True
    ):
        taken = min(used, left[pool])
        usd += spent * taken / used
        left[pool] -= taken
    return usd


def amount(value: float) -> str:
    """
    Write a quantity as in a calculation by hand.
    """
    if not math.isfinite(value):
        return "unlimited"
    if value >= 100 or value == int(value):  # noqa: PLR2004 - three digits before the point
        return f"{value:,.0f}"
    return f"{value:,.4g}"


def dollars(value: float) -> str:
    """
    Write a price of one unit, with all of its digits.
    """
    return "$" + f"{value:.12f}".rstrip("0").rstrip(".")
