"""
The map finds every planted path, and nothing in the twins; ``-rP`` shows recall and false alarms.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

import pytest

from tests.paths.comparison import RANKS, Fact, expected_facts, found_facts
from tests.paths.planted import Expected, Planted, Templates, planted

_PLANTED: Final = planted()

_GAPS: Final[Mapping[str, str]] = {}
"""Planted stacks that the map does not read as expected, each with the reason why that stands."""


def _cases() -> list[object]:
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True, reason=_GAPS[case.name])]
            if case.name in _GAPS
            else [],
        )
        for case in _PLANTED
    ]


def _compare(templates: Templates, expected: Expected) -> tuple[frozenset[Fact], frozenset[Fact]]:
    wanted, found = expected_facts(expected), found_facts(templates, expected)
    return wanted - found, found - wanted


@pytest.mark.parametrize("case", _cases())
def test_finds_what_was_planted_and_no_more(case: Planted) -> None:
    missed, made_up = _compare(case.templates, case.expected)

    assert not missed, case.what
    assert not made_up, case.what


@pytest.mark.parametrize("case", _cases())
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
    recalled = [case for case in _PLANTED if not _compare(case.templates, case.expected)[0]]
    alarms = {
        case.name: worse
        for case in _PLANTED
        if (worse := _alarms(case.safe_templates, case.safe_expected))
    }
    sys.stdout.write(
        f"{len(_PLANTED)} planted, {len(recalled)} recalled, {len(alarms)} twins that alarm\n"
    )

    assert {case.name for case in _PLANTED} - {case.name for case in recalled} <= set(_GAPS)
    assert set(alarms) <= set(_GAPS)


def _alarms(templates: Templates, expected: Expected) -> list[Fact]:
    """
    Give what is said of a twin beyond what is expected, milder verdicts left out.
    """
    _, made_up = _compare(templates, expected)
    return [fact for fact in made_up if fact[0] != "verdict" or _is_worse(fact, expected)]


def _is_worse(fact: Fact, expected: Expected) -> bool:
    _, function, verdict = fact
    return RANKS.index(str(verdict)) > RANKS.index(expected.verdicts[str(function)])
