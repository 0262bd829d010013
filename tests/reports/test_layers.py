"""Where everything lies: left of what it leads to, a row apart, and in time that grows evenly."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.reports._layers import layered
from tests.work import work

GRAPHS = st.integers(1, 30).flatmap(
    lambda size: st.tuples(
        st.just([str(node) for node in range(size)]),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=60).map(
            lambda pairs: [(str(one), str(other)) for one, other in pairs]
        ),
    )
)


@given(GRAPHS)
def test_every_graph_is_laid_out(graph: tuple[list[str], list[tuple[str, str]]]) -> None:
    nodes, edges = graph

    layout = layered(nodes, edges)

    assert list(layout.nodes) == nodes
    places = list(layout.nodes.values())
    for column in range(layout.columns):
        rows = sorted(row for at, row in places if at == column)
        assert all(lower - upper > 0.99 for upper, lower in pairwise(rows))
    assert all(0 <= column < layout.columns and 0 <= row < layout.rows for column, row in places)
    for (source, target), way in zip(edges, layout.edges, strict=True):
        assert way[0] == layout.nodes[source]
        assert way[-1] == layout.nodes[target]


def test_what_leads_to_something_lies_left_of_it() -> None:
    layout = layered("dbca", [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])

    assert {node: column for node, (column, _) in layout.nodes.items()} == {
        "a": 0,
        "b": 1,
        "c": 2,
        "d": 3,
    }


def test_a_long_edge_passes_every_column_on_its_way() -> None:
    layout = layered("abc", [("a", "b"), ("b", "c"), ("a", "c")])

    assert [column for column, _ in layout.edges[2]] == [0, 1, 2]
    assert layout.edges[2][1][1] != layout.nodes["b"][1]


def test_an_edge_that_closes_a_cycle_runs_back() -> None:
    layout = layered("ab", [("a", "b"), ("b", "a"), ("a", "a")])

    assert [column for column, _ in layout.edges[1]] == [1, 0]
    assert layout.edges[2] == (layout.nodes["a"], layout.nodes["a"])


def test_nothing_is_laid_out_too() -> None:
    assert layered([], []).rows == 0


def test_four_times_the_graph_takes_about_four_times_the_work() -> None:
    def laid_out(size: int) -> int:
        choose = random.Random(7)  # noqa: S311 - a graph, not a secret
        nodes = [str(node) for node in range(size)]
        edges = [(choose.choice(nodes), choose.choice(nodes)) for _ in range(2 * size)]
        return work(lambda: layered(nodes, edges))

    assert laid_out(1_000) < 6 * laid_out(250)
