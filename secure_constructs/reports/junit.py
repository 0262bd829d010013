"""The report for CI servers: JUnit XML, where what gates is a test that fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from secure_constructs.reports._groups import stack_of, subject, summary

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.findings import Finding

# Characters that no XML document can hold, however they are escaped.
_NO_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(assessment: Assessment, *, uncertain: bool = False) -> str:
    """
    Write the report as JUnit XML.

    A finding that gates fails, one below the gate passes with a note, an acknowledged one is
    skipped with its reason.

    Args:
        assessment: The verdict.
        uncertain: Hold the uncertain findings as well, as skipped tests.
    """
    gating = frozenset(assessment.gating)
    suites: dict[str, list[ET.Element]] = {}
    for finding in assessment.findings:
        if finding.certain or uncertain or finding in assessment.acknowledged:
            case = _case(finding, assessment.acknowledged.get(finding), gates=finding in gating)
            suites.setdefault(stack_of(finding) or "the app", []).append(case)
    if not suites:
        case = ET.Element("testcase", classname="secure-constructs", name=summary(assessment))
        suites["secure-constructs"] = [case]
    root = ET.Element("testsuites", name="secure-constructs")
    for name, cases in suites.items():
        suite = ET.SubElement(root, "testsuite", name=_printable(name), tests=str(len(cases)))
        for kind in ("failures", "skipped"):
            tag = kind.removesuffix("s")
            suite.set(kind, str(sum(case.find(tag) is not None for case in cases)))
        suite.extend(cases)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(finding: Finding, reason: str | None, *, gates: bool) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=_printable(finding.rule_id),
        name=_printable(f"{subject(finding)} {finding.property_path}".strip()),
    )
    if finding.source:
        case.set("file", _printable(finding.source.file))
        case.set("line", str(finding.source.line))
    told = _printable(f"{finding.severity}: {finding.message}\nfix: {finding.fix}")
    if reason is not None:
        ET.SubElement(case, "skipped", message=_printable(f"acknowledged: {reason}"))
    elif not finding.certain:
        ET.SubElement(case, "skipped", message=_printable(f"uncertain: {finding.message}"))
    elif gates:
        failure = ET.SubElement(
            case, "failure", type=str(finding.severity), message=_printable(finding.message)
        )
        failure.text = told
    else:
        ET.SubElement(case, "system-out").text = told
    return case


def _printable(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
