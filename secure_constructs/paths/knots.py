"""Nodes in the order in which they feed one another, those that feed themselves together."""

from __future__ import annotations

from collections.abc import Sequence


def components(leaving: Sequence[Sequence[int]]) -> list[list[int]]:
    """
    Give the nodes in groups that feed one another, those first that feed the others.

    By Tarjan's algorithm without recursion, in time linear in nodes and edges.

    Args:
        leaving: For each node, by number, the nodes it feeds.
    """
    search = _Search(leaving)
    for root in range(len(leaving)):
        if search.index[root] < 0:
            search.walk(root)
    search.found.reverse()
    return search.found


class _Search:
    def __init__(self, leaving: Sequence[Sequence[int]]) -> None:
        self.leaving = leaving
        self.index = [-1] * len(leaving)
        self.low = [0] * len(leaving)
        self.count = 0
        self.stack: list[int] = []
        self.on_stack = [False] * len(leaving)
        self.found: list[list[int]] = []

    def walk(self, root: int) -> None:
        work = [(root, iter(self._entered(root)))]
        while work:
            node, following = work[-1]
            for target in following:
                if self.index[target] < 0:
                    work.append((target, iter(self._entered(target))))
                    break
                if self.on_stack[target]:
                    self.low[node] = min(self.low[node], self.index[target])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    self.low[above] = min(self.low[above], self.low[node])
                if self.low[node] == self.index[node]:
                    self.found.append(self._closed(node))

    def _entered(self, node: int) -> Sequence[int]:
        self.index[node] = self.low[node] = self.count
        self.count += 1
        self.stack.append(node)
        self.on_stack[node] = True
        return self.leaving[node]

    def _closed(self, node: int) -> list[int]:
        at = len(self.stack) - 1
        while self.stack[at] != node:
            at -= 1
        members = self.stack[at:]
        del self.stack[at:]
        for member in members:
            self.on_stack[member] = False
        return members
