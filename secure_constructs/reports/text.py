"""The report a person reads in a terminal: what, where, why, how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from secure_constructs.acknowledgments import accept_line
from secure_constructs.reports._groups import (
    Group,
    groups,
    stack_of,
    subject,
    summary,
    where,
)
from secure_constructs.reports._lines import Line

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.findings import Finding

_INDENT: Final = 6
_LISTED: Final = 3
_MOST_LISTED: Final = 10


def render(assessment: Assessment, *, uncertain: bool = False) -> str:
    """
    Write the report as plain text.

    Findings that gate are shown in full, the others by rule, resource and fix.

    Args:
        assessment: The verdict.
        uncertain: Show the uncertain findings as well. Default: they are counted.
    """
    return "".join(f"{line}\n" for line in lines(assessment, uncertain=uncertain))


def lines(assessment: Assessment, *, uncertain: bool = False) -> Iterator[Line]:
    """
    Give the report line by line, for a terminal to colour and break.

    Args:
        assessment: The verdict.
        uncertain: Show the uncertain findings as well. Default: they are counted.
    """
    gating = assessment.gating
    gates = frozenset(gating)
    mild = [finding for finding in assessment.active if finding not in gates]
    unknown = assessment.uncertain if uncertain else ()
    stacks = list(dict.fromkeys(stack_of(finding) for finding in (*gating, *mild, *unknown)))
    for stack in sorted(stacks):
        if len(stacks) > 1:
            yield Line(((stack or "the app", "stack"),))
            yield Line()
        for group in _of(stack, gating):
            yield from _full(group)
            yield Line()
        brief = [*_of(stack, mild)]
        for group in brief:
            yield from _brief(group)
        if brief:
            yield Line()
        yield from _questions(_of(stack, unknown))
    colour = "refused" if gating else "quiet" if assessment.active else "passed"
    yield Line(((summary(assessment, uncertain=uncertain), colour),))


def _of(stack: str, findings: tuple[Finding, ...] | list[Finding]) -> tuple[Group, ...]:
    return groups(finding for finding in findings if stack_of(finding) == stack)


def _full(group: Group) -> Iterator[Line]:
    """
    Show a group with all that is known, and how to accept it.
    """
    one = len(group.places) == 1
    place = where(group.findings[0]) if one else f"{len(group.places)} resources"
    yield _heading(group, place)
    for messages, found in _alike(group):
        for message in messages:
            yield _indented(message)
        if one:
            yield from _trace(found[0], _INDENT)
            continue
        for finding in found[:_MOST_LISTED]:
            yield Line(((where(finding), "where"),), indent=_INDENT + 2)
            yield from _trace(finding, _INDENT + 4)
        if (more := len(found) - _MOST_LISTED) > 0:
            yield Line(((f"and {more} more", "quiet"),), indent=_INDENT + 2)
    yield _indented(f"fix: {group.fix}")
    if accept := _acceptance(group):
        yield Line(((f"accept: {accept}", "quiet"),), indent=_INDENT)


def _brief(group: Group) -> Iterator[Line]:
    yield _heading(group, _few(group))
    yield _indented(f"fix: {group.fix}", "quiet")


def _questions(unknown: tuple[Group, ...]) -> Iterator[Line]:
    """
    Show what cannot be decided before deployment.
    """
    for group in unknown:
        yield Line((("uncertain  ", "quiet"), (group.rule_id, "rule"), (f"  {_few(group)}", "")))
        for message in group.messages[:_LISTED]:
            yield _indented(message, "quiet")
    if unknown:
        yield Line()


def _heading(group: Group, place: str) -> Line:
    severity = str(group.severity)
    gap = ("  ", "")
    return Line(((severity, severity), gap, (group.rule_id, "rule"), gap, (place, "where")))


def _indented(text: str, style: str = "") -> Line:
    return Line(((text, style),), indent=_INDENT, whole=False)


def _trace(finding: Finding, indent: int) -> Iterator[Line]:
    if len(finding.trace) > 1:
        hops = f"path: {' -> '.join(finding.trace)}"
        yield Line(((hops, ""),), indent=indent, whole=False)


def _few(group: Group) -> str:
    """
    Name the first resources and count the others.
    """
    more = len(group.places) - _LISTED
    named = ", ".join(group.places[:_LISTED])
    return f"{named} and {more} more" if more > 0 else named


def _alike(group: Group) -> Iterator[tuple[list[str], list[Finding]]]:
    """
    Put messages together that are about the same resources.
    """
    by_message: dict[str, dict[str, Finding]] = {}
    for finding in group.findings:
        by_message.setdefault(finding.message, {}).setdefault(where(finding), finding)
    alike: dict[tuple[str, ...], list[str]] = {}
    for message, found in by_message.items():
        alike.setdefault(tuple(found), []).append(message)
    for messages in alike.values():
        yield messages, list(by_message[messages[0]].values())


def _acceptance(group: Group) -> str:
    """
    Say how findings are accepted: in the app that made them, or for a lone template by a waiver.
    """
    first = group.findings[0]
    if not first.resource_type:  # about the template or the engine, and never accepted
        return ""
    if first.construct_path:
        one = len(group.places) == 1
        return accept_line(first if one else replace(first, construct_path="each"))
    return (
        f'waivers = [{{rule = "{first.rule_id}", path = "{subject(first)}", '
        'reason = "...", owner = "...", expires = "..."}]'
    )
