"""No template, however broken, makes a rule raise or guess."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.assessment import assess
from secure_constructs.rules import Rule, catalogue
from secure_constructs.template import Template

JUNK: tuple[Any, ...] = (
    None,
    "*",
    "{{resolve:secretsmanager:a}}",
    -1,
    True,
    [[]],
    [None, "*", {"Ref": "Unknown"}],
    {"": {}},
    {"Ref": "Unknown"},
    {"Fn::If": ["Nowhere", 1, 2]},
    {"Statement": [{"Effect": "Allow", "Principal": [["*"]], "Action": {"a": 1}}]},
)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += paths_in(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            found += paths_in(item, (*path, position))
    return found


def with_junk(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """
    Copy what leads to the place, and share the rest.
    """
    if not path:
        return junk
    broken = copy.copy(value)
    broken[path[0]] = with_junk(value[path[0]], path[1:], junk)
    return broken


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_no_rule_raises_on_a_value_of_any_shape_at_any_place(rule: Rule) -> None:
    for example in (*rule.fails, *rule.passes):
        template = example.template(rule)
        judged = ("Outputs", "Parameters") if example.is_declaration(rule) else ("Properties",)
        for path in paths_in(template):
            if not set(judged) & set(path):
                continue
            for junk in JUNK:
                broken = with_junk(template, path, junk)

                assessment = assess([Template(broken)], rules=[rule])

                assert assessment.defects == (), (path, junk)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["Resources", "Type", "Properties", "Ref", "Fn::If", "Fn::Sub", "Conditions"]
                )
                | st.text(max_size=8),
                inner,
                max_size=4,
            )
        ),
        max_leaves=30,
    )
)
def test_the_engine_takes_any_json(value: Any) -> None:
    assessment = assess([Template(value)])

    assert assessment.defects == ()
