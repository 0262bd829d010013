"""The graph of templates that are deployed together."""

from __future__ import annotations

from collections.abc import Iterable

from secure_constructs.paths.edges import readers
from secure_constructs.paths.graph import Edge, Graph, Unread
from secure_constructs.template import Template, Undecided


def build(templates: Iterable[Template]) -> Graph:
    """
    Build the graph of some templates.
    """
    edges: list[Edge] = []
    unread: list[Unread] = []
    for template in templates:
        for resource in template.resources.values():
            for read in readers(resource.type):
                try:
                    edges.extend(read(resource, template))
                except Undecided as undecided:
                    unread.append(Unread(resource=resource, place=undecided.place))
    return Graph(edges, unread)
