"""What a change to an app opened and closed, for the terminal, a pull request, and programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from secure_constructs.assessment import Assessment
from secure_constructs.findings import Finding
from secure_constructs.paths.changes import Change, Direction, opened
from secure_constructs.reports._groups import subject
from secure_constructs.reports._lines import Line
from secure_constructs.reports.markdown import plain

_INDENT: Final = 6
_STYLES: Final = {
    Direction.WORSE: "exposed",
    Direction.BETTER: "passed",
    Direction.NEUTRAL: "quiet",
}
_UNCHANGED: Final = "nothing changed that an attacker would notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    What is different between two states of an app.

    Args:
        changes: What changed on the attack map.
        appeared: The certain findings that were not there before.
        gone: Those that are there no longer.
        gating: Those that appeared and refuse the synth.
    """

    changes: tuple[Change, ...]
    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    gating: tuple[Finding, ...]

    @property
    def worse(self) -> bool:
        """
        Whether the change lets someone in, leads to sensitive data, or makes a finding that gates.
        """
        return bool(opened(self.changes) or self.gating)


def difference(changes: tuple[Change, ...], before: Assessment, after: Assessment) -> Difference:
    """
    Put together what changed on the map, and which findings came and went.

    A finding is the same where its rule, its resource and its property are.
    """
    known = {_key(finding) for finding in before.active}
    left = {_key(finding) for finding in after.active}
    return Difference(
        changes=changes,
        appeared=tuple(finding for finding in after.active if _key(finding) not in known),
        gone=tuple(finding for finding in before.active if _key(finding) not in left),
        gating=tuple(finding for finding in after.gating if _key(finding) not in known),
    )


def render(found: Difference, form: str = "text") -> str:
    """
    Write a difference.

    Args:
        found: The difference.
        form: ``text``, ``json`` or ``markdown``.
    """
    if form == "json":
        return json.dumps(_as_data(found), indent=2, ensure_ascii=False) + "\n"
    written = _markdown(found) if form == "markdown" else map(str, lines(found))
    return "".join(f"{line}\n" for line in written)


def lines(found: Difference) -> Iterator[Line]:
    """
    Give a difference line by line, for a terminal to colour and break.
    """
    head: tuple[str, ...] = ()
    for change in found.changes:
        before, head = head, (change.direction, change.about, change.subject)
        if head != before:
            style = _STYLES[change.direction]
            name = ("  " + change.subject, "rule")
            yield Line(((f"{change.direction:<7}", style), (f"  {change.about}", ""), name))
        yield Line(((change.told, ""),), indent=_INDENT, whole=False)
        if change.path:
            yield Line(((f"path: {' -> '.join(change.path)}", ""),), indent=_INDENT, whole=False)
    if found.changes:
        yield Line()
    for word, style, findings in (
        ("new", "exposed", found.appeared),
        ("gone", "passed", found.gone),
    ):
        for finding in findings:
            yield Line(
                (
                    (f"{word:<7}", style),
                    (f"  {finding.severity}", str(finding.severity)),
                    (f"  {finding.rule_id}", "rule"),
                    (f"  {subject(finding)}", "where"),
                )
            )
    if found.appeared or found.gone:
        yield Line()
    yield Line(((summary(found), "refused" if found.worse else "passed"),))


def summary(found: Difference) -> str:
    """
    Count what is worse and what is better, in one line.
    """
    told = [
        f"{count} {word}"
        for word, count in (
            ("worse", _count(found.changes, Direction.WORSE)),
            ("better", _count(found.changes, Direction.BETTER)),
            ("new findings", len(found.appeared)),
            ("findings gone", len(found.gone)),
        )
        if count
    ]
    return ", ".join(told) or _UNCHANGED


def _count(changes: Iterable[Change], direction: Direction) -> int:
    return sum(change.direction is direction for change in changes)


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule_id, subject(finding), finding.property_path


def _as_data(found: Difference) -> dict[str, Any]:
    return {
        "worse": found.worse,
        "changes": [asdict(change) for change in found.changes],
        "appeared": [_finding(finding) for finding in found.appeared],
        "gone": [_finding(finding) for finding in found.gone],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule_id,
        "severity": str(finding.severity),
        "resource": subject(finding),
        "message": finding.message,
        "fix": finding.fix,
    }


def _markdown(found: Difference) -> Iterator[str]:
    yield f"## secure-constructs: {plain(summary(found))}"
    if found.changes:
        yield ""
        yield "| | What | Where | Difference |"
        yield "|---|---|---|---|"
    for change in found.changes:
        hops = f"<br>{plain(' -> '.join(change.path))}" if change.path else ""
        told = f"{plain(change.told)}{hops}"
        yield f"| {change.direction} | {change.about} | {plain(change.subject)} | {told} |"
    if found.appeared or found.gone:
        yield ""
    for finding in found.appeared:
        about = f"`{finding.rule_id}` {plain(subject(finding))}: {plain(finding.message)}"
        yield f"- new, {finding.severity}: {about}"
    for finding in found.gone:
        yield f"- gone: `{finding.rule_id}` {plain(subject(finding))}"
