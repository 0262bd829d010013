"""
The attack map as a drawing that stands still: for readers without JavaScript, and for documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from secure_constructs.reports._layers import layered
from secure_constructs.reports._map import (
    ELLIPSIS,
    chosen,
    counted,
    map_of,
    shortened,
)

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.paths.attack_map import AttackMap
    from secure_constructs.reports._layers import Layout
    from secure_constructs.reports._map import EdgeData, Map, NodeData

_SVG: Final = "http://www.w3.org/2000/svg"
# What can still be read on one sheet.
_MOST: Final = 150
_WIDTH: Final = 172
_HEIGHT: Final = 44
_BETWEEN: Final = 84
_PITCH: Final = 60
_MARGIN: Final = 24
_HEAD: Final = 34
_ICON: Final = 20
# What fits beside the icon, in characters of the usual width.
_LETTERS: Final = 17
_LONGEST: Final = 500
_WIDE: Final = frozenset("FW")


def render(assessment: Assessment, attacks: AttackMap) -> str:
    """
    Write the attack map as SVG.

    Args:
        assessment: The verdict on the templates.
        attacks: The attack map of the same templates.
    """
    return f"{drawing(map_of(assessment, attacks))}\n"


def drawing(drawn: Map) -> str:
    """
    Draw a map; one too large to be read is reduced to the ways of inputs, the worst first.
    """
    return _Drawing(drawn).text()


class _Drawing:
    """
    One drawing of one map.
    """

    def __init__(self, drawn: Map) -> None:
        self._map = drawn
        self._nodes, self._edges = chosen(drawn, _MOST)
        self._words = {words["id"]: words for words in drawn["verdicts"]}
        self._bundles = {bundle["edges"][0] for bundle in drawn["bundles"]}

    def text(self) -> str:
        layout = layered(
            (node["id"] for node in self._nodes),
            [(edge["source"], edge["target"]) for edge in self._edges],
        )
        width = 2 * _MARGIN + max(1, layout.columns) * (_WIDTH + _BETWEEN) - _BETWEEN
        height = 2 * _MARGIN + _HEAD + max(1.0, layout.rows) * _PITCH
        return "\n".join(
            (
                f'<svg xmlns="{_SVG}" class="attack-map" role="img" {_size(width, height)}>',
                f"<title>Attack map: {escape(self._told())}</title>",
                f"<style>{style()}</style>",
                *self._tips(),
                f'<rect class="paper" width="{width}" height="{height:.0f}"/>',
                f'<text x="{_MARGIN}" y="{_MARGIN + 4}">{escape(self._told())}</text>',
                *self._lines(layout),
                *self._boxes(layout),
                "</svg>",
            )
        )

    def _told(self) -> str:
        folded = sum(node["inside"] is not None for node in self._map["nodes"])
        left = len(self._map["nodes"]) - folded - len(self._nodes)
        more = f" ({left:,} more nodes are not drawn)"
        return f"{counted(self._map)}{more if left else ''}"

    def _tips(self) -> Iterator[str]:
        yield "<defs>"
        for verdict in ("line", *self._words):
            yield (
                f'<marker id="tip-{verdict}" viewBox="0 0 8 8" refX="7.5" refY="4" '
                'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
                f'<path d="M0 0L8 4 0 8z" fill="var(--{verdict})"/></marker>'
            )
        yield "</defs>"

    def _lines(self, layout: Layout) -> Iterator[str]:
        for edge, points in zip(self._edges, layout.edges, strict=True):
            look = [edge["verdict"] or "", "" if edge["certain"] else "maybe"]
            yield (
                f'<path class="{" ".join(filter(None, ["edge", *look]))}" '
                f'd="{_curve(points)}" marker-end="url(#tip-{edge["verdict"] or "line"})">'
                f"<title>{escape(_bounded(self._sentence(edge)))}</title></path>"
            )
            if edge["id"] in self._bundles:
                yield _told_beside(points, edge["label"])

    def _sentence(self, edge: EdgeData) -> str:
        unsure = "" if edge["certain"] else " (not certain)"
        label = f": {edge['label']}" if edge["label"] else ""
        return f"{self._map['flows'][edge['flow']]}{label}{unsure}"

    def _boxes(self, layout: Layout) -> Iterator[str]:
        for node in self._nodes:
            x, y = _corner(*layout.nodes[node["id"]])
            look = [node["kind"], node["verdict"] or "", "sensitive" if node["sensitive"] else ""]
            full = node["construct"] or node["label"]
            radius = 22 if node["kind"] == "outsider" else 6
            yield (
                f'<g class="{" ".join(filter(None, ["node", *look]))}" '
                f'transform="translate({x:.0f} {y:.0f})"><title>{escape(_bounded(full))}</title>'
                f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="{radius}"/>'
                f'<path transform="translate(12 12) scale({_ICON / 24:.3f})" '
                f'd="{_icons()[node["icon"]]}"/>'
                f'<text x="40" y="19">{escape(_fitting(node["label"]))}</text>'
                f'<text x="40" y="34" class="soft">{escape(self._below(node))}</text></g>'
            )

    def _below(self, node: NodeData) -> str:
        if node["verdict"]:
            words = self._words[node["verdict"]]
            return f"{words['glyph']} {words['words']}"
        return _fitting("sensitive data" if node["sensitive"] else node["below"])


@cache
def style() -> str:
    """
    Say how the drawing looks, as a style sheet; a page that holds the drawing must allow it.
    """
    return files(__package__).joinpath("page", "drawing.css").read_text("utf-8")


def _size(width: float, height: float) -> str:
    whole = f"{width:.0f} {height:.0f}"
    return f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {whole}"'


@cache
def _icons() -> dict[str, str]:
    text = files(__package__).joinpath("page", "icons.json").read_text("utf-8")
    icons: dict[str, str] = json.loads(text)
    return icons


def _corner(column: int, row: float) -> tuple[float, float]:
    return _MARGIN + column * (_WIDTH + _BETWEEN), _MARGIN + _HEAD + row * _PITCH


def _told_beside(points: tuple[tuple[int, float], ...], words: str) -> str:
    """
    Write what a line stands for in its middle, between two columns.
    """
    half = (len(points) - 1) // 2
    (x, y), (to_x, to_y) = (_corner(*point) for point in points[half : half + 2])
    return (
        f'<text class="several" x="{(x + to_x + _WIDTH) / 2:.0f}" '
        f'y="{(y + to_y + _HEIGHT) / 2 - 4:.0f}">{escape(_fitting(words))}</text>'
    )


def _curve(points: tuple[tuple[int, float], ...]) -> str:
    """
    Draw a line through the columns: level where it passes one, and in a bow between them.
    """
    places = [_corner(column, row) for column, row in points]
    middle = _HEIGHT / 2
    if points[0][0] == points[-1][0]:
        # To itself, or to a node of its own column: round on the right.
        (x, top), (_, end) = places[0], places[-1]
        right = x + _WIDTH
        low = end + middle + (10 if top == end else 0)
        return (
            f"M{right:.0f} {top + middle:.0f}C{right + 50:.0f} {top + middle:.0f} "
            f"{right + 50:.0f} {low:.0f} {right:.0f} {low:.0f}"
        )
    back = points[0][0] > points[-1][0]
    path = [f"M{places[0][0] + (0 if back else _WIDTH):.0f} {places[0][1] + middle:.0f}"]
    for (x, y), (to_x, to_y) in pairwise(places):
        start = x if back else x + _WIDTH
        end = to_x + _WIDTH if back else to_x
        bow = (end - start) / 2
        path.append(
            f"C{start + bow:.0f} {y + middle:.0f} {end - bow:.0f} {to_y + middle:.0f} "
            f"{end:.0f} {to_y + middle:.0f}"
        )
        if (to_x, to_y) != places[-1]:
            path.append(f"H{to_x if back else to_x + _WIDTH:.0f}")
    return "".join(path)


def _fitting(text: str) -> str:
    """
    Shorten a text to what a box holds; letters of East Asia take two places.
    """
    wide = sum(east_asian_width(letter) in _WIDE for letter in text[: 2 * _LETTERS])
    return shortened(text, max(_LETTERS // 2, _LETTERS - wide))


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}{ELLIPSIS}"
