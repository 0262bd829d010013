"""The page holds all it needs, runs nothing that a template says, and is the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from secure_constructs.reports import html
from secure_constructs.reports._map import Map
from tests.reports import maps

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "secure_constructs" / "reports" / "page" / "vendor"
MAPS = ["sound", "exposed", "hostile", "large"]
# The only attributes by which a page loads something as it opens.
LOADING = {"action", "background", "data", "formaction", "poster", "src", "srcset"}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._open.append(tag)
        if tag in {"script", "style"}:
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as the parser calls it
        self._open = self._open[:-1]

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in {"script", "style"}:
            self.texts[self._open[-1]][-1] += data
        else:
            self.texts.setdefault("", []).append(data)

    def values(self, tag: str, name: str) -> list[str]:
        return [value for t, n, value in self.attributes if (t, n) == (tag, name)]

    @property
    def policy(self) -> dict[str, str]:
        (policy,) = [v for v in self.values("meta", "content") if v.startswith("default-src")]
        return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@cache
def drawn(name: str) -> Map:
    made: Map = getattr(maps, name)()
    return made


@cache
def page(name: str) -> Page:
    return Page(html.page(drawn(name)))


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("name", MAPS)
def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_nothing_else(name: str) -> None:
    it = page(name)
    scripts = [text for text in it.texts["script"] if not text.startswith("{")]

    assert it.policy == {
        "default-src": "'none'",
        "script-src": " ".join(map(hash_of, scripts)),
        "style-src": " ".join(map(hash_of, it.texts["style"])),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


@pytest.mark.parametrize("name", MAPS)
def test_nothing_in_the_page_needs_more_than_the_policy_allows(name: str) -> None:
    names = {attribute for _, attribute, _ in page(name).attributes}

    assert not {attribute for attribute in names if attribute.startswith("on")}
    assert "style" not in names


@pytest.mark.parametrize("name", MAPS)
def test_the_page_loads_nothing(name: str) -> None:
    it = page(name)

    assert not {attribute for _, attribute, _ in it.attributes} & LOADING
    assert not it.tags.keys() & {"base", "embed", "frame", "iframe", "img", "object"}
    (icon,) = it.values("link", "href")
    assert icon.startswith("data:")
    assert all(link == "#inputs" for link in it.values("a", "href"))


def test_no_name_becomes_markup() -> None:
    kinds = {"sound", "exposed", "hostile", "large"}
    tags = {name: set(page(name).tags) for name in kinds}

    assert tags["hostile"] <= tags["sound"] | tags["exposed"]
    assert page("hostile").tags["script"] == page("sound").tags["script"] == 4
    assert page("hostile").tags["title"] >= 1


def test_a_page_says_every_name_as_text() -> None:
    said = "".join(page("hostile").texts[""])

    assert "<img src=x onerror=\"document.title='owned'\">" in said
    assert "\\u202egnp.exe" in said
    assert not {"\u202e", "\u2066", "\x00", "\x1b", "\u2028"} & set(said)


def test_names_are_isolated_from_the_direction_of_the_text_around_them() -> None:
    text = html.page(drawn("hostile"))

    assert "<bdi>\u05d4\u05d6\u05de\u05e0\u05d5\u05ea</bdi>" in text


def test_long_names_are_shortened_in_the_middle() -> None:
    rows = "".join(page("hostile").texts[""])

    assert re.search("x{40,}\N{HORIZONTAL ELLIPSIS}x{40,}", rows)
    assert "x" * 1_000 not in rows


@pytest.mark.parametrize("name", MAPS)
def test_the_data_comes_back_as_it_was(name: str) -> None:
    (data,) = [text for text in page(name).texts["script"] if text.startswith("{")]

    assert json.loads(data)["map"] == json.loads(json.dumps(drawn(name)))
    assert not {"<", ">", "&"} & set(data)
    assert data.isascii()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_templates_give_the_same_page(seed: str) -> None:
    code = (
        "import sys; from tests.reports import maps; from secure_constructs.reports import html;"
        "sys.stdout.buffer.write(html.page(maps.exposed()).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )

    assert done.stdout.decode() == html.page(maps.exposed())


def test_a_reader_without_javascript_finds_inputs_findings_matrix_and_drawing() -> None:
    it = page("exposed")
    said = " ".join(it.texts[""])

    assert "no web ACL sees what comes into RefundUrl from the internet" in said
    assert "it can give itself the permissions of FulfilRole" in said
    assert "two partners in one organization" in said
    assert it.values("td", "data-cell")
    assert "attack-map" in it.values("svg", "class")


def test_a_verdict_is_told_by_a_glyph_and_words_beside_the_colour() -> None:
    text = html.page(drawn("exposed"))

    for verdict in drawn("exposed")["verdicts"]:
        assert (
            f'<span class="verdict {verdict["id"]}"><span aria-hidden="true">{verdict["glyph"]}'
            f"</span> {verdict['words']}</span>"
        ) in text


def test_what_could_not_be_read_is_said() -> None:
    assert "1 connection is not known before deployment" in html.page(drawn("exposed"))
    assert "not known before deployment, and so" not in html.page(drawn("sound"))


def test_an_app_without_inputs_has_a_page() -> None:
    text = html.page(maps.drawn(maps.Plan("Empty", {"Table": "table"})))

    assert "Nothing comes in." in text
    assert "There is no function on the map." in text


def test_what_draws_the_page_is_what_was_published() -> None:
    table = (VENDOR / "README.md").read_text("utf-8")
    listed = dict(re.findall(r"\| `(\S+\.js)` \| .* \| `([0-9a-f]{64})` \|", table))

    assert listed == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in VENDOR.glob("*.js")
    }


@pytest.mark.parametrize("licence", sorted(VENDOR.glob("*.LICENSE")), ids=lambda file: file.stem)
def test_the_page_carries_the_licence_of_what_draws_it(licence: Path) -> None:
    said = "".join(page("sound").texts[""])

    assert licence.read_text("utf-8").strip() in said
    assert f"`{licence.name}`" in (VENDOR / "README.md").read_text("utf-8")
