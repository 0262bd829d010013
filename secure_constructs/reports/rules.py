"""The rules, written for people and for machines, from what each rule says about itself."""

from __future__ import annotations

import json
import pprint
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from secure_constructs.packs import STANDARDS, requirements
from secure_constructs.peers import PeerRule, peer_rules

if TYPE_CHECKING:
    from secure_constructs.rules import Example, Rule

_WIDTH = 96
_INSIDE = len("    properties=")


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
        form: ``text``, ``json``, ``markdown`` or ``page``, which says all there is to say.
    """
    if form == "json":
        return json.dumps([described(rule) for rule in rules], indent=2) + "\n"
    if form == "markdown":
        return "".join(f"{row}\n" for row in _table(rules))
    if form == "page":
        return "".join(f"{line}\n" for line in _page(rules))
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
        "equivalents": [f"{peer.tool} {peer.rule}" for peer in _equivalents(rule)],
        "standards": {name: list(found) for name, found in requirements(rule.id).items()},
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
    if peers := _named(rule):
        known = f"also known as: {peers}"
        yield from textwrap.wrap(known, _WIDTH, subsequent_indent="     ", break_on_hyphens=False)
    for standard, named in requirements(rule.id).items():
        yield f"{STANDARDS[standard]}: {', '.join(named)}"
    for title, examples in (("refused", rule.fails), ("accepted", rule.passes)):
        if examples:
            yield ""
            yield f"{title}: {examples[0].title}"
            yield from textwrap.indent(_shown(rule, examples[0]), "    ").splitlines()
            if code := _in_python(rule, examples[0]):
                yield "  in Python:"
                yield from textwrap.indent(code, "    ").splitlines()
    yield ""
    yield from rule.references


def _shown(rule: Rule, example: Example) -> str:
    """
    Write an example as it would stand in a template.
    """
    import yaml  # noqa: PLC0415 - only an explanation needs it

    plain = json.loads(json.dumps(example.template(rule)))
    return str(yaml.safe_dump(plain, sort_keys=False, width=_WIDTH))


def _in_python(rule: Rule, example: Example) -> str:
    """
    Write the resource of an example as CDK code, in the one form that holds for every type.

    What the fix names is the way of the L2; this is what the app would have to say without it.
    """
    if example.sections or example.is_declaration(rule):
        return ""
    kind = example.type or rule.resource_types[0]
    properties = pprint.pformat(
        json.loads(json.dumps(dict(example.properties))), width=_WIDTH - _INSIDE, sort_dicts=False
    )
    indented = textwrap.indent(properties, " " * _INSIDE).lstrip()
    return f'CfnResource(\n    self, "Subject", type="{kind}",\n    properties={indented},\n)'


def _equivalents(rule: Rule) -> list[PeerRule]:
    return [peer for peer in peer_rules() if peer.control == rule.control]


def _named(rule: Rule) -> str:
    """
    Name the rules of other tools that check the same, by tool.
    """
    by_tool: dict[str, list[str]] = {}
    for peer in _equivalents(rule):
        by_tool.setdefault(peer.tool, []).append(peer.rule)
    return "; ".join(f"{tool} {', '.join(names)}" for tool, names in by_tool.items())


def _page(rules: Sequence[Rule]) -> Iterator[str]:
    recommended = sum(rule.recommended for rule in rules)
    yield "# The rules"
    yield ""
    yield "<!-- Made by `secure-constructs rules --format page`; `make rules` writes it anew. -->"
    yield ""
    yield (
        f"{len(rules)} rules, {recommended} of them recommended to everyone; the others are in the "
        "strict pack. `secure-constructs explain ID` shows examples too."
    )
    services: dict[str, list[Rule]] = {}
    for rule in rules:
        services.setdefault(type(rule).__module__.split(".")[-2], []).append(rule)
    for service, members in services.items():
        yield ""
        yield f"## {service}"
        for rule in members:
            yield ""
            yield from _section(rule)


def _section(rule: Rule) -> Iterator[str]:
    strict = "" if rule.recommended else ", strict pack"
    yield f"### {rule.id}"
    yield ""
    yield f"{rule.severity}, {rule.risk} {rule.risk.words}{strict}, control `{rule.control}`"
    yield ""
    yield f"{rule.summary} {rule.reason}".replace("\n\n", " ").replace("``", "`")
    yield ""
    yield f"- Fix: {rule.fix}"
    if peers := _named(rule):
        yield f"- Also known as: {peers}"
    standards = [
        f"{STANDARDS[standard]} {', '.join(named)}"
        for standard, named in requirements(rule.id).items()
    ]
    if standards:
        yield f"- Standards: {'; '.join(standards)}"
    yield from (f"- <{page}>" for page in rule.references)


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
