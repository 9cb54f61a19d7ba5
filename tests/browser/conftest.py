"""Real pages in real Chromium against the whole house. Skipped, saying so, only where no Chromium is installed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.ops import frontend
from bot.settings import ROOT, load
from tests.processes import House, house

PASSWORD = "a long password for tests"
SIZES = {"kiosk": (1080, 1920), "desk": (1366, 768), "phone": (390, 844)}
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

# Pages are made of shadow roots: a query that looks into all of them.
DEEP = """
const deep = (root, id, found = []) => {
  for (const element of root.querySelectorAll('*')) {
    if (element.dataset && element.dataset.testid === id) found.push(element);
    if (element.shadowRoot) deep(element.shadowRoot, id, found);
  }
  return found;
};
"""
VISIBLE = "return deep(document, arguments[0]).filter(e => e.checkVisibility ? e.checkVisibility() : true);"


@pytest.fixture(scope="session")
def chromium() -> tuple[str, str]:
    browser = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        if os.environ.get("LOBBY_TEST_REQUIRE_ALL"):
            pytest.fail("Chromium and chromedriver must be installed here")
        pytest.skip("Chromium and chromedriver are not installed on this machine")
    return browser, driver


@pytest.fixture(scope="session")
def running(chromium: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    ours = load()
    if not frontend.is_built():
        ours.logs.mkdir(parents=True, exist_ok=True)
        frontend.build(ours, ours.logs / "frontend.log")
    home = tmp_path_factory.mktemp("house") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOBBY_PRINTER", "dummy:")
        with house(home, PASSWORD) as started:
            yield started


@dataclass
class Page:
    """One browser window, with words for what a person does in it."""

    driver: webdriver.Chrome
    url: str

    def open(self, path: str, size: str = "desk") -> None:
        self.resize(size)
        self.driver.get(self.url + path)

    def resize(self, size: str) -> None:
        width, height = SIZES[size]
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def all(self, testid: str) -> list[WebElement]:
        found: list[WebElement] = self.driver.execute_script(DEEP + VISIBLE, testid)
        return found

    def see(self, testid: str, text: str | None = None, seconds: float = 15) -> WebElement:
        """The last visible element of this kind (that holds `text`), waited for."""

        def look() -> WebElement | None:
            fitting = [e for e in self.all(testid) if text is None or text in e.text]
            return fitting[-1] if fitting else None

        return self.wait(look, f"{testid} with {text!r}", seconds)

    def press(self, testid: str, text: str | None = None) -> None:
        def click() -> bool:
            element = self.see(testid, text)
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            return True

        self.wait(click, f"{testid} to be pressed")  # a page that renders anew in between is looked at again

    def type(self, testid: str, text: str, *, enter: bool = False) -> None:
        self.see(testid).send_keys(text, *([Keys.ENTER] if enter else []))

    def keys(self, *keys: str) -> None:
        """Keys pressed wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def gone(self, testid: str, seconds: float = 10) -> None:
        self.wait(lambda: not self.all(testid) or None, f"{testid} to go", seconds)

    def wait(self, look: Callable[[], Any], what: str, seconds: float = 15) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                found = look()
            except StaleElementReferenceException:
                found = None
            if found is not None:
                return found
            time.sleep(0.05)
        self.driver.save_screenshot(str(Path(tempfile.gettempdir()) / "lobby-browser-failure.png"))
        raise AssertionError(f"waited {seconds} s for {what}; the page says:\n{self.text()}")

    def text(self) -> str:
        collect = """
        const words = root => [...root.childNodes].map(n => n.nodeType === 3 ? n.textContent
          : ['STYLE', 'SCRIPT'].includes(n.nodeName) ? '' : words(n.shadowRoot || n)).join(' ');
        return words(document.body).replace(/\\s+/g, ' ');"""
        return str(self.driver.execute_script(collect))

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth"))

    def errors(self) -> list[str]:
        """What the browser's console complained about."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def faults(self) -> list[str]:
        """What is wrong with the page as it stands, in every size."""
        found = []
        for size in SIZES:
            self.resize(size)
            if self.overflow() > 0:
                found.append(f"{size}: {self.overflow()} pixels too wide")
            found += [f"{size}: {violation}" for violation in self.violations()]
        return found

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.1 A and AA."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => done(r.violations));"
        )
        return [f"{v['id']}: {[n['target'] for n in v['nodes']]} {v['nodes'][0]['failureSummary']}" for v in found]


def new_page(chromium: tuple[str, str], url: str, profile: Path) -> Page:
    browser, driver = chromium
    options = Options()
    options.binary_location = browser
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"),
        # Every third-party host is unreachable.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return Page(webdriver.Chrome(options=options, service=Service(driver)), url)


@pytest.fixture
def browser(chromium: tuple[str, str], running: House, tmp_path: Path) -> Iterator[Callable[[], Page]]:
    """Opens fresh browsers, each of its own person."""
    made: list[Page] = []

    def fresh() -> Page:
        made.append(new_page(chromium, running.url, tmp_path / f"profile-{len(made)}"))
        return made[-1]

    yield fresh
    for each in made:
        each.driver.quit()


@pytest.fixture
def page(browser: Callable[[], Page]) -> Page:
    """A fresh browser."""
    return browser()


@pytest.fixture
def console(browser: Callable[[], Page]) -> Page:
    """A fresh browser with the staff console signed in."""
    made = browser()
    made.open("/staff")
    made.type("login-name", "admin")
    made.type("login-password", PASSWORD)
    made.press("login-submit")
    made.see("logout")
    return made
