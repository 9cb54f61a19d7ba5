"""The queue: numbers are taken, called, delayed, finished. The only code that touches its tables; never commits.

Under many processes: SQLite has one writer at a time; on PostgreSQL a counter row gives each number once, two windows
calling at the same time skip the row the other one holds, one window's calls go one after another, and a delay, which
moves many rows, has the line alone. Locks are taken in the order line, window, ticket, conversation, outbox: hence
the outbox is written last.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, false, or_, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.branch import rules as branch_rules
from bot.branch.schema import Branch, Window
from bot.conversations import service as conversations
from bot.errors import Conflict, NotFound
from bot.locales import pick
from bot.queueing import rules
from bot.queueing.models import Ticket, TicketCounter, TicketEvent
from bot.queueing.rules import CALLED, CANCELLED, DONE, EXPIRED, NO_SHOW, WAITING, InLine, Wait
from bot.store import new_code, outbox
from bot.store.counters import next_count

CUSTOMER = "customer"
LAST_CALLS = 8


@dataclass(frozen=True)
class TicketView:
    """A ticket as shown. `ahead` and the wait are 0 unless it waits; `amount` in yuan; times aware, UTC."""

    number: str
    code: str
    letter: str
    service_id: str
    route: rules.Route
    amount: Decimal | None
    zone_id: str
    window_ids: tuple[str, ...]
    ahead: int
    wait_low: int
    wait_high: int
    state: rules.State
    window_id: str | None
    taken_at: datetime
    called_at: datetime | None


@dataclass(frozen=True)
class Call:
    number: str
    window_id: str
    called_at: datetime


@dataclass(frozen=True)
class GroupWait:
    """Tickets of one letter that wait, and the wait of somebody who takes one now."""

    letter: str
    waiting: int
    low: int
    high: int


@dataclass(frozen=True)
class Board:
    """What the display in the hall shows: numbers only, no names. `calling` by window, `last_calls` newest first."""

    calling: tuple[Call, ...]
    last_calls: tuple[Call, ...]
    groups: tuple[GroupWait, ...]


@dataclass(frozen=True)
class WindowView:
    """A window as staff see it. `waiting` counts the tickets it may call."""

    window_id: str
    open: bool
    waiting: int
    current: TicketView | None


# --- for customers ----------------------------------------------------------------------------


def take_ticket(
    session: Session,
    branch: Branch,
    *,
    service_id: str,
    amount: Decimal | None,
    session_id: str | None,
    turn_id: str | None,
    locale: str,
    now: datetime,
) -> TicketView:
    """A new ticket; the same turn of a session again gets the ticket it got before.

    Raises Invalid for an unknown service or an impossible amount, Conflict when the branch is closed.
    """
    known = _of_turn(session, session_id, turn_id)
    if known is not None:
        return _view(session, branch, known, now)
    # The channel only decides what is recommended, never which windows call.
    way = branch_rules.triage(branch, service_id, amount, "kiosk").ticket
    if not branch.tickets_outside_hours and not branch_rules.is_open(branch, now):
        raise Conflict("the branch is closed")
    letter, day = branch.services[service_id].letter, branch.day(now)
    count = next_count(session, TicketCounter, branch_id=branch.id, day=day, letter=letter)
    ticket = Ticket(
        branch_id=branch.id,
        day=day,
        number=rules.number(letter, count),
        code=new_code(),
        letter=letter,
        service_id=service_id,
        route=way.route,
        amount_fen=None if amount is None else int((amount * 100).to_integral_value(ROUND_HALF_UP)),
        rank=0,
        state=WAITING,
        session_id=session_id,
        turn_id=turn_id,
        locale=locale,
        taken_at=now,
    )
    session.add(ticket)
    session.flush()
    ticket.rank = ticket.id
    _record(session, ticket, "taken", by=CUSTOMER, now=now)
    _publish(session, ticket, "taken", now)
    return _view(session, branch, ticket, now)


def active_ticket(session: Session, branch: Branch, *, session_id: str, now: datetime) -> TicketView | None:
    """The newest ticket of a session that waits or is called today."""
    query = (
        select(Ticket)
        .where(
            Ticket.branch_id == branch.id,
            Ticket.day == branch.day(now),
            Ticket.session_id == session_id,
            Ticket.state.in_((WAITING, CALLED)),
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    ticket = session.execute(query).scalar_one_or_none()
    return None if ticket is None else _view(session, branch, ticket, now)


def ticket_by_code(session: Session, branch: Branch, *, code: str, now: datetime) -> TicketView:
    """Raises NotFound for an unknown code."""
    return _view(session, branch, _by_code(session, branch, code), now)


def cancel_ticket(session: Session, branch: Branch, *, code: str, now: datetime, by: str) -> TicketView:
    """Give the number up; cancelling twice is no error. Raises NotFound, or Conflict when it was called or is over."""
    _lock_line(session, branch)
    ticket = _by_code(session, branch, code, lock=True)
    if ticket.state == CANCELLED:
        return _view(session, branch, ticket, now)
    _require_waiting(branch, ticket, now)
    ticket.state = CANCELLED
    _record(session, ticket, "cancelled", by=by, now=now)
    return _told(session, branch, ticket, "cancelled", now)


def delay_ticket(session: Session, branch: Branch, *, code: str, now: datetime) -> TicketView:
    """Let the next three who compete for the same windows go first.

    Raises NotFound, or Conflict when the ticket does not wait.
    """
    _lock_line(session, branch, alone=True)
    waiting = list(session.execute(_line_query(branch, now).execution_options(populate_existing=True)).scalars())
    ticket = _by_code(session, branch, code, lock=True)
    _require_waiting(branch, ticket, now)
    ranks = [one.rank for one in waiting]
    by_id = {one.id: one for one in waiting}
    order = rules.delayed([_in_line(branch, one) for one in waiting], ticket.id)
    for ticket_id, rank in zip(order, ranks, strict=True):
        by_id[ticket_id].rank = rank
    _record(session, ticket, "delayed", by=CUSTOMER, now=now)
    return _told(session, branch, ticket, "delayed", now)


def current_wait(session: Session, branch: Branch, *, service_id: str, now: datetime) -> Wait:
    """The wait of somebody who takes a number for this service now, without an amount that would open a faster way.

    Raises NotFound for an unknown service.
    """
    service = branch.services.get(service_id)
    if service is None:
        raise NotFound("no such service")
    return _wait_of_newcomer(branch, service_id, _line(session, branch, now), _busy(session, branch, now))


# --- for staff --------------------------------------------------------------------------------


def call_next(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView | None:
    """Call the first ticket in line that this window serves; the one called here before is done.

    None when nobody waits. Raises NotFound for an unknown window, Conflict for a closed one.
    """
    if not _window(branch, window_id).open:
        raise Conflict("this window is closed")
    _lock_line(session, branch)
    _lock_window(session, branch, window_id)
    served = _at_window(session, branch, window_id)
    if served is not None:
        served.state = DONE
        _record(session, served, "done", by=by, now=now)
    query = _line_query(branch, now).where(_served_at(branch, window_id)).limit(1)
    ticket = session.execute(_locked(query, skip_locked=True)).scalar_one_or_none()
    if ticket is not None:
        ticket.state = CALLED
        ticket.window_id = window_id
        ticket.called_at = now
        _record(session, ticket, "called", by=by, now=now)
    if served is not None:
        _told(session, branch, served, "done", now)
    return None if ticket is None else _told(session, branch, ticket, "called", now)


def recall(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """Call the same number again. Raises Conflict when no ticket is called at this window."""
    ticket = _called_here(session, branch, window_id)
    ticket.called_at = now
    _record(session, ticket, "recalled", by=by, now=now)
    return _told(session, branch, ticket, "recalled", now)


def finish_ticket(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """The customer was served. Raises Conflict when no ticket is called at this window."""
    return _leave_window(session, branch, DONE, window_id=window_id, by=by, now=now)


def no_show(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """The customer did not come. Raises Conflict when no ticket is called at this window."""
    return _leave_window(session, branch, NO_SHOW, window_id=window_id, by=by, now=now)


def list_tickets(session: Session, branch: Branch, *, state: str | None, now: datetime) -> list[TicketView]:
    """Today's tickets in the order of the line, those of one state if asked."""
    query = _today(branch, now).order_by(Ticket.rank)
    if state is not None:
        query = query.where(Ticket.state == state)
    line, busy = _line(session, branch, now), _busy(session, branch, now)
    return [_view_in(branch, ticket, line, busy, now) for ticket in session.execute(query).scalars()]


def list_windows(session: Session, branch: Branch, *, now: datetime) -> list[WindowView]:
    """All windows with the ticket each serves and how many it may call."""
    line, busy = _line(session, branch, now), _busy(session, branch, now)
    query = _today(branch, now).where(Ticket.state == CALLED)
    current = {ticket.window_id: ticket for ticket in session.execute(query).scalars()}
    return [
        WindowView(
            window_id=window.id,
            open=window.open,
            waiting=len(rules.competing(line, {window.id})),
            current=_view_in(branch, current[window.id], line, busy, now) if window.id in current else None,
        )
        for window in branch.windows.values()
    ]


# --- for everybody in the hall ----------------------------------------------------------------


def board(session: Session, branch: Branch, *, now: datetime) -> Board:
    """What the display shows today."""
    order = list(branch.windows)
    query = _today(branch, now).where(Ticket.called_at.is_not(None), Ticket.window_id.in_(order))
    query = query.order_by(Ticket.called_at.desc(), Ticket.id.desc())
    calling = session.execute(query.where(Ticket.state == CALLED)).scalars()
    last_calls = session.execute(query.limit(LAST_CALLS)).scalars()
    return Board(
        calling=tuple(sorted(map(_call, calling), key=lambda call: order.index(call.window_id))),
        last_calls=tuple(map(_call, last_calls)),
        groups=_group_waits(session, branch, now),
    )


def ticket_card(branch: Branch, view: TicketView, locale: str) -> dict[str, Any]:
    """Card `ticket` of the contract, in one locale. Once it is called, `windows` is only the one that calls."""
    window_ids = view.window_ids if view.window_id is None else (view.window_id,)
    return {
        "kind": "ticket",
        "number": view.number,
        "service": pick(branch.services[view.service_id].label, locale),
        "zone": pick(branch.zones[view.zone_id].label, locale),
        "windows": [pick(branch.windows[window_id].label, locale) for window_id in window_ids],
        "ahead": view.ahead,
        "wait_minutes": [view.wait_low, view.wait_high],
        "code": view.code,
        "state": view.state,
    }


# --- inside -----------------------------------------------------------------------------------


def _today(branch: Branch, now: datetime) -> Select:
    return select(Ticket).where(Ticket.branch_id == branch.id, Ticket.day == branch.day(now))


def _line_query(branch: Branch, now: datetime) -> Select:
    return _today(branch, now).where(Ticket.state == WAITING).order_by(Ticket.rank)


def _locked(query: Select, *, skip_locked: bool = False) -> Select:
    """Lock the rows on PostgreSQL, and read them afresh."""
    return query.with_for_update(skip_locked=skip_locked).execution_options(populate_existing=True)


def _of_turn(session: Session, session_id: str | None, turn_id: str | None) -> Ticket | None:
    if session_id is None or turn_id is None:
        return None
    query = select(Ticket).where(Ticket.session_id == session_id, Ticket.turn_id == turn_id)
    return session.execute(query).scalar_one_or_none()


def _by_code(session: Session, branch: Branch, code: str, *, lock: bool = False) -> Ticket:
    query = select(Ticket).where(Ticket.branch_id == branch.id, Ticket.code == code)
    ticket = session.execute(_locked(query) if lock else query).scalar_one_or_none()
    if ticket is None:
        raise NotFound("no such ticket")
    return ticket


def _require_waiting(branch: Branch, ticket: Ticket, now: datetime) -> None:
    state = _state(branch, ticket, now)
    if state != WAITING:
        raise Conflict(f"the ticket is {state}, not waiting")


def _state(branch: Branch, ticket: Ticket, now: datetime) -> rules.State:
    state: rules.State = ticket.state
    return EXPIRED if state == WAITING and ticket.day < branch.day(now) else state


def _window(branch: Branch, window_id: str) -> Window:
    window = branch.windows.get(window_id)
    if window is None:
        raise NotFound("no such window")
    return window


def _lock_line(session: Session, branch: Branch, *, alone: bool = False) -> None:
    """Shared by all who take one ticket out of the line; a delay has it alone and so locks no rows."""
    _advisory_lock(session, f"line {branch.id}", "pg_advisory_xact_lock" + ("" if alone else "_shared"))


def _lock_window(session: Session, branch: Branch, window_id: str) -> None:
    _advisory_lock(session, f"window {branch.id} {window_id}", "pg_advisory_xact_lock")


def _advisory_lock(session: Session, name: str, function: str) -> None:
    """A lock until the transaction ends; SQLite's transaction has the whole file already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT {function}(:key)"), {"key": zlib.crc32(name.encode())})


def _at_window(session: Session, branch: Branch, window_id: str) -> Ticket | None:
    """The ticket called at a window, of an earlier day too: a window must not stay blocked by a forgotten one."""
    query = select(Ticket).where(Ticket.branch_id == branch.id, Ticket.window_id == window_id, Ticket.state == CALLED)
    return session.execute(_locked(query)).scalar_one_or_none()


def _called_here(session: Session, branch: Branch, window_id: str) -> Ticket:
    _window(branch, window_id)
    _lock_window(session, branch, window_id)
    ticket = _at_window(session, branch, window_id)
    if ticket is None:
        raise Conflict("no ticket is called at this window")
    return ticket


def _leave_window(
    session: Session, branch: Branch, state: str, *, window_id: str, by: str, now: datetime
) -> TicketView:
    ticket = _called_here(session, branch, window_id)
    ticket.state = state
    _record(session, ticket, state, by=by, now=now)
    return _told(session, branch, ticket, state, now)


def _served_at(branch: Branch, window_id: str) -> Any:
    """Condition: tickets that this window may call."""
    lanes = [
        and_(Ticket.service_id == service.id, Ticket.route == route)
        for service in branch.services.values()
        for route in (branch_rules.COUNTER, branch_rules.EXPRESS)
        if window_id in branch_rules.lane_windows(service, route)
    ]
    return or_(false(), *lanes)


def _record(session: Session, ticket: Ticket, kind: str, *, by: str, now: datetime) -> None:
    session.add(TicketEvent(ticket_id=ticket.id, at=now, kind=kind, window_id=ticket.window_id, by=by))
    session.flush()


def _told(session: Session, branch: Branch, ticket: Ticket, kind: str, now: datetime) -> TicketView:
    """The ticket after a change that its customer's conversation and all who watch are told of."""
    view = _view(session, branch, ticket, now)
    if ticket.session_id is not None:
        notice = "ticket_called" if ticket.state == CALLED else "ticket_updated"
        card = ticket_card(branch, view, ticket.locale)
        conversations.add_notice(session, session_id=ticket.session_id, kind=notice, data=card, now=now)
    _publish(session, ticket, kind, now)
    return view


def _publish(session: Session, ticket: Ticket, kind: str, now: datetime) -> None:
    for topic in (f"ticket:{ticket.code}", "board", "staff"):
        outbox.publish(session, topic, {"kind": f"ticket_{kind}"}, now=now)


def _open_windows(branch: Branch, window_ids: Sequence[str]) -> frozenset[str]:
    return frozenset(window_id for window_id in window_ids if branch.windows[window_id].open)


def _in_line(branch: Branch, ticket: Ticket) -> InLine:
    service = branch.services[ticket.service_id]
    windows = _open_windows(branch, branch_rules.lane_windows(service, ticket.route))
    return InLine(ticket.id, windows, service.mean_minutes)


def _line(session: Session, branch: Branch, now: datetime) -> list[InLine]:
    return [_in_line(branch, ticket) for ticket in session.execute(_line_query(branch, now)).scalars()]


def _busy(session: Session, branch: Branch, now: datetime) -> frozenset[str]:
    query = _today(branch, now).where(Ticket.state == CALLED).with_only_columns(Ticket.window_id)
    return frozenset(session.execute(query).scalars())


def _view(session: Session, branch: Branch, ticket: Ticket, now: datetime) -> TicketView:
    if ticket.state != WAITING:
        return _view_in(branch, ticket, [], frozenset(), now)
    return _view_in(branch, ticket, _line(session, branch, now), _busy(session, branch, now), now)


def _view_in(branch: Branch, ticket: Ticket, line: Sequence[InLine], busy: frozenset[str], now: datetime) -> TicketView:
    service = branch.services[ticket.service_id]
    window_ids = branch_rules.lane_windows(service, ticket.route)
    # Branch data may have lost a window that an old ticket was called at.
    called_at_window = ticket.window_id if ticket.window_id in branch.windows else None
    state = _state(branch, ticket, now)
    estimate = Wait(0, 0, 0)
    if state == WAITING:
        me = _in_line(branch, ticket)
        before = line[: [one.ticket_id for one in line].index(ticket.id)]
        estimate = rules.wait(rules.competing(before, me.windows), me.windows, busy, me.mean_minutes)
    return TicketView(
        number=ticket.number,
        code=ticket.code,
        letter=ticket.letter,
        service_id=ticket.service_id,
        route=ticket.route,
        amount=None if ticket.amount_fen is None else Decimal(ticket.amount_fen) / 100,
        zone_id=branch.windows[called_at_window or window_ids[0]].zone,
        window_ids=window_ids,
        ahead=estimate.ahead,
        wait_low=estimate.low,
        wait_high=estimate.high,
        state=state,
        window_id=called_at_window,
        taken_at=ticket.taken_at,
        called_at=ticket.called_at,
    )


def _wait_of_newcomer(branch: Branch, service_id: str, line: Sequence[InLine], busy: frozenset[str]) -> Wait:
    service = branch.services[service_id]
    windows = _open_windows(branch, service.windows)
    return rules.wait(rules.competing(line, windows), windows, busy, service.mean_minutes)


def _group_waits(session: Session, branch: Branch, now: datetime) -> tuple[GroupWait, ...]:
    query = _line_query(branch, now).with_only_columns(Ticket.letter)
    letters = list(session.execute(query).scalars())
    line, busy = _line(session, branch, now), _busy(session, branch, now)
    found = []
    for letter in branch.groups:
        waits = [
            _wait_of_newcomer(branch, service.id, line, busy)
            for service in branch.services.values()
            if service.letter == letter
        ]
        low, high = min(wait.low for wait in waits), max(wait.high for wait in waits)
        found.append(GroupWait(letter, letters.count(letter), low, high))
    return tuple(found)


def _call(ticket: Ticket) -> Call:
    return Call(ticket.number, ticket.window_id, ticket.called_at)
