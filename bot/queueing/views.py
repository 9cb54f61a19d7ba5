"""What the queue looks like: tickets, windows, lines and the board, read from the tables and never changed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select, text, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.branch import rules as branch_rules
from bot.branch.schema import INDIVIDUAL, LANES, Branch
from bot.locales import pick
from bot.queueing import rules
from bot.queueing.models import AT_WINDOW, Forecast, Ticket, WindowState
from bot.queueing.rules import CLOSED, NO_SHOW, NO_WAIT, OPEN, PARKED, SERVING, WAITING, Lane, Wait

LAST_CALLS = 8
# A forecast is made whenever the queue has moved; one older than this says that nobody makes any.
FRESH = timedelta(minutes=2)


@dataclass(frozen=True)
class TicketView:
    """A ticket as shown. Waits in whole minutes; times aware, UTC; `amount` in yuan.

    `ahead` and the wait are 0 unless it waits. `window_ids` are those that may call it, `open_windows` how many of
    them are open now, `window_id` the one that called or parked it. `held_until` is None once it has passed.
    `rejoin_until` is set while a missed number may come back. `further` are the services still to come.
    """

    ticket_id: int
    number: str
    code: str
    letter: str
    service_id: str
    route: str
    customer_class: str
    amount: Decimal | None
    zone_id: str
    window_ids: tuple[str, ...]
    wants_window: str | None
    open_windows: int
    ahead: int
    wait_low: int
    wait_point: int
    wait_high: int
    state: rules.State
    window_id: str | None
    further: tuple[str, ...]
    calls: int
    taken_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    held_until: datetime | None
    rejoin_until: datetime | None


@dataclass(frozen=True)
class Call:
    """A number on the board. `calls` grows with every repeated call; `serving`: the customer is there."""

    number: str
    window_id: str
    called_at: datetime
    calls: int
    serving: bool


@dataclass(frozen=True)
class GroupWait:
    """Tickets of one letter that wait, and the wait in minutes of somebody who takes one now."""

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
    """A window as staff see it. `waiting` counts the tickets it may call now; `since` None: as the data say."""

    window_id: str
    state: rules.WindowStatus
    since: datetime | None
    service_ids: tuple[str, ...]
    waiting: int
    current: TicketView | None
    parked: tuple[TicketView, ...]


@dataclass(frozen=True)
class QueueView:
    """The line of one service. `held` of the `waiting` asked to be passed over; `late` passed the promise."""

    service_id: str
    waiting: int
    held: int
    longest_wait_minutes: int
    promise_minutes: int | None
    late: tuple[str, ...]
    open_windows: int


@dataclass(frozen=True)
class WindowNow:
    """Whether a window is open, since when (None: as the branch's data say)."""

    state: rules.WindowStatus
    since: datetime | None


Windows = Mapping[str, WindowNow]


# --- queries ----------------------------------------------------------------------------------


def of_today(branch: Branch, now: datetime) -> Select:
    return select(Ticket).where(Ticket.branch_id == branch.id, Ticket.day == branch.day(now))


def in_line(branch: Branch, now: datetime) -> Select:
    """Tickets that wait, in the order of the line."""
    return of_today(branch, now).where(Ticket.state == WAITING).order_by(Ticket.rank, Ticket.id)


def not_held(now: datetime) -> Any:
    """Condition: nobody asked that this ticket be passed over."""
    return or_(Ticket.held_until.is_(None), Ticket.held_until <= now)


def callable_at(branch: Branch, window_ids: AbstractSet[str]) -> Any:
    """Condition: tickets that at least one of these windows may call."""
    lanes = [
        (service.id, route)
        for service in branch.services.values()
        for route in LANES
        if not window_ids.isdisjoint(branch_rules.lane_windows(service, route))
    ]
    wanted = or_(Ticket.wants_window.is_(None), Ticket.wants_window.in_(sorted(window_ids)))
    return and_(tuple_(Ticket.service_id, Ticket.route).in_(lanes), wanted)


def at_windows(branch: Branch, now: datetime) -> Select:
    """Tickets called to a window today, and those served at one since whichever day; in no order.

    An order by day would make SQLite read all tickets of all days by another index than that of the windows.
    """
    today = or_(Ticket.day == branch.day(now), Ticket.state == SERVING)
    return select(Ticket).where(text(AT_WINDOW), Ticket.branch_id == branch.id, today)


def windows_now(session: Session, branch: Branch, now: datetime) -> dict[str, WindowNow]:
    """Every window of the branch as it is now."""
    columns = (WindowState.window_id, WindowState.state, WindowState.since)
    rows = session.execute(
        select(*columns).where(WindowState.branch_id == branch.id, WindowState.day == branch.day(now))
    )
    found = {window.id: WindowNow(OPEN if window.open else CLOSED, None) for window in branch.windows.values()}
    found.update({row.window_id: WindowNow(row.state, row.since) for row in rows if row.window_id in found})
    return found


# --- tickets ----------------------------------------------------------------------------------


def ticket_windows(branch: Branch, ticket: Any) -> tuple[str, ...]:
    """The windows that may call a ticket, open or not: those of its service and route, or the one it insists on."""
    if ticket.wants_window in branch.windows:
        return (ticket.wants_window,)
    return branch_rules.lane_windows(branch.services[ticket.service_id], ticket.route)


def open_among(windows: Windows, window_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(window_id for window_id in window_ids if windows[window_id].state == OPEN)


def view(session: Session, branch: Branch, ticket: Ticket, now: datetime) -> TicketView:
    """A ticket as shown, with the wait it has now if it waits."""
    return view_among(session, branch, windows_now(session, branch, now), ticket, now)


def view_among(session: Session, branch: Branch, windows: Windows, ticket: Ticket, now: datetime) -> TicketView:
    found = NO_WAIT
    if state_now(branch, ticket, now) == WAITING:
        found = _wait_behind(session, branch, windows, ticket, before=(ticket.rank, ticket.id), now=now)
    return make_view(branch, ticket, found, windows, now)


def make_view(branch: Branch, ticket: Ticket, wait: Wait, windows: Windows, now: datetime) -> TicketView:
    window_ids = ticket_windows(branch, ticket)
    # Branch data may have lost a window that an old ticket was called at.
    state = state_now(branch, ticket, now)
    at_window = ticket.window_id if state != WAITING and ticket.window_id in branch.windows else None
    back_until = None
    if ticket.state == NO_SHOW and ticket.day == branch.day(now):
        until = rules.rejoin_until(ticket.ended_at, branch.queue.rejoin_minutes)
        back_until = until if until >= now else None
    return TicketView(
        ticket_id=ticket.id,
        number=ticket.number,
        code=ticket.code,
        letter=ticket.letter,
        service_id=ticket.service_id,
        route=ticket.route,
        customer_class=ticket.customer_class,
        amount=None if ticket.amount_fen is None else Decimal(ticket.amount_fen) / 100,
        zone_id=branch.windows[at_window or window_ids[0]].zone,
        window_ids=window_ids,
        wants_window=ticket.wants_window,
        open_windows=len(open_among(windows, window_ids)),
        ahead=wait.ahead,
        wait_low=wait.low,
        wait_point=wait.point,
        wait_high=wait.high,
        state=state,
        window_id=at_window,
        further=tuple(ticket.further),
        calls=ticket.calls,
        taken_at=ticket.taken_at,
        called_at=ticket.called_at,
        started_at=ticket.started_at,
        held_until=ticket.held_until if is_held(ticket, now) else None,
        rejoin_until=back_until,
    )


def state_now(branch: Branch, ticket: Ticket, now: datetime) -> rules.State:
    return rules.state_on(ticket.state, its_day_is_over=ticket.day < branch.day(now))


def is_held(ticket: Any, now: datetime) -> bool:
    return ticket.held_until is not None and ticket.held_until > now


def ticket_card(branch: Branch, view: TicketView, locale: str) -> dict[str, Any]:
    """Card `ticket` of the contract, in one locale. Once it is called, `windows` is only the one that calls."""
    window_ids = view.window_ids if view.window_id is None else (view.window_id,)
    return {
        "kind": "ticket",
        "number": view.number,
        "service": pick(branch.services[view.service_id].label, locale),
        "zone": pick(branch.zones[view.zone_id].label, locale),
        "windows": [pick(branch.windows[window_id].label, locale) for window_id in window_ids],
        "open_windows": view.open_windows,
        "ahead": view.ahead,
        "wait_minutes": [view.wait_low, view.wait_high],
        "wait_point": view.wait_point,
        "code": view.code,
        "state": view.state,
        "held_until": None if view.held_until is None else view.held_until.isoformat(),
        "further": [pick(branch.services[service_id].label, locale) for service_id in view.further],
    }


# --- newcomers --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Newcomer:
    """What decides which windows will call somebody; the same three as a ticket has."""

    service_id: str
    route: str
    wants_window: str | None


def newcomer(
    branch: Branch,
    service_id: str,
    amount: Decimal | None,
    *,
    customer_class: str = INDIVIDUAL,
    wants_window: str | None = None,
) -> Newcomer:
    """Somebody about to take a number. Raises Invalid for an unknown service or an impossible amount."""
    # The channel only decides what is recommended, never which windows call.
    way = branch_rules.triage(branch, service_id, amount, "kiosk", customer_class=customer_class).ticket
    return Newcomer(service_id, way.route, wants_window)


# --- waits ------------------------------------------------------------------------------------


def newcomer_key(service_id: str, route: str, head_start_minutes: int) -> str:
    return f"{service_id}/{route}/{head_start_minutes}"


@dataclass(frozen=True)
class Foreseen:
    """The stored forecast, `age` minutes old; empty where there is no fresh one."""

    age: float
    tickets: Mapping[str, list[float] | None]
    newcomers: Mapping[str, list[float] | None]

    def of_ticket(self, ticket: Any, reckoned: Wait) -> Wait:
        return self._better(self.tickets.get(str(ticket.id)), reckoned)

    def of_newcomer(self, person: Any, head_start_minutes: int, reckoned: Wait) -> Wait:
        if person.wants_window is not None:
            return reckoned
        key = newcomer_key(person.service_id, person.route, head_start_minutes)
        return self._better(self.newcomers.get(key), reckoned)

    def _better(self, minutes: list[float] | None, reckoned: Wait) -> Wait:
        """What was foreseen, where it was; where nobody is expected to call, or it is not known, what is reckoned."""
        if minutes is None:
            return reckoned
        return rules.foreseen_wait(reckoned.ahead, *(one - self.age for one in minutes))


NOTHING_FORESEEN = Foreseen(0.0, {}, {})


def foreseen(session: Session, branch: Branch, now: datetime) -> Foreseen:
    """The forecast of this branch, if it is fresh."""
    query = select(Forecast.at, Forecast.content).where(Forecast.branch_id == branch.id, Forecast.kind == "waits")
    stored = session.execute(query.where(Forecast.at > now - FRESH)).first()
    if stored is None:
        return NOTHING_FORESEEN
    age = max(0.0, (now - stored.at).total_seconds() / 60)
    return Foreseen(age, stored.content["tickets"], stored.content["newcomers"])


def wait_of_newcomer(
    session: Session, branch: Branch, windows: Windows, person: Newcomer, *, rank: int, now: datetime
) -> Wait:
    """The wait of somebody not in line yet, with this rank."""
    return _wait_behind(session, branch, windows, person, before=(rank, None), now=now)


def _wait_behind(
    session: Session, branch: Branch, windows: Windows, ticket: Any, *, before: tuple[int, int | None], now: datetime
) -> Wait:
    """The wait at this place in line. Counts in the database: a long line costs one statement, not its rows."""
    rank, ticket_id = before
    earlier = Ticket.rank <= rank
    if ticket_id is not None:
        earlier = or_(Ticket.rank < rank, and_(Ticket.rank == rank, Ticket.id < ticket_id))
    counts = _counts(session, branch, windows, now, earlier)
    reckoned = rules.wait(counts, _lane(branch, windows, ticket), _busy(session, branch, now))
    known = foreseen(session, branch, now)
    if ticket_id is not None:
        return known.of_ticket(ticket, reckoned)
    return known.of_newcomer(ticket, round(now.timestamp() / 60 - rank / 60_000), reckoned)


def _estimates(session: Session, branch: Branch, windows: Windows, now: datetime) -> dict[int, Wait]:
    """The wait of everybody in line, by ticket id."""
    columns = (Ticket.id, Ticket.service_id, Ticket.route, Ticket.wants_window, Ticket.held_until)
    rows = list(session.execute(in_line(branch, now).with_only_columns(*columns)))
    line = ((row.id, _lane(branch, windows, row), is_held(row, now)) for row in rows)
    reckoned = rules.waits(line, _busy(session, branch, now))
    known = foreseen(session, branch, now)
    return {row.id: known.of_ticket(row, reckoned[row.id]) for row in rows}


def _counts(session: Session, branch: Branch, windows: Windows, now: datetime, *conditions: Any) -> Counter[Lane]:
    """How many of each lane wait and are not held."""
    counts: Counter[Lane] = Counter()
    for row in _people(session, branch, now, *conditions):
        counts[_lane(branch, windows, row)] += row.people
    return counts


def _people(session: Session, branch: Branch, now: datetime, *conditions: Any) -> Iterable[Any]:
    """How many wait and are not held (`people`), by service, route and the window they insist on."""
    what = (Ticket.service_id, Ticket.route, Ticket.wants_window)
    query = of_today(branch, now).where(Ticket.state == WAITING, not_held(now), *conditions)
    found: Iterable[Any] = session.execute(query.with_only_columns(*what, func.count().label("people")).group_by(*what))
    return found


def _lane(branch: Branch, windows: Windows, ticket: Any) -> Lane:
    """The open windows that may call it; all of them while none is open."""
    window_ids = ticket_windows(branch, ticket)
    mean_minutes = branch.services[ticket.service_id].mean_minutes
    return Lane(open_among(windows, window_ids) or frozenset(window_ids), mean_minutes)


def _busy(session: Session, branch: Branch, now: datetime) -> frozenset[str]:
    query = at_windows(branch, now).with_only_columns(Ticket.window_id)
    return frozenset(session.execute(query).scalars())


# --- lists ------------------------------------------------------------------------------------


def list_tickets(session: Session, branch: Branch, *, state: str | None, now: datetime) -> list[TicketView]:
    """Today's tickets in the order of the line, those of one state if asked."""
    query = of_today(branch, now).order_by(Ticket.rank, Ticket.id)
    if state is not None:
        query = query.where(Ticket.state == state)
    windows = windows_now(session, branch, now)
    waits = _estimates(session, branch, windows, now)
    return [
        make_view(branch, ticket, waits.get(ticket.id, NO_WAIT), windows, now)
        for ticket in session.execute(query).scalars()
    ]


def list_windows(session: Session, branch: Branch, *, now: datetime, only: str | None = None) -> list[WindowView]:
    """All windows, or one, with the ticket each serves, those it has parked, and how many it may call."""
    state_of = windows_now(session, branch, now)
    current: dict[str, TicketView] = {}
    parked: dict[str, list[TicketView]] = {window_id: [] for window_id in branch.windows}
    for ticket in session.execute(at_windows(branch, now)).scalars():
        current[ticket.window_id] = make_view(branch, ticket, NO_WAIT, state_of, now)
    query = of_today(branch, now).where(Ticket.state == PARKED).order_by(Ticket.rank, Ticket.id)
    for ticket in session.execute(query).scalars():
        if ticket.window_id in parked:
            parked[ticket.window_id].append(make_view(branch, ticket, NO_WAIT, state_of, now))
    waiting: Counter[str] = Counter()
    for row in _people(session, branch, now):
        waiting.update(dict.fromkeys(ticket_windows(branch, row), row.people))
    return [
        WindowView(
            window_id=window_id,
            state=state_of[window_id].state,
            since=state_of[window_id].since,
            service_ids=services_of(branch, window_id),
            waiting=waiting[window_id],
            current=current.get(window_id),
            parked=tuple(parked[window_id]),
        )
        for window_id in branch.windows
        if only in (None, window_id)
    ]


def services_of(branch: Branch, window_id: str) -> tuple[str, ...]:
    """The services of which a window calls some tickets or all."""
    return tuple(
        service.id
        for service in branch.services.values()
        if any(window_id in branch_rules.lane_windows(service, route) for route in LANES)
    )


def queues(session: Session, branch: Branch, *, now: datetime) -> list[QueueView]:
    """The line of every service of the branch."""
    state_of = windows_now(session, branch, now)
    columns = (Ticket.service_id, Ticket.number, Ticket.waits_since, Ticket.held_until)
    lines: dict[str, list[Any]] = {service_id: [] for service_id in branch.services}
    for row in session.execute(in_line(branch, now).with_only_columns(*columns)):
        if row.service_id in lines:
            lines[row.service_id].append(row)
    return [_queue(branch, state_of, service_id, line, now) for service_id, line in lines.items()]


def _queue(branch: Branch, state_of: Windows, service_id: str, line: Sequence[Any], now: datetime) -> QueueView:
    service = branch.services[service_id]
    promise = branch.queue.promise_minutes.get(service.letter)
    # Who asked to be passed over is not kept waiting by us.
    waited = [(rules.minutes_since(row.waits_since, now), row.number) for row in line if not is_held(row, now)]
    late = [(minutes, number) for minutes, number in waited if promise is not None and minutes > promise]
    return QueueView(
        service_id=service_id,
        waiting=len(line),
        held=len(line) - len(waited),
        longest_wait_minutes=max((minutes for minutes, _ in waited), default=0),
        promise_minutes=promise,
        late=tuple(number for _, number in sorted(late, key=lambda one: -one[0])),
        open_windows=len(open_among(state_of, ticket_windows(branch, newcomer(branch, service_id, None)))),
    )


# --- the board --------------------------------------------------------------------------------


def board(session: Session, branch: Branch, *, now: datetime) -> Board:
    """What the display shows today."""
    order = list(branch.windows)
    calling = [
        call for call in map(_call, session.execute(at_windows(branch, now)).scalars()) if call.window_id in order
    ]
    query = of_today(branch, now).where(Ticket.called_at.is_not(None), Ticket.window_id.in_(order))
    query = query.order_by(Ticket.called_at.desc(), Ticket.id.desc()).limit(LAST_CALLS)
    return Board(
        calling=tuple(sorted(calling, key=lambda call: order.index(call.window_id))),
        last_calls=tuple(map(_call, session.execute(query).scalars())),
        groups=tuple(_groups(session, branch, now)),
    )


def _groups(session: Session, branch: Branch, now: datetime) -> Iterator[GroupWait]:
    state_of = windows_now(session, branch, now)
    counts, busy = _counts(session, branch, state_of, now), _busy(session, branch, now)
    known = foreseen(session, branch, now)
    query = of_today(branch, now).where(Ticket.state == WAITING).group_by(Ticket.service_id)
    waiting = dict(session.execute(query.with_only_columns(Ticket.service_id, func.count())).all())
    for letter in branch.groups:
        services = [service for service in branch.services.values() if service.letter == letter]
        newcomers = [newcomer(branch, service.id, None) for service in services]
        found = [known.of_newcomer(one, 0, rules.wait(counts, _lane(branch, state_of, one), busy)) for one in newcomers]
        people = sum(waiting.get(service.id, 0) for service in services)
        yield GroupWait(letter, people, min(one.low for one in found), max(one.high for one in found))


def _call(ticket: Ticket) -> Call:
    return Call(ticket.number, ticket.window_id, ticket.called_at, ticket.calls, ticket.state == SERVING)
