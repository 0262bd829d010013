from __future__ import annotations

import pytest

from secure_constructs.iam.answers import Answer

YES, NO, MAYBE = Answer.YES, Answer.NO, Answer.MAYBE


def test_joins_as_three_valued_logic_does() -> None:
    assert (YES & MAYBE, NO & MAYBE, YES | MAYBE, NO | MAYBE) == (MAYBE, NO, YES, MAYBE)
    assert (~YES, ~NO, ~MAYBE) == (NO, YES, MAYBE)


def test_of_many_takes_the_best_or_the_worst() -> None:
    assert Answer.any([NO, MAYBE]) is MAYBE
    assert Answer.any([]) is NO
    assert Answer.all([YES, MAYBE]) is MAYBE
    assert Answer.all([]) is YES


def test_cannot_be_taken_for_true_or_false() -> None:
    with pytest.raises(TypeError, match="compare it"):
        bool(MAYBE)
