"""The edges that some resources make, in words that tests can compare."""

from __future__ import annotations

from typing import Any, Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.build import build
from secure_constructs.paths.graph import Edge, Graph, Guard
from secure_constructs.template import Template

FUNCTION: Final = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13"}}
UNKNOWN: Final = {"Unknown": {"Type": "String"}}


def made(kind: str, **properties: Any) -> dict[str, Any]:
    """
    Write a resource.
    """
    return {"Type": kind, "Properties": properties}


def graph(resources: dict[str, Any]) -> Graph:
    """
    Build the graph of a template; ``{"Ref": "Unknown"}`` is a value that nobody knows.
    """
    return build([Template({"Parameters": UNKNOWN, "Resources": resources})])


def between(found: Graph, source: str, target: str) -> Edge:
    """
    Give the one edge between two nodes, by their names.
    """
    edges = [e for e in found.edges if (str(e.source), str(e.target)) == (source, target)]
    assert len(edges) == 1, [str(edge) for edge in found.edges]
    return edges[0]


def leads(found: Graph, source: str, target: str) -> bool:
    """
    Say whether there is an edge between two nodes.
    """
    return f"{source} -> {target}" in steps(found)


def said(edge: Edge) -> tuple[str, Guard, Answer]:
    """
    Say what an edge is called, who is asked, and whether a web ACL sees it.
    """
    return edge.label, edge.guard, edge.waf


def steps(found: Graph) -> set[str]:
    """
    Give every edge as text.
    """
    return {f"{edge.source} -> {edge.target}" for edge in found.edges}
