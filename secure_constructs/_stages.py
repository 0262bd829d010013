"""Which stacks of an assembly the CDK's CLI judges when it is not told which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from secure_constructs.acknowledgments import HIDDEN_IN_STAGE
from secure_constructs.errors import TemplateError
from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.template.manifest import STACK, STAGE, Artifact, artifacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LISTED: Final = 10


def _assembly_above(folder: Path) -> Artifact | None:
    """
    Give what the assembly around an assembly says of it, when there is one.
    """
    try:
        above = tuple(artifacts(folder.parent))
    except TemplateError:
        return None  # none, or a file of that name with another purpose
    stages = (artifact for artifact in above if artifact.type == STAGE)
    return next((stage for stage in stages if stage.assembly == folder), None)


def sees_whole_app(files: Sequence[Path]) -> bool:
    """
    Say whether the plugin was given every stack, so that it was registered at the app.
    """
    folder = min((file.resolve().parent for file in files), key=lambda folder: len(folder.parts))
    while (above := _assembly_above(folder)) is not None:
        folder = above.folder
    given = {file.resolve() for file in files}
    return given >= set(_stack_files(folder))


def _stack_files(folder: Path) -> Iterator[Path]:
    for artifact in artifacts(folder):
        if artifact.type == STAGE:
            yield from _stack_files(artifact.assembly)
        elif artifact.type == STACK:
            yield artifact.template


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
        stage = _assembly_above(folder)
        if stage is None:
            continue
        unselected = [finding for finding in findings if not _selected(folder, finding)]
        if not unselected:
            continue
        lines = [_line(finding) for finding in unselected[:_LISTED]]
        if len(unselected) > _LISTED:
            lines.append(f"and {len(unselected) - _LISTED} more")
        several = "1 finding gates" if len(unselected) == 1 else f"{len(unselected)} findings gate"
        yield Finding(
            rule_id=HIDDEN_IN_STAGE,
            control="stage.selected",
            risk=Risk.INSECURE_DEPLOYMENT,
            severity=Severity.HIGH,
            certain=True,
            message="\n      ".join((f"{several} in stage {stage.construct_path}:", *lines)),
            fix="run cdk synth '**', which shows them in full",
            logical_id="",
            resource_type="",
            property_path="",
            references=("https://docs.aws.amazon.com/cdk/v2/guide/stages.html",),
        )


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
        artifact.type == STACK
        and (stack == artifact.construct_path or stack.startswith(f"{artifact.construct_path}/"))
        and artifact.properties.get("validateOnSynth") is True
        for artifact in artifacts(folder)
    )
