"""The judges of the field have nothing to say about what we build that we could not answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judges.bench import BENCH
from tests.judges.conftest import Hearing, as_page
from tests.judges.objections import Answer, stale, unanswered

pytestmark = pytest.mark.judges

PAGE = Path(__file__).with_name("README.md")


@pytest.mark.parametrize("judge", BENCH)
def test_every_objection_has_an_answer(
    judge: str, hearing: Hearing, answers: tuple[Answer, ...]
) -> None:
    left = unanswered(hearing.by_judge[judge], answers)
    assert not left, "\n".join(map(str, left))


@pytest.mark.parametrize("judge", ["secure-constructs", "cfn-lint"])
def test_some_judges_have_no_objection_at_all(judge: str, hearing: Hearing) -> None:
    assert not hearing.by_judge[judge]


@pytest.mark.parametrize("judge", sorted(BENCH.keys() - {"cfn-lint"}))
def test_a_judge_objects_to_the_insecure_twin(judge: str, hearing: Hearing) -> None:
    assert hearing.to_insecure[judge]


def test_every_answer_answers_something(hearing: Hearing, answers: tuple[Answer, ...]) -> None:
    left = stale(hearing.objections, answers)
    assert not left, "\n".join(map(str, left))


def test_the_answers_are_few_enough_to_read(answers: tuple[Answer, ...]) -> None:
    assert len(answers) <= 10


def test_the_page_says_what_the_judges_said(
    hearing: Hearing, answers: tuple[Answer, ...], request: pytest.FixtureRequest
) -> None:
    page = as_page(hearing, answers)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text("utf-8") == page
