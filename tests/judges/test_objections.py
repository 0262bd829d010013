"""Objections are answered one kind at a time, and no answer outlives what it answers."""

from __future__ import annotations

import pytest

from tests.judges.objections import Objection, read_answers, stale, unanswered

ANSWERS = """
[[accepted]]
about = "A network of its own"
because = "It reaches nothing private."
objections = ["checkov CKV_AWS_117 Shop/*", "cfn-guard lambda_inside_vpc_check *"]
"""


def objection(place: str, *, judge: str = "checkov", rule: str = "CKV_AWS_117") -> Objection:
    return Objection(judge=judge, rule=rule, place=place)


def test_answers_what_it_names_and_nothing_else() -> None:
    elsewhere = objection("Bank/Pay")
    other_rule = objection("Shop/Pay", rule="CKV_AWS_116")
    other_judge = objection("Shop/Pay", judge="cfn-lint")
    said = [objection("Shop/Pay"), elsewhere, other_rule, other_judge]
    assert set(unanswered(said, read_answers(ANSWERS))) == {elsewhere, other_rule, other_judge}


def test_finds_the_line_that_answers_nothing_any_more() -> None:
    left = stale([objection("Shop/Pay")], read_answers(ANSWERS))
    assert [str(pattern) for pattern in left] == ["cfn-guard lambda_inside_vpc_check *"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ANSWERS.replace("It reaches nothing private.", " "), "not why"),
        (ANSWERS.replace("because =", "since ="), "not why"),
        (ANSWERS.replace("checkov CKV_AWS_117 Shop/*", "checkov CKV_AWS_117"), "judge rule where"),
        ("[[accepted]]\nabout = 'a'\nbecause = 'b'\nobjections = []", "no objections"),
    ],
)
def test_refuses_an_answer_that_cannot_be_reviewed(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_answers(text)
