"""What falls with a function: what whoever runs code in its place could do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam.roles import identities
from secure_constructs.paths.graph import Edge, Flow, Graph, Kind, Node, node_of

# What makes another role one's own: acting as it, or changing what runs with it.
_TAKES_OVER: Final = frozenset({Flow.ASSUME, Flow.CONTROL})
_DONE: Final = frozenset({Flow.READ, Flow.WRITE, Flow.INVOKE, Flow.CONTROL, Flow.ASSUME})
# Before Python 3.12 each look at a member through its class is a call.
_CONTROL: Final = Flow.CONTROL
_IDENTITY: Final = Flow.IDENTITY
_ROLE: Final = Kind.ROLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Blast:
    """
    What whoever takes over a function could do.

    Args:
        function: The function.
        edges: Every grant of the roles that fall with it, in the order they are reached.
        trail: How each role, and each workload taken over on the way, is reached.
    """

    function: Node
    edges: tuple[Edge, ...]
    trail: dict[Node, Edge]

    def nodes(self, flow: Flow, *, certain: bool = False) -> tuple[Node, ...]:
        """
        Give what it could do something to; a power over a whole service counts as itself.

        Args:
            flow: What it could do.
            certain: Leave out what depends on conditions, or on what is not known.
        """
        found = (edge.target for edge in self.edges if edge.flow is flow)
        if certain:
            found = (e.target for e in self.edges if e.flow is flow and e.certain)
        return tuple(dict.fromkeys(node for node in found if node != self.function))

    @property
    def size(self) -> int:
        """
        How many different things it could read, write, invoke, change or become.
        """
        return len({e.target for e in self.edges if e.flow in _DONE} - {self.function})

    def path_to(self, node: Node) -> tuple[Edge, ...]:
        """
        Give the hops from the function to something it reaches.
        """
        last = next((edge for edge in self.edges if edge.target == node), None)
        path: list[Edge] = []
        while last is not None and last not in path:
            path.append(last)
            last = self.trail.get(last.source)
        return tuple(reversed(path))


def blast_of(function: Node, graph: Graph) -> Blast:
    """
    Find what falls with a function: by its own role, and by those it can make its own.
    """
    trail: dict[Node, Edge] = {}
    edges: list[Edge] = []
    seen = {function}
    waiting = [function]
    while waiting:
        node = waiting.pop()
        for edge in graph.leaving(node):
            own = edge.flow is _IDENTITY
            if not own and node.kind is not _ROLE:
                continue  # what AWS does with the result is no choice of an attacker's
            if not own:
                edges.append(edge)
            if own or _takes_over(edge):
                for taken in _taken(edge.target, graph):
                    if taken not in seen:
                        seen.add(taken)
                        trail[taken] = edge
                        waiting.append(taken)
    return Blast(function=function, edges=tuple(edges), trail=trail)


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
    acts = any(edge.flow is _IDENTITY for edge in graph.leaving(node))
    if resource is not None and node.kind is Kind.WORKLOAD and not acts:
        role = identities(resource.template).role_of(resource)
        if role is not None:
            yield node_of(role.resource)
