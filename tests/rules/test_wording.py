"""
What each rule says of its examples: which place, how surely, in which words.

``pytest tests/rules/test_wording.py --update-golden`` writes it anew; read the difference before
committing, as a user would.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from secure_constructs.assessment import assess
from secure_constructs.rules import Example, Rule, catalogue
from secure_constructs.template import Template

SAID = Path(__file__).with_name("said.txt")


def said_of(rule: Rule, example: Example) -> Iterator[str]:
    findings = assess([Template(example.template(rule))], rules=[rule]).findings
    for finding in sorted(findings, key=lambda one: (one.logical_id, one.property_path)):
        place = " ".join(part for part in (finding.logical_id, finding.property_path) if part)
        doubt = "" if finding.certain else "? "
        way = f" [{' > '.join(finding.trace)}]" if finding.trace else ""
        fix = "" if finding.fix == rule.fix else f" ({finding.fix})"
        yield f"    {doubt}{place}: {finding.message}{way}{fix}"


def everything_said(rule: Rule) -> str:
    lines = [rule.id]
    for example in (*rule.fails, *rule.uncertain, *rule.passes):
        found = list(said_of(rule, example))
        if found:
            lines += [f"  {example.title}", *found]
    return "\n".join(lines)


def recorded() -> dict[str, str]:
    blocks = SAID.read_text("utf-8").rstrip("\n").split("\n\n")
    return {block.partition("\n")[0]: block for block in blocks}


def test_the_record_is_of_the_rules_there_are(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        text = "\n\n".join(everything_said(rule) for rule in catalogue())
        SAID.write_text(f"{text}\n", encoding="utf-8")

    assert list(recorded()) == [rule.id for rule in catalogue()]


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_says_what_it_said(rule: Rule) -> None:
    assert everything_said(rule) == recorded()[rule.id]
