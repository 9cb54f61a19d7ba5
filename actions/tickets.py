"""A customer's number in the dialogue: what it is now, the sentences about it, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from actions.turn import Events, Turn, choice
from bot.branch import rules as branch_rules
from bot.branch.rules import Triage
from bot.branch.schema import INDIVIDUAL
from bot.machines import rules as machine_rules
from bot.machines import service as machines
from bot.queueing import service as queueing
from bot.queueing.rules import CALLED, PARKED, SERVING
from bot.queueing.service import TicketView

# Reasons that are told with a number; the others are told when a quicker way is offered, or need no words.
TOLD = (
    branch_rules.MACHINE_OUT_OF_ORDER,
    branch_rules.EXPRESS_WINDOW,
    "priority_counter",
    "manager_premium",
    "manager_consults",
)


# Said by who asked that the place be kept.
IS_BACK = re.compile(
    r"我?(?:又)?(?:回来了|回來了|到了|在了|返嚟|返咗)|我(?:已经|已經)?到|\b(?:i am|i'm) (?:back|here|there)\b",
    re.IGNORECASE,
)


# --- what is known ------------------------------------------------------------------------------


def active(turn: Turn) -> TicketView | None:
    with turn.edge.store.read() as session:
        return queueing.active_ticket(session, turn.edge.branch, session_id=turn.session_id, now=turn.now)


def missed(turn: Turn) -> TicketView | None:
    """The number that was called in vain and may still come back, unless another one is in use."""
    with turn.edge.store.read() as session:
        return queueing.missed_ticket(session, turn.edge.branch, session_id=turn.session_id, now=turn.now)


def is_in_hall(turn: Turn) -> bool:
    """At the kiosk, or with a number of today: staff can come to this customer. Nobody is in `rasa shell`."""
    return turn.turn_id is not None and (turn.channel == "kiosk" or active(turn) is not None)


def current_wait(turn: Turn, service_id: str) -> queueing.Wait:
    with turn.edge.store.read() as session:
        return queueing.current_wait(
            session, turn.edge.branch, service_id=service_id, now=turn.now, customer_class=class_of(turn)
        )


def class_of(turn: Turn) -> str:
    """What the customer said of themselves, now or before, as far as the line is concerned."""
    return said_class(turn) or turn.slot("ticket_class") or INDIVIDUAL


def said_class(turn: Turn) -> str | None:
    return branch_rules.find_class(turn.edge.branch, turn.text) if turn.text else None


def triage(turn: Turn, service_id: str, amount: Decimal | None) -> Triage:
    """The ways for this errand and this person, by machines that work now."""
    branch = turn.edge.branch
    task = machine_rules.task_of_service(machines.facts(), service_id)
    with turn.edge.store.read() as session:
        out_of_order = machines.out_of_order(session, branch, task=task)
    return branch_rules.triage(
        branch, service_id, amount, turn.channel, customer_class=class_of(turn), out_of_order=out_of_order
    )


def issue(
    turn: Turn,
    session: Session,
    service_id: str,
    amount: Decimal | None,
    *,
    further: Sequence[str] = (),
    wants_window: str | None = None,
) -> TicketView:
    """Raises Conflict when closed, NoWindow when nobody serves this, Invalid for a window that never does."""
    return queueing.take_ticket(
        session,
        turn.edge.branch,
        service_id=service_id,
        amount=amount,
        session_id=turn.session_id,
        turn_id=turn.turn_id,
        locale=turn.locale,
        now=turn.now,
        customer_class=class_of(turn),
        wants_window=wants_window,
        further=further,
    )


def back(turn: Turn) -> Events | None:
    """A customer whose place is held is back; None for any other message."""
    held = active(turn) if IS_BACK.search(turn.text) else None
    if held is None or held.held_until is None:
        return None
    with turn.edge.store.begin() as session:
        ticket = queueing.here(session, turn.edge.branch, code=held.code, now=turn.now)
    say_where(turn, ticket)
    return []


# --- sentences ----------------------------------------------------------------------------------


def card(turn: Turn, ticket: TicketView) -> dict[str, Any]:
    return queueing.ticket_card(turn.edge.branch, ticket, turn.locale)


def words(turn: Turn, ticket: TicketView) -> dict[str, Any]:
    """What the sentences about a ticket fill in."""
    branch = turn.edge.branch
    return {
        "number": ticket.number,
        "zone": turn.pick(branch.zones[ticket.zone_id].label),
        "windows": turn.label("and").join(turn.pick(branch.windows[w].label) for w in ticket.window_ids),
        "ahead": ticket.ahead,
        "low": ticket.wait_low,
        "high": ticket.wait_high,
    }


def choices(turn: Turn, ticket: TicketView) -> list[dict[str, str]]:
    """What can be done with a number that waits."""
    back = choice(turn.label("back"), "ticket_delay", option="here")
    late = choice(turn.label("late"), "ticket_delay")
    return [late if ticket.held_until is None else back, choice(turn.label("cancel_number"), "ticket_cancel")]


def say_where(turn: Turn, ticket: TicketView) -> None:
    """How a number stands now, whatever its state."""
    branch, shown = turn.edge.branch, [card(turn, ticket)]
    at = branch.windows.get(ticket.window_id or "")
    window = "" if at is None else turn.pick(at.label)
    if ticket.state == CALLED:
        turn.say("utter_ticket_called", number=ticket.number, window=window, cards=shown)
    elif ticket.state == SERVING:
        turn.say("utter_ticket_serving", number=ticket.number, window=window, cards=shown)
    elif ticket.state == PARKED:
        turn.say("utter_ticket_parked", number=ticket.number, window=window, cards=shown)
    elif ticket.held_until is not None:
        until = clock(turn, ticket.held_until)
        turn.say("utter_ticket_held", number=ticket.number, until=until, cards=shown, choices=choices(turn, ticket))
    else:
        turn.say("utter_ticket_waiting", cards=shown, choices=choices(turn, ticket), **words(turn, ticket))


def say_taken(turn: Turn, ticket: TicketView, found: Triage, *, papers: bool = True) -> None:
    """The number with the way to it, why it is that way, what comes after it and, unless known, what to have ready."""
    turn.say("utter_ticket_taken", cards=[card(turn, ticket)], choices=choices(turn, ticket), **words(turn, ticket))
    for reason in dict.fromkeys((*found.reasons, *found.ticket.reasons)):
        if reason in TOLD:
            turn.say(f"utter_reason_{reason}")
    if ticket.further:
        following = turn.label("and").join(service_label(turn, one) for one in ticket.further)
        turn.say("utter_ticket_further", services=following)
    if ticket.open_windows == 0:
        turn.say("utter_ticket_all_paused")
    if papers and (needed := bring(turn, ticket.service_id)):
        turn.say("utter_ticket_bring", items=needed)


def bring(turn: Turn, service_id: str) -> str:
    """What everybody brings for a service, in one line; empty where that is nothing."""
    items = turn.edge.branch.services[service_id].bring
    return turn.label("and").join(turn.pick(item.label) for item in items if item.when is None)


def service_label(turn: Turn, service_id: str) -> str:
    return turn.pick(turn.edge.branch.services[service_id].label)


def clock(turn: Turn, at: datetime) -> str:
    """The time of day in the branch."""
    return f"{at.astimezone(turn.edge.branch.timezone):%H:%M}"


# --- the errand a message names -----------------------------------------------------------------


def services_of(turn: Turn) -> list[str]:
    """The services the message names, each once. Foreign cash is had where currencies are exchanged."""
    foreign = turn.entity("currency") not in (None, "CNY")
    named = []
    for entity in turn.entities:
        if entity["entity"] == "service":
            value = entity["value"]
            named.append("forex" if foreign and value in ("cash_withdrawal", "cash_deposit") else value)
    return [one for one in dict.fromkeys(named) if one in turn.edge.branch.services]


def service_of(turn: Turn) -> str | None:
    """The first service the message names, if this branch has it."""
    return next(iter(services_of(turn)), None)


def decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
