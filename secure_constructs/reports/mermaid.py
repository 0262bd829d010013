"""
The attack map for a pull request: Markdown with a diagram that code hosts draw from text.

It shows the ways of inputs only, the worst first, and as many as such a diagram can hold.
Source: https://mermaid.js.org/syntax/flowchart.html, and its limits at
https://mermaid.js.org/config/schema-docs/config.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from secure_constructs.findings import Severity
from secure_constructs.reports._map import chosen, counted, map_of, shortened

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.paths.attack_map import AttackMap
    from secure_constructs.reports._map import EdgeData, Map, NodeData

# Mermaid draws up to 500 edges and 50,000 characters; a reader takes in fewer.
_MOST: Final = 60
_LETTERS: Final = 40
# Everything else could be syntax, markup or a link, and is written as its number.
_PLAIN: Final = re.compile(r"[^A-Za-z0-9 .,_/-]")
_SHAPES: Final = {
    "outsider": ("([", "])"),
    "entry": (">", "]"),
    "channel": ("{{", "}}"),
    "store": ("[(", ")]"),
    "role": ("[/", "\\]"),
    "workload": ("[", "]"),
}
_LOOKS: Final = {
    "exposed": "stroke:#b8400a,stroke-width:4px",
    "unknown": "stroke:#6b6b6b,stroke-width:2px,stroke-dasharray:2 3",
    "compensated": "stroke:#8a6100,stroke-width:2px,stroke-dasharray:7 4",
    "provenance": "stroke:#0b62a8,stroke-width:2px",
    "behind-waf": "stroke:#00704f,stroke-width:2px",
}


def render(assessment: Assessment, attacks: AttackMap) -> str:
    """
    Write the attack map as Markdown with a Mermaid diagram.

    Args:
        assessment: The verdict on the templates.
        attacks: The attack map of the same templates.
    """
    return diagram(map_of(assessment, attacks))


def diagram(drawn: Map) -> str:
    """
    Write a map as Markdown with a Mermaid diagram.
    """
    return "".join(f"{line}\n" for line in _Diagram(drawn).lines())


class _Diagram:
    """
    One diagram of one map.
    """

    def __init__(self, drawn: Map) -> None:
        self._map = drawn
        self._nodes, self._edges = chosen(drawn, _MOST, inputs_only=True)
        self._names = {node["id"]: f"n{number}" for number, node in enumerate(self._nodes)}
        self._words = {words["id"]: words for words in drawn["verdicts"]}

    def lines(self) -> Iterator[str]:
        yield f"**Attack map**: {self._told()}"
        if not self._edges:
            return
        yield ""
        yield "```mermaid"
        yield "flowchart LR"
        for node in self._nodes:
            yield f"  {self._box(node)}"
        for edge in self._edges:
            yield f"  {self._arrow(edge)}"
        for verdict, look in _LOOKS.items():
            yield f"  classDef {verdict} {look}"
        for verdict in _LOOKS:
            names = [self._names[n["id"]] for n in self._nodes if n["verdict"] == verdict]
            if names:
                yield f"  class {','.join(names)} {verdict}"
        thick = [str(n) for n, edge in enumerate(self._edges) if edge["verdict"] == "exposed"]
        if thick:
            yield f"  linkStyle {','.join(thick)} {_LOOKS['exposed']}"
        yield "```"

    def _told(self) -> str:
        shown = {edge["id"] for edge in self._edges}
        drawn = {edge["id"] for edge in chosen(self._map, len(self._map["nodes"]))[1]}
        left = sum(not drawn.intersection(way["path"]) <= shown for way in self._map["inputs"])
        more = f"; the worst are drawn, and {left:,} are left out" if left else ""
        return f"{counted(self._map)}{more}"

    def _box(self, node: NodeData) -> str:
        left, right = _SHAPES[node["kind"]]
        label = _plain(node["label"])
        if node["verdict"]:
            words = self._words[node["verdict"]]
            label = f"{label}<br>{_plain(words['glyph'])} {words['words']}"
        worst = self._worst(node)
        if worst:
            label = f"{label}<br>{worst}"
        return f'{self._names[node["id"]]}{left}"{label}"{right}'

    def _worst(self, node: NodeData) -> str:
        findings = [self._map["findings"][number] for number in node["findings"]]
        found = {one["severity"] for one in findings if one["certain"] and not one["acknowledged"]}
        return next((f"{name} finding" for name in map(str, Severity) if name in found), "")

    def _arrow(self, edge: EdgeData) -> str:
        source, target = self._names[edge["source"]], self._names[edge["target"]]
        line = "-->" if edge["certain"] else "-.->"
        label = f'|"{_plain(edge["label"])}"|' if edge["label"] else ""
        return f"{source} {line}{label} {target}"


def _plain(text: str) -> str:
    return _PLAIN.sub(lambda letter: f"#{ord(letter[0])};", shortened(text, _LETTERS))
