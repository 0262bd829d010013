"""A ceiling held against what someone set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secure_constructs.cost.ceiling import Ceiling, ceiling_of, savings
from secure_constructs.cost.limits import Limits
from secure_constructs.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """
    A ceiling above the limit.

    Args:
        message: What is too much, in one clause.
        fix: The change of one setting that lowers it most.
        certain: Whether it is too much whatever turns out to be what is not known yet.
        stack: The construct path of the stack that costs most.
    """

    message: str
    fix: str
    certain: bool
    stack: str


def above(
    limit: float,
    templates: Sequence[Template],
    *,
    limits: Limits,
    prices: Mapping[str, float],
    region: str = "",
) -> Excess | None:
    """
    Say whether attackers can make an app cost more than a limit.

    Args:
        limit: In US dollars an hour.
        templates: The templates deployed together.
        limits: What the account can do, and what is assumed.
        prices: Prices that replace the listed ones.
        region: Where stacks are deployed that are bound to no region.

    Returns:
        What is too much; none where the limit holds.
    """
    most = ceiling_of(templates, limits=limits, prices=prices, region=region)
    if most.per_hour <= limit and not most.unbounded:
        return None
    least = ceiling_of(templates, limits=limits, prices=prices, region=region, surely=True)
    certain = bool(least.per_hour > limit or least.unbounded)
    dearest = most.lines[0].resource
    return Excess(
        message=_message(most, limit),
        fix=_fix(most),
        certain=certain,
        stack=dearest.template.origin.stack if dearest else "",
    )


def _message(found: Ceiling, limit: float) -> str:
    limited = f"and max-cost-per-hour is ${limit:,.2f}"
    if found.unbounded:
        line = found.unbounded[0]
        return f"nothing bounds what {line.part} of {line.name} can cost, {limited}"
    dearest = found.lines[0]
    return (
        f"attackers can make the app cost ${found.per_hour:,.2f} an hour "
        f"(${found.per_month:,.0f} a month), {limited}; the most of it is {dearest.part} of "
        f"{dearest.name}, ${dearest.usd:,.2f}"
    )


def _fix(found: Ceiling) -> str:
    best = savings(found)
    if not best:
        return "lower the quotas of the account, or raise max-cost-per-hour"
    name = best[0].resource.construct_path or best[0].resource.logical_id
    return f"set {best[0].change} on {name}, which leaves ${best[0].per_hour:,.2f} an hour"
