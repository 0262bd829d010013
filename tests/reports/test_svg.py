"""The drawing: well-formed, still, safe, and bounded however large the app."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from secure_constructs.paths.graph import AWS, INTERNET, Flow
from secure_constructs.reports import svg
from tests.reports import maps

MAPS = ["sound", "exposed", "hostile", "large"]


def parsed(name: str) -> ET.Element:
    return ET.fromstring(svg.drawing(getattr(maps, name)()))  # noqa: S314 - written here


def texts(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", MAPS)
def test_a_drawing_holds_nothing_that_runs_or_loads(name: str) -> None:
    root = parsed(name)

    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "style", "defs", "marker", "path", "rect", "text", "g"}
    names = {attribute for element in root.iter() for attribute in element.attrib}
    assert not [one for one in names if one.startswith("on") or one in {"href", "style", "src"}]


def test_a_drawing_tells_verdicts_in_words_and_glyphs() -> None:
    said = texts(parsed("exposed"))

    assert {"! exposed", "? unknown", "\u2248 compensated", "\u21b3 provenance"} <= set(said)
    assert "\u2713 behind WAF" in said
    assert said[0].startswith("10 inputs: ! 2 exposed")


def test_a_drawing_folds_roles_into_functions() -> None:
    assert not [text for text in texts(parsed("exposed")) if text.endswith("Role")]


def test_long_names_stay_inside_their_box_and_are_told_in_full_beside_it() -> None:
    root = parsed("exposed")
    name = "ReconcileCustomerInvoicesWithThePaymentProviderEveryHour"

    assert all(len(text) <= 18 for text in texts(root)[1:] if " " not in text)
    titles = [title.text or "" for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any(name in title for title in titles)
    assert max(map(len, titles)) < 600


def test_wide_letters_take_two_places() -> None:
    plan = maps.Plan("Shop", {"\u6ce8\u6587" * 20: "function"})
    plan.join(INTERNET, Flow.REQUEST, "\u6ce8\u6587" * 20)

    drawn = ET.fromstring(svg.drawing(maps.drawn(plan)))  # noqa: S314 - written here

    assert "\u6ce8\u6587\u6ce8\u6587\u2026\u6587\u6ce8\u6587" in texts(drawn)


def test_a_large_map_is_reduced_and_says_so() -> None:
    root = parsed("large")

    assert "more nodes are not drawn" in texts(root)[0]
    assert float(root.attrib["height"]) < 12_000


def test_the_same_map_gives_the_same_drawing() -> None:
    assert svg.drawing(maps.exposed()) == svg.drawing(maps.exposed())


def test_an_empty_map_is_a_drawing() -> None:
    empty = maps.drawn(maps.Plan("Empty", {"Table": "table"}))

    assert texts(ET.fromstring(svg.drawing(empty))) == ["0 inputs"]  # noqa: S314 - written here


def test_edges_that_nothing_tells_apart_are_one_line_with_their_number() -> None:
    plan = maps.Plan("Shop", {"Topic": "topic", "A": "key", "B": "key"})
    for via in "AB":
        plan.join(AWS, Flow.REQUEST, "Topic", via=via, label="alarm")
    root = ET.fromstring(svg.drawing(maps.drawn(plan)))  # noqa: S314 - written here

    lines = [path for path in root.iter() if "edge" in path.attrib.get("class", "").split()]
    assert len(lines) == 1
    assert "2 alarms" in texts(root)
