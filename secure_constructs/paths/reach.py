"""Which sensitive data someone reaches whom nobody asked who they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import INTERNET, Edge, Flow, Graph, Node
from secure_constructs.template import UNRESOLVED, Resource

_SENSITIVE_TYPES: Final = frozenset({"AWS::SecretsManager::Secret"})
_TAG: Final = frozenset({"data-classification", "dataclassification", "classification"})
_SENSITIVE: Final = frozenset(
    {"confidential", "pci", "personal", "phi", "pii", "restricted", "secret", "sensitive"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """
    A way from someone unknown to sensitive data.

    Args:
        target: The secret, or the store whose tags call it sensitive.
        path: The edges, hop by hop.
    """

    target: Node
    path: tuple[Edge, ...]

    @property
    def certain(self) -> bool:
        """
        Whether no hop depends on what is not known.
        """
        return all(edge.certain for edge in self.path)

    @property
    def behind_waf(self) -> Answer:
        """
        Whether a web ACL sees the request at the beginning.
        """
        return self.path[0].waf


def is_sensitive(node: Node) -> bool:
    """
    Say whether a node holds what must not get out: a secret, or what its tags call sensitive.

    The tag is ``data-classification``; its value may be ``confidential``, ``restricted``,
    ``sensitive``, ``personal``, ``pii``, ``phi``, ``pci`` or ``secret``, in any case.
    """
    resource = node.resource
    return resource is not None and (
        resource.type in _SENSITIVE_TYPES or any(_is_sensitive(*tag) for tag in _tags(resource))
    )


def exposures(graph: Graph) -> tuple[Exposure, ...]:
    """
    Find the shortest way to everything sensitive that a stranger's request leads to.

    Strangers are let in where nobody asks who they are; an API key does not.
    """
    because: dict[Node, Edge] = {}
    found: dict[Node, Edge] = {}
    waiting: deque[Node] = deque()
    for edge in graph.leaving(INTERNET):
        if edge.guard.asks_who:
            continue
        if edge.flow is Flow.READ and is_sensitive(edge.target):
            found.setdefault(edge.target, edge)
        if edge.carries and edge.target not in because:
            because[edge.target] = edge
            waiting.append(edge.target)
    while waiting:
        node = waiting.popleft()
        for edge in graph.leaving(node):
            if edge.flow is Flow.READ and is_sensitive(edge.target):
                found.setdefault(edge.target, edge)
            if (edge.carries or edge.target.power) and edge.target not in because:
                because[edge.target] = edge
                waiting.append(edge.target)
    return tuple(
        Exposure(target=target, path=_path(last, because)) for target, last in found.items()
    )


def _path(last: Edge, because: dict[Node, Edge]) -> tuple[Edge, ...]:
    path = [last]
    while path[-1].source in because:
        path.append(because[path[-1].source])
    return tuple(reversed(path))


def _tags(resource: Resource) -> Iterator[tuple[str, str]]:
    tags: Any = resource.get("Tags")
    if isinstance(tags, dict):
        yield from ((str(key), str(value)) for key, value in tags.items())
    elif isinstance(tags, list):
        for tag in tags:
            if isinstance(tag, dict) and tag.get("Value") is not UNRESOLVED:
                yield str(tag.get("Key")), str(tag.get("Value"))


def _is_sensitive(key: str, value: str) -> bool:
    return key.lower().replace("_", "-") in _TAG and value.lower() in _SENSITIVE
