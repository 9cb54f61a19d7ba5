from __future__ import annotations

from datetime import datetime, timedelta
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
from tests.visits.trip import Trip, demo_plan


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> Hall:
    return Hall(store, branch, now)


@pytest.fixture
def routes(store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime) -> Routes:
    return Routes(router, store=store, branch=branch, vault=vault, settings=settings, now=now)


def post(routes: Routes, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = routes.client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refusal(routes: Routes, path: str, body: dict[str, Any] | None = None) -> tuple[int, str, str]:
    answer = routes.client.post(path, json=body)
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


def test_ticket_page_gets_all_it_shows_in_all_locales(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan")
    ticket = hall.take_ticket("loan")
    shown = routes.client.get(f"/api/tickets/{ticket.code}").json()
    assert (shown["number"], shown["ahead"], shown["state"]) == ("D002", 1, "waiting")
    assert shown["wait_minutes"] == [ticket.wait_low, ticket.wait_high]
    assert shown["wait_minutes"][0] <= shown["wait_point"] <= shown["wait_minutes"][1]
    assert shown["hold_minutes"] == [5, 10, 15]
    assert (shown["window"], shown["held_until"], shown["rejoin_until"]) == (None, None, None)
    assert shown["open_windows"] == 1
    for label in (shown["service"], shown["zone"], shown["windows"][0]["label"]):
        assert set(label) == set(LOCALES)


def test_ticket_page_can_delay_and_cancel_and_wakes_the_tail(hall: Hall, routes: Routes) -> None:
    first = hall.take_ticket("loan")
    hall.take_ticket("loan")
    assert post(routes, f"/api/tickets/{first.code}/delay")["ahead"] == 1
    assert post(routes, f"/api/tickets/{first.code}/cancel")["state"] == "cancelled"
    assert routes.woken == 2
    assert routes.client.post(f"/api/tickets/{first.code}/delay").json()["error"]["code"] == "conflict"


def test_ticket_page_holds_the_place_and_takes_it_up_again(hall: Hall, routes: Routes) -> None:
    ticket = hall.take_ticket("loan", further=["corporate"])
    held = post(routes, f"/api/tickets/{ticket.code}/hold", {"minutes": 10})
    assert datetime.fromisoformat(held["held_until"]) == routes.now + timedelta(minutes=10)
    assert held["further"][0]["en"] == "Business banking"
    assert refusal(routes, f"/api/tickets/{ticket.code}/hold", {"minutes": 7})[:2] == (422, "invalid")
    assert post(routes, f"/api/tickets/{ticket.code}/here")["held_until"] is None


def test_missed_number_can_come_back_from_its_page(hall: Hall, routes: Routes) -> None:
    ticket = hall.take_ticket("loan")
    path = f"/api/tickets/{ticket.code}"
    assert refusal(routes, f"{path}/rejoin")[:2] == (409, "conflict")
    hall.call_next("7")
    hall.miss("7")
    routes.now = hall.now
    shown = routes.client.get(path).json()
    assert datetime.fromisoformat(shown["rejoin_until"]) == hall.now + timedelta(minutes=30)
    assert post(routes, f"{path}/rejoin")["state"] == "waiting"


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
        ("POST", "/api/staff/windows/7/start"),
        ("POST", "/api/staff/windows/7/park"),
        ("POST", "/api/staff/windows/7/call"),
        ("POST", "/api/staff/windows/7/transfer"),
        ("POST", "/api/staff/windows/7/state"),
        ("GET", "/api/staff/queues"),
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


def test_no_show_frees_the_window_after_the_calls_it_needs(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan")
    routes.sign_in()
    post(routes, "/api/staff/windows/7/next")
    status, code, message = refusal(routes, "/api/staff/windows/7/no-show")
    assert (status, code) == (409, "conflict")
    assert "1 more time" in message
    assert post(routes, "/api/staff/windows/7/recall")["calls"] == 2
    assert post(routes, "/api/staff/windows/7/no-show")["state"] == "no_show"
    windows = routes.client.get("/api/staff/windows").json()["items"]
    assert all(window["current"] is None for window in windows)


def test_window_is_run_from_one_screen(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan", customer_class="elderly", further=["corporate"])
    hall.take_ticket("loan")
    routes.sign_in()
    assert post(routes, "/api/staff/windows/7/call", {"number": "D002"})["number"] == "D002"
    assert post(routes, "/api/staff/windows/7/start")["started_at"] is not None
    assert post(routes, "/api/staff/windows/7/park")["state"] == "parked"
    first = post(routes, "/api/staff/windows/7/next")["ticket"]
    assert first["customer_class"]["label"]["en"] == "Older customer"
    assert [service["id"] for service in first["further"]] == ["corporate"]
    window = next(one for one in routes.client.get("/api/staff/windows").json()["items"] if one["id"] == "7")
    assert (window["state"], window["current"]["number"], window["waiting"]) == ("open", "D001", 0)
    assert [ticket["number"] for ticket in window["parked"]] == ["D002"]
    assert {"id": "loan", "label": dict(hall.branch.services["loan"].label)} in window["services"]
    moved = post(routes, "/api/staff/windows/7/transfer", {"service_id": "corporate"})
    assert (moved["state"], moved["service_id"], moved["further"]) == ("waiting", "corporate", [])
    assert refusal(routes, "/api/staff/windows/7/transfer", {"service_id": "corporate"})[:2] == (409, "conflict")
    closed = post(routes, "/api/staff/windows/7/state", {"state": "closed"})
    assert (closed["state"], closed["current"]) == ("closed", None)
    assert refusal(routes, "/api/staff/windows/7/next") == (409, "conflict", "this window is closed")
    assert routes.client.post("/api/staff/windows/7/state", json={"state": "asleep"}).status_code == 422


def test_window_sees_which_papers_were_prepared_at_home(hall: Hall, routes: Routes, branch: Branch) -> None:
    trip = Trip(hall.store, branch, demo_plan(branch), hall.now)
    needed = [paper for paper in branch.services["loan"].bring if paper.when is None]
    full = trip.check_in(trip.prepare("loan", *(paper.id for paper in needed)).code).ticket.number
    bare = trip.check_in(trip.prepare("loan").code).ticket.number
    walk_in = hall.take_ticket("loan").number
    routes.sign_in()
    labels = [dict(paper.label) for paper in needed]
    papers = {full: ("complete", []), bare: ("missing", labels), walk_in: (None, [])}

    def seen(ticket: dict[str, Any]) -> tuple[str | None, list[dict[str, str]]]:
        return ticket["papers"], ticket["missing"]

    listed = routes.client.get("/api/staff/tickets").json()["items"]
    assert {ticket["number"]: seen(ticket) for ticket in listed} == papers
    for number in (full, bare, walk_in):
        assert seen(post(routes, "/api/staff/windows/7/call", {"number": number})) == papers[number]
        assert seen(post(routes, "/api/staff/windows/7/park")) == papers[number]
    assert seen(post(routes, "/api/staff/windows/7/call", {"number": bare})) == papers[bare]
    window = next(one for one in routes.client.get("/api/staff/windows").json()["items"] if one["id"] == "7")
    assert seen(window["current"]) == papers[bare]
    assert {ticket["number"]: seen(ticket) for ticket in window["parked"]} == {
        number: papers[number] for number in (full, walk_in)
    }
    assert seen(post(routes, "/api/staff/windows/7/state", {"state": "paused"})["current"]) == papers[bare]


def test_staff_see_the_line_of_each_service_and_who_is_late(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan")
    routes.sign_in()
    routes.now = hall.now + timedelta(minutes=31)
    lines = {line["id"]: line for line in routes.client.get("/api/staff/queues").json()["items"]}
    assert set(lines) == set(hall.branch.services)
    loan = lines["loan"]
    assert (loan["waiting"], loan["longest_wait_minutes"], loan["promise_minutes"]) == (1, 31, 30)
    assert (loan["late"], loan["open_windows"], lines["wealth"]["late"]) == (["D001"], 1, [])


def test_board_counts_the_calls_and_says_who_is_at_the_window(hall: Hall, routes: Routes) -> None:
    hall.take_ticket("loan")
    hall.call_next("7")
    hall.at_window("recall", "7")
    (call,) = routes.client.get("/api/board").json()["calling"]
    assert (call["calls"], call["serving"]) == (2, False)
    hall.at_window("start", "7")
    (call,) = routes.client.get("/api/board").json()["calling"]
    assert (call["calls"], call["serving"]) == (2, True)


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
