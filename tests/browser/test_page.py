"""The page of the attack map in a real browser: quiet, safe, quick, and usable by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from secure_constructs.reports._map import Map
from tests.browser.conftest import Reader
from tests.reports import maps

Open = Callable[..., Reader]

DOWN, UP, LEFT, RIGHT = "\ue015", "\ue013", "\ue012", "\ue014"
ENTER, ESCAPE, TAB = "\ue007", "\ue00c", "\ue004"


@cache
def drawn(name: str) -> Map:
    made: Map = getattr(maps, name)()
    return made


@pytest.mark.parametrize("name", ["sound", "exposed", "hostile", "tangled", "large"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_quiet_and_asks_for_nothing(opened: Open, name: str, scheme: str) -> None:
    page = opened(drawn(name))
    page.prefer(prefers_color_scheme=scheme)
    for tab in ("findings", "matrix", "map"):
        page.click(f"#tab-{tab}")

    assert [entry["message"] for entry in page.logs("browser")] == []
    asked = {url.partition(":")[0] for url in page.requests()}
    assert asked <= {"file", "data"}
    assert page.js("performance.getEntriesByType('resource').length") == 0


def test_no_name_is_run(opened: Open) -> None:
    page = opened(drawn("hostile"))
    for row in range(page.count("#inputs tbody tr")):
        page.js("document.querySelector(`tr[data-input='${arguments[0]}']`).click()", row)
    for row in range(len(drawn("hostile")["findings"])):
        page.click("#tab-findings")
        page.js("document.querySelector(`tr[data-finding='${arguments[0]}']`).click()", row)
    page.click("#tab-matrix")
    page.click("button.cell")

    assert page.browser.title == "Attack map: Hostile"
    assert page.count("img, iframe, object, embed, b[onclick]") == 0
    assert page.js("document.scripts.length") == 4
    links = page.js("[...document.links].map((link) => link.protocol)")
    assert set(links) <= {"file:", "https:"}
    assert page.logs("browser") == []


def test_what_the_policy_forbids_is_refused(opened: Open) -> None:
    page = opened(drawn("sound"))
    page.js(
        "(() => { const script = document.createElement('script');"
        "try { script.textContent = 'document.title = 1'; } catch (e) { return; }"
        "document.body.append(script); })()"
    )

    assert page.browser.title == "Attack map: Orders"
    page.logs("browser")


def test_a_row_shows_the_way_hop_by_hop_and_the_cheapest_cut(opened: Open) -> None:
    page = opened(drawn("exposed"))

    page.click("tr[data-input='0']")

    said = page.text("#details")
    assert "RefundUrl" in page.text("#details h2")
    assert "no web ACL" in said
    assert "cheapest cut" in said
    assert "let only a CloudFront distribution with a web ACL call RefundUrl" in said
    assert "app.py:54" in said


def test_a_hop_leads_on_to_its_node(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.click("tr[data-input='0']")

    page.click("#details .hops .stop:last-child button")

    said = page.text("#details")
    assert "If it is taken over, an attacker" in said
    assert "iam-privilege-escalation" in said  # of the role that is drawn in it
    assert "grant the exact function with grants.invoke()" in said


def test_a_finding_leads_to_its_place_on_the_map(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.click("#tab-findings")

    page.js("document.querySelectorAll('tr[data-finding]')[1].click()")

    assert page.count("#canvas") == 1
    assert "lambda-url-without-auth" in page.text("#details .card.current")
    assert "app.py:53" in page.text("#details .card.current")


def test_filters_by_verdict_severity_risk_and_text(opened: Open) -> None:
    page = opened(drawn("exposed"))

    page.click("#verdicts input[value='exposed']")
    assert page.count("#inputs tbody tr") == 2
    assert page.text("#input-count") == "2 of 10"
    page.click("#filters button[type='reset']")
    page.wait("document.getElementById('input-count').textContent === '10'")
    page.click("#severities input[value='critical']")
    assert page.text("#tab-findings .count") == "1 of 6"
    page.click("#filters button[type='reset']")
    page.wait("document.getElementById('input-count').textContent === '10'")
    page.js("document.getElementById('risk').value = 'SAS-2'")
    page.js("document.getElementById('risk').dispatchEvent(new Event('change', {bubbles: true}))")
    assert page.text("#tab-findings .count") == "1 of 6"
    page.click("#filters button[type='reset']")
    page.wait("document.getElementById('input-count').textContent === '10'")
    page.type("#search", "importprices")
    page.wait("document.getElementById('input-count').textContent === '2 of 10'")
    assert "2 inputs" in page.js("document.getElementById('said').textContent")


def test_says_that_no_input_matches(opened: Open) -> None:
    page = opened(drawn("exposed"))

    page.type("#search", "nothing has this name")

    page.wait("document.getElementById('no-inputs').checkVisibility()")


def test_the_list_is_read_by_arrow_keys(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.js("document.querySelector('tr[data-input]').focus()")

    page.press(DOWN, DOWN, ENTER)
    assert page.js("document.activeElement.dataset.input") == "2"
    assert page.js("document.activeElement.getAttribute('aria-selected')") == "true"
    assert page.count("#inputs tr[tabindex='0']") == 1
    page.press(UP, ESCAPE)
    assert page.js("document.activeElement.dataset.input") == "1"
    assert page.text("#details h2") == "Where to start"


def test_the_map_is_read_by_arrow_keys(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.js("document.getElementById('canvas').focus()")
    heard = "document.getElementById('said').textContent"

    page.press(RIGHT)
    first = page.js(heard)
    page.press(RIGHT)
    second = page.js(heard)
    page.press(ENTER)

    assert first != second
    assert page.text("#details h2") in second
    page.press(ESCAPE)
    assert page.text("#details h2") == "Where to start"


def test_connections_that_nothing_tells_apart_are_one_that_names_what_makes_it(
    opened: Open,
) -> None:
    page = opened(drawn("watched"))
    page.js("document.getElementById('extent').value = 'all'")
    page.js("document.getElementById('extent').dispatchEvent(new Event('change'))")
    page.js("document.getElementById('canvas').focus()")

    page.press(RIGHT, LEFT)
    assert page.js("document.getElementById('said').textContent").endswith("leads to 1 node")
    page.press(ENTER)
    assert page.count("#details section li") == 1
    assert "44 alarms" in page.text("#details section li")

    page.click("#details button[aria-label='Show this connection']")
    assert page.count("#details dd li") == 44
    assert "Alarm43" in page.text("#details dd ul")


def test_the_tab_key_reaches_everything_and_the_focus_is_seen(opened: Open) -> None:
    page = opened(drawn("exposed"))
    reached = []
    for _ in range(32):
        page.press(TAB)
        reached.append(
            page.js("document.activeElement.id || document.activeElement.tagName.toLowerCase()")
        )
        style = "getComputedStyle(document.activeElement)"
        chip = "document.activeElement.closest('.chip')"
        if not page.js(f"document.activeElement === document.body || {chip} !== null"):
            assert page.js(f"{style}.outlineStyle") != "none", reached[-1]

    assert {"tab-map", "search", "risk", "extent", "canvas", "tr"} <= set(reached)


def test_tabs_are_changed_by_arrow_keys(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.js("document.getElementById('tab-map').focus()")

    page.press(RIGHT)

    assert page.js("document.activeElement.id") == "tab-findings"
    assert page.count("#finding-rows") == 1
    assert page.count("#canvas") == 0


def test_a_cell_of_the_matrix_shows_its_evidence(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.click("#tab-matrix")

    page.click("button.cell.failed")

    said = page.text("#evidence")
    assert "! failed" in said
    assert "AuthType: auth is NONE" in said or "Policies.0" in said


def test_every_control_has_a_name(opened: Open) -> None:
    page = opened(drawn("exposed"))
    page.click("tr[data-input='0']")

    nameless = page.js(
        "[...document.querySelectorAll('button, input, select, a, [role=application], [role=tab]')]"
        ".filter((one) => one.checkVisibility() && !(one.ariaLabel || one.innerText.trim()"
        " || one.closest('label')?.innerText.trim() || one.closest('label')?.textContent.trim()))"
        ".map((one) => one.outerHTML)"
    )
    assert nameless == []


def test_five_hundred_resources_stay_usable(opened: Open) -> None:
    large = drawn("large")
    page = opened(large)

    assert large["summary"]["resources"] == 500
    assert page.js("document.getElementById('extent').value") == "unsound"
    assert page.text("#shown") == "61 of 401 nodes"
    page.js("document.getElementById('extent').value = 'all'")
    page.js("document.getElementById('extent').dispatchEvent(new Event('change'))")
    assert page.text("#shown") == "401 nodes"
    page.type("#search", "work7")
    page.wait("document.getElementById('input-count').textContent.startsWith('5 of')")


def test_what_is_too_large_to_lay_out_is_not_offered(opened: Open) -> None:
    page = opened(maps.large(150))

    assert page.js(
        "[...document.querySelectorAll('#extent option:disabled')].map(o => o.value)"
    ) == ["all"]
    page.type("#search", "Team3/Read29")
    page.wait("document.getElementById('input-count').textContent === '1 of 450'")


def test_what_joins_everything_is_left_out_until_it_is_asked_for(opened: Open) -> None:
    page = opened(drawn("tangled"))

    assert page.js("document.getElementById('extent').value") == "data"
    before = page.text("#shown")
    page.js("document.getElementById('extent').value = 'all'")
    page.js("document.getElementById('extent').dispatchEvent(new Event('change'))")

    assert before == "20 of 23 nodes"
    assert page.text("#shown") == "23 nodes"
    assert page.logs("browser") == []


def test_what_is_chosen_appears_even_where_it_was_not_drawn(opened: Open) -> None:
    page = opened(drawn("large"))
    page.type("#search", "Team3/Table4")
    page.wait("document.getElementById('shown').textContent !== '61 of 401 nodes'")

    assert page.logs("browser") == []


@pytest.mark.parametrize("width", [360, 768, 1440, 2200])
def test_nothing_sticks_out_at_any_width(opened: Open, width: int) -> None:
    page = opened(drawn("hostile"), size=(width, 900))
    for tab in ("map", "findings", "matrix"):
        page.click(f"#tab-{tab}")
        assert page.js("document.documentElement.scrollWidth") <= width, tab


def test_without_javascript_the_lists_and_the_drawing_are_read(reader: Reader) -> None:
    reader.open(drawn("exposed"), script=False)
    reader.command("Emulation.setScriptExecutionDisabled", value=False)

    assert reader.count("#inputs tbody tr") == 10
    assert reader.count("#finding-rows tbody tr") == 6
    assert reader.count("svg.attack-map") == 1
    assert reader.count(".needs-script") == 0
    assert reader.js("getComputedStyle(document.querySelector('.attack-map .paper')).fill") == (
        "rgb(255, 255, 255)"
    )
