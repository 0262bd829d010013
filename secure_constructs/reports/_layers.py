"""
A layered layout: every node in a column left of the nodes it leads to, where cycles allow it.

After Sugiyama: break cycles, give each node a column, put a joint into every column an edge
crosses, order the columns so that few edges cross, straighten. Each step is linear in the nodes
and joints.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_SWEEPS: Final = 8
# Above it an edge runs straight to its end: joints in every column would be most of the work.
_MOST_JOINTS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    Where everything lies, in columns and rows counted from 0; rows may be fractions.

    Args:
        nodes: The column and row of each node.
        edges: For each edge in order, the columns and rows it passes, its ends included.
        columns: How many columns there are.
        rows: How many rows the highest column needs.
    """

    nodes: Mapping[str, tuple[int, float]]
    edges: Sequence[tuple[tuple[int, float], ...]]
    columns: int
    rows: float


def layered(nodes: Iterable[str], edges: Sequence[tuple[str, str]]) -> Layout:
    """
    Lay out a graph; the same graph in the same order lies the same.

    Args:
        nodes: The nodes, each once.
        edges: Source and target of each edge, among *nodes*.
    """
    names = tuple(nodes)
    number = {name: index for index, name in enumerate(names)}
    pairs = [(number[source], number[target]) for source, target in edges]
    forward = _without_cycles(len(names), pairs)
    columns = _columns(len(names), forward)
    chains = _chains(columns, forward)
    rows, most = _rows(columns, chains)
    at = [(columns[place], rows[place]) for place in range(len(columns))]
    points = [
        tuple(at[place] for place in (chain if forward[index] == pairs[index] else chain[::-1]))
        for index, chain in enumerate(chains)
    ]
    return Layout(
        nodes={name: at[index] for name, index in number.items()},
        edges=points,
        columns=max(columns, default=-1) + 1,
        rows=most,
    )


def _without_cycles(count: int, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """
    Turn round each edge that closes a cycle, as a walk in depth finds them.
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    for index, (source, _) in enumerate(pairs):
        leaving[source].append(index)
    turned = list(pairs)
    waiting, on_way, done = 0, 1, 2
    state = [waiting] * count
    for start in range(count):
        if state[start] is not waiting:
            continue
        way = [(start, iter(leaving[start]))]
        state[start] = on_way
        while way:
            node, rest = way[-1]
            for index in rest:
                target = pairs[index][1]
                if state[target] == on_way:
                    turned[index] = (target, node)
                elif state[target] == waiting:
                    state[target] = on_way
                    way.append((target, iter(leaving[target])))
                    break
            else:
                state[node] = done
                way.pop()
    return turned


def _columns(count: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """
    Give each node the column after the last of those that lead to it.
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    open_edges = [0] * count
    for source, target in pairs:
        if source != target:
            leaving[source].append(target)
            open_edges[target] += 1
    columns = [0] * count
    ready = deque(node for node in range(count) if not open_edges[node])
    while ready:
        node = ready.popleft()
        for target in leaving[node]:
            columns[target] = max(columns[target], columns[node] + 1)
            open_edges[target] -= 1
            if not open_edges[target]:
                ready.append(target)
    return columns


def _chains(columns: list[int], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """
    Give the nodes and joints each edge runs through; the joints are appended to *columns*.
    """
    joints = sum(max(0, columns[target] - columns[source] - 1) for source, target in pairs)
    chains = []
    for source, target in pairs:
        between = range(columns[source] + 1, columns[target]) if joints <= _MOST_JOINTS else ()
        first = len(columns)
        columns.extend(between)
        chains.append([source, *range(first, len(columns)), target])
    return chains


def _rows(columns: list[int], chains: Iterable[list[int]]) -> tuple[list[float], float]:
    """
    Give each node and joint a row near those it is joined to, and count the rows.
    """
    before: list[list[int]] = [[] for _ in columns]
    after: list[list[int]] = [[] for _ in columns]
    for one, other in (pair for chain in chains for pair in pairwise(chain)):
        if one != other:
            after[one].append(other)
            before[other].append(one)
    layers: list[list[int]] = [[] for _ in range(max(columns, default=-1) + 1)]
    rows = []
    for node, column in enumerate(columns):
        rows.append(float(len(layers[column])))
        layers[column].append(node)
    for move in (_order, _settle):
        for sweep in range(_SWEEPS):
            for layer in layers if sweep % 2 == 0 else reversed(layers):
                move(layer, before if sweep % 2 == 0 else after, rows)
    top = min(rows, default=0.0)
    rows = [row - top for row in rows]
    return rows, max(rows, default=-1.0) + 1


def _order(layer: list[int], beside: list[list[int]], rows: list[float]) -> None:
    """
    Sort a column by the middle of what its nodes are joined to.
    """
    middle = {
        node: sum(rows[other] for other in beside[node]) / len(beside[node])
        if beside[node]
        else rows[node]
        for node in layer
    }
    layer.sort(key=lambda node: middle[node])
    for row, node in enumerate(layer):
        rows[node] = row


def _settle(layer: list[int], beside: list[list[int]], rows: list[float]) -> None:
    """
    Move a column towards what it is joined to: in order, and a row apart.
    """
    wanted = [
        sum(rows[other] for other in beside[node]) / len(beside[node])
        if beside[node]
        else rows[node]
        for node in layer
    ]
    least = float("-inf")
    for node, row in zip(layer, wanted, strict=True):
        least = max(row, least + 1)
        rows[node] = least
    drift = sum(rows[node] - row for node, row in zip(layer, wanted, strict=True)) / len(layer)
    for node in layer:
        rows[node] -= drift
