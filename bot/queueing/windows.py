"""What staff do at the windows: open them, call numbers, serve, park, transfer. Nothing here commits.

At most one ticket is called to a window or served at it. The lock of the window makes what two members of staff press
there go one after another.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.branch import rules as branch_rules
from bot.branch.schema import Branch
from bot.errors import Conflict, Invalid, NotFound
from bot.queueing import rules, views
from bot.queueing.line import (
    NoWindow,
    lock_window,
    lock_windows,
    locked,
    notify,
    record,
    require,
    tell,
    tell_one,
    wait_again,
)
from bot.queueing.models import Ticket, WindowState
from bot.queueing.rules import CALLED, CLOSED, NO_SHOW, OPEN, PARKED, SERVING, WAITING
from bot.queueing.views import TicketView, WindowView
from bot.store import outbox

# --- opening and closing ----------------------------------------------------------------------


def set_window_state(
    session: Session, branch: Branch, *, window_id: str, state: rules.WindowStatus, by: str, now: datetime
) -> WindowView:
    """Open, pause or close a window for the rest of the branch day.

    Customers whose last open window this was are told, and told again when one opens. Raises NotFound for an unknown
    window, Conflict for closing one that still has a customer.
    """
    _require_known(branch, window_id)
    lock_windows(session, branch)
    lock_window(session, branch, window_id)
    if state == CLOSED and _current(session, branch, window_id, now) is not None:
        raise Conflict("finish the ticket at this window first")
    before = views.windows_now(session, branch, now)
    if before[window_id].state != state:
        key = {"branch_id": branch.id, "window_id": window_id}
        session.merge(WindowState(**key, day=branch.day(now), state=state, since=now, by=by))
        session.flush()
        _tell_who_is_left(session, branch, window_id, before, now)
        for topic in ("board", "staff"):
            outbox.publish(session, topic, {"kind": "window_state"}, now=now)
    return views.list_windows(session, branch, now=now, only=window_id)[0]


def _tell_who_is_left(session: Session, branch: Branch, window_id: str, before: views.Windows, now: datetime) -> None:
    """Tell those in line who just lost the last window open to them, or got the first one."""
    windows = views.windows_now(session, branch, now)
    query = views.in_line(branch, now).where(views.callable_at(branch, frozenset({window_id})))
    in_line = sorted(session.execute(query).scalars(), key=lambda ticket: ticket.session_id or "")
    for ticket in in_line:
        window_ids = views.ticket_windows(branch, ticket)
        if bool(views.open_among(before, window_ids)) != bool(views.open_among(windows, window_ids)):
            notify(session, branch, ticket, views.view_among(session, branch, windows, ticket, now), now)
            outbox.publish(session, f"ticket:{ticket.code}", {"kind": "window_state"}, now=now)


# --- calling ----------------------------------------------------------------------------------


def call_next(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView | None:
    """Call the first ticket in line that this window serves; the one it had before is done.

    None when nobody waits. Raises NotFound for an unknown window, Conflict for one that is not open.
    """
    windows, before = _make_room(session, branch, window_id, by=by, now=now)
    query = views.in_line(branch, now).where(views.callable_at(branch, frozenset({window_id})), views.not_held(now))
    ticket = session.execute(locked(query.limit(1), skip_locked=True)).scalar_one_or_none()
    return _called(session, branch, windows, window_id, ticket, before, by=by, now=now)


def call_ticket(session: Session, branch: Branch, *, window_id: str, number: str, by: str, now: datetime) -> TicketView:
    """Call a certain number: one that waits, is parked, or was missed and may still rejoin.

    The ticket that the window had before is done. Raises NotFound for an unknown window or number; Conflict when the
    window is not open or does not serve this ticket, or when the ticket is not there to be called.
    """
    windows, before = _make_room(session, branch, window_id, by=by, now=now)
    query = views.of_today(branch, now).where(Ticket.number == number.strip().upper())
    # Never wait for a row that another window holds: it may be about to wait for ours.
    ticket = session.execute(locked(query, skip_locked=True)).scalar_one_or_none()
    if ticket is None:
        if session.execute(query).scalar_one_or_none() is None:
            raise NotFound("no such number today")
        raise Conflict("somebody else is just changing this ticket, please try again")
    require(branch, ticket, now, WAITING, PARKED, NO_SHOW)
    if ticket.state == NO_SHOW and views.view(session, branch, ticket, now).rejoin_until is None:
        raise Conflict("the number was missed too long ago")
    if window_id not in views.ticket_windows(branch, ticket):
        raise Conflict("this window does not serve that ticket")
    view = _called(session, branch, windows, window_id, ticket, before, by=by, now=now)
    assert view is not None
    return view


def recall(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """Call the same number again. Raises Conflict when no number is called here, or its customer is there already."""
    ticket = _at_window(session, branch, window_id, now)
    require(branch, ticket, now, CALLED)
    ticket.called_at = now
    ticket.calls += 1
    record(session, ticket, "recalled", by=by, now=now)
    return tell_one(session, branch, ticket, "recalled", now)


def _make_room(
    session: Session, branch: Branch, window_id: str, *, by: str, now: datetime
) -> tuple[views.Windows, Ticket | None]:
    """An open window without a ticket: the one it had is done. Returns how the windows are, and that ticket."""
    _require_known(branch, window_id)
    lock_window(session, branch, window_id)
    windows = views.windows_now(session, branch, now)
    if windows[window_id].state != OPEN:
        raise Conflict(f"this window is {windows[window_id].state}")
    ticket = _current(session, branch, window_id, now)
    if ticket is not None:
        _finish(session, branch, ticket, by=by, now=now)
    return windows, ticket


def _called(
    session: Session,
    branch: Branch,
    windows: views.Windows,
    window_id: str,
    ticket: Ticket | None,
    before: Ticket | None,
    *,
    by: str,
    now: datetime,
) -> TicketView | None:
    """Call a ticket, if there is one, and tell of it and of the one that left the window."""
    changes = []
    if before is not None and before is not ticket:
        changes.append((before, "done"))
    if ticket is not None:
        ticket.window_id = window_id
        ticket.called_at = now
        ticket.calls = 1
        ticket.started_at = ticket.ended_at = ticket.held_until = None
        record(session, ticket, "called", by=by, now=now)
        changes.append((ticket, "called"))
    found = tell(session, branch, windows, changes, now)
    return None if ticket is None else found[ticket.id]


# --- serving ----------------------------------------------------------------------------------


def start(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """The customer is at the window; saying so twice is no error. Raises Conflict when no number is called here."""
    ticket = _at_window(session, branch, window_id, now)
    if ticket.state == SERVING:
        return views.view(session, branch, ticket, now)
    ticket.started_at = now
    record(session, ticket, "started", by=by, now=now)
    return tell_one(session, branch, ticket, "started", now)


def finish_ticket(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """The customer was served. With a further service the ticket waits for that, its rank kept.

    Raises Conflict when the window has no ticket.
    """
    ticket = _at_window(session, branch, window_id, now)
    _finish(session, branch, ticket, by=by, now=now)
    return tell_one(session, branch, ticket, "done", now)


def no_show(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """The customer did not come. Raises Conflict when no number is called here, or not yet often enough."""
    ticket = _at_window(session, branch, window_id, now)
    require(branch, ticket, now, CALLED)
    missing = rules.calls_missing(ticket.calls, branch.queue.calls_before_no_show)
    if missing:
        raise Conflict(f"call the number {missing} more time{'s' if missing > 1 else ''} first")
    ticket.ended_at = now
    record(session, ticket, "no_show", by=by, now=now)
    return tell_one(session, branch, ticket, "no_show", now)


def park(session: Session, branch: Branch, *, window_id: str, by: str, now: datetime) -> TicketView:
    """Keep the ticket aside, while its customer fills a form. Raises Conflict when the window has none."""
    ticket = _at_window(session, branch, window_id, now)
    record(session, ticket, "parked", by=by, now=now)
    return tell_one(session, branch, ticket, "parked", now)


def transfer(
    session: Session,
    branch: Branch,
    *,
    window_id: str,
    service_id: str | None,
    to_window: str | None,
    by: str,
    now: datetime,
) -> TicketView:
    """The ticket waits again, its rank kept, for another service, at one certain window, or both.

    Raises NotFound for an unknown window, Invalid for an unknown target or none, Conflict when the window has no
    ticket or the target is where it is already, NoWindow when the target's windows are all closed.
    """
    ticket = _at_window(session, branch, window_id, now)
    if service_id is None and to_window is None:
        raise Invalid("name a service or a window")
    if to_window == window_id or (to_window is None and service_id == ticket.service_id):
        raise Conflict("the ticket is there already")
    if service_id is not None and service_id != ticket.service_id:
        _go_on_with(branch, ticket, service_id)
    targets = branch_rules.lane_windows(branch.services[ticket.service_id], ticket.route)
    if to_window is not None:
        if to_window not in targets:
            raise Invalid(f"window {to_window!r} does not serve this")
        targets = (to_window,)
    windows = views.windows_now(session, branch, now)
    if all(windows[one].state == CLOSED for one in targets):
        raise NoWindow("no window open")
    ticket.wants_window = to_window
    wait_again(session, ticket, "transferred", by=by, now=now)
    return tell_one(session, branch, ticket, "transferred", now)


def _finish(session: Session, branch: Branch, ticket: Ticket, *, by: str, now: datetime) -> None:
    """One service is done; the visit goes on while there is a further one."""
    ticket.ended_at = now
    record(session, ticket, "done", by=by, now=now)
    further = [service_id for service_id in ticket.further if service_id in branch.services]
    if further and ticket.day == branch.day(now):
        _go_on_with(branch, ticket, further[0])
        ticket.waits_since = now
        wait_again(session, ticket, "continued", by=by, now=now)


def _go_on_with(branch: Branch, ticket: Ticket, service_id: str) -> None:
    """The same number for another service. The amount belonged to the one before. Raises Invalid for an unknown one."""
    way = branch_rules.triage(branch, service_id, None, "kiosk", customer_class=ticket.customer_class).ticket
    ticket.route = way.route
    ticket.service_id = service_id
    ticket.amount_fen = None
    ticket.wants_window = None
    ticket.further = [one for one in ticket.further if one != service_id]


# --- inside -----------------------------------------------------------------------------------


def _require_known(branch: Branch, window_id: str) -> None:
    if window_id not in branch.windows:
        raise NotFound("no such window")


def _current(session: Session, branch: Branch, window_id: str, now: datetime) -> Ticket | None:
    """The ticket that the window has. One served past midnight is still there; a call of yesterday is over."""
    query = views.at_windows(branch, now).where(Ticket.window_id == window_id)
    found = session.execute(locked(query)).scalars()
    return min(found, key=lambda ticket: ticket.day, default=None)


def _at_window(session: Session, branch: Branch, window_id: str, now: datetime) -> Ticket:
    _require_known(branch, window_id)
    lock_window(session, branch, window_id)
    ticket = _current(session, branch, window_id, now)
    if ticket is None:
        raise Conflict("no ticket is called at this window")
    return ticket
