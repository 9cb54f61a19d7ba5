from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.branch.service import Branch
from bot.locales import LOCALES
from bot.privacy.service import Vault
from bot.queueing.api import router
from bot.settings import Settings
from bot.store import Store
from tests.queueing.hall import Hall
from tests.routes import AGENT, Routes


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> Hall:
    return Hall(store, branch, now)


@pytest.fixture
def routes(store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime) -> Routes:
    return Routes(router, store=store, branch=branch, vault=vault, settings=settings, now=now)


def post(routes: Routes, path: str) -> dict[str, Any]:
    answer = routes.client.post(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_ticket_page_gets_all_it_shows_in_all_locales(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan")
    ticket = hall.take_ticket("loan")
    shown = routes.client.get(f"/api/tickets/{ticket.code}").json()
    assert (shown["number"], shown["ahead"], shown["state"]) == ("D002", 1, "waiting")
    assert shown["wait_minutes"] == [ticket.wait_low, ticket.wait_high]
    assert shown["window"] is None
    for label in (shown["service"], shown["zone"], shown["windows"][0]["label"]):
        assert set(label) == set(LOCALES)


def test_ticket_page_can_delay_and_cancel_and_wakes_the_tail(hall: Hall, routes: Routes) -> None:
    first = hall.take_ticket("loan")
    hall.take_ticket("loan")
    assert post(routes, f"/api/tickets/{first.code}/delay")["ahead"] == 1
    assert post(routes, f"/api/tickets/{first.code}/cancel")["state"] == "cancelled"
    assert routes.woken == 2
    assert routes.client.post(f"/api/tickets/{first.code}/delay").json()["error"]["code"] == "conflict"


def test_unknown_ticket_is_not_found(routes: Routes) -> None:
    answer = routes.client.get("/api/tickets/NOSUCHCODE")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/staff/windows"),
        ("GET", "/api/staff/tickets"),
        ("POST", "/api/staff/windows/7/next"),
        ("POST", "/api/staff/windows/7/recall"),
        ("POST", "/api/staff/windows/7/done"),
        ("POST", "/api/staff/windows/7/no-show"),
    ],
)
def test_stranger_cannot_use_the_routes_of_staff(hall: Hall, routes: Routes, method: str, path: str) -> None:
    hall.take_ticket("loan")
    assert routes.client.request(method, path).status_code in (401, 403)
    assert hall.line() == ["D001"]


def test_staff_call_next_and_the_board_shows_it(hall: Hall, routes: Routes) -> None:
    ticket = hall.take_ticket("loan")
    routes.sign_in()
    called = post(routes, "/api/staff/windows/7/next")["ticket"]
    assert (called["number"], called["state"], called["window"]["id"]) == ("D001", "called", "7")
    assert hall.events(ticket.code)[-1] == ("called", AGENT)
    board = routes.client.get("/api/board").json()
    assert board["calling"][0]["number"] == "D001"
    assert board["calling"][0]["window"]["label"]["en"] == "Window 7"
    assert board["open"] is True
    assert post(routes, "/api/staff/windows/7/recall")["number"] == "D001"
    assert post(routes, "/api/staff/windows/7/done")["state"] == "done"
    assert post(routes, "/api/staff/windows/7/next") == {"ticket": None}


def test_no_show_frees_the_window(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan")
    routes.sign_in()
    post(routes, "/api/staff/windows/7/next")
    assert post(routes, "/api/staff/windows/7/no-show")["state"] == "no_show"
    windows = routes.client.get("/api/staff/windows").json()["items"]
    assert all(window["current"] is None for window in windows)


def test_staff_see_amount_and_reasons_of_a_ticket(hall: Hall, routes: Routes) -> None:
    hall.take_ticket(amount="60000.5")
    hall.take_ticket("loan")
    routes.sign_in()
    items = routes.client.get("/api/staff/tickets", params={"state": "waiting"}).json()["items"]
    assert [item["number"] for item in items] == ["A001", "D001"]
    assert items[0]["amount"] == "60000.5"
    assert items[0]["reasons"] == ["booking_needed", "counter_only"]
    assert items[1]["amount"] is None
    assert routes.client.get("/api/staff/tickets", params={"state": "asleep"}).status_code == 422
