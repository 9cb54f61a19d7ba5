"""The forecast: made from the queue as it is, read by every view while it is fresh, told to whom it moved for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.branch.service import Branch
from bot.queueing import forecast, service_times, views
from bot.queueing import service as queueing
from bot.queueing.models import Forecast
from bot.queueing.service_times import UsualHour
from bot.store import Store, outbox


def take(store: Store, branch: Branch, now: datetime, service_id: str = "open_account") -> queueing.TicketView:
    with store.begin() as session:
        return queueing.take_ticket(
            session,
            branch,
            service_id=service_id,
            amount=None,
            session_id=None,
            turn_id=None,
            locale="en",
            now=now,
        )


def make(store: Store, branch: Branch, now: datetime) -> forecast.Pass:
    with store.read() as session:
        learnt = service_times.learn(session, branch, now)
        found = forecast.play(session, branch, learnt, now=now)
    assert found is not None
    with store.begin() as session:
        forecast.keep(session, branch, found, now=now)
    return found


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> list[queueing.TicketView]:
    """Nine in line for three windows."""
    return [take(store, branch, now + timedelta(seconds=number)) for number in range(9)]


def test_a_ticket_shows_what_was_foreseen(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    later = now + timedelta(minutes=1)
    found = make(store, branch, later)
    last = found.tickets[hall[-1].ticket_id]
    assert last is not None
    with store.read() as session:
        view = queueing.ticket_by_code(session, branch, code=hall[-1].code, now=later)
        listed = queueing.list_tickets(session, branch, state="waiting", now=later)
    assert view.wait_point == round(last.point)
    assert view.wait_low <= last.low
    assert last.high <= view.wait_high
    assert [one.wait_point for one in listed] == sorted(one.wait_point for one in listed)
    assert listed[-1] == view


def test_time_that_passes_is_taken_off(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    later = now + timedelta(minutes=1)
    make(store, branch, later)
    with store.read() as session:
        before = queueing.ticket_by_code(session, branch, code=hall[-1].code, now=later)
        after = queueing.ticket_by_code(session, branch, code=hall[-1].code, now=later + timedelta(seconds=60))
    assert after.wait_point == before.wait_point - 1


def test_an_old_forecast_is_not_believed(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    later = now + timedelta(minutes=1)
    make(store, branch, later)
    with store.read() as session:
        assert views.foreseen(session, branch, later + views.FRESH) == views.NOTHING_FORESEEN
        reckoned = queueing.ticket_by_code(session, branch, code=hall[-1].code, now=later + views.FRESH)
    assert reckoned.wait_high > 0


def test_a_newcomer_is_told_what_was_foreseen_and_it_is_kept_for_the_back_test(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    later = now + timedelta(minutes=1)
    found = make(store, branch, later)
    newcomer = found.newcomers[views.newcomer_key("open_account", "counter", 0)]
    assert newcomer is not None
    assert take(store, branch, later).wait_point == round(newcomer.point)


def test_who_has_a_head_start_waits_less(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    found = make(store, branch, now + timedelta(minutes=1))
    ordinary = found.newcomers[views.newcomer_key("open_account", "counter", 0)]
    early = found.newcomers[views.newcomer_key("open_account", "counter", 15)]
    assert ordinary is not None
    assert early is not None
    assert early.point < ordinary.point


def test_customers_are_told_when_their_wait_has_moved_and_not_again(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    later = now + timedelta(minutes=1)
    make(store, branch, later)
    topic = f"ticket:{hall[-1].code}"

    def told(since: int) -> int:
        with store.read() as session:
            return sum(row.topic == topic for row in outbox.after(session, since))

    with store.read() as session:
        since = outbox.last_id(session)
    make(store, branch, later)
    assert told(since) == 0
    with store.begin() as session:
        for ticket in hall[:6]:
            queueing.cancel(session, branch, code=ticket.code, now=later)
    with store.read() as session:
        since = outbox.last_id(session)
    make(store, branch, later)
    assert told(since) == 1


def test_a_closed_hall_foresees_no_call(store: Store, branch: Branch, now: datetime) -> None:
    with store.begin() as session:
        for window_id in branch.windows:
            queueing.set_window_state(session, branch, window_id=window_id, state="closed", by="Lin", now=now)
    found = make(store, branch, now)
    assert set(found.newcomers.values()) == {None}


def test_the_quieter_hour_is_one_still_to_come(store: Store, branch: Branch, now: datetime) -> None:
    local = now.astimezone(branch.timezone)
    hours = [
        UsualHour(local.weekday(), local.hour - 1, 5.0, 1.0),
        UsualHour(local.weekday(), local.hour + 1, 9.0, 12.0),
        UsualHour(local.weekday(), local.hour + 2, 4.0, 4.0),
        UsualHour((local.weekday() + 1) % 7, local.hour + 1, 1.0, 0.0),
    ]
    with store.begin() as session:
        rows = [hour.__dict__ for hour in hours]
        session.add(Forecast(branch_id=branch.id, kind=forecast.USUAL, at=now, content=rows))
    with store.read() as session:
        found = forecast.quieter_hour(session, branch, now=now, than_minutes=10)
        assert found is not None
        assert found.hour == local.hour + 2
        assert forecast.quieter_hour(session, branch, now=now, than_minutes=7) is None


def test_history_is_kept_and_read_back(
    store: Store, branch: Branch, now: datetime, hall: list[queueing.TicketView]
) -> None:
    with store.begin() as session:
        queueing.call_next(session, branch, window_id="4", by="Lin", now=now + timedelta(minutes=3))
        forecast.keep_history(session, branch, now=now + timedelta(minutes=4))
    with store.read() as session:
        tested = forecast.tested_days(session, branch)
    assert tested[branch.day(now)].tickets == 1
