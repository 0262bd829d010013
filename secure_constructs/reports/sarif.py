"""
The report for code scanning: SARIF 2.1.0.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub reads
of it: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from secure_constructs.findings import Severity
from secure_constructs.reports._groups import subject
from secure_constructs.reports._json import dumped
from secure_constructs.rules import catalogue

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment, Defect
    from secure_constructs.findings import Finding
    from secure_constructs.rules import Rule

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# GitHub shows 9.0 and above as critical, 7.0 as high, 4.0 as medium.
_SCORES: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}


def render(assessment: Assessment, *, uncertain: bool = False) -> str:
    """
    Write the report as SARIF.

    Acknowledged findings are results with a suppression and its reason.

    Args:
        assessment: The verdict.
        uncertain: Hold the uncertain findings as well, as results to review.
    """
    findings = [finding for finding in assessment.findings if finding.certain or uncertain]
    rules = {rule.id: rule for rule in catalogue()}
    first = {finding.rule_id: finding for finding in reversed(findings)}
    ids = sorted(first)
    driver = {
        "name": "secure-constructs",
        "semanticVersion": version("secure-constructs"),
        "rules": [
            _rule(rules[rule_id]) if rule_id in rules else _own_rule(first[rule_id])
            for rule_id in ids
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(assessment.defects)],
        "results": [
            _result(finding, ids.index(finding.rule_id), assessment.acknowledged.get(finding))
            for finding in findings
        ],
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    links = "\n".join(f"- <{page}>" for page in rule.references)
    return {
        "id": rule.id,
        "name": type(rule).__name__,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "help": {
            "text": f"{rule.reason}\n\nFix: {rule.fix}",
            "markdown": f"{rule.reason}\n\n**Fix:** {rule.fix}\n\n{links}",
        },
        "helpUri": rule.references[0],
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["security", str(rule.risk), rule.control],
            "precision": "high",
            "security-severity": _SCORES[rule.severity],
        },
    }


def _own_rule(finding: Finding) -> dict[str, Any]:
    """
    Describe what the engine itself reports, for which there is no rule in the catalogue.
    """
    return {
        "id": finding.rule_id,
        "shortDescription": {"text": finding.rule_id.replace("-", " ").capitalize()},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": ["security", str(finding.risk), finding.control]},
    }


def _result(finding: Finding, index: int, reason: str | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": index,
        "kind": "fail" if finding.certain else "review",
        "level": _LEVELS[finding.severity] if finding.certain else "none",
        "message": {"text": f"{finding.message} ({subject(finding)}); fix: {finding.fix}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"secureConstructs/v1": _fingerprint(finding)},
        "properties": {
            "constructPath": finding.construct_path,
            "resourceType": finding.resource_type,
            "propertyPath": finding.property_path,
            "trace": list(finding.trace),
            "framework": finding.framework,
        },
    }
    if reason is not None:
        result["suppressions"] = [{"kind": "external", "justification": reason}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [
            {
                "name": finding.logical_id or subject(finding),
                "fullyQualifiedName": subject(finding),
                "kind": "resource",
            }
        ]
    }
    file = finding.source.file if finding.source else finding.template
    if file:
        location["physicalLocation"] = {
            "artifactLocation": _artifact(file),
            "region": {"startLine": finding.source.line if finding.source else 1},
        }
    return location


def _artifact(file: str) -> dict[str, str]:
    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _fingerprint(finding: Finding) -> str:
    """
    Name a finding so that it is known again when lines move.
    """
    place = finding.construct_path or finding.logical_id
    text = json.dumps([finding.rule_id, finding.stack, place, finding.property_path])
    return hashlib.sha256(text.encode()).hexdigest()


def _invocation(defects: tuple[Defect, ...]) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": not defects}
    if defects:
        invocation["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": {"text": f"the rule {defect.rule_id} failed at {defect.logical_id}"},
                "exception": {"message": defect.trace},
            }
            for defect in defects
        ]
    return invocation
