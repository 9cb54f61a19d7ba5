"""What the tables of the queue must say after whatever happened: the faults found in them, none if all adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.queueing.models import Ticket, TicketCounter, TicketEvent
from bot.queueing.rules import STATE_AFTER

# What can happen to a ticket in a state; None: before there is one.
MAY_HAPPEN: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"taken"}),
    "waiting": frozenset({"called", "delayed", "held", "here", "cancelled"}),
    "called": frozenset({"recalled", "started", "done", "no_show", "parked", "transferred"}),
    "serving": frozenset({"done", "parked", "transferred"}),
    "parked": frozenset({"called", "cancelled"}),
    "done": frozenset({"continued"}),
    "no_show": frozenset({"rejoined", "called"}),
    "cancelled": frozenset(),
}
AT_WINDOW = ("called", "serving")


def faults(session: Session) -> list[str]:
    """Every fault in the tickets of all days, in words."""
    return [*_number_faults(session), *_history_faults(session)]


def _number_faults(session: Session) -> Iterator[str]:
    """Each number once, and as many tickets of a letter and day as were counted: none twice, none lost."""
    tickets = session.execute(select(Ticket.branch_id, Ticket.day, Ticket.letter, Ticket.number)).all()
    numbers = Counter((branch_id, day, number) for branch_id, day, _, number in tickets)
    yield from (f"number {number} was given {count} times" for (*_, number), count in numbers.items() if count > 1)
    counts = Counter((branch_id, day, letter) for branch_id, day, letter, _ in tickets)
    for counter in session.execute(select(TicketCounter)).scalars():
        found = counts[(counter.branch_id, counter.day, counter.letter)]
        if found != counter.last:
            yield f"{counter.letter} counted to {counter.last}, but {found} tickets are there"


def _history_faults(session: Session) -> Iterator[str]:
    """Every step could follow the one before, every window had one ticket at a time, every state is the last step's.

    The order of ids is the order in which things happened to a ticket and at a window: both are locked meanwhile.
    """
    tickets = {ticket.id: ticket for ticket in session.execute(select(Ticket)).scalars()}
    states: dict[int, str] = {}
    calls: Counter[int] = Counter()
    at_window: dict[str, int] = {}
    for event in session.execute(select(TicketEvent).order_by(TicketEvent.id)).scalars():
        number, before = tickets[event.ticket_id].number, states.get(event.ticket_id)
        after = STATE_AFTER[event.kind]
        if event.kind not in MAY_HAPPEN[before]:
            yield f"{number} was {event.kind} while {before}"
        if before in AT_WINDOW and at_window.get(event.window_id) != event.ticket_id:
            yield f"{number} was {event.kind} at window {event.window_id}, where it was not"
        if before in AT_WINDOW and after not in AT_WINDOW:
            at_window.pop(event.window_id, None)
        if event.kind == "called" and at_window.setdefault(event.window_id, event.ticket_id) != event.ticket_id:
            yield f"{number} was called to window {event.window_id}, which had a ticket"
        if event.kind in ("called", "recalled"):
            calls[event.ticket_id] += 1
        elif after == "waiting":
            calls[event.ticket_id] = 0
        if event.kind == "called":
            calls[event.ticket_id] = 1
        states[event.ticket_id] = after
    for ticket in tickets.values():
        if states.get(ticket.id) != ticket.state:
            yield f"{ticket.number} is {ticket.state}, its history says {states.get(ticket.id)}"
        if calls[ticket.id] != ticket.calls:
            yield f"{ticket.number} has {ticket.calls} calls, its history says {calls[ticket.id]}"
    for ticket in tickets.values():
        if ticket.state in AT_WINDOW and at_window.get(ticket.window_id) != ticket.id:
            yield f"{ticket.number} is {ticket.state} at window {ticket.window_id}, which has another one"
