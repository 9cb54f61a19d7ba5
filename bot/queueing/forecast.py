"""The forecast: waits of everybody in line and of newcomers, played from the queue as it is, stored for all to read.

One pass reads, plays and stores, outside of what customers and staff wait for; `web` makes one whenever the queue has
moved. Views read the stored one while it is fresh (`views.foreseen`), and reckon roughly where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.branch import rules as branch_rules
from bot.branch.schema import COUNTER, EXPRESS, LANES, MANAGER, Branch, Service
from bot.queueing import line, service_times, views
from bot.queueing.estimate import AtWindow, Estimate, InLine, estimate_newcomers, estimate_waits
from bot.queueing.models import Forecast, Ticket
from bot.queueing.rules import CALLED, OPEN, WAITING
from bot.queueing.service_times import Backtest, Learnt, UsualHour
from bot.store import outbox

WAITS, USUAL, TESTED = "waits", "usual", "tested"
TESTED_DAYS = 7
# Nobody reads a range of hours closely, and to play so long a line would take longer than the line stays as it is.
LONGEST_LINE = 300
# A customer is told anew once the point has moved by so many minutes, or by so much of it.
MOVED_MINUTES, MOVED_SHARE = 2.0, 0.2

Row = list[float] | None


@dataclass(frozen=True)
class Pass:
    """What one pass has found: minutes by ticket id and by kind of newcomer; None where nobody is expected to call."""

    tickets: Mapping[int, Estimate | None]
    newcomers: Mapping[str, Estimate | None]


# --- one pass ---------------------------------------------------------------------------------


def play(session: Session, branch: Branch, learnt: Learnt, *, now: datetime) -> Pass | None:
    """Play the queue as it is. None for a line too long to play. The same minute draws the same chances."""
    columns = (
        Ticket.id,
        Ticket.rank,
        Ticket.service_id,
        Ticket.route,
        Ticket.wants_window,
        Ticket.held_until,
    )
    rows = list(session.execute(views.in_line(branch, now).with_only_columns(*columns)))
    if len(rows) > LONGEST_LINE:
        return None
    in_line = [
        InLine(
            row.id,
            row.rank / 60_000 - now.timestamp() / 60,
            frozenset(views.ticket_windows(branch, row)),
            row.service_id,
            learnt.habits.absent,
            _minutes(now, row.held_until) if views.is_held(row, now) else 0.0,
        )
        for row in rows
        if row.service_id in branch.services
    ]
    windows = views.windows_now(session, branch, now)
    calling = {window_id for window_id, window in windows.items() if window.state == OPEN}
    at_windows = session.execute(views.at_windows(branch, now)).scalars()
    current = {ticket.window_id: _at_window(ticket, learnt, now) for ticket in at_windows}
    hall = learnt.hall(branch, now, calling, current)
    seed = int(now.timestamp() // 60)
    newcomers = list(_newcomers(branch, learnt.habits.absent))
    return Pass(
        {int(str(key)): found for key, found in estimate_waits(in_line, hall, np.random.default_rng(seed)).items()},
        {
            str(key): found
            for key, found in estimate_newcomers(newcomers, in_line, hall, np.random.default_rng(seed)).items()
        },
    )


def keep(session: Session, branch: Branch, found: Pass, *, now: datetime) -> None:
    """Store a pass, and tell customers whose wait has moved since they were told."""
    before = session.get(Forecast, (branch.id, WAITS))
    told: dict[str, float] = {} if before is None else before.content["told"]
    still = {key: told[key] for key in map(str, found.tickets) if key in told}
    moved = [
        ticket_id
        for ticket_id, estimate in found.tickets.items()
        if estimate is not None and _has_moved(still.get(str(ticket_id)), estimate.point)
    ]
    tickets = _still_waiting(session, moved)
    still.update({str(one.id): _point(found, one.id) for one in tickets})
    content = {
        "tickets": {str(key): _row(one) for key, one in found.tickets.items()},
        "newcomers": {key: _row(one) for key, one in found.newcomers.items()},
        "told": still,
    }
    session.merge(Forecast(branch_id=branch.id, kind=WAITS, at=now, content=content))
    session.flush()
    windows = views.windows_now(session, branch, now)
    for ticket in tickets:
        # Whoever has just taken a number was told with it.
        if str(ticket.id) in told:
            line.notify(session, branch, ticket, views.view_among(session, branch, windows, ticket, now), now)
        outbox.publish(session, f"ticket:{ticket.code}", {"kind": "ticket_waits"}, now=now)
    if moved:
        outbox.publish(session, "board", {"kind": "waits"}, now=now)


def keep_history(session: Session, branch: Branch, *, now: datetime) -> None:
    """Store when it is usually quiet and how the estimates of the last days came out; once a day is enough."""
    usual = service_times.usual_quiet(session, branch, now=now)
    days = [branch.day(now) - timedelta(days=back) for back in range(TESTED_DAYS)]
    tested = {day.isoformat(): found for day in days if (found := service_times.backtest(session, branch, day))}
    session.merge(Forecast(branch_id=branch.id, kind=USUAL, at=now, content=[asdict(hour) for hour in usual]))
    session.merge(
        Forecast(
            branch_id=branch.id, kind=TESTED, at=now, content={day: asdict(found) for day, found in tested.items()}
        )
    )


# --- what is known of other days ----------------------------------------------------------------


def usual_hours(session: Session, branch: Branch) -> tuple[UsualHour, ...]:
    """How full each hour of the week usually is; empty while nothing is known."""
    stored = session.get(Forecast, (branch.id, USUAL))
    return () if stored is None else tuple(UsualHour(**hour) for hour in stored.content)


def tested_days(session: Session, branch: Branch) -> dict[date, Backtest]:
    """How the estimates came out, newest day first."""
    stored = session.get(Forecast, (branch.id, TESTED))
    found = {} if stored is None else stored.content
    return {date.fromisoformat(day): Backtest(**values) for day, values in found.items()}


def quieter_hour(session: Session, branch: Branch, *, now: datetime, than_minutes: int) -> UsualHour | None:
    """The hour still to come today in which the wait is usually shortest, if it is at most half as long."""
    local = now.astimezone(branch.timezone)
    hours = branch_rules.hours_on(branch, local.date())
    if hours is None:
        return None
    coming = [
        hour
        for hour in usual_hours(session, branch)
        if hour.weekday == local.weekday() and local.hour < hour.hour < hours[1].hour
    ]
    best = min(coming, key=lambda hour: hour.wait_minutes, default=None)
    return best if best is not None and best.wait_minutes * 2 <= than_minutes else None


# --- inside -------------------------------------------------------------------------------------


def _at_window(ticket: Ticket, learnt: Learnt, now: datetime) -> AtWindow:
    if ticket.state == CALLED:
        return AtWindow(ticket.service_id, _minutes(ticket.called_at, now), came=False, absent=learnt.habits.absent)
    return AtWindow(ticket.service_id, _minutes(ticket.started_at or ticket.called_at, now))


def _newcomers(branch: Branch, absent: float) -> Iterator[InLine]:
    head_starts = sorted({one.head_start_minutes for one in branch.classes.values()})
    for service in branch.services.values():
        for route in _routes(service):
            windows = frozenset(branch_rules.lane_windows(service, route))
            for head_start in head_starts:
                key = views.newcomer_key(service.id, route, head_start)
                yield InLine(key, -float(head_start), windows, service.id, absent)


def _routes(service: Service) -> Sequence[str]:
    own = {COUNTER: True, EXPRESS: service.express is not None, MANAGER: service.manager is not None}
    return [route for route in LANES if own[route]]


def _has_moved(told: float | None, point: float) -> bool:
    return told is None or abs(point - told) >= max(MOVED_MINUTES, MOVED_SHARE * told)


def _point(found: Pass, ticket_id: int) -> float:
    estimate = found.tickets[ticket_id]
    assert estimate is not None
    return round(estimate.point, 2)


def _still_waiting(session: Session, ticket_ids: Sequence[int]) -> list[Ticket]:
    """In the order in which conversations are locked."""
    query = select(Ticket).where(Ticket.id.in_(ticket_ids), Ticket.state == WAITING)
    return list(session.execute(query.order_by(Ticket.session_id, Ticket.id)).scalars())


def _row(estimate: Estimate | None) -> Row:
    return None if estimate is None else [round(one, 2) for one in (estimate.low, estimate.point, estimate.high)]


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
