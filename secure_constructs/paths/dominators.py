"""What every way from a start passes on its way to a node."""

from __future__ import annotations

from collections.abc import Sequence


class Dominators:
    """
    What every way to each node passes.

    By Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm, 2001.

    Args:
        following: For each node, by number, the nodes it leads to; all ways start at node 0,
            and lead to every other.
    """

    def __init__(self, following: Sequence[Sequence[int]]) -> None:
        order = _in_order(following)
        self._place = [0] * len(following)
        for place, node in enumerate(order):
            self._place[node] = place
        above = self._dominated([following[node] for node in order])
        self._first, self._last = _intervals(above)

    def passes(self, node: int, other: int) -> bool:
        """
        Say whether every way to a node passes another, or it is that.
        """
        place = self._place[other]
        return self._first[place] <= self._first[self._place[node]] <= self._last[place]

    def _dominated(self, following: Sequence[Sequence[int]]) -> list[int]:
        """
        Give for each place the nearest that every way to it passes.
        """
        before: list[list[int]] = [[] for _ in following]
        for place, targets in enumerate(following):
            for target in targets:
                before[self._place[target]].append(place)
        above = [-1] * len(following)
        above[0] = 0
        changed = True
        while changed:
            changed = False
            for place in range(1, len(above)):
                nearest = -1
                for source in before[place]:
                    if above[source] >= 0:
                        nearest = source if nearest < 0 else _common(above, source, nearest)
                if above[place] != nearest:
                    above[place] = nearest
                    changed = True
        return above


def _intervals(above: Sequence[int]) -> tuple[list[int], list[int]]:
    """
    Number the places anew so that those below a place follow it without a gap.

    Returns:
        For each place its number, and that of the last one below it.
    """
    below = [0] * len(above)
    for place in range(len(above) - 1, 0, -1):
        below[above[place]] += below[place] + 1
    first = [0] * len(above)
    free = [1] * len(above)
    for place in range(1, len(above)):
        first[place] = free[above[place]]
        free[above[place]] += below[place] + 1
        free[place] = first[place] + 1
    return first, [start + size for start, size in zip(first, below, strict=True)]


def _common(above: Sequence[int], first: int, second: int) -> int:
    while first != second:
        while first > second:
            first = above[first]
        while second > first:
            second = above[second]
    return first


def _in_order(following: Sequence[Sequence[int]]) -> list[int]:
    """
    Give what is reached from the start, each node before those that are reached only by it.
    """
    seen = [False] * len(following)
    seen[0] = True
    done: list[int] = []
    work = [(0, iter(following[0]))]
    while work:
        node, rest = work[-1]
        for target in rest:
            if not seen[target]:
                seen[target] = True
                work.append((target, iter(following[target])))
                break
        else:
            done.append(node)
            work.pop()
    done.reverse()
    return done
