"""What runs through a resource in an hour, and what that costs; the services follow it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from secure_constructs.cost.limits import HOUR, Limits
from secure_constructs.cost.lines import Doubt, Line, amount, dollars
from secure_constructs.cost.prices import Prices
from secure_constructs.paths.graph import Flow
from secure_constructs.template import Block, Resource, Undecided


@dataclass(slots=True)
class Reader:
    """
    Reads settings such that whatever is not known is bounded by what the service takes.

    Args:
        limits: What the account can do.
        surely: Ask for what it costs at the least where something is not known, not at the most.
        doubts: What was not known; grows while reading.
    """

    limits: Limits
    surely: bool = False
    doubts: dict[Doubt, None] = field(default_factory=dict)

    def number(
        self, block: Block, path: str, *, default: float, most: float, least: float = 0
    ) -> float:
        """
        Read a number between what a service takes at the least and at the most.
        """
        try:
            found = block.number(path)
        except Undecided:
            self.doubt(block, f"{block.at(path)} is not known before deployment", most)
            return least if self.surely else most
        if found is None:
            return default
        if not least <= found <= most:
            nearest = min(max(found, least), most)
            self.doubt(block, f"{block.at(path)} is {found:,.10g}, which AWS refuses", nearest)
            return nearest
        return found

    def text(self, block: Block, path: str, default: str, unknown: str) -> str:
        """
        Read a text; *unknown* stands for one that is not known.
        """
        try:
            found = block.text(path)
        except Undecided:
            self.doubts[Doubt(resource=block.resource, message=_not_known(block, path))] = None
            return unknown
        return default if found is None else found

    def flag(self, block: Block, path: str, *, unknown: bool) -> bool:
        """
        Read a flag; *unknown* stands for one that is not known.
        """
        try:
            return bool(block.flag(path))
        except Undecided:
            self.doubts[Doubt(resource=block.resource, message=_not_known(block, path))] = None
            return unknown

    def doubt(self, block: Block, what: str, most: float) -> None:
        """
        Note what is not known, and what bounds it.
        """
        message = f"{what}; counted as {most:,.10g}" if math.isfinite(most) else what
        self.doubts[Doubt(resource=block.resource, message=message)] = None


def _not_known(block: Block, path: str) -> str:
    return f"{block.at(path)} is not known before deployment; counted as the dearest there is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """
    What holds for the resources of one region.

    Args:
        region: The region; empty when it is not known.
        prices: Its prices.
        limits: What the account can do there.
        unreserved: The instances no function has reserved.
    """

    region: str
    prices: Prices
    limits: Limits
    unreserved: float

    def pool(self, name: str) -> str:
        """
        Name a quota of the account in this region.
        """
        return f"{name} in {self.region}" if self.region else name

    def pools(self) -> Iterator[tuple[str, float]]:
        """
        Give what the account can give of each quota in an hour.
        """
        limits = self.limits
        yield self.pool("instances"), self.unreserved * HOUR
        yield self.pool("invocations"), self.unreserved * 10 * HOUR
        yield self.pool("API requests"), limits.requests_per_second * HOUR + limits.burst
        yield self.pool("GraphQL requests"), limits.graphql_requests_per_second * HOUR
        yield self.pool("requests inspected"), limits.requests_per_second * HOUR
        yield self.pool("requests logged"), limits.requests_per_second * HOUR
        yield self.pool("transitions"), limits.transitions_per_second * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """
    What comes in along one edge in an hour.

    Args:
        events: How many.
        flow: What the edge lets its source do.
        retried: Whether Lambda keeps an event and tries it again.
        concurrency: How many instances may work on them at a time.
        traced: Whether what sends them is traced, so that they belong to its trace.
        answered: Whether answers go to the internet without an API between.
        fetched: The price of a request to fetch one, and of one more to delete it; empty for free.
    """

    events: float
    flow: Flow = Flow.HANDOVER
    retried: bool = False
    concurrency: float = math.inf
    traced: bool = False
    answered: bool = False
    fetched: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """
    One setting that can be changed.

    Args:
        resource: What it is a setting of.
        change: What to do, in the API of the CDK.
        meter: What the resource is then.
    """

    resource: Resource
    change: str
    meter: Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """
    What passes on all it takes, and costs nothing.

    Args:
        resource: The resource; none for what needs no template.
        part: The part of the resource; empty for the whole.
    """

    resource: Resource | None = None
    part: str = ""

    @property
    def traced(self) -> bool:
        """
        Whether X-Ray records what runs through.
        """
        return False

    @property
    def reserved(self) -> float:
        """
        The instances it takes out of those of the account.
        """
        return 0

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:  # noqa: ARG002
        """
        Give how many events an hour it takes of those that come in.
        """
        return sum_of(inflow.events for inflow in inflows)

    def lines(
        self,
        inflows: Sequence[Inflow],  # noqa: ARG002
        taken: float,  # noqa: ARG002
        tariff: Tariff,  # noqa: ARG002
    ) -> Iterator[Line]:
        """
        Give what that costs.
        """
        return iter(())

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        return iter(())

    def polling(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give what it costs to fetch messages: no more of them than can be worked on.
        """
        for item in dict.fromkeys(inflow.fetched for inflow in inflows if inflow.fetched):
            asked = sum_of(inflow.events for inflow in inflows if inflow.fetched == item)
            fetched = min(asked, taken)
            price = tariff.prices[item]
            formula = f"{amount(fetched)} messages x (received + deleted) x {dollars(price)}"
            yield self.line("polling", fetched * 2 * price, formula)

    def line(self, part: str, usd: float, formula: str, **more: Any) -> Line:
        """
        Give one amount.
        """
        return Line(self.resource, self.part, part, usd, formula, **more)


def sum_of(values: Iterable[float]) -> float:
    """
    Sum up what may be infinite; nothing times something infinite has no place in it.
    """
    return sum(value for value in values if value > 0)


def times(events: float, factor: float) -> float:
    """
    Multiply, where nothing stays nothing however often it happens.
    """
    return events * factor if events and factor else 0.0
