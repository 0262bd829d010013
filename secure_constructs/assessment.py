"""Templates in, verdict out."""

from __future__ import annotations

import datetime as dt
import gc
import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from secure_constructs.config import Config, Waiver
from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules import Rule, rules_for
from secure_constructs.template import Resource, Template, Undecided, read_assembly
from secure_constructs.template.conditions import past_defaults, worlds

UNREADABLE: Final = "template-unreadable"
"""
The rule id of a finding that says a template, or a part of it, could not be read.
"""

DEFECT: Final = "engine-defect"
"""
The rule id of a finding that says a rule of ours failed, so nothing is known about what it judges.
"""

WITHOUT_REASON: Final = "acknowledgment-without-reason"
"""
The rule id of a finding about an acknowledgment that does not say why.
"""

WAIVER_EXPIRED: Final = "waiver-expired"
"""
The rule id of a finding about a waiver that no longer holds.
"""

WAIVER_WITHOUT_MATCH: Final = "waiver-without-match"
"""
The rule id of a finding about a waiver that accepts nothing.
"""

INPUT_PAST_WEB_ACL: Final = "input-past-web-acl"
"""
The rule id of a finding that says an input of a function is worse than was allowed.
"""

COST_ABOVE_LIMIT: Final = "cost-above-limit"
"""
The rule id of a finding that says attackers can make the app cost more than was set.
"""

_ALWAYS_GATES: Final = frozenset({COST_ABOVE_LIMIT, DEFECT, UNREADABLE, WITHOUT_REASON})


class Defect(NamedTuple):
    """
    A failure inside the engine.

    Args:
        rule_id: The rule that failed.
        logical_id: The resource it was judging.
        trace: The traceback.
    """

    rule_id: str
    logical_id: str
    trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """
    The verdict on a set of templates.

    Args:
        findings: Every finding, certain or not, acknowledged or not, worst first.
        acknowledged: Those of them that someone accepted, with the reason given.
        config: What decides which findings gate.
        defects: Failures inside the engine; with any of them the verdict is *refused*.
        resources: How many resources were judged.
    """

    findings: tuple[Finding, ...]
    acknowledged: Mapping[Finding, str]
    config: Config
    defects: tuple[Defect, ...] = ()
    resources: int = 0

    @property
    def active(self) -> tuple[Finding, ...]:
        """
        The certain findings that no one accepted.
        """
        return tuple(
            finding
            for finding in self.findings
            if finding.certain and finding not in self.acknowledged
        )

    @property
    def gating(self) -> tuple[Finding, ...]:
        """
        The findings that refuse the synth.
        """
        return tuple(
            finding
            for finding in self.active
            if finding.rule_id in _ALWAYS_GATES or self.config.gates(finding)
        )

    @property
    def uncertain(self) -> tuple[Finding, ...]:
        """
        The findings that depend on something not known before deployment and no one accepted.
        """
        return tuple(
            finding
            for finding in self.findings
            if not finding.certain and finding not in self.acknowledged
        )

    @property
    def refused(self) -> bool:
        """
        Whether the synth is refused.
        """
        return bool(self.gating or self.defects)


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Put garbage collection off while a verdict is reached.

    Reading and judging makes many objects and hardly any garbage.
    Beside an app the collector would walk all of CDK's objects each time, which takes longer.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def check_template(template: Mapping[str, Any]) -> tuple[Finding, ...]:
    """
    Judge one CloudFormation template.

    Never raises: a template that cannot be read is a finding, and so is a failure of a rule.

    Args:
        template: The parsed template.

    Returns:
        Every finding, certain or not, worst first.
    """
    with uncollected():
        read = Template(template)
        findings = assess([read]).findings
        read.dissolve()
    return findings


def check_assembly(path: str | os.PathLike[str]) -> tuple[Finding, ...]:
    """
    Judge a cloud assembly: every stack, nested stack and stage that ``cdk synth`` wrote.

    Args:
        path: The folder, ``cdk.out`` as a rule.

    Raises:
        TemplateError: It is no cloud assembly, or a file it names is missing or broken.
    """
    return assess(read_assembly(path).templates).findings


def assess(
    templates: Iterable[Template],
    *,
    config: Config | None = None,
    rules: Sequence[Rule] | None = None,
    today: dt.date | None = None,
) -> Assessment:
    """
    Judge templates that are deployed together.

    Args:
        templates: The templates, nested stacks included.
        config: What the platform team decided; the defaults gate on high and critical.
        rules: The rules to judge by; those the configuration selects, by default.
        today: The day that waivers are held against; the present one by default.
    """
    config = config or _USUAL
    if rules is not None:
        rules_of = _given(rules)
    else:
        rules_of = _usually if config is _USUAL else _selected(config)
    findings: list[Finding] = []
    defects: list[Defect] = []
    resources = 0
    judged: list[Template] = []
    for template in templates:
        judged.append(template)
        resources += len(template.resources)
        findings.extend(_unreadable(template))
        findings.extend(_judge(template, rules_of, defects))
    findings.extend(_too_dear(judged, config, defects))
    findings.extend(_past_web_acl(judged, config, defects))
    findings.extend(reported(defect) for defect in defects)
    waived = _waived(findings, config, today)
    findings.extend(_unsound(findings, config, waived))
    return Assessment(
        findings=tuple(sorted(findings, key=_worst_first)),
        acknowledged={finding: waiver.reason for finding, waiver in waived.items()},
        config=config,
        defects=tuple(defects),
        resources=resources,
    )


# Gives the rules by which to judge resources of a type.
_RulesOf = Callable[[str], Sequence[Rule]]


def _selected(config: Config) -> _RulesOf:
    """
    Give the rules that a configuration selects, as far as there is something to judge by them.
    """
    by_type: dict[str, Sequence[Rule]] = {}

    def selected(kind: str) -> Sequence[Rule]:
        rules = by_type.get(kind)
        if rules is None:
            rules = [rule.under(config) for rule in rules_for(kind) if config.selects(rule)]
            by_type[kind] = rules
        return rules

    return selected


_USUAL: Final = Config()
# Many templates are judged by the defaults in one process: what those select is worked out once.
_usually: Final = _selected(_USUAL)


def _given(rules: Iterable[Rule]) -> _RulesOf:
    by_type: dict[str, list[Rule]] = {}
    for rule in rules:
        for kind in rule.resource_types:
            by_type.setdefault(kind, []).append(rule)
    return lambda kind: by_type.get(kind, ())


def _judge(template: Template, rules_of: _RulesOf, defects: list[Defect]) -> Iterator[Finding]:
    """
    Judge a template in every world it can be deployed in.

    A finding is certain when it holds in every world that has the resource, as far as parameters
    have their defaults; what only another value of a parameter brings about is uncertain.
    """
    possible = list(worlds(template))
    views = [template.assuming(assumed) for assumed in possible] if len(possible) > 1 else []
    found = _judge_in(views or [template], rules_of, defects)
    yield from found
    others = past_defaults(template)
    existing = {name for view in views or [template] for name in _ids(view)} if others else set()
    said = {_place_of(finding) for finding in found} if others else set()
    for assumed in others:
        views.append(template.assuming(assumed))
        for finding in _judge_in(views[-1:], rules_of, defects):
            if _place_of(finding) in said:
                continue
            said.add(_place_of(finding))
            if finding.logical_id not in existing:
                yield finding
            elif finding.certain:
                message = f"{finding.message}, where parameters do not keep their defaults"
                yield replace(finding, certain=False, message=message)
    for view in views:
        view.dissolve()


def _ids(view: Template) -> Iterator[str]:
    yield from view.resources
    yield from (declaration.logical_id for declaration in view.declarations)


def _place_of(finding: Finding) -> tuple[str, str, str]:
    return finding.rule_id, finding.logical_id, finding.property_path


def _judge_in(
    views: Sequence[Template], rules_of: _RulesOf, defects: list[Defect]
) -> list[Finding]:
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for view in views:
        for resource in (*view.resources.values(), *view.declarations):
            if rules := rules_of(resource.type):
                for finding in _apply(rules, resource, view, defects):
                    found.setdefault(_place_of(finding), []).append(finding)
    existing = Counter(name for view in views for name in _ids(view)) if len(views) > 1 else {}
    judged: list[Finding] = []
    for (_, logical_id, _), copies in found.items():
        everywhere = len(copies) >= existing.get(logical_id, 1)
        certain = everywhere and all(finding.certain for finding in copies)
        if certain or not copies[0].certain:
            judged.append(copies[0])
        else:
            message = f"{copies[0].message}, under some conditions of the template"
            judged.append(replace(copies[0], certain=False, message=message))
    return judged


def _apply(
    rules: Iterable[Rule], resource: Resource, view: Template, defects: list[Defect]
) -> Iterator[Finding]:
    """
    Apply rules to one resource; what cannot be decided is uncertain, what fails is a defect.

    What one rule says of one property is given once.
    """
    for rule in rules:
        said: set[str] | None = None  # most rules say nothing
        try:
            for finding in rule.check(resource, view):
                said = set() if said is None else said
                if finding.property_path not in said:
                    said.add(finding.property_path)
                    yield finding
        except Undecided as undecided:
            if said is None or undecided.place not in said:
                place = undecided.place or "a value"
                message = f"{place} is not known before deployment"
                yield rule.finding(resource, undecided.place, message, certain=False)
        except (Exception, SystemExit):  # noqa: BLE001 - a failing rule must refuse, never pass
            trace = traceback.format_exc()
            defect = Defect(rule_id=rule.id, logical_id=resource.logical_id, trace=trace)
            if defect not in defects:  # it fails alike in every world
                defects.append(defect)


def _waived(
    findings: Sequence[Finding], config: Config, today: dt.date | None
) -> dict[Finding, Waiver]:
    """
    Say which findings are waived, and by which waiver; what is not about a resource never is.
    """
    waived: dict[Finding, Waiver] = {}
    if not config.waivers:
        return waived
    today = today or dt.datetime.now(tz=dt.UTC).date()
    valid = [waiver for waiver in config.waivers if waiver.expires >= today]
    for finding in findings if valid else ():
        covering = [waiver for waiver in valid if waiver.covers(finding)]
        if covering and finding.resource_type:
            waived[finding] = max(covering, key=lambda waiver: len(waiver.path))
    return waived


def _unsound(
    findings: Sequence[Finding], config: Config, waived: Mapping[Finding, Waiver]
) -> list[Finding]:
    """
    Find the waivers that have expired, and those that accept nothing.
    """
    used = set(waived.values())
    unsound = []
    for waiver in config.waivers:
        about = f"the waiver of {waiver.rule} at {waiver.path}"
        if waiver in used:
            continue
        if any(waiver.covers(finding) for finding in findings):
            message = f"{about}, owned by {waiver.owner}, expired on {waiver.expires}"
            fix = "mend what it waived, or have its owner renew it"
            unsound.append(_about_waiver(WAIVER_EXPIRED, waiver, config, message, fix))
        else:
            message, fix = f"{about} matches no finding", "remove it"
            unsound.append(_about_waiver(WAIVER_WITHOUT_MATCH, waiver, config, message, fix))
    return unsound


def _about_waiver(rule_id: str, waiver: Waiver, config: Config, message: str, fix: str) -> Finding:
    return Finding(
        rule_id=rule_id,
        control=rule_id.replace("-", ".", 1),
        risk=Risk.INSECURE_DEPLOYMENT,
        severity=Severity.LOW,
        certain=True,
        message=message,
        fix=f"{fix}, in {config.file}" if config.file else fix,
        logical_id="",
        resource_type="",
        property_path="",
        construct_path=waiver.path,
    )


def _unreadable(template: Template) -> Iterator[Finding]:
    for problem in template.problems:
        yield Finding(
            rule_id=UNREADABLE,
            control="template.readable",
            risk=Risk.INSECURE_DEPLOYMENT,
            severity=Severity.HIGH,
            certain=True,
            message=f"{problem.place}: {problem.message}" if problem.place else problem.message,
            fix=problem.fix,
            logical_id=problem.place.split(".")[1] if problem.place.count(".") else "",
            resource_type="",
            property_path="",
            stack=template.origin.stack,
            template=template.origin.file,
        )


def _too_dear(
    templates: Sequence[Template], config: Config, defects: list[Defect]
) -> Iterator[Finding]:
    """
    Hold what attackers can make the app cost against what was set, where something was.
    """
    if config.max_cost_per_hour is None:
        return
    from secure_constructs.cost import Limits, above  # noqa: PLC0415 - most set no limit

    limits = Limits(concurrency=config.account_concurrency, **config.limits)
    try:
        excess = above(
            config.max_cost_per_hour,
            templates,
            limits=limits,
            prices=config.prices,
            region=config.region,
        )
    except Exception:  # noqa: BLE001 - a ceiling that fails must refuse, never pass
        defects.append(Defect(COST_ABOVE_LIMIT, "", traceback.format_exc()))
        return
    if excess is not None:
        yield Finding(
            rule_id=COST_ABOVE_LIMIT,
            control="cost.above-limit",
            risk=Risk.DENIAL_OF_SERVICE,
            severity=Severity.HIGH,
            certain=excess.certain,
            message=excess.message,
            fix=excess.fix,
            logical_id="",
            resource_type="",
            property_path="",
            stack=excess.stack,
        )


def _past_web_acl(
    templates: Sequence[Template], config: Config, defects: list[Defect]
) -> Iterator[Finding]:
    """
    Hold what comes into functions against the worst that was allowed, where something was.
    """
    if not config.worst_input:
        return
    from secure_constructs.paths.gate import worse_than  # noqa: PLC0415 - most allow all
    from secure_constructs.paths.verdicts import Verdict  # noqa: PLC0415

    try:
        found = tuple(worse_than(Verdict(config.worst_input), templates))
    except Exception:  # noqa: BLE001 - a map that fails must refuse, never pass
        defects.append(Defect(INPUT_PAST_WEB_ACL, "", traceback.format_exc()))
        return
    for excess in found:
        function = excess.function
        yield Finding(
            rule_id=INPUT_PAST_WEB_ACL,
            control="input.past-web-acl",
            risk=Risk.EVENT_DATA_INJECTION,
            severity=Severity.HIGH,
            certain=excess.certain,
            message=excess.message,
            fix=excess.fix,
            logical_id=function.logical_id,
            resource_type=function.type,
            property_path="",
            construct_path=function.construct_path,
            stack=function.template.origin.stack,
            template=function.template.origin.file,
            source=function.source,
            trace=excess.trace,
            framework=function.framework,
        )


def reported(defect: Defect) -> Finding:
    """
    Give the finding that says that a rule of ours failed.
    """
    return Finding(
        rule_id=DEFECT,
        control="engine.sound",
        risk=Risk.INSECURE_DEPLOYMENT,
        severity=Severity.CRITICAL,
        certain=True,
        message=f"the rule {defect.rule_id} failed, so what it judges is not known to be safe",
        fix="report this with the traceback, and leave the rule out until it is mended",
        logical_id=defect.logical_id,
        resource_type="",
        property_path="",
    )


def _worst_first(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.severity.rank,
        not finding.certain,
        finding.stack,
        finding.rule_id,
        finding.construct_path or finding.logical_id,
        finding.property_path,
    )
