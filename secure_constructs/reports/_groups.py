"""What reports for people share: findings that belong together, and how they are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from secure_constructs.findings import Finding, Severity

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Findings of one rule in one stack, which are mended in the same way.
    """

    stack: str
    rule_id: str
    severity: Severity
    fix: str
    findings: tuple[Finding, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """
        What is wrong with the resources, each wording once.
        """
        return tuple(dict.fromkeys(finding.message for finding in self.findings))

    @property
    def places(self) -> tuple[str, ...]:
        """
        The resources, each once.
        """
        return tuple(dict.fromkeys(where(finding) for finding in self.findings))


def groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """
    Put findings together that differ in their resource only, in the order of the first of each.
    """
    together: dict[tuple[str, str, Severity, str], list[Finding]] = {}
    for finding in findings:
        key = (stack_of(finding), finding.rule_id, finding.severity, finding.fix)
        together.setdefault(key, []).append(finding)
    return tuple(
        Group(stack=stack, rule_id=rule_id, severity=severity, fix=fix, findings=tuple(found))
        for (stack, rule_id, severity, fix), found in together.items()
    )


def printable(text: str) -> str:
    """
    Write out every character that a terminal would obey, line breaks too.

    Names and values come from templates that anyone may have written.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def stack_of(finding: Finding) -> str:
    """
    Name what a finding is filed under: its stack, or the file of a lone template.
    """
    return finding.stack or finding.template


def subject(finding: Finding) -> str:
    """
    Name the resource as the user knows it.
    """
    return finding.construct_path or finding.logical_id or stack_of(finding) or "the template"


def where(finding: Finding) -> str:
    """
    Name the resource, with the line that made it.
    """
    source = f"  ({finding.source})" if finding.source else ""
    framework = "  (made by CDK)" if finding.framework else ""
    return f"{subject(finding)}{source}{framework}"


def summary(assessment: Assessment, *, uncertain: bool = False) -> str:
    """
    Count what was found and what is not shown, in one line.

    Args:
        assessment: The verdict.
        uncertain: Whether uncertain findings are shown beside the others.
    """
    active = assessment.active
    if active:
        told = f"{_plural(len(active), 'finding')}: {', '.join(_by_severity(active))}"
    else:
        told = f"no findings in {_plural(assessment.resources, 'resource')}"
    hidden = []
    if assessment.acknowledged:
        hidden.append(f"{len(assessment.acknowledged)} acknowledged")
    open_questions = len(assessment.uncertain)
    if open_questions:
        them = "it" if open_questions == 1 else "them"
        shows = "" if uncertain else f"; --uncertain shows {them}"
        hidden.append(f"{open_questions} uncertain{shows}")
    return f"{told} ({', '.join(hidden)})" if hidden else told


def _by_severity(findings: Iterable[Finding]) -> Iterator[str]:
    found = [finding.severity for finding in findings]
    for severity in Severity:
        if severity in found:
            yield f"{found.count(severity)} {severity}"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
