"""What every way passes, held against trying out: take a node away and see what is cut off."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.paths.dominators import Dominators


def reached(following: Sequence[Sequence[int]], without: int = -1) -> set[int]:
    found = {0} - {without}
    waiting = list(found)
    while waiting:
        for target in following[waiting.pop()]:
            if target != without and target not in found:
                found.add(target)
                waiting.append(target)
    return found


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    """
    Give graphs whose nodes are all reached from node 0.
    """
    count = draw(st.integers(min_value=1, max_value=9))
    node = st.integers(min_value=0, max_value=count - 1)
    following = [draw(st.lists(node, max_size=3)) for _ in range(count)]
    for target in range(1, count):
        following[draw(st.integers(min_value=0, max_value=target - 1))].append(target)
    return following


@given(graphs())
def test_what_every_way_passes_cuts_it_off(following: list[list[int]]) -> None:
    dominators = Dominators(following)

    for node in range(len(following)):
        cutting = {n for n in range(len(following)) if node not in reached(following, without=n)}
        assert {n for n in range(len(following)) if dominators.passes(node, n)} == cutting


def test_a_long_chain_that_leads_back_at_every_step_ends() -> None:
    count = 5_000
    dominators = Dominators([[min(number + 1, count - 1), 0] for number in range(count)])

    assert all(dominators.passes(count - 1, number) for number in range(count))
