"""What the constructs may cost: `benchmarks.constructs` measures, this holds."""

from __future__ import annotations

import pytest

from benchmarks.constructs import MOST_RATIO, PAIRS, Pair
from benchmarks.kernel import messages, types
from secure_constructs import constructs

# What is asked once in a stack counts in the first.
MORE_FOR_THE_FIRST = 4

pairs = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name.replace(" ", "-"))


@pairs
def test_both_sides_give_the_same_resources(pair: Pair) -> None:
    (ours, give), (by_hand, give_by_hand) = pair.sides
    assert types(ours, give)[0] == types(by_hand, give_by_hand)[0]


@pairs
def test_one_more_costs_the_messages_of_the_same_by_hand(pair: Pair) -> None:
    (ours, give), (by_hand, give_by_hand) = pair.sides
    messages(ours, give)  # what is asked once in a process
    first, more = messages(ours, give)
    first_by_hand, more_by_hand = messages(by_hand, give_by_hand)
    assert more <= more_by_hand * MOST_RATIO + pair.asks
    assert first <= first_by_hand * MOST_RATIO + MORE_FOR_THE_FIRST + pair.asks


def test_every_construct_is_measured() -> None:
    measured = {pair.name for pair in PAIRS}
    parts = {"SecureUserPoolClient", "UploadFront"}
    # A policy that bounds roles: there is no plain construct to compare it with.
    unlike = {"SecureBoundary"}
    assert {*constructs.__all__} - parts - unlike <= measured
