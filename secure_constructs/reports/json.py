"""The report for programs: every finding with all that is known about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.findings import Severity
from secure_constructs.reports._json import dumped

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.findings import Finding

FORMAT: Final = 1
"""
The version of the report; a change that readers may notice raises it.
"""


def render(assessment: Assessment, *, uncertain: bool = True) -> str:  # noqa: ARG001 - as all reports
    """
    Write the report as JSON.

    It holds every finding: acknowledged ones with their reason, uncertain ones marked.

    Args:
        assessment: The verdict.
        uncertain: Of no consequence, since a program can leave them out by itself.
    """
    gating = frozenset(assessment.gating)
    counts = Counter(finding.severity for finding in assessment.active)
    report = {
        "format": FORMAT,
        "refused": assessment.refused,
        "summary": {
            "resources": assessment.resources,
            "findings": len(assessment.active),
            **{str(severity): counts[severity] for severity in Severity},
            "gating": len(gating),
            "acknowledged": len(assessment.acknowledged),
            "uncertain": len(assessment.uncertain),
        },
        "findings": [
            {
                **_finding(finding),
                "gates": finding in gating,
                "acknowledged": assessment.acknowledged.get(finding),
            }
            for finding in assessment.findings
        ],
        "defects": [
            {"rule_id": defect.rule_id, "logical_id": defect.logical_id, "trace": defect.trace}
            for defect in assessment.defects
        ],
    }
    return dumped(report)


def _finding(finding: Finding) -> dict[str, Any]:
    source = finding.source
    return {
        "rule_id": finding.rule_id,
        "control": finding.control,
        "risk": finding.risk,
        "severity": finding.severity,
        "certain": finding.certain,
        "message": finding.message,
        "fix": finding.fix,
        "stack": finding.stack,
        "construct_path": finding.construct_path,
        "logical_id": finding.logical_id,
        "resource_type": finding.resource_type,
        "property_path": finding.property_path,
        "template": finding.template,
        "source": {"file": source.file, "line": source.line} if source else None,
        "trace": list(finding.trace),
        "references": list(finding.references),
        "framework": finding.framework,
    }
