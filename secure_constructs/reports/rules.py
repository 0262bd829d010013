"""The rules, written for people and for machines, from what each rule says about itself."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secure_constructs.rules import Example, Rule

_WIDTH = 96


def explanation(rule: Rule) -> str:
    """
    Say what a rule finds, why it matters, how to mend it, with an example of each kind.
    """
    return "".join(f"{line}\n" for line in _explained(rule))


def listing(rules: Sequence[Rule], form: str = "text") -> str:
    """
    List rules.

    Args:
        rules: The rules.
        form: ``text``, ``json`` or ``markdown``.
    """
    if form == "json":
        return json.dumps([described(rule) for rule in rules], indent=2) + "\n"
    if form == "markdown":
        return "".join(f"{row}\n" for row in _table(rules))
    return "".join(f"{line}\n" for line in _columns(rules))


def described(rule: Rule) -> dict[str, Any]:
    """
    Give what a rule says about itself as plain values.
    """
    return {
        "id": rule.id,
        "control": rule.control,
        "severity": str(rule.severity),
        "risk": str(rule.risk),
        "recommended": rule.recommended,
        "resource_types": list(rule.resource_types),
        "summary": rule.summary,
        "reason": rule.reason,
        "fix": rule.fix,
        "references": list(rule.references),
    }


def _explained(rule: Rule) -> Iterator[str]:
    strict = "" if rule.recommended else ", strict only"
    yield f"{rule.id}  ({rule.severity}, {rule.risk} {rule.risk.words}{strict})"
    yield ""
    yield from textwrap.wrap(rule.summary, _WIDTH)
    for paragraph in rule.reason.split("\n\n"):
        yield ""
        yield from textwrap.wrap(paragraph, _WIDTH)
    yield ""
    yield from textwrap.wrap(f"fix: {rule.fix}", _WIDTH, subsequent_indent="     ")
    yield f"control: {rule.control}"
    yield f"judges: {', '.join(rule.resource_types)}"
    for title, examples in (("refused", rule.fails), ("accepted", rule.passes)):
        if examples:
            yield ""
            yield f"{title}: {examples[0].title}"
            yield from textwrap.indent(_shown(rule, examples[0]), "    ").splitlines()
    yield ""
    yield from rule.references


def _shown(rule: Rule, example: Example) -> str:
    """
    Write an example as it would stand in a template.
    """
    import yaml  # noqa: PLC0415 - only an explanation needs it

    plain = json.loads(json.dumps(example.template(rule)))
    return str(yaml.safe_dump(plain, sort_keys=False, width=_WIDTH))


def _columns(rules: Sequence[Rule]) -> Iterator[str]:
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        strict = "" if rule.recommended else "  (strict)"
        yield f"{rule.severity:<8}  {rule.risk:<6}  {rule.id:<{width}}  {rule.summary}{strict}"
    yield ""
    yield f"{len(rules)} rules; secure-constructs explain ID says more"


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    yield "| Rule | Severity | Risk | Finds |"
    yield "|---|---|---|---|"
    for rule in rules:
        strict = "" if rule.recommended else " *(strict)*"
        yield f"| `{rule.id}` | {rule.severity} | {rule.risk} | {rule.summary}{strict} |"
