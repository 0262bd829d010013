"""
The judges: cfn-lint, cdk-nag, checkov and cfn-guard, each over the same templates.

Those with an environment of their own are started from ``.judges``, which ``make judges`` makes.
A judge that fails to judge raises, so that its silence is never taken for consent.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secure_constructs.acknowledgments import acknowledge, read_acknowledgments
from secure_constructs.assessment import assess
from secure_constructs.template import read_assembly
from tests.judges.objections import Objection

ROOT = Path(__file__).resolve().parents[2]
JUDGES = ROOT / ".judges"
LIMIT_SECONDS = 300

Places = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    What is judged: some assemblies, their templates side by side in one folder.

    Args:
        assemblies: The folders that the CDK wrote.
        templates: Copies of all templates, ``<stack>.template.json``.
    """

    assemblies: tuple[Path, ...]
    templates: Path

    @property
    def places(self) -> Places:
        """
        The paths of constructs, by stack and logical id.
        """
        return {
            (resource.construct_path.partition("/")[0], resource.logical_id): (
                resource.construct_path
            )
            for folder in self.assemblies
            for template in read_assembly(folder).templates
            for resource in template.resources.values()
        }


def subject(assemblies: Iterable[Path], folder: Path) -> Subject:
    """
    Lay the templates of some assemblies side by side.

    Args:
        assemblies: The folders that the CDK wrote.
        folder: Where the copies go; it must not exist.
    """
    assemblies = tuple(assemblies)
    folder.mkdir()
    for assembly in assemblies:
        for template in assembly.glob("*.template.json"):
            shutil.copyfile(template, folder / template.name)
    return Subject(assemblies=assemblies, templates=folder)


def ours(of: Subject) -> Iterator[Objection]:
    """
    Our own rules, findings that are not certain included, those that are accepted left out.
    """
    for folder in of.assemblies:
        judged = acknowledge(assess(read_assembly(folder).templates), read_acknowledgments(folder))
        for finding in (*judged.active, *judged.uncertain):
            place = finding.construct_path or f"{finding.stack}/{finding.logical_id}"
            yield Objection(judge="secure-constructs", rule=finding.rule_id, place=place)


def cdk_nag(of: Subject) -> Iterator[Objection]:
    """
    The packs of cdk-nag, which ran as plugins when the assemblies were made.
    """
    for folder in of.assemblies:
        report = json.loads((folder / "validation-report.json").read_text("utf-8"))
        for plugin in report["pluginReports"]:
            for violation in plugin["violations"]:
                for construct in violation["violatingConstructs"]:
                    yield Objection(
                        judge="cdk-nag",
                        rule=violation["ruleName"],
                        place=_shortened(construct["constructPath"]),
                    )


def cfn_lint(of: Subject) -> Iterator[Objection]:
    """
    The errors of cfn-lint. Its warnings are about style, and the plain L2s draw them too.
    """
    said = _said(
        str(Path(sys.executable).with_name("cfn-lint")), "--format", "json",
        "--template", *map(str, sorted(of.templates.iterdir())),
    )  # fmt: skip
    places = of.places
    for match in json.loads(said or "[]"):
        if match["Level"] == "Error":
            path = match["Location"]["Path"] or []
            yield Objection(
                judge="cfn-lint",
                rule=match["Rule"]["Id"],
                place=_place(places, match["Filename"], str(path[1]) if len(path) > 1 else ""),
            )


def checkov(of: Subject) -> Iterator[Objection]:
    """
    The CloudFormation checks of checkov, without its platform.
    """
    said = _said(
        str(JUDGES / "bin" / "checkov"), "--framework", "cloudformation", "--output", "json",
        "--quiet", "--compact", "--skip-download", "--directory", str(of.templates),
    )  # fmt: skip
    report = json.loads(said)
    if report["summary"]["parsing_errors"] or not report["summary"]["resource_count"]:
        raise RuntimeError(f"checkov could not read the templates: {report['summary']}")
    places = of.places
    for check in report["results"]["failed_checks"]:
        _, _, logical_id = check["resource"].rpartition(".")
        yield Objection(
            judge="checkov",
            rule=check["check_id"],
            place=_place(places, check["file_path"], logical_id),
        )


def cfn_guard(of: Subject) -> Iterator[Objection]:
    """
    The rules of AWS Control Tower, by the binary of cfn-guard.
    """
    system = "macos" if platform.system() == "Darwin" else "ubuntu"
    machine = "aarch64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    said = _said(
        str(JUDGES / "package" / "bin" / system / machine / "cfn-guard"), "validate",
        "--rules", str(JUDGES / "package" / "rules" / "control-tower" / "cfn-guard"),
        "--data", str(of.templates),
        "--output-format", "json", "--show-summary", "none", "--structured",
    )  # fmt: skip
    reports = json.loads(said)
    if len(reports) != len(list(of.templates.iterdir())):
        raise RuntimeError(f"cfn-guard judged {len(reports)} templates only")
    places = of.places
    for report in reports:
        for violation in report["not_compliant"]:
            for logical_id in sorted(set(_logical_ids(violation))):
                yield Objection(
                    judge="cfn-guard",
                    rule=violation["Rule"]["name"],
                    place=_place(places, report["name"], logical_id),
                )


BENCH: Mapping[str, Callable[[Subject], Iterator[Objection]]] = {
    "secure-constructs": ours,
    "cfn-lint": cfn_lint,
    "cdk-nag": cdk_nag,
    "checkov": checkov,
    "cfn-guard": cfn_guard,
}


def verdicts(of: Subject) -> dict[str, frozenset[Objection]]:
    """
    Hear all judges, two at a time.

    Returns:
        The objections by judge; also those who have none.
    """

    def hear(judge: str) -> frozenset[Objection]:
        return frozenset(BENCH[judge](of))

    with ThreadPoolExecutor(max_workers=2) as pool:
        # What takes longest first.
        heard = {judge: pool.submit(hear, judge) for judge in reversed([*BENCH])}
        return {judge: heard[judge].result() for judge in BENCH}


def by_stack(objections: Iterable[Objection]) -> dict[str, list[Objection]]:
    """
    Sort objections by the stack they are about.
    """
    sorted_: dict[str, list[Objection]] = defaultdict(list)
    for objection in objections:
        sorted_[objection.place.partition("/")[0]].append(objection)
    return sorted_


def _said(*command: str) -> str:
    """
    Run a judge and give what it prints; how it ends says only whether it found something.
    """
    ran = subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        text=True,
        timeout=LIMIT_SECONDS,
    )
    if ran.returncode and not ran.stdout.lstrip().startswith(("[", "{")):
        raise RuntimeError(f"{command[0]} ended with {ran.returncode}: {ran.stderr[-2000:]}")
    return ran.stdout


def _place(places: Places, file: str, logical_id: str) -> str:
    stack = Path(file).name.removesuffix(".template.json")
    return _shortened(places.get((stack, logical_id), f"{stack}/{logical_id}"))


def _shortened(path: str) -> str:
    return path.removesuffix("/Resource").removesuffix("/Default")


def _logical_ids(node: Any) -> Iterator[str]:
    """
    Find the resources that a clause of cfn-guard failed on.
    """
    if isinstance(node, dict):
        path = node.get("path")
        if isinstance(path, str) and path.startswith("/Resources/"):
            yield path.split("/")[2]
        for child in node.values():
            yield from _logical_ids(child)
    elif isinstance(node, list):
        for child in node:
            yield from _logical_ids(child)
