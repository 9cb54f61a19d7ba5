"""The queue as the rest of the house uses it; with `windows`, `line` and `views` all that touches its tables.

Here: what customers do, numbers taken, held, delayed, given up. What staff do at the windows is in `windows`. Nothing
here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.branch import rules as branch_rules
from bot.branch.schema import INDIVIDUAL, Branch
from bot.errors import Conflict, Invalid, NotFound
from bot.queueing import rules, views
from bot.queueing.line import CUSTOMER, NoWindow, by_code, publish, record, require, tell_one, wait_again
from bot.queueing.models import Ticket, TicketCounter
from bot.queueing.rules import CALLED, CANCELLED, CLOSED, NO_SHOW, PARKED, SERVING, WAITING, Place, Wait
from bot.queueing.views import (
    Board,
    Call,
    GroupWait,
    QueueView,
    TicketView,
    WindowView,
    board,
    list_tickets,
    list_windows,
    queues,
    ticket_card,
)
from bot.queueing.windows import (
    call_next,
    call_ticket,
    finish_ticket,
    no_show,
    park,
    recall,
    set_window_state,
    start,
    transfer,
)
from bot.store import new_code
from bot.store.counters import next_count

__all__ = [
    "CUSTOMER",
    "Board",
    "Call",
    "GroupWait",
    "NoWindow",
    "QueueView",
    "TicketView",
    "Wait",
    "WindowView",
    "active_ticket",
    "board",
    "call_next",
    "call_ticket",
    "cancel",
    "current_wait",
    "delay",
    "finish_ticket",
    "here",
    "hold",
    "list_tickets",
    "list_windows",
    "missed_ticket",
    "no_show",
    "park",
    "queues",
    "recall",
    "rejoin",
    "set_window_state",
    "start",
    "take_ticket",
    "ticket_by_code",
    "ticket_card",
    "transfer",
]

# --- looking ----------------------------------------------------------------------------------


def ticket_by_code(session: Session, branch: Branch, *, code: str, now: datetime) -> TicketView:
    """Raises NotFound for an unknown code."""
    return views.view(session, branch, by_code(session, branch, code), now)


def active_ticket(session: Session, branch: Branch, *, session_id: str, now: datetime) -> TicketView | None:
    """The newest ticket of a session that is in use today: it waits, is called, is served or is parked."""
    ticket = _newest(session, branch, session_id, (WAITING, CALLED, SERVING, PARKED), now)
    return None if ticket is None else views.view(session, branch, ticket, now)


def missed_ticket(session: Session, branch: Branch, *, session_id: str, now: datetime) -> TicketView | None:
    """The newest ticket of a session that was called in vain today and may still rejoin."""
    ticket = _newest(session, branch, session_id, (NO_SHOW,), now)
    view = None if ticket is None else views.view(session, branch, ticket, now)
    return None if view is None or view.rejoin_until is None else view


def current_wait(
    session: Session, branch: Branch, *, service_id: str, now: datetime, customer_class: str = INDIVIDUAL
) -> Wait:
    """The wait of somebody who takes a number for this service now, without an amount that would open a faster way.

    Raises NotFound for an unknown service, Invalid for an unknown class.
    """
    if service_id not in branch.services:
        raise NotFound("no such service")
    rank = rules.rank(now, _head_start(branch, customer_class))
    person = views.newcomer(branch, service_id, None, customer_class=customer_class)
    return views.wait_of_newcomer(session, branch, views.windows_now(session, branch, now), person, rank=rank, now=now)


# --- taking a number --------------------------------------------------------------------------


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
    customer_class: str = INDIVIDUAL,
    wants_window: str | None = None,
    further: Sequence[str] = (),
    rank_at: datetime | None = None,
) -> TicketView:
    """A new ticket; the same turn of a session again gets the ticket it got before.

    `further` services follow one after another under the same number. `rank_at`: in line as if taken then, for who
    has an appointment. Raises Invalid for an unknown service, class or window or an impossible amount; Conflict when
    the branch is closed; NoWindow when every window for this is closed.
    """
    known = _of_turn(session, session_id, turn_id)
    if known is not None:
        return views.view(session, branch, known, now)
    following = _further(branch, service_id, further)
    head_start = _head_start(branch, customer_class)
    person = views.newcomer(branch, service_id, amount, customer_class=customer_class, wants_window=wants_window)
    rank = rules.rank(rank_at or now, head_start)
    if not branch.tickets_outside_hours and not branch_rules.is_open(branch, now):
        raise Conflict("the branch is closed")
    windows = views.windows_now(session, branch, now)
    _require_window(branch, windows, person)
    wait = views.wait_of_newcomer(session, branch, windows, person, rank=rank, now=now)
    letter, day = branch.services[service_id].letter, branch.day(now)
    count = next_count(session, TicketCounter, branch_id=branch.id, day=day, letter=letter)
    ticket = Ticket(
        branch_id=branch.id,
        day=day,
        number=rules.number(letter, count),
        code=new_code(),
        letter=letter,
        service_id=service_id,
        route=person.route,
        customer_class=customer_class,
        wants_window=wants_window,
        further=following,
        amount_fen=None if amount is None else int((amount * 100).to_integral_value(ROUND_HALF_UP)),
        rank=rank,
        state=WAITING,
        calls=0,
        session_id=session_id,
        turn_id=turn_id,
        locale=locale,
        taken_at=now,
        waits_since=now,
        est_low=wait.low,
        est_point=wait.point,
        est_high=wait.high,
    )
    session.add(ticket)
    session.flush()
    record(session, ticket, "taken", by=CUSTOMER, now=now)
    publish(session, ticket, "taken", now)
    return views.make_view(branch, ticket, wait, windows, now)


def _further(branch: Branch, service_id: str, further: Sequence[str]) -> list[str]:
    """The services that follow, each once. Raises Invalid for an unknown one."""
    unknown = [one for one in further if one not in branch.services]
    if unknown:
        raise Invalid(f"unknown service {unknown[0]!r}")
    return [one for one in dict.fromkeys(further) if one != service_id]


def _head_start(branch: Branch, customer_class: str) -> int:
    found = branch.classes.get(customer_class)
    if found is None:
        raise Invalid(f"unknown customer class {customer_class!r}")
    return found.head_start_minutes


def _require_window(branch: Branch, windows: views.Windows, person: views.Newcomer) -> None:
    """Paused windows come back: only where all are closed there is nobody to wait for."""
    served_at = branch_rules.lane_windows(branch.services[person.service_id], person.route)
    if person.wants_window is not None and person.wants_window not in served_at:
        raise Invalid(f"window {person.wants_window!r} does not serve this")
    if all(windows[window_id].state == CLOSED for window_id in views.ticket_windows(branch, person)):
        raise NoWindow("no window open")


# --- changing one's place ---------------------------------------------------------------------


def cancel(session: Session, branch: Branch, *, code: str, now: datetime, by: str = CUSTOMER) -> TicketView:
    """Give the number up; cancelling twice is no error. Raises NotFound, or Conflict when it was called or is over."""
    ticket = by_code(session, branch, code, lock=True)
    if ticket.state == CANCELLED:
        return views.view(session, branch, ticket, now)
    require(branch, ticket, now, WAITING, PARKED)
    ticket.ended_at = now
    record(session, ticket, "cancelled", by=by, now=now)
    return tell_one(session, branch, ticket, "cancelled", now)


def delay(session: Session, branch: Branch, *, code: str, now: datetime) -> TicketView:
    """Let the next three who compete for the same windows go first; with fewer behind, all of them.

    Raises NotFound, or Conflict when the ticket does not wait.
    """
    ticket = _waiting(session, branch, code, now)
    behind = tuple_(Ticket.rank, Ticket.id) > (ticket.rank, ticket.id)
    others = _rivals(session, branch, ticket, rules.DELAY_BEHIND, now, behind)
    ticket.rank = rules.rank_behind((ticket.rank, ticket.id), others)
    record(session, ticket, "delayed", by=CUSTOMER, now=now)
    return tell_one(session, branch, ticket, "delayed", now)


def hold(session: Session, branch: Branch, *, code: str, minutes: int, now: datetime) -> TicketView:
    """Keep the place, but be passed over for so many minutes from now.

    Raises NotFound, Invalid when the branch does not offer these minutes, Conflict when the ticket does not wait.
    """
    if minutes not in branch.queue.hold_minutes:
        offered = ", ".join(map(str, branch.queue.hold_minutes))
        raise Invalid(f"a place is held for {offered} minutes, not {minutes}")
    ticket = _waiting(session, branch, code, now)
    ticket.held_until = rules.held_until(now, minutes)
    record(session, ticket, "held", by=CUSTOMER, now=now)
    return tell_one(session, branch, ticket, "held", now)


def here(session: Session, branch: Branch, *, code: str, now: datetime) -> TicketView:
    """The customer is back before the hold is over; without one nothing changes.

    Raises NotFound, or Conflict when the ticket does not wait.
    """
    ticket = _waiting(session, branch, code, now)
    if not views.is_held(ticket, now):
        return views.view(session, branch, ticket, now)
    ticket.held_until = None
    record(session, ticket, "here", by=CUSTOMER, now=now)
    return tell_one(session, branch, ticket, "here", now)


def rejoin(session: Session, branch: Branch, *, code: str, now: datetime) -> TicketView:
    """Back into the line after a missed call, behind as many as the branch's rules say.

    Raises NotFound, or Conflict when the number was not missed or was missed too long ago.
    """
    ticket = by_code(session, branch, code, lock=True)
    require(branch, ticket, now, NO_SHOW)
    if views.view(session, branch, ticket, now).rejoin_until is None:
        raise Conflict("the number was missed too long ago, please take a new one")
    others = _rivals(session, branch, ticket, branch.queue.rejoin_behind, now)
    ticket.rank = rules.rank_behind((ticket.rank, ticket.id), others)
    ticket.waits_since = now
    wait_again(session, ticket, "rejoined", by=CUSTOMER, now=now)
    return tell_one(session, branch, ticket, "rejoined", now)


# --- inside -----------------------------------------------------------------------------------


def _of_turn(session: Session, session_id: str | None, turn_id: str | None) -> Ticket | None:
    if session_id is None or turn_id is None:
        return None
    query = select(Ticket).where(Ticket.session_id == session_id, Ticket.turn_id == turn_id)
    return session.execute(query).scalar_one_or_none()


def _newest(session: Session, branch: Branch, session_id: str, states: Sequence[str], now: datetime) -> Ticket | None:
    query = views.of_today(branch, now).where(Ticket.session_id == session_id, Ticket.state.in_(states))
    return session.execute(query.order_by(Ticket.id.desc()).limit(1)).scalar_one_or_none()


def _waiting(session: Session, branch: Branch, code: str, now: datetime) -> Ticket:
    ticket = by_code(session, branch, code, lock=True)
    require(branch, ticket, now, WAITING)
    return ticket


def _rivals(
    session: Session, branch: Branch, ticket: Ticket, count: int, now: datetime, *conditions: object
) -> list[Place]:
    """The places of the first so many in line who may be called where this ticket may, and are not held."""
    windows = frozenset(views.ticket_windows(branch, ticket))
    query = views.in_line(branch, now).where(views.callable_at(branch, windows), views.not_held(now), *conditions)
    rows = session.execute(query.with_only_columns(Ticket.rank, Ticket.id).limit(count))
    return [(row.rank, row.id) for row in rows]
