"""What customers and staff do again and again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from selenium.webdriver.support.select import Select

from tests.browser.conftest import Page

SECTIONS = ("conversations", "handoffs", "windows", "tickets", "requests", "machines", "complaints")


@dataclass(frozen=True)
class Number:
    """A ticket somebody holds."""

    number: str
    path: str


def ask(page: Page, text: str) -> None:
    page.type("composer-input", text, enter=True)


def open_widget(page: Page, size: str = "desk") -> None:
    page.open("/demo", size)
    page.press("launcher")
    page.see("composer-input")


def number_for(page: Page, service: str, *held: str) -> Number:
    """A number for a service, by the way of a code prepared at home with these papers."""
    code = _post(page, "/api/visits", {"service": service, "held": held})["code"]
    ticket = _post(page, "/api/visits/check-in", {"code": code})["ticket"]
    return Number(ticket["number"], f"/t/{ticket['code']}")


def sit_at(console: Page, window: str) -> None:
    """Take a window's place in the console and open it; the focus is on no field then."""
    console.press("section-windows")
    console.wait(lambda: len(Select(console.see("window")).options) > 1 or None, "the windows to be listed")
    Select(console.see("window")).select_by_value(window)
    console.press("state-open")

    def is_open() -> bool | None:
        button = console.see("state-open")
        return (button.is_enabled() and button.get_attribute("aria-pressed") == "true") or None

    console.wait(is_open, "an open window")


def call_number(console: Page, number: str) -> None:
    """By keyboard alone: C, the number, Enter."""
    console.keys("c")
    console.type("call-number", number, enter=True)
    console.see("current-number", number)


def _post(page: Page, path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = Request(page.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))
