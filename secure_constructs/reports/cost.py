"""The spending ceiling, in words with its calculation, as a table, and for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.reports._groups import printable

if TYPE_CHECKING:
    from rich.console import Console

    from secure_constructs.cost import Ceiling, Line, Saving

_BUDGET: Final = 100
_MOST_SAVINGS: Final = 5
_MOST_RESOURCES: Final = 25
_MOST_ENTRIES: Final = 10
_CENT: Final = 0.005
_HOUR_MINUTES: Final = 60
_DAY_HOURS: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """
    What one kind of thing costs at one resource, all of its routes and parts together.

    Args:
        part: What is paid for.
        usd: US dollars an hour.
        formula: The calculation; of the dearest where there are several.
    """

    part: str
    usd: float
    formula: str


def render(ceiling: Ceiling, savings: Sequence[Saving], form: str = "text") -> str:
    """
    Write a ceiling.

    Args:
        ceiling: The ceiling.
        savings: What lowers it, the best first.
        form: ``text`` or ``json``.
    """
    if form == "json":
        return json.dumps(_plain(ceiling, savings), indent=2, ensure_ascii=False) + "\n"
    return "\n".join(printable(line) for line in _lines(ceiling, savings)) + "\n"


def show(ceiling: Ceiling, savings: Sequence[Saving], console: Console | None = None) -> None:
    """
    Print a ceiling on a terminal, as a table.

    Args:
        ceiling: The ceiling.
        savings: What lowers it, the best first.
        console: Where to; the standard output by default.
    """
    from rich import box  # noqa: PLC0415 - text and JSON need no terminal
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    screen = console or Console(highlight=False)
    for line in _summary(ceiling):
        screen.print(Text(printable(line), style="bold"))
    screen.print()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("USD/hour", justify="right", no_wrap=True)
    table.add_column("what")
    table.add_column("calculation", overflow="fold")
    for name, amounts in _by_resource(ceiling):
        table.add_row(
            Text(_money(sum(amount.usd for amount in amounts)), style="bold"),
            Text(printable(name), style="bold"),
            "",
        )
        for amount in amounts:
            table.add_row(
                _money(amount.usd),
                Text(f"  {amount.part}"),
                Text(printable(amount.formula), style="dim"),
            )
    screen.print(table)
    for line in (*_below(ceiling, savings), *_fine_print(ceiling)):
        screen.print(Text(printable(line)))


def _summary(ceiling: Ceiling) -> Iterator[str]:
    yield (
        f"spending ceiling: {_money(ceiling.per_hour)} an hour, "
        f"${ceiling.per_month:,.0f} a month of 730 hours; "
        f"{_time(ceiling.hours_to(_BUDGET))} to spend ${_BUDGET}"
    )
    if ceiling.at_the_door:
        yield (
            f"{_money(ceiling.at_the_door)} of it at the door, for what arrives, "
            "however much of that is throttled or blocked"
        )
    for line in ceiling.unbounded:
        yield f"not bounded by anything: {line.part} of {line.name} ({line.formula})"


def _lines(ceiling: Ceiling, savings: Sequence[Saving]) -> Iterator[str]:
    yield from _summary(ceiling)
    yield ""
    yield "by resource, an hour; each with all of the quotas it shares with others"
    for name, amounts in _by_resource(ceiling):
        yield f"{_money(sum(amount.usd for amount in amounts)):>12}  {name}"
        for amount in amounts:
            yield f"{'':12}  {_money(amount.usd):>12}  {amount.part:13}  {amount.formula}"
    yield from _below(ceiling, savings)
    yield from _fine_print(ceiling)


def _below(ceiling: Ceiling, savings: Sequence[Saving]) -> Iterator[str]:
    entries = ceiling.entries
    if entries:
        yield ""
        yield "by entry, each alone, with all that follows from it"
        for entry in entries[:_MOST_ENTRIES]:
            yield f"{_money(entry.per_hour):>12}  {entry.name}"
        if more := entries[_MOST_ENTRIES:]:
            yield f"{'':12}  and {len(more)} more"
    if savings:
        yield ""
        yield "what one setting would leave of it"
        for saving in savings[:_MOST_SAVINGS]:
            name = saving.resource.construct_path or saving.resource.logical_id
            yield f"{_money(saving.per_hour):>12}  {saving.change}  on {name}"


def _fine_print(ceiling: Ceiling) -> Iterator[str]:
    if ceiling.doubts:
        yield ""
        yield "not known"
        for doubt in ceiling.doubts:
            yield f"  {doubt}"
    limits = ceiling.limits
    calls = limits.calls_per_invocation
    often = "once" if calls == 1 else f"{calls:g} times"
    yield ""
    yield "assumed, and to be set under [limits] in the configuration"
    yield (
        f"  an invocation logs {limits.log_kb:g} KB at INFO and calls what it may {often}; "
        f"a response has {limits.response_kb:g} KB; "
        f"{limits.requests_per_second:,.0f} requests a second arrive"
    )
    yield (
        f"  the account runs {limits.concurrency:,.0f} functions at a time; "
        "throttles of API Gateway are targets, not guarantees"
    )
    yield "  list prices, first tier, no free tier, no tax; not counted: storage, keys, user pools,"
    yield "  load balancers, databases with instances, transfer inside AWS"
    unverified = ceiling.unverified
    if unverified:
        names = ", ".join(dict.fromkeys(price.item for price in unverified))
        yield f"  prices without a published source: {names}"


def _by_resource(ceiling: Ceiling) -> Iterator[tuple[str, list[Amount]]]:
    """
    Give the amounts of each resource, the dearest first.
    """
    found: dict[object, list[Line]] = {}
    for line in ceiling.lines:
        found.setdefault(line.resource or line.name, []).append(line)
    groups = [(lines[0].name, _amounts(lines)) for lines in found.values()]
    groups.sort(key=lambda group: -sum(amount.usd for amount in group[1]))
    yield from groups[:_MOST_RESOURCES]
    if more := groups[_MOST_RESOURCES:]:
        usd = sum(amount.usd for _, amounts in more for amount in amounts)
        yield f"{len(more)} more", [Amount(part="all", usd=usd, formula="--format json has them")]


def _amounts(lines: Sequence[Line]) -> list[Amount]:
    parts: dict[str, list[Line]] = {}
    for line in lines:
        parts.setdefault(line.part, []).append(line)
    return [
        Amount(part=part, usd=sum(line.usd for line in same), formula=_formula(same))
        for part, same in parts.items()
    ]


def _formula(lines: Sequence[Line]) -> str:
    first = lines[0].formula
    if len(lines) == 1:
        return first
    if all(line.formula == first for line in lines):
        return f"{len(lines)} x {first}"
    return f"{first}, and {len(lines) - 1} more"


def _money(usd: float) -> str:
    if math.isinf(usd):
        return "unbounded"
    return f"${usd:,.2f}" if usd >= _CENT or not usd else "under $0.01"


def _time(hours: float) -> str:
    if math.isinf(hours):
        return "never"
    if hours < 1:
        minutes = f"{hours * _HOUR_MINUTES:.0f}"
        return f"{minutes} minute" if minutes == "1" else f"{minutes} minutes"
    return f"{hours:.1f} hours" if hours < _DAY_HOURS else f"{hours / 24:,.0f} days"


def _plain(ceiling: Ceiling, savings: Sequence[Saving]) -> dict[str, Any]:
    return {
        "perHour": ceiling.per_hour,
        "perMonth": ceiling.per_month,
        "atTheDoorPerHour": ceiling.at_the_door,
        "hoursTo100": _finite(ceiling.hours_to(_BUDGET)),
        "lines": [
            {
                "resource": line.name,
                "logicalId": line.resource.logical_id if line.resource else None,
                "type": line.resource.type if line.resource else None,
                "part": line.part,
                "perHour": _finite(line.usd),
                "formula": line.formula,
                "door": line.door,
            }
            for line in ceiling.lines
        ],
        "entries": [{"name": e.name, "perHour": e.per_hour} for e in ceiling.entries],
        "savings": [
            {
                "resource": s.resource.construct_path or s.resource.logical_id,
                "change": s.change,
                "perHour": s.per_hour,
            }
            for s in savings
        ],
        "notKnown": [str(doubt) for doubt in ceiling.doubts],
        "limits": asdict(ceiling.limits),
        "unverifiedPrices": [
            {"item": price.item, "region": price.region} for price in ceiling.unverified
        ],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
