"""What a platform team decides: which findings gate, which rules apply, what is waived."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from secure_constructs.errors import ConfigError
from secure_constructs.findings import Finding, Severity
from secure_constructs.packs import PACKS, pack
from secure_constructs.quotas import USUAL_CONCURRENCY

if TYPE_CHECKING:
    from secure_constructs.rules import Rule

FILE: Final = "secure-constructs.toml"
"""
The name of a configuration file of its own; its top level is our table.
"""

_PROJECT: Final = "pyproject.toml"
_TABLE: Final = "tool.secure-constructs"
# The name of the table, or an escape that could write it.
_OURS: Final = re.compile(r"secure-constructs|\\[uU]")
_SETTINGS: Final = (
    "account-concurrency",
    "disabled",
    "gate",
    "limits",
    "max-cost-per-hour",
    "packs",
    "prices",
    "region",
    "strict",
    "waivers",
    "worst-input",
)
INPUTS: Final = ("provenance", "compensated", "unknown")
"""
The verdicts on inputs that ``worst-input`` may name, from the best to the worst.
"""

_WAIVER: Final = ("expires", "owner", "path", "reason", "rule")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
# By the part of an app: an app is told what was decided once, and asked from many places.
_given: Final[dict[str, Config]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """
    A finding that is accepted for a time, by someone who answers for it.

    Args:
        rule: The rule that finds it.
        path: The construct it is accepted at, and below which it is; in a template that CDK did
            not make, the logical id.
        reason: Why.
        owner: Who answers for it.
        expires: The last day on which it holds.
    """

    rule: str
    path: str
    reason: str
    owner: str
    expires: dt.date

    def covers(self, finding: Finding) -> bool:
        """
        Say whether it is about a finding, expired or not.
        """
        place = finding.construct_path or finding.logical_id
        return finding.rule_id == self.rule and (
            place == self.path or place.startswith(f"{self.path}/")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """
    The decisions of a platform team.

    Args:
        gate: The mildest severity that refuses a synth. Default: high and critical do.
        strict: Judge by the strict rules as well. Default: only by those right for everyone.
        packs: Judge by the rules of these packs, see :mod:`secure_constructs.packs`.
            Default: by the recommended ones, or by all where *strict* is set.
        disabled: Rules that are not applied, with the reason. Default: all are applied.
        waivers: Findings accepted for a time. Default: none is.
        account_concurrency: How many function instances the account may run at once,
            https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
            Default: 1,000, which AWS grants an account in use; a new one may have 10.
        max_cost_per_hour: What attackers may make the app cost, in US dollars an hour; more
            refuses the synth. Default: it is not worked out.
        worst_input: The worst verdict that an input of a function may have, one of
            :data:`INPUTS`; a worse one refuses the synth, unless it is acknowledged, which
            declares it trusted. Default: inputs are not held to the attack map.
        region: Where stacks are deployed that are bound to no region, for their prices.
            Default: not known.
        prices: Prices by item that replace the listed ones, in US dollars a unit.
        limits: Quotas of the account and assumptions that replace the usual ones,
            see :class:`secure_constructs.cost.Limits`.
        file: Where this was read. Default: nowhere.
    """

    gate: Severity = Severity.HIGH
    strict: bool = False
    packs: tuple[str, ...] = ()
    disabled: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    waivers: tuple[Waiver, ...] = ()
    account_concurrency: int = USUAL_CONCURRENCY
    max_cost_per_hour: float | None = None
    worst_input: str = ""
    region: str = ""
    prices: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    limits: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    file: str = ""

    def gates(self, finding: Finding) -> bool:
        """
        Say whether a certain finding refuses the synth.
        """
        return finding.severity.at_least(self.gate)

    def selects(self, rule: Rule) -> bool:
        """
        Say whether a rule is applied.
        """
        if rule.id in self.disabled:
            return False
        if self.strict or not self.packs:
            return self.strict or rule.recommended
        return any(pack(name)(rule) for name in self.packs)

    def check_rules(self, known: Collection[str]) -> None:
        """
        Check that every rule it names exists.

        Args:
            known: The ids of all rules.

        Raises:
            ConfigError: A rule is misspelt, or does not exist any more.
        """
        named = [(f"disabled.{rule}", rule) for rule in self.disabled]
        named += [(f"waivers[{n}].rule", waiver.rule) for n, waiver in enumerate(self.waivers)]
        for place, rule in named:
            if rule not in known:
                fix = _nearest(rule, sorted(known)) or "secure-constructs rules lists them"
                _refuse(self.file, place, f"there is no rule {rule}", fix)


def read_config(path: str | os.PathLike[str] | None = None) -> Config:
    """
    Read the configuration.

    Args:
        path: A ``secure-constructs.toml``, or a ``pyproject.toml`` with a table
            ``[tool.secure-constructs]``. Default: the nearest of them, from the working
            directory up to the root of its repository.

    Returns:
        The configuration; the defaults when there is no file.

    Raises:
        ConfigError: The file cannot be read, or says something that is not understood.
    """
    if path is not None:
        table = _table(Path(path))
        if table is None:
            _refuse(str(path), "", f"there is no table [{_TABLE}]", "add it, or name another file")
        return _config(str(path), table)
    for file in _candidates(Path.cwd()):
        table = _table(file)
        if table is not None:
            return _config(os.path.relpath(file), table)
    return Config()


def give(part: str, config: Config) -> None:
    """
    Note what was decided for a part of an app, in place of what a file says.

    Args:
        part: What tells the part from others: the reference of its construct.
        config: What was decided.
    """
    _given[part] = config


def config_of(parts: Iterable[str]) -> Config:
    """
    Find what was decided for a part of an app: given to it, or read from a file.

    Args:
        parts: The part and those it is in, from the inside; not looked at where nothing was
            given to any.

    Raises:
        ConfigError: The file cannot be read, or says something that is not understood.
    """
    if _given:
        for part in parts:
            if part in _given:
                return _given[part]
    return read_config()


def _candidates(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        for name in (FILE, _PROJECT):
            if (folder / name).is_file():
                yield folder / name
        if (folder / ".git").exists():
            return


def _table(file: Path) -> dict[str, Any] | None:
    """
    Read our table of a file; None when the file has none.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        _refuse(str(file), "", f"cannot be read: {reason}", "check the path")
    # Most projects have no table of ours, and TOML takes longer to import than to read.
    if file.name == _PROJECT and not _OURS.search(text):
        return None
    import tomllib  # noqa: PLC0415

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        _refuse(str(file), "", f"broken TOML: {error}", "mend it")
    if file.name != _PROJECT:
        return content
    tool = content.get("tool")
    table = tool.get("secure-constructs") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        _refuse(str(file), "", "tool.secure-constructs is no table", f"write [{_TABLE}]")
    return table


def _config(file: str, table: Mapping[str, Any]) -> Config:
    _known_keys(file, "", table, _SETTINGS)
    return Config(
        gate=_gate(file, table.get("gate", Severity.HIGH)),
        strict=_flag(file, "strict", table.get("strict", False)),
        packs=_packs(file, table.get("packs", [])),
        disabled=MappingProxyType(_disabled(file, table.get("disabled", {}))),
        waivers=tuple(_waivers(file, table.get("waivers", []))),
        account_concurrency=_count(
            file, "account-concurrency", table.get("account-concurrency", USUAL_CONCURRENCY)
        ),
        max_cost_per_hour=_most(file, table.get("max-cost-per-hour")),
        worst_input=_worst(file, table["worst-input"]) if "worst-input" in table else "",
        region=_text(file, "region", table["region"]) if "region" in table else "",
        prices=MappingProxyType(_prices(file, table.get("prices", {}))),
        limits=MappingProxyType(_limits(file, table.get("limits", {}))),
        file=file,
    )


def _gate(file: str, value: Any) -> Severity:
    levels = [str(severity) for severity in Severity]
    if value not in levels:
        understood = f"{', '.join(levels[:-1])} or {levels[-1]}"
        _refuse(file, "gate", f"{value!r} is no severity", f"write {understood}")
    return Severity(value)


def _flag(file: str, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        _refuse(file, key, f"{value!r} is neither true nor false", "write true or false")
    return value


def _packs(file: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        _refuse(file, "packs", "this is no list", 'write packs = ["recommended"]')
    for name in value:
        if name not in PACKS:
            fix = _nearest(str(name), PACKS) or f"there are {', '.join(PACKS)}"
            _refuse(file, "packs", f"there is no pack {name}", fix)
    return tuple(value)


def _count(file: str, key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        _refuse(file, key, f"{value!r} is no number of instances", "write a whole number above 0")
    return value


def _most(file: str, value: Any) -> float | None:
    return None if value is None else _amount(file, "max-cost-per-hour", value)


def _worst(file: str, value: Any) -> str:
    if value not in INPUTS:
        understood = f"{', '.join(INPUTS[:-1])} or {INPUTS[-1]}"
        _refuse(file, "worst-input", f"{value!r} is no verdict", f"write {understood}")
    return str(value)


def _amount(file: str, key: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < math.inf:
        _refuse(file, key, f"{value!r} is no amount", "write a number of 0 or more")
    return float(value)


def _amounts(file: str, key: str, value: Any, known: Collection[str]) -> dict[str, float]:
    if not isinstance(value, dict):
        _refuse(file, key, "this is no table", f"write it as [{key}]")
    _known_keys(file, key, value, known)
    return {name: _amount(file, f"{key}.{name}", number) for name, number in value.items()}


def _prices(file: str, value: Any) -> dict[str, float]:
    if value == {}:
        return {}
    from secure_constructs.cost.prices import items  # noqa: PLC0415 - most say nothing of prices

    return _amounts(file, "prices", value, items())


def _limits(file: str, value: Any) -> dict[str, float]:
    if value == {}:
        return {}
    from secure_constructs.cost.limits import Limits  # noqa: PLC0415 - most say nothing of limits

    names = {f.name.replace("_", "-"): f.name for f in fields(Limits) if f.name != "concurrency"}
    return {names[name]: n for name, n in _amounts(file, "limits", value, tuple(names)).items()}


def _text(file: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(file, key, "there is no text", "say it in a string")
    return value.strip()


def _disabled(file: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        _refuse(file, "disabled", "this is no table", 'write it as rule = "reason"')
    return {rule: _text(file, f"disabled.{rule}", reason) for rule, reason in value.items()}


def _waivers(file: str, value: Any) -> Iterator[Waiver]:
    if not isinstance(value, list):
        _refuse(file, "waivers", "this is no list", f"write each as [[{_TABLE}.waivers]]")
    for number, waiver in enumerate(value):
        place = f"waivers[{number}]"
        if not isinstance(waiver, dict):
            _refuse(file, place, "this is no table", f"write it as [[{_TABLE}.waivers]]")
        _known_keys(file, place, waiver, _WAIVER)
        for key in _WAIVER:
            if key not in waiver:
                _refuse(file, place, f"{key} is missing", f"give {', '.join(_WAIVER)}")
        words = {key: _text(file, f"{place}.{key}", waiver[key]) for key in _WAIVER[1:]}
        words["path"] = words["path"].strip("/")
        yield Waiver(**words, expires=_date(file, f"{place}.expires", waiver["expires"]))


def _date(file: str, key: str, value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        _refuse(file, key, f"{value!r} is no date", "write it as 2027-01-31")


def _known_keys(file: str, place: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    for key in table:
        if key not in known:
            where = f"{place}.{key}" if place else key
            fix = _nearest(key, known) or f"there are {', '.join(known)}"
            _refuse(file, where, "there is no such setting", fix)


def _nearest(word: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only who misspells needs it

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""


def _refuse(file: str, place: str, message: str, fix: str) -> NoReturn:
    where = ": ".join(part for part in (file, place, message) if part)
    raise ConfigError(f"{where}; {fix}")
