"""
Guardrails: what was synthesized is judged, and the synth fails when it is not secure.

They are a validation plugin of the CDK, so findings are printed, acknowledged and recorded
in ``validation-report.json`` by CDK itself.
The templates are read from disk: overrides, Aspects, mixins and plain CloudFormation are all
seen, and no construct is inspected.

Synth checks can be bypassed, ``cdk synth --ignore-errors`` is enough.
``secure-constructs check cdk.out`` in CI closes that, and :func:`synth` does in the app.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import aws_cdk as cdk
import jsii

from secure_constructs import _source_lines
from secure_constructs._stages import hidden_in_stages, sees_whole_app
from secure_constructs._verdict import blocks, read_report, summary
from secure_constructs._violations import (
    ERROR,
    FATAL,
    LEVELS,
    WARNING,
    Violation,
    defect_of,
    prove_plain,
    unreadable,
    violation,
)
from secure_constructs.acknowledgments import (
    ENTRY,
    HIDDEN_IN_STAGE,
    Acknowledgment,
    accepted_by,
    acknowledgments_in,
    read_stack_acknowledgments,
    unsound_among,
)
from secure_constructs.assessment import (
    COST_ABOVE_LIMIT,
    DEFECT,
    UNREADABLE,
    WITHOUT_REASON,
    Assessment,
    assess,
    uncollected,
)
from secure_constructs.config import Config, give, read_config
from secure_constructs.errors import Problem, TemplateError
from secure_constructs.findings import NAMESPACE, Finding, Severity
from secure_constructs.rules import rule_ids
from secure_constructs.template import Template, read_assembly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from aws_cdk.cx_api import CloudAssembly
    from constructs import IConstruct

_ALWAYS_GATES: Final = frozenset({COST_ABOVE_LIMIT, UNREADABLE, HIDDEN_IN_STAGE})
# Whoever could accept a missing reason would need none.
_NEVER_ACCEPTED: Final = frozenset({DEFECT, WITHOUT_REASON})

# Most constructs of an app are made before it calls guard(), and after this import.
_source_lines.record()


@jsii.implements(cdk.IPolicyValidationPlugin)
class Guardrails:
    """
    The guardrails as a validation plugin: ``Validations.of(app).add_plugins(Guardrails())``.

    A finding at or above the gate is an error and fails the synth; the others are warnings.
    Any of them is accepted, at the resource, construct, stack, stage or app, with
    ``Validations.of(x).acknowledge(Acknowledgment(id="Secure-Constructs::<rule>", reason=...))``.
    The reason appears in ``validation-report.json``; an acknowledgment that matches nothing,
    or gives no reason, is itself a finding.

    On its own the plugin reports errors and warnings together, and CDK's CLI then fails
    each selected stack that has a warning as soon as any stack has an error.
    :func:`guard` registers a second plugin for the warnings and so keeps the stacks apart.
    The id of an acknowledgment is the same for both: every violation names its rule with the
    namespace, which CDK takes over that of the plugin (seen in aws-cdk-lib 2.275 and
    aws-cdk 2.1148.1).

    A finding that the configuration waives is a warning as long as the waiver holds,
    and says who accepted it and why.

    What goes wrong inside, be it an exception or ``sys.exit``, is reported as ``fatal``:
    it fails the synth and cannot be acknowledged.

    Args:
        gate: The mildest severity that fails the synth. Default: that of the configuration,
            where high and critical do.
        config: What the platform team decided. Default: what the nearest configuration file says,
            see :func:`~secure_constructs.config.read_config`.
    """

    # Left without a value: CDK would ask for both again and again, for analytics only.
    version: str | None
    rule_ids: list[str] | None

    def __init__(self, *, gate: Severity | None = None, config: Config | None = None) -> None:
        config = read_config() if config is None else config
        self._config = config if gate is None else replace(config, gate=gate)
        self._waived: Mapping[Finding, str] = {}
        self._scope = ""
        self._root: Any = None
        self._advice: _Advice | None = None
        self._ran = False
        self._findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """
        The name CDK shows; its namespace is ``Secure-Constructs``.
        """
        return NAMESPACE.replace("-", " ")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """
        What the last synth found within the scope, accepted or not; uncertain findings as well.
        """
        return self._findings

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """
        Judge the templates of a synth; called by CDK.

        Never raises, since CDK's CLI counts a plugin that raised as one that found nothing.

        Args:
            context: Where the templates are.

        Returns:
            The report, in truth as a plain map, which crosses to CDK far faster than its struct.
        """
        self._ran = True
        try:
            with _uncollected_with_the_app():
                violations = list(self._violations(context))
            prove_plain(violations)
        except TemplateError as error:
            violations = [unreadable(error)]
        except BaseException as error:  # noqa: BLE001 - sys.exit in a rule must not pass the synth
            violations = [defect_of(error)]
        gating = [each for each in violations if each["severity"] != WARNING]
        report: Any = {"success": not gating, "violations": violations}
        if self._advice is not None:
            self._advice.keep([each for each in violations if each["severity"] == WARNING])
            report["violations"] = gating
        return cast("cdk.PolicyValidationPluginReport", report)

    def _violations(self, context: cdk.IPolicyValidationContext) -> Iterator[Violation]:
        # The generated property would read it twice, and each read is a message to the kernel.
        files = [Path(file) for file in jsii.get(context, "templatePaths")]
        templates = _templates(files)
        assessment = _judged(templates, self._config)
        self._waived = assessment.acknowledged
        root = self._root or jsii.get(jsii.get(context, "appConstruct"), "node")
        given = tuple(_acknowledgments(files, templates, root))
        judgeable = [one for one in given if self._answers_for(one, files)]
        unsound = unsound_among(judgeable, assessment.findings, rule_ids())
        within = [finding for finding in (*assessment.findings, *unsound) if self._within(finding)]
        self._findings = tuple(within)
        found = [finding for finding in within if finding.certain]
        accepted = accepted_by(found, given)
        gating = [
            finding
            for finding in found
            if self._level(finding) != WARNING and finding not in accepted
        ]
        hidden = hidden_in_stages(gating)
        for finding in _not_said_before(self, (*found, *hidden), self._level, files[0].parent):
            yield violation(finding, self._level(finding), assessment)

    def _level(self, finding: Finding) -> str:
        if finding.rule_id in _NEVER_ACCEPTED:
            return FATAL
        if finding in self._waived:
            return WARNING
        gates = finding.rule_id in _ALWAYS_GATES or self._config.gates(finding)
        return ERROR if gates else WARNING

    def _within(self, finding: Finding) -> bool:
        """
        Say whether a finding lies in the scope; one that lies nowhere concerns all.
        """
        path = finding.construct_path or finding.stack
        scope = self._scope
        return not scope or not path or path == scope or path.startswith(f"{scope}/")

    def _answers_for(self, given: Acknowledgment, files: Sequence[Path]) -> bool:
        """
        Say whether everything an acknowledgment may accept was judged here.
        """
        at = given.construct_path
        if self._scope and at != self._scope and not at.startswith(f"{self._scope}/"):
            return False
        return at != "" or sees_whole_app(files)


@jsii.implements(cdk.IPolicyValidationPlugin)
class _Advice:
    """
    Reports the findings below the gate, which another plugin found.
    """

    def __init__(self) -> None:
        self._violations: list[Violation] | None = None

    @property
    def name(self) -> str:
        return f"{NAMESPACE.replace('-', ' ')} Advice"

    def keep(self, violations: list[Violation]) -> None:
        self._violations = violations

    def validate(self, context: cdk.IPolicyValidationContext) -> dict[str, Any]:  # noqa: ARG002
        kept, self._violations = self._violations, None
        if kept is None:
            return {"success": False, "violations": [defect_of(RuntimeError("nothing was judged"))]}
        return {"success": True, "violations": kept}


@jsii.implements(cdk.IAspect)
class GuardrailAspect:
    """
    The guardrails as an Aspect: ``Aspects.of(scope).add(GuardrailAspect())``.

    It registers :class:`Guardrails` for the construct it was added to, and does nothing else:
    what is synthesized below that construct is judged, Stages included.
    One instance may be added to several constructs.

    CDK calls an Aspect once per construct, which costs one message to the jsii kernel each;
    :func:`guard` costs none.

    Args:
        gate: The mildest severity that fails the synth. Default: that of the configuration,
            where high and critical do.
        config: What the platform team decided. Default: what the nearest configuration file says,
            see :func:`~secure_constructs.config.read_config`.
    """

    def __init__(self, *, gate: Severity | None = None, config: Config | None = None) -> None:
        self._gate = gate
        self._config = config
        self._known: set[str] = set()
        self._scopes: set[str] = set()

    def visit(self, node: IConstruct) -> None:
        """
        Register the guardrails when *node* is the construct this was added to; called by CDK.

        Args:
            node: The construct, or one below it.
        """
        # The kernel's own name for the object says that it was met before, at no message.
        if _reference(node) in self._known:
            return
        path = node.node.path
        if any(not scope or path.startswith(f"{scope}/") for scope in self._scopes):
            return  # made by another Aspect, after the scope was registered
        self._known.update(_reference(each) for each in node.node.find_all())
        self._scopes.add(path)
        guard(node, gate=self._gate, config=self._config)


def guard(
    scope: IConstruct,
    *,
    gate: Severity | None = None,
    config: Config | None = None,
    nag_packs: Sequence[cdk.IPolicyValidationPlugin] = (),
) -> Guardrails:
    """
    Judge everything below *scope* when the app is synthesized: ``guard(app)``.

    Doing so twice, or beside an Aspect, reports each finding once.

    Args:
        scope: The app, or a part of it.
        gate: The mildest severity that fails the synth. Default: that of the configuration,
            where high and critical do.
        config: What the platform team decided. Constructs that are made afterwards go by it as
            well; those made before went by the file.
            Default: what the nearest configuration file says,
            see :func:`~secure_constructs.config.read_config`.
        nag_packs: Packs of cdk-nag that run beside these rules, for the whole app; their
            findings say which of ours covers them already. Default: none.

    Returns:
        The plugin, which knows after the synth what was found.

    Raises:
        ConfigError: cdk-nag packs were given and cdk-nag is not installed, or what was given
            is no pack.
    """
    plugin = Guardrails(gate=gate, config=config)
    if config is not None:
        give(scope.__jsii_ref__.ref, config)  # type: ignore[attr-defined]
    node = scope.node
    if isinstance(scope, cdk.App):
        plugin._root = node  # noqa: SLF001
    else:
        plugin._scope = node.path  # noqa: SLF001
        plugin._root = node.root.node  # noqa: SLF001
    advice = plugin._advice = _Advice()  # noqa: SLF001
    plugins: list[Any] = [plugin, advice]
    if nag_packs:
        from secure_constructs.nag import companions_of  # noqa: PLC0415 - an extra

        plugins.extend(companions_of(nag_packs, findings=lambda: plugin.findings))
    cdk.Validations.of(scope).add_plugins(*plugins)
    return plugin


def synth(
    app: cdk.App,
    *,
    gate: Severity | None = None,
    config: Config | None = None,
    nag_packs: Sequence[cdk.IPolicyValidationPlugin] = (),
) -> CloudAssembly:
    """
    Synthesize an app, and exit with status 1 and the findings when it is not secure.

    Where ``app.synth()`` leaves the verdict to CDK's CLI, this gives it itself: it holds under
    ``python app.py``, ``CDK_APP_MODE=process``, ``--ignore-errors`` and for Stages that were
    not selected.
    The price is that every command of the CLI that runs the app fails with it, ``cdk ls``,
    ``cdk diff`` and ``cdk destroy`` included.

    Args:
        app: The app.
        gate: The mildest severity that fails the synth. Default: that of the configuration,
            where high and critical do.
        config: What the platform team decided. Default: what the nearest configuration file says,
            see :func:`~secure_constructs.config.read_config`.
        nag_packs: Packs of cdk-nag that run beside these rules. Default: none.

    Returns:
        The assembly, when nothing gates.

    Raises:
        SystemExit: Something gates, or the guardrails were kept from judging.
    """
    plugin = guard(app, gate=gate, config=config, nag_packs=nag_packs)
    printed_by_cdk = True
    try:
        assembly = app.synth()
        folder, stacks = Path(assembly.directory), len(assembly.stacks_recursively)
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        folder, stacks = Path(app.outdir), 1
        # Under a test runner the findings stand in the exception only.
        printed_by_cdk = "\n" not in str(error).strip()
        assembly = None
    else:
        setting = app.node.try_get_context("@aws-cdk/core:failSynthOnValidationErrors")
        printed_by_cdk = setting not in {False, "false"}
    if stacks and not plugin._ran:  # noqa: SLF001
        raise SystemExit("the guardrails did not run, so nothing is known to be safe")
    report = read_report(folder)
    failed = any(each.get("conclusion") == "failure" for each in report)
    if assembly is not None and not failed:
        return assembly
    listing = "" if printed_by_cdk else "".join(f"{block}\n\n" for block in blocks(report))
    raise SystemExit(f"{listing}{summary(report, plugin.findings)}")


class _Said(NamedTuple):
    """
    At which level a finding was reported, and by which plugin.
    """

    level: int
    by: int


_journals: dict[Path, tuple[int, dict[Finding, _Said]]] = {}


def _not_said_before(
    plugin: Guardrails,
    findings: Iterable[Finding],
    level: Callable[[Finding], str],
    folder: Path,
) -> Iterator[Finding]:
    """
    Leave out what another plugin of ours reported in this synth, at this level or above.

    CDK adds a plugin as often as it is told to, and asks each on its own.
    """
    journals: dict[str, dict[Finding, _Said]] = {}
    for finding in findings:
        if finding.template not in journals:
            file = Path(finding.template) if finding.template else folder
            journals[finding.template] = _journal(file.resolve())
        said = journals[finding.template]
        before, rank = said.get(finding), LEVELS[level(finding)]
        if before is None or before.by == id(plugin) or before.level < rank:
            said[finding] = _Said(level=rank, by=id(plugin))
            yield finding


def _journal(file: Path) -> dict[Finding, _Said]:
    """
    Give what was reported about a file since it was written, which tells one synth from the next.
    """
    time = file.stat().st_mtime_ns if file.exists() else 0
    if file not in _journals or _journals[file][0] != time:
        _journals[file] = (time, {})
    return _journals[file][1]


@contextmanager
def _uncollected_with_the_app() -> Iterator[None]:
    """
    Put garbage collection off while a verdict is reached, and let none be due right after it.

    One that is due walks all of CDK's objects as well, which takes as long as the rules do.
    What was made meanwhile joins them instead, and goes when they are next gone through.
    """
    with uncollected():
        try:
            yield
        finally:
            if not gc.get_freeze_count():  # what the app froze stays so
                gc.freeze()
                gc.unfreeze()


def _templates(files: Sequence[Path]) -> tuple[Template, ...]:
    """
    Read the templates of a synth, with the nested stacks CDK does not mention.

    Raises:
        TemplateError: One of them is missing or cannot be read.
    """
    found: dict[Path, Template] = {}
    for folder in sorted({file.parent for file in files}, key=lambda folder: len(folder.parts)):
        if all(file.resolve() in found for file in files if file.parent == folder):
            continue
        for template in read_assembly(folder).templates:
            found.setdefault(Path(template.origin.file).resolve(), template)
    for file in files:
        if file.resolve() not in found:
            problem = Problem(
                place="",
                message="CDK wrote this template, but the manifest beside it does not name it",
                fix="run cdk synth again",
            )
            raise TemplateError(str(file), problem)
    return tuple(found.values())


def _judged(templates: Sequence[Template], config: Config) -> Assessment:
    """
    Assess templates, and make sure that this is what happened.
    """
    assessment: object = assess(templates, config=config)
    if not isinstance(assessment, Assessment):
        raise TypeError(f"the engine gave {assessment!r} for an assessment")
    if not assessment.resources and any(template.resources for template in templates):
        raise RuntimeError("no resource was judged")
    found: tuple[object, ...] = assessment.findings
    if not all(isinstance(each, Finding) for each in found):
        raise TypeError(f"the engine gave {found!r} for findings")
    if not {type(each.severity) for each in assessment.findings} <= {Severity}:
        raise TypeError("a finding has a severity that is none")
    return assessment


def _acknowledgments(
    files: Sequence[Path], templates: Sequence[Template], root: Any
) -> Iterator[Acknowledgment]:
    """
    Give all acknowledgments of the app: at stacks and below from disk, above them from CDK.
    """
    for file in files:
        yield from read_stack_acknowledgments(file)
    above = {""}
    for template in templates:
        if template.parent is None:
            steps = template.origin.stack.split("/")
            above.update("/".join(steps[:depth]) for depth in range(1, len(steps)))
    nodes: dict[str, Any] = {"": root}
    for path in sorted(above, key=lambda path: path.count("/") + bool(path)):
        if path:
            parent, _, name = path.rpartition("/")
            construct = jsii.invoke(nodes[parent], "tryFindChild", [name])
            if construct is None:
                raise LookupError(f"the app has no construct at {path}")
            nodes[path] = jsii.get(construct, "node")
        entries = [
            {"type": entry.type, "data": entry.data, "trace": entry.trace}
            for entry in jsii.get(nodes[path], "metadata")
            if entry.type == ENTRY
        ]
        yield from acknowledgments_in({path: entries})


def _reference(construct: Any) -> str:
    return str(construct.__jsii_ref__.ref)
