"""How a change in the queue is made: locked, written into the ticket's history, and told to whom it concerns.

Under many processes: SQLite has one writer at a time. On PostgreSQL a counter row gives each number once, two windows
calling at the same time skip the row the other one holds, and what one window does goes one after another. Locks are
taken in the order windows of the branch, window, ticket, conversation (by id), outbox: hence the outbox is last.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.branch.schema import Branch
from bot.conversations import service as conversations
from bot.errors import Conflict, NotFound
from bot.queueing import views
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.rules import CALLED, STATE_AFTER
from bot.queueing.views import TicketView, Windows
from bot.store import outbox

CUSTOMER = "customer"


class NoWindow(Conflict):
    """Nobody serves this at any window today."""

    code = "no_window"


# --- locks ------------------------------------------------------------------------------------


def locked(query: Select, *, skip_locked: bool = False) -> Select:
    """Lock the rows on PostgreSQL, and read them afresh."""
    return query.with_for_update(skip_locked=skip_locked).execution_options(populate_existing=True)


def lock_windows(session: Session, branch: Branch) -> None:
    """For who opens or closes a window: which is the last one open must not change meanwhile."""
    _advisory_lock(session, f"windows {branch.id}")


def lock_window(session: Session, branch: Branch, window_id: str) -> None:
    _advisory_lock(session, f"window {branch.id} {window_id}")


def _advisory_lock(session: Session, name: str) -> None:
    """A lock until the transaction ends; SQLite's transaction has the whole file already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(name.encode())})


# --- tickets ----------------------------------------------------------------------------------


def by_code(session: Session, branch: Branch, code: str, *, lock: bool = False) -> Ticket:
    """Raises NotFound for an unknown code."""
    query = select(Ticket).where(Ticket.branch_id == branch.id, Ticket.code == code)
    ticket = session.execute(locked(query) if lock else query).scalar_one_or_none()
    if ticket is None:
        raise NotFound("no such ticket")
    return ticket


def require(branch: Branch, ticket: Ticket, now: datetime, *states: str) -> None:
    """Raises Conflict unless the ticket is in one of these states today."""
    state = views.state_now(branch, ticket, now)
    if state not in states:
        raise Conflict(f"the ticket is {state}, not {' or '.join(states)}")


def record(session: Session, ticket: Ticket, kind: str, *, by: str, now: datetime) -> None:
    """Write what happened, in the order it happened, and put the ticket into the state that follows."""
    ticket.state = STATE_AFTER[kind]
    session.flush()
    event = {"ticket_id": ticket.id, "at": now, "kind": kind, "by": by}
    event.update(service_id=ticket.service_id, window_id=ticket.window_id)
    session.execute(insert(TicketEvent), event)


def wait_again(session: Session, ticket: Ticket, kind: str, *, by: str, now: datetime) -> None:
    """Back into the line. The window that had it stays on record until another one calls."""
    ticket.calls = 0
    ticket.started_at = ticket.ended_at = ticket.held_until = None
    record(session, ticket, kind, by=by, now=now)


# --- telling ----------------------------------------------------------------------------------


def tell(
    session: Session, branch: Branch, windows: Windows, changes: Sequence[tuple[Ticket, str]], now: datetime
) -> dict[int, TicketView]:
    """Tell each ticket's customer, its page, the board and staff what happened to it. The views, by ticket id."""
    found: dict[int, TicketView] = {}
    for ticket, kind in sorted(changes, key=lambda change: change[0].session_id or ""):
        found[ticket.id] = view = views.view_among(session, branch, windows, ticket, now)
        notify(session, branch, ticket, view, now)
        publish(session, ticket, kind, now)
    return found


def tell_one(session: Session, branch: Branch, ticket: Ticket, kind: str, now: datetime) -> TicketView:
    windows = views.windows_now(session, branch, now)
    return tell(session, branch, windows, [(ticket, kind)], now)[ticket.id]


def notify(session: Session, branch: Branch, ticket: Ticket, view: TicketView, now: datetime) -> None:
    """Put the ticket as it is now into its customer's conversation, if there is one."""
    if ticket.session_id is None:
        return
    kind = "ticket_called" if ticket.state == CALLED else "ticket_updated"
    card = views.ticket_card(branch, view, ticket.locale)
    conversations.add_notice(session, session_id=ticket.session_id, kind=kind, data=card, now=now)


def publish(session: Session, ticket: Ticket, kind: str, now: datetime) -> None:
    for topic in (f"ticket:{ticket.code}", "board", "staff"):
        outbox.publish(session, topic, {"kind": f"ticket_{kind}"}, now=now)
