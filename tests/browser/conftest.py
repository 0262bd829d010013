"""
A real browser, without a window: Chromium and its driver, as Debian packages them.

Where there is none the tests are skipped, and say so; in CI they fail instead.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from secure_constructs.reports import html
from secure_constructs.reports._map import Map

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE = (1440, 900)


class Reader:
    """
    Someone who reads a page.

    Args:
        browser: The browser.
        folder: Where pages are written.
    """

    def __init__(self, browser: Chrome, folder: Path) -> None:
        self.browser = browser
        self._folder = folder

    def open(self, drawn: Map, *, size: tuple[int, int] = WIDE, script: bool = True) -> None:
        """Open the page of a map, from a file, as a reader does."""
        file = self._folder / "map.html"
        file.write_text(html.page(drawn), "utf-8")
        self.command("Emulation.setScriptExecutionDisabled", value=not script)
        self.resize(*size)
        self.logs("browser")
        self.logs("performance")
        self.browser.get(file.as_uri())

    def resize(self, width: int, height: int) -> None:
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", **screen)

    def prefer(self, **preferences: str) -> None:
        features = [
            {"name": name.replace("_", "-"), "value": value} for name, value in preferences.items()
        ]
        self.command("Emulation.setEmulatedMedia", features=features)

    def command(self, name: str, **parameters: Any) -> Any:
        return self.browser.execute_cdp_cmd(name, parameters)

    def logs(self, kind: str) -> list[Any]:
        logs: list[Any] = self.browser.get_log(kind)  # type: ignore[no-untyped-call]
        return logs

    def requests(self) -> list[str]:
        """Give the address of everything the page asked for."""
        messages = [json.loads(entry["message"])["message"] for entry in self.logs("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def js(self, code: str, *values: object) -> Any:
        return self.browser.execute_script(f"return ({code})", *values)

    def text(self, selector: str) -> str:
        said: str = self.js("document.querySelector(arguments[0]).innerText", selector)
        return said

    def count(self, selector: str) -> int:
        """Count what is shown of something."""
        shown: int = self.js(
            "[...document.querySelectorAll(arguments[0])]"
            ".filter((one) => one.checkVisibility()).length",
            selector,
        )
        return shown

    def click(self, selector: str) -> None:
        self.browser.find_element("css selector", selector).click()

    def type(self, selector: str, *keys: str) -> None:
        self.browser.find_element("css selector", selector).send_keys(*keys)

    def press(self, *keys: str) -> None:
        """Press keys wherever the focus is."""
        self.browser.switch_to.active_element.send_keys(*keys)

    def wait(self, code: str, *values: object) -> None:
        """Wait until something is so, for as long as a slow machine may need."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.browser, 60).until(lambda _: self.js(code, *values), code)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        _without("no Chromium with its driver is installed: apt-get install chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for argument in (
        "--headless=new",
        "--no-sandbox",  # there is none inside a container, and the pages are our own
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--force-device-scale-factor=1",
    ):
        options.add_argument(argument)
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield started
    started.quit()


@pytest.fixture
def reader(browser: Chrome, tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(browser, tmp_path)
    reader.prefer(prefers_reduced_motion="reduce", prefers_color_scheme="light")
    yield reader
    browser.get("about:blank")


@pytest.fixture
def opened(reader: Reader) -> Callable[[Map], Reader]:
    """Open a map, and be there when the page is ready."""

    def open_map(drawn: Map, **how: Any) -> Reader:
        reader.open(drawn, **how)
        reader.wait("document.documentElement.dataset.ready === 'yes'")
        return reader

    return open_map


def _without(reason: str) -> NoReturn:
    if os.environ.get("CI") or os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
