"""The spending ceiling of an app, in all and by entry, and the setting that lowers it most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from secure_constructs.cost.flows import Model, model_of
from secure_constructs.cost.limits import MONTH, Limits
from secure_constructs.cost.lines import Doubt, Line, total
from secure_constructs.cost.meters import Meter
from secure_constructs.cost.prices import Price, regions
from secure_constructs.paths.build import build
from secure_constructs.paths.graph import Node, node_of
from secure_constructs.template import Resource, Template

_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})
_DEAREST: Final = 12
"""
Of how many resources the settings are tried: those that cost most.
"""
_MOST_ENTRIES: Final = 50
_WORTH_IT: Final = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """
    What attackers can make one part of the app cost.

    Args:
        name: What to call it.
        resource: The resource.
        per_hour: US dollars an hour.
    """

    name: str
    resource: Resource | None
    per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """
    A change of one setting, and what it does to the ceiling.

    Args:
        resource: What to change.
        change: What to set, in the API of the CDK.
        per_hour: The ceiling then, in US dollars an hour.
    """

    resource: Resource
    change: str
    per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """
    An upper bound of what attackers can make an app cost, at list prices without any free tier.

    Args:
        lines: Every amount, the largest first.
        pools: What the account can give of each shared quota in an hour.
        doubts: What is not known, and how it was counted.
        limits: What the account can do, and what was assumed.
        model: What it was worked out of.
    """

    lines: tuple[Line, ...]
    pools: Mapping[str, float]
    doubts: tuple[Doubt, ...]
    limits: Limits
    model: Model

    @property
    def per_hour(self) -> float:
        """
        US dollars an hour, of what something bounds.
        """
        return total(self.lines, self.pools)

    @property
    def per_month(self) -> float:
        """
        US dollars in a month of 730 hours.
        """
        return self.per_hour * MONTH

    @property
    def at_the_door(self) -> float:
        """
        The part of it that is paid for requests however many of them are then refused.
        """
        return total((line for line in self.lines if line.door), self.pools)

    @property
    def unbounded(self) -> tuple[Line, ...]:
        """
        What nothing bounds.
        """
        return tuple(line for line in self.lines if math.isinf(line.usd))

    @property
    def shares(self) -> tuple[Share, ...]:
        """
        The amounts by resource, the largest first; shared quotas are counted for each.
        """
        found: dict[Resource | str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.resource or line.name, []).append(line)
        shares = [
            Share(
                name=lines[0].name,
                resource=lines[0].resource,
                per_hour=total(lines, self.pools),
            )
            for lines in found.values()
        ]
        return tuple(sorted(shares, key=lambda share: -share.per_hour))

    @property
    def entries(self) -> tuple[Share, ...]:
        """
        What each entry alone can make the whole app cost, the largest first.
        """
        by_resource: dict[Node, dict[int, float]] = {}
        for number, events in self.model.arriving.items():
            node = self.model.nodes[number]
            whole = node if node.resource is None else node_of(node.resource)
            by_resource.setdefault(whole, {})[number] = events
        shares = []
        for node, sent in list(by_resource.items())[:_MOST_ENTRIES]:
            owner = node.resource
            shares.append(
                Share(
                    name=(owner.construct_path or owner.logical_id) if owner else node.part,
                    resource=owner,
                    per_hour=total(self.model.lines(arriving=sent), self.pools),
                )
            )
        return tuple(sorted(shares, key=lambda share: -share.per_hour))

    @property
    def unverified(self) -> tuple[Price, ...]:
        """
        The prices it rests on for which no published source was found.
        """
        asked = (p for tariff in self.model.tariffs.values() for p in tariff.prices.asked)
        return tuple(price for price in dict.fromkeys(asked) if not price.verified)

    def hours_to(self, usd: float) -> float:
        """
        Give how many hours it takes to spend an amount.
        """
        return usd / self.per_hour if self.per_hour else math.inf


def ceiling_of(
    templates: Iterable[Template],
    *,
    limits: Limits | None = None,
    prices: Mapping[str, float] = _NOTHING,
    region: str = "",
    surely: bool = False,
) -> Ceiling:
    """
    Work out what attackers can make an app cost at the most.

    Args:
        templates: The templates deployed together.
        limits: What the account can do, and what is assumed. Default: what AWS gives an account.
        prices: Prices that replace the listed ones, by item. Default: list prices.
        region: Where stacks are deployed that are bound to none.
            Default: not known, so the dearest listed price of each item holds.
        surely: Count what is not known as the least there can be.
            Default: as the most, so that the figure is an upper bound.
    """
    every = tuple(templates)
    limits = limits or Limits()
    model = model_of(
        build(every), every, limits=limits, prices=prices, region=region, surely=surely
    )
    lines = sorted(model.lines(), key=lambda line: -line.usd)
    return Ceiling(
        lines=tuple(lines),
        pools=model.pools(),
        doubts=(*_of_regions(model), *model.doubts),
        limits=limits,
        model=model,
    )


def savings(found: Ceiling) -> tuple[Saving, ...]:
    """
    Try settings one at a time, those of the dearest resources, and say what each leads to.

    Returns:
        The changes that lower the ceiling, the best first.
    """
    model = found.model
    before = found.per_hour
    dearest = {share.resource for share in found.shares[:_DEAREST]}
    asked: dict[tuple[Resource, str], dict[int, Meter]] = {}
    for number, meter in enumerate(model.every_meter):
        if meter.resource in dearest:
            for lever in meter.levers():
                asked.setdefault((lever.resource, lever.change), {})[number] = lever.meter
    results = []
    for (resource, change), changed in asked.items():
        then = model.with_changes(changed)
        after = total(then.lines(), then.pools())
        if after < before * _WORTH_IT:
            results.append(Saving(resource=resource, change=change, per_hour=after))
    return tuple(sorted(results, key=lambda saving: saving.per_hour))


def _of_regions(model: Model) -> list[Doubt]:
    doubts = []
    for tariff in model.tariffs.values():
        if not tariff.prices.listed:
            what = f"{tariff.region} has no listed prices" if tariff.region else "no region is set"
            listed = ", ".join(regions())
            message = f"{what}; each price is the dearest of {listed}"
            doubts.append(Doubt(resource=None, message=message))
    return list(dict.fromkeys(doubts))
