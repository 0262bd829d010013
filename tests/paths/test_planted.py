"""
The map finds every planted path, and nothing in the twins; ``-rP`` shows recall and false alarms.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.paths.comparison import RANKS, Fact, expected_facts, found_facts
from tests.paths.planted import Expected, Planted, Templates, planted

_PLANTED: Final = planted()

# Each with the reason why the map does not read it as expected, and why that stands.
_NOT_RECALLED: Final[Mapping[str, str]] = {}
_ALARMED: Final[Mapping[str, str]] = {}


def _cases(gaps: Mapping[str, str]) -> list[Any]:
    return [
        pytest.param(case, id=case.name, marks=_expected_to_fail(gaps.get(case.name)))
        for case in _PLANTED
    ]


def _expected_to_fail(reason: str | None) -> list[pytest.MarkDecorator]:
    return [] if reason is None else [pytest.mark.xfail(strict=True, reason=reason)]


def _compare(templates: Templates, expected: Expected) -> tuple[frozenset[Fact], frozenset[Fact]]:
    wanted, found = expected_facts(expected), found_facts(templates, expected)
    return wanted - found, found - wanted


@pytest.mark.parametrize("case", _cases(_NOT_RECALLED))
def test_finds_what_was_planted_and_no_more(case: Planted) -> None:
    missed, made_up = _compare(case.templates, case.expected)

    assert not missed, case.what
    assert not made_up, case.what


@pytest.mark.parametrize("case", _cases(_ALARMED))
def test_finds_nothing_in_the_twin(case: Planted) -> None:
    missed, made_up = _compare(case.safe_templates, case.safe_expected)

    assert not missed, case.what
    assert not made_up, case.what


def test_no_two_planted_stacks_have_one_name() -> None:
    names = [case.name for case in _PLANTED]

    assert len(names) == len(set(names))


def test_every_twin_differs_from_what_was_planted_in_what_is_expected() -> None:
    assert [case.name for case in _PLANTED if case.expected == case.safe_expected] == []


def test_recall_and_false_alarms() -> None:
    missed = {case.name for case in _PLANTED if _compare(case.templates, case.expected)[0]}
    alarmed = {case.name for case in _PLANTED if _alarms(case.safe_templates, case.safe_expected)}
    recalled = len(_PLANTED) - len(missed)
    sys.stdout.write(f"{len(_PLANTED)} planted, {recalled} recalled, {len(alarmed)} twins alarm\n")

    assert missed <= set(_NOT_RECALLED)
    assert alarmed <= set(_ALARMED)


def _alarms(templates: Templates, expected: Expected) -> list[Fact]:
    """
    Give what is said of a twin beyond what is expected, milder verdicts left out.
    """
    _, made_up = _compare(templates, expected)
    return [fact for fact in made_up if fact[0] != "verdict" or _is_worse(fact, expected)]


def _is_worse(fact: Fact, expected: Expected) -> bool:
    _, function, verdict = fact
    return RANKS.index(str(verdict)) > RANKS.index(expected.verdicts[str(function)])
