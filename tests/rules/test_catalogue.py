"""Every rule keeps the promises that all rules make."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

from secure_constructs import rules
from secure_constructs.assessment import assess
from secure_constructs.findings import Finding
from secure_constructs.rules import Example, Rule, catalogue, rule_ids, rules_for
from secure_constructs.rules._base import SUBJECT
from secure_constructs.template import Template

RULES = catalogue()
FORBIDDEN_WORDS = {"ensure", "enable", "enabled", "must", "should", "no", "avoid", "check"}


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}: {example.title}")
        for rule in RULES
        for example in getattr(rule, kind)
    ]


def judged(rule: Rule, example: Example) -> list[Finding]:
    template = Template(example.template(rule))
    assert template.problems == ()
    assessment = assess([template], rules=[rule])
    assert assessment.defects == ()
    declared = example.is_declaration(rule)
    return [
        finding
        for finding in assessment.findings
        if finding.rule_id == rule.id and (declared or finding.logical_id == SUBJECT)
    ]


@pytest.mark.parametrize(("rule", "example"), examples("fails"))
def test_finds_the_fault_in_each_failing_example(rule: Rule, example: Example) -> None:
    findings = judged(rule, example)

    assert any(finding.certain for finding in findings)


@pytest.mark.parametrize(("rule", "example"), examples("passes"))
def test_says_nothing_about_each_passing_example(rule: Rule, example: Example) -> None:
    assert judged(rule, example) == []


@pytest.mark.parametrize(("rule", "example"), examples("uncertain"))
def test_is_uncertain_where_the_template_cannot_tell(rule: Rule, example: Example) -> None:
    findings = judged(rule, example)

    assert findings
    assert not any(finding.certain for finding in findings)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_is_described_for_readers(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert rule.reason, "a rule says why it matters"
    assert rule.passes
    assert rule.fails
    assert not rule.fix.endswith(".")
    assert rule.fix[0].islower()
    assert rule.references
    assert all(page.startswith("https://") for page in rule.references)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_is_named_for_the_fault_and_found_by_its_place(rule: Rule) -> None:
    *_, folder, file = type(rule).__module__.split(".")
    service = folder.removeprefix("aws_")

    assert rule.id == f"{service}-{file.replace('_', '-')}"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert not FORBIDDEN_WORDS & set(rule.id.split("-"))
    assert type(rule).__name__.lower() == file.replace("_", "")
    assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", rule.control)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_keeps_no_state(rule: Rule) -> None:
    assert "__init__" not in vars(type(rule))
    assert vars(rule) == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_is_found_for_every_type_it_judges(rule: Rule) -> None:
    for kind in rule.resource_types:
        assert rule in rules_for(kind), f"say in rules/__init__.py that its folder judges {kind}"


def test_all_ids_are_known_without_an_import() -> None:
    assert sorted(rule_ids()) == [rule.id for rule in RULES]


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in RULES]

    assert len(ids) == len(set(ids))


def test_lives_in_a_folder_named_as_the_cdk_module() -> None:
    spec = importlib.util.find_spec("aws_cdk")
    assert spec is not None
    assert spec.origin is not None
    modules = {path.name for path in Path(spec.origin).parent.iterdir()}
    package = Path(inspect.getfile(rules)).parent
    folders = {path.name for path in package.iterdir() if (path / "__init__.py").is_file()}

    assert folders <= modules
