from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.branch.service import Branch
from bot.conversations import service as conversations
from bot.locales import LOCALES
from bot.printing import service
from bot.printing.api import router
from bot.privacy.service import Vault
from bot.settings import Settings
from bot.store import Store
from tests.printing.loopback import NO_PAPER, PAPER_THERE, LoopbackPrinter
from tests.queueing.hall import Hall
from tests.routes import Routes


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> Hall:
    return Hall(store, branch, now)


@pytest.fixture
def routes_of(
    store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime
) -> Callable[[str | None], Routes]:
    def make(url: str | None) -> Routes:
        routes = Routes(router, store=store, branch=branch, vault=vault, settings=settings, now=now)
        routes.app.state.printing = service.from_settings(replace(settings, printer=url))
        return routes

    return make


def token(hall: Hall, channel: str = "kiosk", locale: str = "zh-Hans") -> str:
    """The session token of somebody who has just begun a conversation."""
    with hall.store.begin() as session:
        _, made = conversations.open_conversation(session, channel=channel, device=None, locale=locale, now=hall.now)
    return made


def print_slip(routes: Routes, code: str, session: str) -> dict[str, Any]:
    answer = routes.client.post(f"/api/tickets/{code}/print", json={"session": session})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(hall: Hall) -> int:
    """How often staff were told of anything but the queue."""
    return hall.topics().count("staff")


def test_kiosk_prints_the_slip_of_a_ticket(
    hall: Hall, routes_of: Callable[[str], Routes], printer: LoopbackPrinter
) -> None:
    ticket = hall.take_ticket("loan")
    answer = print_slip(routes_of(printer.url), ticket.code, token(hall))
    assert (answer["printed"], answer["reason"]) == (True, None)
    assert set(answer["message"]) == set(LOCALES)
    printer.wait(connections=1)
    assert len(printer.slips) == 1


def test_paper_out_is_told_to_the_customer_and_once_to_staff_until_it_prints_again(
    hall: Hall, routes_of: Callable[[str], Routes], printer: LoopbackPrinter
) -> None:
    routes, session = routes_of(printer.url), token(hall)
    first, second = hall.take_ticket(), hall.take_ticket()
    before = told(hall)
    printer.paper = NO_PAPER
    answer = print_slip(routes, first.code, session)
    assert (answer["printed"], answer["reason"]) == (False, "paper_out")
    assert all(first.number in message for message in answer["message"].values())
    print_slip(routes, second.code, session)
    assert (told(hall) - before, routes.woken) == (1, 1)
    assert hall.look(first.code).state == "waiting"
    printer.paper = PAPER_THERE
    assert print_slip(routes, first.code, session)["printed"]
    assert print_slip(routes, second.code, session)["printed"]
    assert (told(hall) - before, routes.woken) == (2, 2)


def test_third_slip_of_a_ticket_is_refused_in_words(hall: Hall, routes_of: Callable[[str], Routes]) -> None:
    routes, session, ticket = routes_of("dummy:"), token(hall), hall.take_ticket()
    answers = [print_slip(routes, ticket.code, session) for _ in range(3)]
    assert [answer["reason"] for answer in answers] == [None, None, "limit"]
    assert "printed 2 times already" in answers[-1]["message"]["en"]


def test_branch_without_a_printer_sends_to_the_screen(hall: Hall, routes_of: Callable[[str | None], Routes]) -> None:
    ticket = hall.take_ticket()
    answer = print_slip(routes_of(None), ticket.code, token(hall))
    assert (answer["printed"], answer["reason"]) == (False, "none")
    assert ticket.number in answer["message"]["zh-Hant"]


@pytest.mark.parametrize(("channel", "status"), [("web", 403), (None, 404)])
def test_only_a_kiosk_prints(
    hall: Hall, routes_of: Callable[[str], Routes], printer: LoopbackPrinter, channel: str | None, status: int
) -> None:
    session = "NOBODY.secret" if channel is None else token(hall, channel)
    path = f"/api/tickets/{hall.take_ticket().code}/print"
    assert routes_of(printer.url).client.post(path, json={"session": session}).status_code == status
    assert printer.questions == []


def test_unknown_and_cancelled_tickets_have_no_slip(
    hall: Hall, routes_of: Callable[[str], Routes], printer: LoopbackPrinter
) -> None:
    routes, session, ticket = routes_of(printer.url), token(hall), hall.take_ticket()
    hall.cancel(ticket.code)
    for code, error in [("NOSUCHCODE", "not_found"), (ticket.code, "conflict")]:
        answer = routes.client.post(f"/api/tickets/{code}/print", json={"session": session})
        assert answer.json()["error"]["code"] == error
    assert printer.questions == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/staff/printer"), ("POST", "/api/staff/printer/test")])
def test_stranger_cannot_use_the_routes_of_staff(
    routes_of: Callable[[str], Routes], printer: LoopbackPrinter, method: str, path: str
) -> None:
    assert routes_of(printer.url).client.request(method, path).status_code in (401, 403)
    assert printer.questions == []


def test_staff_try_the_printer_and_see_its_state(
    hall: Hall, routes_of: Callable[[str], Routes], printer: LoopbackPrinter
) -> None:
    routes = routes_of(printer.url)
    routes.sign_in()
    assert routes.client.get("/api/staff/printer").json()["state"] == "unknown"
    printer.paper = NO_PAPER
    tried = routes.client.post("/api/staff/printer/test").json()
    assert tried["state"] == "paper_out"
    assert set(tried["message"]) == set(LOCALES)
    assert datetime.fromisoformat(tried["since"]) == routes.now
    assert told(hall) == 1
    printer.paper = PAPER_THERE
    assert routes.client.post("/api/staff/printer/test").json()["state"] == "ok"
    assert routes.client.get("/api/staff/printer").json()["state"] == "ok"
    printer.wait(connections=2)
    assert len(printer.slips) == 1


def test_staff_of_a_branch_without_a_printer_are_told_so(routes_of: Callable[[str | None], Routes]) -> None:
    routes = routes_of(None)
    routes.sign_in()
    for answer in (routes.client.get("/api/staff/printer"), routes.client.post("/api/staff/printer/test")):
        assert (answer.json()["state"], answer.json()["since"]) == ("none", None)
