"""What staff do in one process reaches the customer at another one, by the outbox."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.branch.service import load_branch
from bot.queueing import service as queueing
from bot.queueing import views
from bot.settings import DATA
from bot.store import utc_now
from tests.customer import Customer
from tests.web.conftest import Installation


async def with_ticket(installation: Installation) -> tuple[Customer, dict[str, Any]]:
    """A customer of the first process who has taken a number from the plain menu."""
    customer = await Customer.connect(installation.url)
    menu = await customer.say("取号")
    services = await customer.choose(menu.choices["取号"])
    ticket = await customer.choose(next(iter(services.choices.values())))
    return customer, ticket.card("ticket")


def call_until(console: httpx.Client, number: str) -> str:
    """Press "next" until this number is called; earlier numbers are done. Returns the window."""
    windows = [window["id"] for window in console.get("/api/staff/windows").json()["items"]]
    for _ in range(50):
        for window in windows:
            called = console.post(f"/api/staff/windows/{window}/next").json()["ticket"]
            if called and called["number"] == number:
                return str(window)
            if called:
                console.post(f"/api/staff/windows/{window}/done")
    raise AssertionError(f"{number} was never called")


async def events(url: str, path: str) -> AsyncIterator[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=url, timeout=20) as client, client.stream("GET", path) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line[6:])


async def test_a_called_customer_hears_of_it(installation: Installation) -> None:
    customer, card = await with_ticket(installation)
    console = installation.sign_in()
    window = await asyncio.to_thread(call_until, console, card["number"])
    notice = await customer.notice("ticket_called")
    assert notice["data"]["number"] == card["number"]
    assert notice["seq"] > customer.welcome["seq"]
    page = console.get(f"/api/tickets/{card['code']}").json()
    assert page["state"] == "called"
    console.post(f"/api/staff/windows/{window}/done")
    await customer.close()


async def test_the_board_and_the_ticket_page_hear_of_a_call(installation: Installation) -> None:
    customer, card = await with_ticket(installation)
    board = events(installation.url, "/api/board/events")
    page = events(installation.url, f"/api/tickets/{card['code']}/events")
    heard = asyncio.gather(anext(board), anext(page))
    await asyncio.sleep(0.5)
    console = installation.sign_in()
    window = await asyncio.to_thread(call_until, console, card["number"])
    topics = {event["topic"] for event in await asyncio.wait_for(heard, 5)}
    assert topics == {"board", f"ticket:{card['code']}"}
    calling = console.get("/api/board").json()["calling"]
    assert card["number"] in json.dumps(calling)
    console.post(f"/api/staff/windows/{window}/done")
    await customer.close()


async def test_staff_take_over_a_chat_and_hand_it_back(installation: Installation) -> None:
    customer = await Customer.connect(installation.url)
    menu = await customer.say("我想找个人")
    await customer.choose(menu.choices["叫工作人员"])
    console = installation.sign_in()
    waiting = console.get("/api/staff/handoffs").json()["items"]
    conversation = waiting[-1]["conversation"]
    assert console.post(f"/api/staff/conversations/{conversation}/join").status_code == 200
    await customer.notice("staff_joined")
    console.post(f"/api/staff/conversations/{conversation}/say", json={"id": "s1", "text": "您好，我是大堂经理"})
    said = await customer.until(lambda f: f["type"] == "message" and f["sender"] == "staff")
    assert said["text"] == "您好，我是大堂经理"
    assert (await customer.say("谢谢")).messages == []
    transcript = console.get(f"/api/staff/conversations/{conversation}").json()
    assert [m["text"] for m in transcript["messages"][-2:]] == ["您好，我是大堂经理", "谢谢"]
    console.post(f"/api/staff/conversations/{conversation}/leave")
    await customer.notice("staff_left")
    assert (await customer.say("还在吗")).messages
    await customer.close()


async def test_staff_routes_are_closed_to_everybody_else(installation: Installation) -> None:
    async with httpx.AsyncClient(base_url=installation.url) as anybody:
        for path in ("conversations", "tickets", "complaints", "handoffs", "alerts", "windows", "events"):
            assert (await anybody.get(f"/api/staff/{path}")).status_code in (401, 403), path
        assert (await anybody.post("/api/staff/windows/1/next")).status_code in (401, 403)


async def test_a_change_without_the_csrf_header_is_refused(installation: Installation) -> None:
    console = installation.sign_in()
    del console.headers["X-Lobby-CSRF"]
    assert console.post("/api/staff/windows/1/next").status_code == 403


def test_waits_are_forecast_as_soon_as_the_queue_moves(installation: Installation) -> None:
    branch = load_branch(DATA / "branch" / "demo")
    with installation.store.begin() as session:
        taken = queueing.take_ticket(
            session,
            branch,
            service_id="loan",
            amount=None,
            session_id=None,
            turn_id=None,
            locale="en",
            now=utc_now(),
        )
    until = time.monotonic() + 15
    while time.monotonic() < until:
        with installation.store.read() as session:
            stored = views.foreseen(session, branch, utc_now())
        if str(taken.ticket_id) in stored.tickets:
            break
        time.sleep(0.1)
    assert str(taken.ticket_id) in stored.tickets
    told = httpx.get(f"{installation.url}/api/wait", params={"service": "loan"}, timeout=10).json()
    assert told["ahead"] >= 1
    assert told["wait_minutes"][0] <= told["wait_point"] <= told["wait_minutes"][1]
