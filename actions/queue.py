"""Queue tickets: taking one, waiting, being late, giving it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from rasa_sdk.events import SlotSet
from sqlalchemy.orm import Session

from actions import calculation, forms
from actions.base import FormAnswers, IntentAction, LobbyAction
from actions.forms import SKIPPED, TICKET
from actions.places import hours_lines
from actions.turn import TAKE, Events, Turn, choice, offer
from bot.branch import rules as branch_rules
from bot.errors import Conflict
from bot.queueing import service as queueing
from bot.queueing.service import TicketView

# What people come for most, shown when nothing is known.
OVERVIEW = ("cash_withdrawal", "transfer", "open_account", "wealth", "corporate")


class TakeTicket(IntentAction):
    action_name = "action_take_ticket"

    def respond(self, turn: Turn) -> Events:
        return take(turn)


class IssueTicket(LobbyAction):
    """After the form: all that was asked is known."""

    action_name = "action_issue_ticket"

    def respond(self, turn: Turn) -> Events:
        service_id = turn.slot("ticket_service")
        if service_id is None:  # given up on the way
            turn.say("utter_cancel_ticket")
            return forms.end(turn, TICKET)
        return give_ticket(turn, service_id, _decimal(turn.slot("ticket_amount")), None)


class AskService(LobbyAction):
    action_name = "action_ask_ticket_form_ticket_service"

    def respond(self, turn: Turn) -> Events:
        again = turn.form == TICKET and turn.intent in ("inform", "oos", "affirm", "deny", "take_ticket")
        asked_before = turn.slot(forms.REQUESTED) == "ticket_service" and again and not turn.was_rejected(TICKET)
        turn.say("utter_ask_service_again" if asked_before else "utter_ask_service", choices=service_choices(turn))
        return []


class AskAmount(LobbyAction):
    action_name = "action_ask_ticket_form_ticket_amount"

    def respond(self, turn: Turn) -> Events:
        turn.say("utter_ask_amount", choices=amount_choices(turn, turn.slot("ticket_service")))
        return []


class TicketAnswers(FormAnswers):
    action_name = "validate_ticket_form"
    form = TICKET
    own = frozenset({"take_ticket"})

    def take(self, turn: Turn, asked: str) -> dict[str, Any] | None:
        answers: dict[str, Any] = {}
        service_id, amount = service_of(turn), turn.amount()
        skips = asked == "ticket_amount" and service_id is None and (forms.is_skip(turn) or turn.intent == "affirm")
        if not skips and forms.is_digression(turn, "value", self.own):
            return None
        if service_id is not None:
            answers["ticket_service"] = service_id
            if amount is None and not _asks_amount(turn, service_id):
                answers["ticket_amount"] = SKIPPED
        if amount is not None:
            answers["ticket_amount"] = str(amount)
        elif skips:
            answers["ticket_amount"] = SKIPPED
        return answers


class TicketStatus(IntentAction):
    action_name = "action_ticket_status"

    def respond(self, turn: Turn) -> Events:
        ticket = active_ticket(turn)
        if ticket is None:
            return _none(turn)
        if ticket.window_id is not None:
            window = turn.pick(turn.edge.branch.windows[ticket.window_id].label)
            turn.say("utter_ticket_called", number=ticket.number, window=window, cards=[card(turn, ticket)])
        else:
            _say_waiting(turn, ticket)
        return []


class TicketDelay(IntentAction):
    action_name = "action_ticket_delay"

    def respond(self, turn: Turn) -> Events:
        ticket = active_ticket(turn)
        if ticket is None:
            return _none(turn)
        try:
            with turn.edge.store.begin() as session:
                moved = queueing.delay_ticket(session, turn.edge.branch, code=ticket.code, now=turn.now)
        except Conflict:
            another = choice(turn.label("take_another"), "take_ticket", service=ticket.service_id, option="another")
            turn.say("utter_ticket_delay_refused", number=ticket.number, choices=[another])
        else:
            turn.say("utter_ticket_delayed", cards=[card(turn, moved)], **words(turn, moved))
        return []


class TicketCancel(IntentAction):
    action_name = "action_ticket_cancel"

    def respond(self, turn: Turn) -> Events:
        return cancel(turn)


class WaitTime(IntentAction):
    action_name = "action_wait_time"

    def respond(self, turn: Turn) -> Events:
        service_id = service_of(turn)
        ticket = active_ticket(turn) if service_id is None else None
        if ticket is not None and ticket.window_id is None:
            _say_waiting(turn, ticket)
            return []
        if service_id is not None:
            label, wait = service_label(turn, service_id), current_wait(turn, service_id)
            take = choice(turn.label("take_number_for", service=label), "take_ticket", service=service_id)
            turn.say(
                "utter_wait_service", service=label, ahead=wait.ahead, low=wait.low, high=wait.high, choices=[take]
            )
            return [offer(TAKE, service=service_id)]
        take_one = choice(turn.label("take_number"), "take_ticket")
        turn.say("utter_wait_overview", lines="\n".join(_wait_lines(turn)), choices=[take_one])
        return [offer(TAKE)]


# --- giving a number ----------------------------------------------------------------------------


def take(turn: Turn) -> Events:
    """What a wish for a number does: ask what is missing for it, or give it."""
    service_id = service_of(turn)
    if service_id is None and forms.suspended(turn) == TICKET:
        service_id = turn.slot("ticket_service")
    if service_id is None and not turn.is_choice:  # "then get me a number", after an answer that offered one
        service_id = (turn.slot("offer") or {}).get("service")
    if service_id is None:
        return _ask(turn, None)
    amount, option = turn.amount(), turn.entity("option")
    if option is None and amount is None and _asks_amount(turn, service_id):
        return _ask(turn, service_id)
    return give_ticket(turn, service_id, amount, option)


def change(turn: Turn) -> Events:
    """A number that waits, for what the customer meant instead; nothing where none waits or nothing is named."""
    held, service_id, amount = active_ticket(turn), service_of(turn), turn.amount()
    if held is None or held.window_id is not None or (service_id is None and amount is None):
        return []
    service_id, amount = service_id or held.service_id, amount or held.amount
    with turn.edge.store.begin() as session:
        queueing.cancel_ticket(session, turn.edge.branch, code=held.code, now=turn.now, by="customer")
        ticket = _issue(turn, session, service_id, amount)
    turn.say("utter_ticket_changed", old=held.number, service=service_label(turn, service_id))
    _say_taken(turn, ticket, amount)
    return [SlotSet(calculation.SLOT, None)]


def accept(turn: Turn, offered: dict[str, Any]) -> Events:
    """A yes to an offer of a number."""
    if offered.get("service") is None:
        return _ask(turn, None)
    return give_ticket(turn, offered["service"], _decimal(offered.get("amount")), offered.get("option"))


def cancel(turn: Turn) -> Events:
    """Give up the number this customer holds."""
    ticket = active_ticket(turn)
    if ticket is None:
        return _none(turn)
    try:
        with turn.edge.store.begin() as session:
            queueing.cancel_ticket(session, turn.edge.branch, code=ticket.code, now=turn.now, by="customer")
    except Conflict:
        turn.say("utter_ticket_cancel_refused", number=ticket.number)
    else:
        turn.say("utter_ticket_cancelled", number=ticket.number)
    return []


def _none(turn: Turn) -> Events:
    turn.say("utter_ticket_none")
    return [offer(TAKE)]


def _say_waiting(turn: Turn, ticket: TicketView) -> None:
    turn.say("utter_ticket_waiting", cards=[card(turn, ticket)], choices=_ticket_choices(turn), **words(turn, ticket))


def _wait_lines(turn: Turn) -> Iterator[str]:
    for service_id in OVERVIEW:
        wait, label = current_wait(turn, service_id), service_label(turn, service_id)
        yield turn.label("wait_line", service=label, ahead=wait.ahead, low=wait.low, high=wait.high)


def give_ticket(turn: Turn, service_id: str, amount: Decimal | None, option: str | None) -> Events:
    """Triage, then a number, unless something quicker is to be offered first. `option`: counter, another, skip."""
    branch = turn.edge.branch
    done = forms.end(turn, TICKET)
    held = active_ticket(turn)
    if held is not None and held.service_id == service_id and option != "another":
        another = choice(turn.label("take_another"), "take_ticket", service=service_id, amount=amount, option="another")
        turn.say(
            "utter_ticket_already",
            service=service_label(turn, service_id),
            cards=[card(turn, held)],
            choices=[*_ticket_choices(turn), another],
            **words(turn, held),
        )
        return done
    if not branch.tickets_outside_hours and not branch_rules.is_open(branch, turn.now):
        turn.say("utter_ticket_closed", hours="\n".join(hours_lines(turn)))
        return done
    triage = branch_rules.triage(branch, service_id, amount, turn.channel)
    if triage.route in (branch_rules.MACHINE, branch_rules.PHONE) and option not in ("counter", "another"):
        _offer_quicker_way(turn, triage, service_id, amount)
        return [*done, offer(TAKE, service=service_id, amount=_text(amount), option="counter")]
    with turn.edge.store.begin() as session:
        ticket = _issue(turn, session, service_id, amount)
    _say_taken(turn, ticket, amount)
    if waiting := [form for form in turn.slot("suspended") or [] if form != TICKET]:
        forms.offer_to_resume(turn, waiting[-1])
    return [*done, SlotSet(calculation.SLOT, None)]


def _issue(turn: Turn, session: Session, service_id: str, amount: Decimal | None) -> TicketView:
    return queueing.take_ticket(
        session,
        turn.edge.branch,
        service_id=service_id,
        amount=amount,
        session_id=turn.session_id,
        turn_id=turn.turn_id,
        locale=turn.locale,
        now=turn.now,
    )


def _say_taken(turn: Turn, ticket: TicketView, amount: Decimal | None) -> None:
    """The number with the way to it, and what its amount means: booking first, or an express window."""
    branch = turn.edge.branch
    turn.say("utter_ticket_taken", cards=[card(turn, ticket)], choices=_ticket_choices(turn), **words(turn, ticket))
    reasons = branch_rules.triage(branch, ticket.service_id, amount, turn.channel).ticket.reasons
    if branch_rules.BOOKING_NEEDED in reasons:
        limit = branch.services[ticket.service_id].unbooked_up_to
        assert limit is not None
        turn.say("utter_booking_needed", service=service_label(turn, ticket.service_id), limit=f"{limit.amount:,}")
    elif branch_rules.EXPRESS_WINDOW in reasons:
        turn.say("utter_ticket_express")


def _offer_quicker_way(turn: Turn, triage: branch_rules.Triage, service_id: str, amount: Decimal | None) -> None:
    branch, label, wait = turn.edge.branch, service_label(turn, service_id), current_wait(turn, service_id)
    queue: dict[str, Any] = {"ahead": wait.ahead, "low": wait.low, "high": wait.high}
    anyway = choice(
        turn.label("take_number_anyway"), "take_ticket", service=service_id, amount=amount, option="counter"
    )
    if triage.route == branch_rules.PHONE:
        how = choice(turn.label("mobile_how"), "mobile_banking")
        turn.say("utter_ticket_phone", service=label, choices=[how, anyway], **queue)
        return
    machine = branch.machines[triage.machine_ids[0]]
    where = choice(turn.label("go_to_machine", machine=turn.pick(machine.label)), "find_place", place=machine.id)
    turn.say(
        "utter_ticket_machine",
        service=label,
        machine=turn.pick(machine.label),
        zone=turn.pick(branch.zones[machine.zone].label),
        choices=[where, anyway],
        **queue,
    )


def _ask(turn: Turn, service_id: str | None) -> Events:
    """Begin the form with what is known."""
    return [*forms.begin(turn, TICKET), SlotSet("ticket_service", service_id), SlotSet("ticket_amount", None)]


# --- words --------------------------------------------------------------------------------------


def service_of(turn: Turn) -> str | None:
    """The service the message names, if this branch has it. Foreign cash is had where currencies are exchanged."""
    named = turn.entity("service")
    if named in ("cash_withdrawal", "cash_deposit") and turn.entity("currency") not in (None, "CNY"):
        named = "forex"
    return named if named in turn.edge.branch.services else None


def service_label(turn: Turn, service_id: str) -> str:
    return turn.pick(turn.edge.branch.services[service_id].label)


def service_choices(turn: Turn) -> list[dict[str, str]]:
    services = turn.edge.branch.services.values()
    return [choice(turn.pick(service.label), "take_ticket", service=service.id) for service in services]


def amount_choices(turn: Turn, service_id: str | None) -> list[dict[str, str]]:
    """One choice for each amount at which the way to do the errand changes, one for more, one to skip."""
    steps = amount_steps(turn, service_id)
    offered = [choice(turn.label("amount_up_to", amount=f"{step:,}"), "inform", amount=step) for step in steps]
    if steps:
        offered.append(choice(turn.label("amount_over", amount=f"{steps[-1]:,}"), "inform", amount=steps[-1] + 1))
    return [*offered, choice(turn.label("skip"), "deny")]


def amount_steps(turn: Turn, service_id: str | None) -> Sequence[Decimal]:
    service = turn.edge.branch.services.get(service_id or "")
    if service is None:
        return []
    limits = [way.up_to for way in (service.machine, service.express, service.phone) if way is not None]
    amounts = {
        limit.amount if limit.inclusive else limit.amount - 1
        for limit in [*limits, service.unbooked_up_to]
        if limit is not None
    }
    return sorted(amounts)[:3]


def active_ticket(turn: Turn) -> TicketView | None:
    with turn.edge.store.read() as session:
        return queueing.active_ticket(session, turn.edge.branch, session_id=turn.session_id, now=turn.now)


def current_wait(turn: Turn, service_id: str) -> queueing.Wait:
    with turn.edge.store.read() as session:
        return queueing.current_wait(session, turn.edge.branch, service_id=service_id, now=turn.now)


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


def _ticket_choices(turn: Turn) -> list[dict[str, str]]:
    return [
        choice(turn.label("late"), "ticket_delay"),
        choice(turn.label("cancel_number"), "ticket_cancel"),
    ]


def _asks_amount(turn: Turn, service_id: str) -> bool:
    """Cash that may have to be booked: the amount decides where it is had, and whether today."""
    return turn.edge.branch.services[service_id].unbooked_up_to is not None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
