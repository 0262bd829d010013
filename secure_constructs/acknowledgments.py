"""
Findings that someone accepted, with the reason: CDK's own acknowledgments, read back.

An app says ``Validations.of(x).acknowledge(Acknowledgment(id=..., reason=...))``.
CDK writes that to the assembly, and leaves out the finding when it reports.
This module reads the same acknowledgments from the assembly alone, so that
``secure-constructs check cdk.out`` comes to the verdict that ``cdk synth`` came to.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from secure_constructs.assessment import WITHOUT_REASON, Assessment
from secure_constructs.findings import CARRIED, NAMESPACE, Finding, Risk, Severity, SourceLine
from secure_constructs.template.manifest import MANIFEST, STAGE, artifacts, beside, read_map
from secure_constructs.template.sources import user_line

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

WITHOUT_MATCH: Final = "acknowledgment-without-match"
"""
The rule id of a finding about an acknowledgment that accepts nothing.
"""

HIDDEN_IN_STAGE: Final = "finding-hidden-in-stage"
"""
The rule id of a finding that says a Stage has findings which plain ``cdk synth`` leaves out.
"""

REPORT: Final = "validation-report.json"
"""
The file in an assembly in which CDK reports what its validation plugins found.
"""

ENTRY: Final = "aws:cdk:acknowledged-rules"
"""
The type of the metadata entry in which CDK keeps the acknowledgments of a construct.
"""

# What is said about a synth can only be judged by that synth.
_ABOUT_A_SYNTH: Final = frozenset({HIDDEN_IN_STAGE, WITHOUT_MATCH, WITHOUT_REASON})
_BARE: Final = "Annotation"
_DOCUMENTATION: Final = "https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html"
# Copies of an assembly keep the order of its files' times only to about this many seconds.
_COPIED_WITHIN: Final = 2.0


class Acknowledgment(NamedTuple):
    """
    A finding, or a kind of finding, that someone accepted.

    Args:
        id: The id as CDK recorded it: a namespace, ``::`` and a rule.
        reason: Why; empty when nobody said.
        construct_path: The construct it was given at, and below which it holds;
            empty for the app.
        source: The line that gave it, where it is known.
    """

    id: str
    reason: str
    construct_path: str
    source: SourceLine | None = None

    @property
    def namespace(self) -> str:
        """
        The tool it is meant for; ``Annotation`` when the app named none.
        """
        return self.id.partition("::")[0]

    @property
    def rule_id(self) -> str:
        """
        The rule it accepts.
        """
        return self.id.partition("::")[2]

    def covers(self, finding: Finding) -> bool:
        """
        Say whether it accepts a finding.

        As in CDK the id must match to the letter, and the finding must lie at the construct
        or below it.
        """
        if self.id != f"{NAMESPACE}::{finding.rule_id}":
            return False
        at, path = self.construct_path, finding.construct_path
        # A finding names the construct the user wrote, an acknowledgment may name its L1.
        return (
            not at
            or at in (path, f"{path}/Resource", f"{path}/Default")
            or path.startswith(f"{at}/")
        )


def accept_line(finding: Finding) -> str:
    """
    Give the Python line that accepts a finding.
    """
    last = finding.construct_path.rpartition("/")[2] or finding.logical_id
    name = re.sub(r"\W|^(?=\d)", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last)).lower()
    return (
        f"Validations.of({name or 'app'}).acknowledge(Acknowledgment("
        f'id="{NAMESPACE}::{finding.rule_id}", reason="..."))'
    )


def read_acknowledgments(path: str | os.PathLike[str]) -> tuple[Acknowledgment, ...]:
    """
    Read the acknowledgments that an assembly records.

    Those given at a stack or below stand in the metadata beside its template.
    Those given at a stage or the app stand only in CDK's validation report, and there only
    when they accepted something; a report from before the assembly's manifest is not believed.

    Args:
        path: The folder, ``cdk.out`` as a rule.

    Returns:
        The acknowledgments, of other tools as well, in the order of the files.

    Raises:
        TemplateError: It is no assembly, or a file it names is missing or cannot be read.
    """
    folder = Path(path)
    found = dict.fromkeys(
        acknowledgment
        for metadata in _metadata_files(folder)
        for acknowledgment in acknowledgments_in(_read(metadata))
    )
    recorded = {(known.id, known.construct_path) for known in found}
    for reported in _reported(folder):
        if (reported.id, reported.construct_path) not in recorded:
            found[reported] = None
    return tuple(found)


def read_stack_acknowledgments(template: str | os.PathLike[str]) -> tuple[Acknowledgment, ...]:
    """
    Read the acknowledgments given at a stack or below it, from the metadata beside its template.

    Args:
        template: The stack's template file, as CDK named it.

    Raises:
        TemplateError: The metadata cannot be read.
    """
    metadata = beside(Path(template), "metadata")
    return tuple(acknowledgments_in(_read(metadata))) if metadata else ()


def acknowledge(
    assessment: Assessment, acknowledgments: Iterable[Acknowledgment], *, rules: Iterable[str] = ()
) -> Assessment:
    """
    Apply acknowledgments to an assessment.

    Args:
        assessment: What was found.
        acknowledgments: What was accepted; those of other tools are left alone.
        rules: The ids of all rules there are, to tell a misspelt id from one that no longer
            matches. Default: the rules that found something.

    Returns:
        The assessment with its accepted findings named, and with a finding for each
        acknowledgment that accepts nothing or does not say why.
    """
    given = tuple(acknowledgments)
    unsound = unsound_among(given, assessment.findings, rules)
    accepted = accepted_by((*assessment.findings, *unsound), given)
    return replace(
        assessment,
        findings=(*assessment.findings, *unsound),
        acknowledged={
            **assessment.acknowledged,
            **{finding: by.reason for finding, by in accepted.items()},
        },
    )


def accepted_by(
    findings: Iterable[Finding], acknowledgments: Iterable[Acknowledgment]
) -> dict[Finding, Acknowledgment]:
    """
    Say which findings are accepted, and by which acknowledgment: the closest one.
    """
    by_rule = _by_rule(acknowledgments)
    accepted: dict[Finding, Acknowledgment] = {}
    for finding in findings:
        if finding.rule_id == WITHOUT_REASON:
            continue  # whoever could accept that would need no reason
        covering = [given for given in by_rule.get(finding.rule_id, ()) if given.covers(finding)]
        if covering:
            accepted[finding] = max(covering, key=lambda given: len(given.construct_path))
    return accepted


def unsound_among(
    acknowledgments: Iterable[Acknowledgment], findings: Iterable[Finding], rules: Iterable[str]
) -> tuple[Finding, ...]:
    """
    Find acknowledgments that accept nothing, and those that give no reason.

    Args:
        acknowledgments: Those to judge; of other tools only what looks meant for us.
        findings: Every finding, uncertain ones as well.
        rules: The ids of all rules there are.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule_id, []).append(finding)
    known = frozenset((*rules, *by_rule))
    return tuple(
        unsound
        for given in dict.fromkeys(acknowledgments)
        for unsound in _unsound(given, by_rule, known)
    )


def acknowledgments_in(metadata: Mapping[str, Any]) -> Iterator[Acknowledgment]:
    """
    Give the acknowledgments in the metadata of constructs.

    Args:
        metadata: Lists of metadata entries by construct path.
    """
    for path, entries in metadata.items():
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict) or entry.get("type") != ENTRY:
                continue
            data = entry.get("data")
            for rule, reason in data.items() if isinstance(data, dict) else ():
                yield Acknowledgment(
                    id=str(rule),
                    reason=reason if isinstance(reason, str) else "",
                    construct_path=path.strip("/"),
                    source=user_line(entry.get("trace")),
                )


def _by_rule(acknowledgments: Iterable[Acknowledgment]) -> dict[str, list[Acknowledgment]]:
    by_rule: dict[str, list[Acknowledgment]] = {}
    for given in acknowledgments:
        by_rule.setdefault(given.rule_id, []).append(given)
    return by_rule


def _unsound(
    given: Acknowledgment, by_rule: Mapping[str, list[Finding]], known: frozenset[str]
) -> Iterator[Finding]:
    if given.namespace != NAMESPACE:
        if given.rule_id in known or _looks_ours(given.namespace):
            written = given.rule_id if given.namespace == _BARE else given.id
            ours = f"{NAMESPACE}::{given.rule_id}"
            yield _about(given, f"{written} names no finding of ours", f"write {ours}")
        return
    if given.reason.endswith(CARRIED):
        return
    if given.rule_id not in _ABOUT_A_SYNTH:
        if given.rule_id not in known:
            import difflib  # noqa: PLC0415 - hardly anyone misspells

            close = difflib.get_close_matches(given.rule_id, sorted(known), n=1)
            fix = f"write {NAMESPACE}::{close[0]}" if close else "remove it"
            yield _about(given, f"there is no rule {given.rule_id}", fix)
            return
        if not any(given.covers(finding) for finding in by_rule.get(given.rule_id, ())):
            where = f"at {given.construct_path} or below" if given.construct_path else "in the app"
            yield _about(given, f"{given.rule_id} finds nothing {where}", "remove it")
            return
    if not given.reason.strip():
        yield _about(
            given,
            f"{given.rule_id} is accepted without a reason",
            "say in reason= why this is safe here",
            rule=WITHOUT_REASON,
            severity=Severity.HIGH,
        )


def _looks_ours(namespace: str) -> bool:
    return re.sub(r"\W|_", "", namespace).lower() == NAMESPACE.replace("-", "").lower()


def _about(
    given: Acknowledgment,
    message: str,
    fix: str,
    *,
    rule: str = WITHOUT_MATCH,
    severity: Severity = Severity.LOW,
) -> Finding:
    return Finding(
        rule_id=rule,
        control="acknowledgment.reason" if rule == WITHOUT_REASON else "acknowledgment.match",
        risk=Risk.INSECURE_DEPLOYMENT,
        severity=severity,
        certain=True,
        message=message,
        fix=fix,
        logical_id="",
        resource_type="",
        property_path="",
        construct_path=given.construct_path,
        source=given.source,
        references=(_DOCUMENTATION,),
    )


def _metadata_files(folder: Path) -> Iterator[Path]:
    """
    List the metadata files that an assembly's manifest names, those of its stages included.
    """
    for artifact in artifacts(folder):
        metadata = artifact.body.get("additionalMetadataFile")
        if artifact.type == STAGE:
            yield from _metadata_files(artifact.assembly)
        elif isinstance(metadata, str):
            yield folder / metadata


def _reported(folder: Path) -> Iterator[Acknowledgment]:
    """
    Give the acknowledgments that CDK's validation report says were used.
    """
    report, manifest = folder / REPORT, folder / MANIFEST
    if not report.is_file():
        return
    if report.stat().st_mtime + _COPIED_WITHIN < manifest.stat().st_mtime:
        return
    for plugin in _maps(read_map(report).get("pluginReports")):
        for violation in _maps(plugin.get("suppressedViolations")):
            if isinstance(identity := violation.get("acknowledgedId"), str):
                yield Acknowledgment(
                    id=identity,
                    reason=str(violation.get("reason") or ""),
                    construct_path=str(violation.get("acknowledgedAt") or ""),
                    source=user_line(violation.get("acknowledgedStackTrace")),
                )


def _maps(value: object) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _read(metadata: Path) -> Mapping[str, Any]:
    """
    Read metadata, the whole of which is only parsed when it may hold acknowledgments.
    """
    if metadata.is_file() and ENTRY.encode() not in metadata.read_bytes():
        return {}
    return read_map(metadata)
