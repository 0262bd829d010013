"""
The report one looks at: a page that holds all it needs and asks the network for nothing.

Its policy allows the scripts and the style it holds, by their hashes, and nothing else; whatever a
template says is data, in a block that is never run, and in text that is escaped.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from secure_constructs.reports import svg
from secure_constructs.reports._map import ELLIPSIS, map_of, shortened

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.paths.attack_map import AttackMap
    from secure_constructs.reports._map import (
        EdgeData,
        FindingData,
        InputData,
        Map,
        NodeData,
        Words,
    )
    from secure_constructs.reports._matrix import Cell

_SCRIPTS: Final = ("vendor/cytoscape.min.js", "vendor/cytoscape-dagre.min.js", "page.js")
_LICENCES: Final = ("cytoscape", "cytoscape-dagre", "dagre", "graphlib")
_HOLE: Final = re.compile(r"\{\{([a-z_]+)\}\}")
# Names the file of the unminified source, which developer tools would ask for.
_SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_LONGEST: Final = 120
_STATES: Final = {
    "failed": ("!", "failed"),
    "uncertain": ("?", "not known before deployment"),
    "accepted": ("\N{ALMOST EQUAL TO}", "accepted, with a reason"),
    "passed": ("\N{CHECK MARK}", "passed"),
}
_FAVICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0b6e99" '
    'd="M12 2l9 3v6c0 6-4 9.5-9 11-5-1.5-9-5-9-11V5z"/><path fill="none" stroke="#fff" '
    'stroke-width="2" d="M6 12h5l3-4M11 12l3 4"/></svg>'
)


def render(assessment: Assessment, attacks: AttackMap) -> str:
    """
    Write the attack map as a page.

    Args:
        assessment: The verdict on the templates.
        attacks: The attack map of the same templates.
    """
    return page(map_of(assessment, attacks))


def page(drawn: Map) -> str:
    """
    Write a map as a page; the same map gives the same page, byte for byte.
    """
    scripts = [_script(name) for name in _SCRIPTS]
    style = _read("page.css")
    return _filled(
        _read("page.html"),
        {
            **_Words(drawn).parts(),
            "policy": _policy(scripts, [style, svg.style()]),
            "icon": f"data:image/svg+xml,{quote(_FAVICON)}",
            "style": style,
            "drawing": svg.drawing(drawn),
            "licences": _licences(),
            "data": data_block({"map": drawn, "icons": json.loads(_read("icons.json"))}),
            "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
        },
    )


def data_block(data: Mapping[str, Any]) -> str:
    """
    Write data for a block of JSON inside a page: nothing in it can end the block.
    """
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(scripts: list[str], styles: list[str]) -> str:
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": " ".join(map(_hash, styles)),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{kind} {sources}" for kind, sources in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _filled(frame: str, parts: Mapping[str, str]) -> str:
    """
    Put the parts into a frame in one pass, so that no part is searched for holes.
    """
    return _HOLE.sub(lambda hole: parts[hole[1]], frame)


@cache
def _read(name: str) -> str:
    return files(__package__).joinpath("page", *name.split("/")).read_text("utf-8")


@cache
def _script(name: str) -> str:
    return _SOURCE_MAP.sub("", _read(name))


def _licences() -> str:
    return "".join(
        f"<h3>{name}</h3><pre>{escape(_read(f'vendor/{name}.LICENSE').strip())}</pre>"
        for name in _LICENCES
    )


class _Words:
    """
    What the page says in words, which is all of it for readers without JavaScript.
    """

    def __init__(self, drawn: Map) -> None:
        self._map = drawn
        self._nodes: dict[str, NodeData] = {node["id"]: node for node in drawn["nodes"]}
        self._numbers = {node["id"]: number for number, node in enumerate(drawn["nodes"])}
        self._edges: dict[str, EdgeData] = {edge["id"]: edge for edge in drawn["edges"]}
        self._verdicts: dict[str, Words] = {words["id"]: words for words in drawn["verdicts"]}

    def parts(self) -> dict[str, str]:
        summary = self._map["summary"]
        stacks = ", ".join(summary["stacks"])
        count = f"{summary['resources']:,} resources, {summary['functions']:,} functions"
        return {
            "title": escape(shortened(stacks, _LONGEST)) or "one template",
            "subtitle": f"{_name(stacks)}<span class=soft>{' · ' if stacks else ''}{count}</span>",
            "state": "refused" if summary["refused"] else "passed",
            "headline": f"<b>{'Refused' if summary['refused'] else 'Passed'}</b> "
            f"{escape(summary['headline'])}",
            "told": self._told(),
            "bar": "".join(self._bar()),
            "input_count": str(len(self._map["inputs"])),
            "finding_count": str(len(self._map["findings"])),
            "inputs": "\n".join(map(self._input, range(len(self._map["inputs"])))),
            "nothing": "" if self._map["inputs"] else '<p class="none">Nothing comes in.</p>',
            "unread": self._unread(),
            "findings": "\n".join(map(self._finding, range(len(self._map["findings"])))),
            "matrix": "".join(self._matrix()),
        }

    def _told(self) -> str:
        counts = self._map["summary"]["inputs"]
        said = [
            f'<span class="verdict {verdict}"><span aria-hidden="true">{escape(words["glyph"])}'
            f"</span> {counts[verdict]} {words['words']}</span>"
            for verdict, words in self._verdicts.items()
            if counts[verdict]
        ]
        total = sum(counts.values())
        return f"<b>{total} {'input' if total == 1 else 'inputs'}</b> {' '.join(said)}"

    def _bar(self) -> Iterator[str]:
        for verdict, count in self._map["summary"]["inputs"].items():
            yield f'<i class="{verdict}"></i>' * min(count, _LONGEST)

    def _input(self, number: int) -> str:
        way: InputData = self._map["inputs"][number]
        words = self._verdicts[way["verdict"]]
        function = self._nodes[way["function"]]["label"]
        return (
            f'<tr data-input="{number}"><td><span class="verdict {way["verdict"]}">'
            f'<span aria-hidden="true">{escape(words["glyph"])}</span> {words["words"]}</span></td>'
            f"<td><b>{_name(way['entry'])} &rarr; {_name(function)}</b>"
            f"<small>{_text(way['why'])}</small>"
            f'<small class="way">{self._way(way)}</small></td></tr>'
        )

    def _way(self, way: InputData) -> str:
        edges = [self._edges[edge] for edge in way["path"]]
        hops = [edges[0]["source"], *(edge["target"] for edge in edges)]
        return " &rarr; ".join(_name(self._nodes[hop]["label"]) for hop in hops)

    def _unread(self) -> str:
        places = self._map["summary"]["unread"]
        if not places:
            return ""
        listed = "".join(f"<li>{_name(place)}</li>" for place in places)
        count = "1 connection is" if len(places) == 1 else f"{len(places):,} connections are"
        return (
            f'<details class="unread"><summary>{count} not known before deployment, and so not '
            f"drawn</summary><ul>{listed}</ul></details>"
        )

    def _finding(self, number: int) -> str:
        finding: FindingData = self._map["findings"][number]
        if finding["acknowledged"] is not None:
            state = f"<small>accepted: {_text(finding['acknowledged'])}</small>"
        else:
            state = "" if finding["certain"] else "<small>uncertain</small>"
        source = finding["source"]
        line = f"{source['file']}:{source['line']}" if source else ""
        return (
            f'<tr data-finding="{number}"><td><span class="severity {finding["severity"]}">'
            f"{finding['severity']}</span></td>"
            f"<td><b>{_name(finding['rule'])}</b> <span class=soft>{finding['risk']}</span>"
            f"<small>{_text(finding['message'])}</small>{state}</td>"
            f"<td>{_name(finding['construct'] or finding['logical_id'] or finding['stack'])}</td>"
            f"<td>{_name(line)}</td><td>{_text(finding['fix'])}</td></tr>"
        )

    def _matrix(self) -> Iterator[str]:
        rows = self._map["matrix"]["rows"]
        if not rows:
            yield '<p class="none">There is no function on the map.</p>'
            return
        risks = self._map["risks"]
        yield '<table class="matrix"><thead><tr><th scope="col">Function</th>'
        for risk in risks:
            yield f'<th scope="col"><span>{risk["id"]}</span><small>{risk["words"]}</small></th>'
        yield "</tr></thead><tbody>"
        for number, row in enumerate(rows):
            name = self._nodes[row["function"]]["label"]
            yield f'<tr data-row="{number}"><th scope="row">{_name(name)}</th>'
            cells = {cell["risk"]: (place, cell) for place, cell in enumerate(row["cells"])}
            for risk in risks:
                yield _cell(*cells.get(risk["id"], (0, None)))
            yield "</tr>"
        yield "</tbody></table>"


def _cell(place: int, cell: Cell | None) -> str:
    if cell is None:
        return '<td><span class="soft" aria-label="no rule applies">&middot;</span></td>'
    glyph, words = _STATES[cell["state"]]
    return (
        f'<td data-cell="{place}"><span class="cell {cell["state"]}" title="{words}">'
        f'<span aria-hidden="true">{glyph}</span><span class="unseen">{words}, controls: </span> '
        f"{len(cell['controls'])}</span></td>"
    )


def _name(text: str) -> str:
    """
    Write a name from a template: isolated, for its letters may run from right to left, and short.
    """
    if len(text) <= _LONGEST:
        return f"<bdi>{escape(text)}</bdi>"
    return (
        f'<bdi title="{escape(shortened(text, 2_000))}">{escape(shortened(text, _LONGEST))}</bdi>'
    )


def _text(text: str) -> str:
    """
    Write a sentence, which may hold names from a template.
    """
    if len(text) > 4 * _LONGEST:
        text = f"{text[: 4 * _LONGEST]}{ELLIPSIS}"
    return f"<bdi>{escape(text)}</bdi>"
