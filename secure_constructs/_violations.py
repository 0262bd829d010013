"""
Findings in the words of a CDK validation report.

CDK takes a report it cannot read for a clean one, and one without a resource for none,
so nothing leaves here that was not looked at.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.acknowledgments import accept_line
from secure_constructs.assessment import DEFECT, UNREADABLE, reported
from secure_constructs.findings import NAMESPACE, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from secure_constructs.assessment import Assessment
    from secure_constructs.errors import TemplateError

Violation = dict[str, Any]

FATAL: Final = "fatal"
ERROR: Final = "error"
WARNING: Final = "warning"
# Lower case is needed: any other word passes when something else was acknowledged.
LEVELS: Final = {WARNING: 0, ERROR: 1, FATAL: 2}

_TRACE: Final = 3000


def violation(finding: Finding, level: str, assessment: Assessment) -> Violation:
    """
    Put a finding into CDK's words.

    The construct path is left to CDK, which knows the L1 of a logical id,
    and acknowledgments at an L1 must match.
    """
    resource: Violation = {
        "locations": [f"Properties.{finding.property_path}"] if finding.property_path else []
    }
    if finding.logical_id and finding.template:
        resource["resourceLogicalId"] = finding.logical_id
        resource["templatePath"] = finding.template
    elif finding.construct_path or finding.stack:
        resource["constructPath"] = finding.construct_path or finding.stack
    else:
        resource["constructPath"] = ""
    fix = [finding.fix]
    if level == ERROR:
        fix.append(f"accept: {accept_line(finding)}")
        fix.extend(f"why: {reference}" for reference in finding.references[:1])
    fix.extend(defect.trace for defect in assessment.defects if reported(defect) == finding)
    waived = assessment.acknowledged.get(finding)
    note = f" (waived: {waived})" if waived else ""
    return {
        "ruleName": f"{NAMESPACE}::{finding.rule_id}",
        "severity": level,
        "description": f"{finding.severity} {finding.rule_id}: {finding.message}{note}",
        "fix": "\n".join(fix),
        "violatingResources": [resource],
        "ruleMetadata": {
            "severity": str(finding.severity),
            "message": finding.message,
            "fix": finding.fix,
            "control": finding.control,
            "risk": str(finding.risk),
            **({"reference": finding.references[0]} if finding.references else {}),
            **({"source": str(finding.source)} if finding.source else {}),
            **({"trace": " > ".join(finding.trace)} if finding.trace else {}),
        },
    }


def unreadable(error: TemplateError) -> Violation:
    return _fatal(
        UNREADABLE,
        f"{error.file} cannot be judged: {error.problems[0].message}",
        error.problems[0].fix,
    )


def defect_of(error: BaseException) -> Violation:
    text = "".join(traceback.format_exception(error))
    return _fatal(
        DEFECT,
        f"the guardrails failed ({type(error).__name__}: {error}), so nothing is known to be safe",
        f"report this with the traceback\n{text[-_TRACE:]}",
    )


def _fatal(rule_id: str, message: str, fix: str) -> Violation:
    """
    Give a violation that cannot be acknowledged.

    Without a resource CDK would not show it when the app is run directly,
    and without a path the CLI shows it whichever stack is selected.
    """
    return {
        "ruleName": f"{NAMESPACE}::{rule_id}",
        "severity": FATAL,
        "description": f"{rule_id}: {message}",
        "fix": fix,
        "violatingResources": [{"constructPath": "", "locations": []}],
        "ruleMetadata": {"severity": str(Severity.CRITICAL), "message": message, "fix": fix},
    }


def prove_plain(violations: Iterable[Violation]) -> None:
    """
    Make sure that CDK can read every violation: it takes a report it cannot for a clean one.
    """
    for violation in violations:
        (resource,) = violation["violatingResources"]
        texts = (
            *(violation[key] for key in ("ruleName", "severity", "description", "fix")),
            *violation["ruleMetadata"].values(),
            *(value for key, value in resource.items() if key != "locations"),
            *resource["locations"],
        )
        if not all(isinstance(text, str) for text in texts) or violation["severity"] not in LEVELS:
            raise TypeError(f"a rule gave a finding that cannot be reported: {violation!r}")
