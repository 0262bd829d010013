"""Which stacks of an assembly the CDK's CLI judges when it is not told which."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.acknowledgments import HIDDEN_IN_STAGE
from secure_constructs.findings import Finding, Risk, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LISTED: Final = 10


def _assembly_above(folder: Path) -> Path | None:
    """
    Give the assembly that contains an assembly, when there is one.
    """
    for artifact in _artifacts(folder.parent).values():
        if artifact.get("type") == "cdk:cloud-assembly":
            properties = artifact.get("properties") or {}
            if properties.get("directoryName") == folder.name:
                return folder.parent
    return None


def _artifacts(folder: Path) -> Mapping[str, dict[str, Any]]:
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return {}
    content = json.loads(manifest.read_bytes())
    return {
        name: artifact
        for name, artifact in content.get("artifacts", {}).items()
        if isinstance(artifact, dict)
    }


def sees_whole_app(files: Sequence[Path]) -> bool:
    """
    Say whether the plugin was given every stack, so that it was registered at the app.
    """
    folder = min((file.resolve().parent for file in files), key=lambda folder: len(folder.parts))
    while (above := _assembly_above(folder)) is not None:
        folder = above
    given = {file.resolve() for file in files}
    return given >= set(_stack_files(folder))


def _stack_files(folder: Path) -> Iterator[Path]:
    for name, artifact in _artifacts(folder).items():
        properties = artifact.get("properties") or {}
        if artifact.get("type") == "cdk:cloud-assembly":
            yield from _stack_files(folder / str(properties.get("directoryName", name)))
        elif artifact.get("type") == "aws:cloudformation:stack":
            yield folder / str(properties.get("templateFile"))


def hidden_in_stages(gating: Iterable[Finding]) -> Iterator[Finding]:
    """
    Say at the root of the app what gates in Stages, which plain ``cdk synth`` does not select.

    It gates as what it names does, and cannot be told from it by the CLI's selection of stacks.
    Who deploys Stages one by one accepts it at the app, where CI checks them all.
    """
    by_assembly: dict[Path, list[Finding]] = {}
    for finding in gating:
        if finding.template:
            by_assembly.setdefault(Path(finding.template).resolve().parent, []).append(finding)
    for folder, findings in by_assembly.items():
        if _assembly_above(folder) is None:
            continue
        unselected = [finding for finding in findings if not _selected(folder, finding)]
        if not unselected:
            continue
        lines = [_line(finding) for finding in unselected[:_LISTED]]
        if len(unselected) > _LISTED:
            lines.append(f"and {len(unselected) - _LISTED} more")
        stage = _stage_of(folder)
        several = "1 finding gates" if len(unselected) == 1 else f"{len(unselected)} findings gate"
        yield Finding(
            rule_id=HIDDEN_IN_STAGE,
            control="stage.selected",
            risk=Risk.INSECURE_DEPLOYMENT,
            severity=Severity.HIGH,
            certain=True,
            message="\n      ".join((f"{several} in stage {stage}:", *lines)),
            fix="run cdk synth '**', which shows them in full",
            logical_id="",
            resource_type="",
            property_path="",
            references=("https://docs.aws.amazon.com/cdk/v2/guide/stages.html",),
        )


def _stage_of(folder: Path) -> str:
    """
    Give the construct path of the Stage that an assembly belongs to.
    """
    for name, artifact in _artifacts(folder.parent).items():
        properties = artifact.get("properties") or {}
        if properties.get("directoryName") == folder.name:
            return str(properties.get("displayName", name))
    return folder.name


def _line(finding: Finding) -> str:
    place = finding.construct_path or finding.logical_id
    source = f" ({finding.source})" if finding.source else ""
    return f"{finding.severity} {finding.rule_id} {place}{source}"


def _selected(folder: Path, finding: Finding) -> bool:
    """
    Say whether the CLI judges a stack of a Stage without being asked to.
    """
    stack = finding.stack
    return any(
        artifact.get("type") == "aws:cloudformation:stack"
        and (
            stack == (name := str(artifact.get("displayName", ""))) or stack.startswith(f"{name}/")
        )
        and (artifact.get("properties") or {}).get("validateOnSynth") is True
        for artifact in _artifacts(folder).values()
    )
