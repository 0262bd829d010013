"""The verdict of a synth as CDK wrote it down, all plugins and acknowledgments included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from secure_constructs._violations import LEVELS
from secure_constructs.acknowledgments import REPORT
from secure_constructs.findings import NAMESPACE
from secure_constructs.template.sources import user_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from secure_constructs.findings import Finding


def read_report(folder: Path) -> list[dict[str, Any]]:
    """
    Give what CDK reported, by plugin; nothing was found when there is no report.
    """
    file = folder / REPORT
    if not file.is_file():
        return []
    try:
        report = json.loads(file.read_bytes())["pluginReports"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(
            f"{file} cannot be read ({error}), so nothing is known to be safe"
        ) from error
    return [each for each in report if isinstance(each, dict)]


def blocks(report: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """
    Print violations as the house prints findings, worst first.
    """
    violations = [
        (-LEVELS.get(violation["severity"], -1), violation, construct)
        for plugin in report
        for violation in plugin.get("violations", ())
        for construct in violation.get("violatingConstructs", ())
    ]
    for _, violation, construct in sorted(violations, key=lambda each: each[0]):
        about = violation.get("ruleMetadata") or {}
        line = user_line("\n".join(construct.get("stackTraces") or ()))
        place = f"  {construct.get('constructPath', '')}".rstrip() + (f"  ({line})" if line else "")
        severity = about.get("severity", violation["severity"])
        rule = violation["ruleName"].removeprefix(f"{NAMESPACE}::")
        text = about.get("message", violation["description"])
        fix = str(violation.get("suggestedFix") or "").replace("\n", "\n      ")
        yield f"{severity}  {rule}{place}\n      {text}" + (f"\n      fix: {fix}" if fix else "")


def summary(report: Sequence[Mapping[str, Any]], findings: Iterable[Finding]) -> str:
    """
    Count what was found and what was not shown, so that silence is never ambiguous.
    """
    counts: dict[str, int] = {}
    accepted = 0
    for plugin in report:
        for violation in plugin.get("violations", ()):
            severity = (violation.get("ruleMetadata") or {}).get("severity", violation["severity"])
            counts[severity] = counts.get(severity, 0) + len(violation["violatingConstructs"])
        for violation in plugin.get("suppressedViolations") or ():
            accepted += len(violation["violatingConstructs"])
    total = sum(counts.values())
    parts = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    uncertain = sum(not finding.certain for finding in findings)
    noun = "finding" if total == 1 else "findings"
    return f"{total} {noun}: {parts} ({accepted} acknowledged, {uncertain} uncertain)"
