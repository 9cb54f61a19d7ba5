"""Several processes on one store: each number is given once, each ticket is called once, at one window."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import datetime, timezone

from sqlalchemy import func, select

from bot.branch.service import load_branch
from bot.errors import Conflict
from bot.queueing import service as queueing
from bot.queueing.models import Ticket, TicketEvent
from bot.settings import DATA
from bot.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=timezone.utc)
KIOSKS = 2
TICKETS_EACH = 25
# Two members of staff share the last window: both press "next" for it.
WINDOWS = ("3", "5", "5")


def take_many(url: str) -> list[str]:
    """A kiosk: takes tickets and delays every fifth. Returns the numbers it was given."""
    store, branch = Store(url), load_branch(DATA / "branch" / "demo")
    numbers = []
    for count in range(TICKETS_EACH):
        with store.begin() as session:
            view = queueing.take_ticket(
                session,
                branch,
                service_id="card_service",
                amount=None,
                session_id=None,
                turn_id=None,
                locale="en",
                now=NOW,
            )
        numbers.append(view.number)
        if count % 5 == 0:
            with suppress(Conflict), store.begin() as session:  # it may have been called by now
                queueing.delay(session, branch, code=view.code, now=NOW)
    store.close()
    return numbers


def call_many(url: str, window_id: str) -> list[str]:
    """A window: calls until every ticket of the test was called. Returns the numbers it called."""
    store, branch = Store(url), load_branch(DATA / "branch" / "demo")
    numbers: list[str] = []
    called = select(func.count(Ticket.id)).where(Ticket.state != "waiting")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with store.begin() as session:
            view = queueing.call_next(session, branch, window_id=window_id, by=window_id, now=NOW)
        if view is not None:
            numbers.append(view.number)
            continue
        with store.read() as session:
            if session.execute(called).scalar_one() == KIOSKS * TICKETS_EACH:
                break
        time.sleep(0.02)
    store.close()
    return numbers


def test_no_number_twice_and_no_ticket_at_two_windows(store: Store, database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(KIOSKS + len(WINDOWS), mp_context=spawn) as pool:
        taking = [pool.submit(take_many, database_url) for _ in range(KIOSKS)]
        calling = [pool.submit(call_many, database_url, window_id) for window_id in WINDOWS]
        taken = [number for process in taking for number in process.result()]
        called = [number for process in calling for number in process.result()]

    wanted = {f"B{count:03d}" for count in range(1, KIOSKS * TICKETS_EACH + 1)}
    assert sorted(taken) == sorted(wanted)
    assert sorted(called) == sorted(wanted)
    with store.read() as session:
        calls = select(TicketEvent.ticket_id).where(TicketEvent.kind == "called")
        ticket_ids = list(session.execute(calls).scalars())
    assert len(ticket_ids) == len(set(ticket_ids)) == len(wanted)
