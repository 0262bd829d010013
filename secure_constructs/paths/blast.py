"""
What falls with a function: what whoever runs code in its place could do.

Functions that can take one another over fall together, and have one answer: what falls with one of
them falls with all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from secure_constructs.iam.roles import identities
from secure_constructs.paths.graph import Edge, Flow, Graph, Kind, Node, node_of
from secure_constructs.paths.knots import components

# What makes another role one's own: acting as it, or changing what runs with it.
_TAKES_OVER: Final = frozenset({Flow.ASSUME, Flow.CONTROL})
_DONE: Final = frozenset({Flow.READ, Flow.WRITE, Flow.INVOKE, Flow.CONTROL, Flow.ASSUME})
# Before Python 3.12 each look at a member through its class is a call.
_CONTROL: Final = Flow.CONTROL
_IDENTITY: Final = Flow.IDENTITY
_ROLE: Final = Kind.ROLE
_WORKLOAD: Final = Kind.WORKLOAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Blast:
    """
    What whoever takes over a function could do.

    Args:
        function: The function.
        number: Its number among what can fall, or have something done to it.
        fallen: What falls with it.
        graph: The graph it is in.
    """

    function: Node
    number: int
    fallen: Fallen
    graph: Graph

    @property
    def edges(self) -> tuple[Edge, ...]:
        """
        Every grant of the roles that fall with it.
        """
        return self.fallen.edges

    def nodes(self, flow: Flow, *, certain: bool = False) -> tuple[Node, ...]:
        """
        Give what it could do something to; a power over a whole service counts as itself.

        Args:
            flow: What it could do.
            certain: Leave out what depends on conditions, or on what is not known.
        """
        reached = self.fallen.reached(flow, certain=certain)
        return tuple(node for node in reached if node is not self.function)

    @property
    def size(self) -> int:
        """
        How many different things it could read, write, invoke, change or become.
        """
        return self.fallen.done.bit_count() - (self.fallen.done >> self.number & 1)

    def path_to(self, node: Node) -> tuple[Edge, ...]:
        """
        Give the hops from the function to something it reaches.
        """
        because: dict[Node, Edge] = {}
        waiting = [self.function]
        for holder in waiting:
            for edge, falling in _grants(holder, self.graph):
                if edge.target is node and edge.flow is not _IDENTITY:
                    return _path(edge, because)
                new = [one for one in falling if one not in because and one is not self.function]
                because.update((one, edge) for one in new)
                waiting.extend(new)
        return ()


def _path(last: Edge, because: dict[Node, Edge]) -> tuple[Edge, ...]:
    path = [last]
    while path[-1].source in because:
        path.append(because[path[-1].source])
    return tuple(reversed(path))


class Blasts:
    """
    What falls with each function: by its own role, and by those it can make its own.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        nodes = [node for node in graph.nodes if node.kind is _WORKLOAD]
        numbers = {node: number for number, node in enumerate(nodes)}
        own: list[list[Edge]] = []
        following: list[list[int]] = []
        for node in nodes:  # and those that fall with them
            granted: list[Edge] = []
            onward: list[int] = []
            for edge, falling in _grants(node, graph):
                if edge.flow is not _IDENTITY:
                    granted.append(edge)
                for taken in falling:
                    if taken not in numbers:
                        numbers[taken] = len(nodes)
                        nodes.append(taken)
                    onward.append(numbers[taken])
            own.append(granted)
            following.append(onward)
        self._numbers = numbers
        self._fallen: dict[int, Fallen] = {}
        for members in reversed(components(following)):
            onto = [to for member in members for to in following[member] if to in self._fallen]
            fallen = Fallen(
                [edge for member in members for edge in own[member]],
                tuple(dict.fromkeys(self._fallen[to] for to in onto)),
                numbers,
            )
            self._fallen.update(dict.fromkeys(members, fallen))

    def of(self, function: Node) -> Blast:
        """
        Find what falls with a function.
        """
        number = self._numbers[function]
        return Blast(
            function=function, number=number, fallen=self._fallen[number], graph=self._graph
        )


class Fallen:
    """
    What falls together.

    Args:
        own: What the roles among it are granted.
        onto: What falls with it besides.
        numbers: A number for each node; what is new is given the next.

    Attributes:
        done: What can be read, written, invoked, changed or become, as the bits of a number.
    """

    def __init__(
        self, own: Sequence[Edge], onto: Sequence[Fallen], numbers: dict[Node, int]
    ) -> None:
        self.own = own
        self.onto = onto
        self.done = 0
        for edge in own:
            if edge.flow in _DONE:
                self.done |= 1 << numbers.setdefault(edge.target, len(numbers))
        for other in onto:
            self.done |= other.done
        self._reached: dict[tuple[Flow, bool], tuple[Node, ...]] = {}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """
        What all of it is granted, in the order it is reached.
        """
        edges: list[Edge] = []
        seen = {self}
        waiting = [self]
        while waiting:
            fallen = waiting.pop()
            edges.extend(fallen.own)
            new = [other for other in fallen.onto if other not in seen]
            seen.update(new)
            waiting.extend(new)
        return tuple(edges)

    def reached(self, flow: Flow, *, certain: bool) -> tuple[Node, ...]:
        """
        Give what something can be done to.

        Args:
            flow: What can be done.
            certain: Leave out what depends on conditions, or on what is not known.
        """
        key = flow, certain
        if key not in self._reached:
            found = (e.target for e in self.edges if e.flow is flow and (e.certain or not certain))
            self._reached[key] = tuple(dict.fromkeys(found))
        return self._reached[key]


def _grants(node: Node, graph: Graph) -> Iterator[tuple[Edge, tuple[Node, ...]]]:
    """
    Give what whoever has a node can do with it, and what falls by that.
    """
    role = node.kind is _ROLE
    for edge in graph.leaving(node):
        own = edge.flow is _IDENTITY
        if own or role:  # what AWS does with the result is no choice of an attacker's
            yield edge, tuple(_taken(edge.target, graph)) if own or _takes_over(edge) else ()


def _takes_over(edge: Edge) -> bool:
    """
    Say whether an edge makes what it leads to one's own; to change a role is not yet to have it.
    """
    if edge.flow not in _TAKES_OVER or not edge.certain:
        return False
    return edge.flow is not _CONTROL or edge.target.kind is not _ROLE


def _taken(node: Node, graph: Graph) -> Iterator[Node]:
    """
    Give what falls with a node: itself, and the role of a workload that is no function.
    """
    yield node
    resource = node.resource
    if resource is None or node.kind is not _WORKLOAD:
        return
    if not any(edge.flow is _IDENTITY for edge in graph.leaving(node)):
        role = identities(resource.template).role_of(resource)
        if role is not None:
            yield node_of(role.resource)
