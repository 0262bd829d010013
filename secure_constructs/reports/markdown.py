"""The report for a comment on a change: what gates on top, the rest folded away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from secure_constructs.reports._groups import Group, groups, printable, summary

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment

# What a template says must not become markup, a link or a mention.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|@~])")


def render(assessment: Assessment, *, uncertain: bool = False) -> str:
    """
    Write the report as Markdown.

    Args:
        assessment: The verdict.
        uncertain: Show the uncertain findings as well. Default: they are counted.
    """
    return "".join(f"{line}\n" for line in _lines(assessment, uncertain=uncertain))


def _lines(assessment: Assessment, *, uncertain: bool) -> Iterator[str]:
    gating = assessment.gating
    gates = frozenset(gating)
    mild = tuple(finding for finding in assessment.active if finding not in gates)
    yield f"## secure-constructs: {'refused' if assessment.refused else 'passed'}"
    yield ""
    yield summary(assessment, uncertain=uncertain)
    for group in groups(gating):
        yield ""
        yield f"### {group.severity}: `{group.rule_id}`"
        yield ""
        for message in group.messages:
            yield plain(message)
        yield ""
        yield from _places(group)
        yield ""
        yield f"**Fix:** {plain(group.fix)}"
    if mild:
        yield from _folded("Below the gate", groups(mild))
    if uncertain and assessment.uncertain:
        yield from _folded("Not known before deployment", groups(assessment.uncertain))


def _folded(title: str, folded: tuple[Group, ...]) -> Iterator[str]:
    count = sum(len(group.findings) for group in folded)
    yield ""
    yield f"<details><summary>{title}: {count}</summary>"
    yield ""
    yield "| Severity | Rule | Resources | Fix |"
    yield "|---|---|---|---|"
    for group in folded:
        places = "<br>".join(plain(place) for place in group.places)
        yield f"| {group.severity} | `{group.rule_id}` | {places} | {plain(group.fix)} |"
    yield ""
    yield "</details>"


def _places(group: Group) -> Iterator[str]:
    for place in group.places:
        yield f"- {plain(place)}"


def plain(text: str) -> str:
    """
    Write a text so that none of it is taken for markup.
    """
    return _MARKUP.sub(r"\\\1", printable(" ".join(text.split())))
