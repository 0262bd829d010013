"""What is written about the rules is made of the rules, and never out of date."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from secure_constructs import rules
from secure_constructs.reports.rules import explanation, listing
from secure_constructs.rules import Rule, catalogue

PAGE = Path(rules.__file__).with_name("README.md")


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == listing(catalogue(), "page"), "make rules writes it anew"


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_the_page_says_why_and_how_to_mend_it(rule: Rule) -> None:
    page = listing([rule], "page")

    assert f"### {rule.id}" in page
    assert rule.fix in page
    assert all(reference in page for reference in rule.references)


def test_names_equivalent_rules_and_standards() -> None:
    (rule,) = [rule for rule in catalogue() if rule.id == "lambda-public-permission"]

    shown = " ".join(explanation(rule).split())

    assert "guard-registry LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED" in shown
    assert "PCI DSS 4.0.1: 7.2.1" in shown


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_the_python_code_of_an_example_is_python(rule: Rule) -> None:
    lines = explanation(rule).splitlines()
    starts = [number for number, line in enumerate(lines) if line == "    CfnResource("]
    for start in starts:
        end = lines.index("    )", start)
        (call,) = ast.parse("\n".join(line[4:] for line in lines[start : end + 1])).body
        assert isinstance(call, ast.Expr)
        arguments = {word.arg: word.value for word in call.value.keywords}  # type: ignore[attr-defined]
        assert isinstance(ast.literal_eval(arguments["properties"]), dict)
        assert ast.literal_eval(arguments["type"]) in rule.resource_types
