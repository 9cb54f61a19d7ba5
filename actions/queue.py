"""Queue tickets: taking one, waiting, being late, coming back, giving it up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rasa_sdk.events import SlotSet

from actions import calculation, forms, tickets, visits
from actions.base import FormAnswers, IntentAction, LobbyAction
from actions.forms import SKIPPED, TICKET
from actions.places import hours_lines
from actions.turn import TAKE, Events, Turn, choice, offer
from bot.branch import rules as branch_rules
from bot.branch.rules import Triage
from bot.errors import Conflict, Invalid
from bot.queueing import forecast
from bot.queueing import service as queueing
from bot.queueing.rules import WAITING
from bot.queueing.service import NoWindow, TicketView

# What people come for most, shown when nothing is known.
OVERVIEW = ("cash_withdrawal", "transfer", "open_account", "wealth", "corporate")
# What a choice says of the way: the counter all the same, one more number, the papers are there, book the cash, try
# it today without booking.
COUNTER, ANOTHER, PAPERS, BOOK, TODAY = "counter", "another", "papers", "book", "today"
# What a choice does with a number that waits: minutes to hold it, back again, let others go first, into the line again.
HERE, PASS, REJOIN = "here", "pass", "rejoin"
LETS_PASS = re.compile(r"让.{0,6}先|讓.{0,6}先|\blet .{0,20}(?:go )?(?:first|ahead|before)\b", re.IGNORECASE)
MINUTES = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,3}|半)\s*(?:分钟|分鐘|分|个?小时|個?小時|min)", re.IGNORECASE)
HAN_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九", start=1)}


class TakeTicket(IntentAction):
    action_name = "action_take_ticket"

    def respond(self, turn: Turn) -> Events:
        said = tickets.said_class(turn)
        return [*take(turn), *([SlotSet("ticket_class", said)] if said else [])]


class IssueTicket(LobbyAction):
    """After the form: all that was asked is known."""

    action_name = "action_issue_ticket"

    def respond(self, turn: Turn) -> Events:
        service_id = turn.slot("ticket_service")
        if service_id is None:  # given up on the way
            turn.say("utter_cancel_ticket")
            return forms.end(turn, TICKET)
        return give_ticket(turn, service_id, tickets.decimal(turn.slot("ticket_amount")), None)


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
        service_id, amount = tickets.service_of(turn), turn.amount()
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
        ticket = tickets.active(turn)
        if ticket is None:
            return _none(turn)
        tickets.say_where(turn, ticket)
        return []


class TicketDelay(IntentAction):
    """Late, away for a moment, back again, missed: the place is kept as well as the rules allow."""

    action_name = "action_ticket_delay"

    def respond(self, turn: Turn) -> Events:
        ticket = tickets.active(turn)
        if ticket is None:
            return _rejoin(turn) or _none(turn)
        option = turn.entity("option") or _wish(turn)
        if option == REJOIN:  # pressed again: it is back in the line
            tickets.say_where(turn, ticket)
            return []
        return _change_place(turn, ticket, option)


class TicketCancel(IntentAction):
    action_name = "action_ticket_cancel"

    def respond(self, turn: Turn) -> Events:
        return cancel(turn)


class WaitTime(IntentAction):
    action_name = "action_wait_time"

    def respond(self, turn: Turn) -> Events:
        service_id = tickets.service_of(turn)
        ticket = tickets.active(turn) if service_id is None else None
        if ticket is not None and ticket.state == WAITING:
            tickets.say_where(turn, ticket)
            return []
        if service_id is not None:
            label, wait = tickets.service_label(turn, service_id), tickets.current_wait(turn, service_id)
            take_it = choice(turn.label("take_number_for", service=label), "take_ticket", service=service_id)
            turn.say(
                "utter_wait_service", service=label, ahead=wait.ahead, low=wait.low, high=wait.high, choices=[take_it]
            )
            _say_when_quieter(turn, wait)
            return [offer(TAKE, service=service_id)]
        take_one = choice(turn.label("take_number"), "take_ticket")
        turn.say("utter_wait_overview", lines="\n".join(_wait_lines(turn)), choices=[take_one])
        return [offer(TAKE)]


def _say_when_quieter(turn: Turn, wait: queueing.Wait) -> None:
    with turn.edge.store.read() as session:
        hour = forecast.quieter_hour(session, turn.edge.branch, now=turn.now, than_minutes=wait.point)
    if hour is not None:
        turn.say("utter_wait_quieter", hour=hour.hour, minutes=round(hour.wait_minutes))


# --- giving a number ----------------------------------------------------------------------------


def take(turn: Turn) -> Events:
    """What a wish for a number does: ask what is missing for it, or give it."""
    service_id = tickets.service_of(turn)
    if service_id is None and forms.suspended(turn) == TICKET:
        service_id = turn.slot("ticket_service")
    if service_id is None and not turn.is_choice:  # "then get me a number", after an answer that offered one
        service_id = (turn.slot("offer") or {}).get("service")
    if visits.is_wanted(turn):
        return visits.ask_for_code(turn) if visits.HAS_ONE.search(turn.text) else visits.prepare(turn, service_id)
    if service_id is None:
        return _ask(turn, None)
    amount, option = turn.amount(), turn.entity("option")
    if option is None and amount is None and _asks_amount(turn, service_id):
        return _ask(turn, service_id)
    return give_ticket(turn, service_id, amount, option, further=tickets.services_of(turn)[1:])


def change(turn: Turn) -> Events:
    """A number that waits, for what the customer meant instead; nothing where none waits or nothing is named."""
    held, service_id, amount = tickets.active(turn), tickets.service_of(turn), turn.amount()
    if held is None or held.state != WAITING or (service_id is None and amount is None):
        return []
    service_id, amount = service_id or held.service_id, amount or held.amount
    try:
        with turn.edge.store.begin() as session:
            queueing.cancel(session, turn.edge.branch, code=held.code, now=turn.now)
            ticket = tickets.issue(turn, session, service_id, amount)
    except Conflict as refused:
        return _refused(turn, service_id, refused)
    turn.say("utter_ticket_changed", old=held.number, service=tickets.service_label(turn, service_id))
    tickets.say_taken(turn, ticket, tickets.triage(turn, service_id, amount))
    return [SlotSet(calculation.SLOT, None)]


def accept(turn: Turn, offered: dict[str, Any]) -> Events:
    """A yes to an offer of a number."""
    if offered.get("service") is None:
        return _ask(turn, None)
    return give_ticket(turn, offered["service"], tickets.decimal(offered.get("amount")), offered.get("option"))


def cancel(turn: Turn) -> Events:
    """Give up the number this customer holds."""
    ticket = tickets.active(turn)
    if ticket is None:
        return _none(turn)
    try:
        with turn.edge.store.begin() as session:
            queueing.cancel(session, turn.edge.branch, code=ticket.code, now=turn.now)
    except Conflict:
        turn.say("utter_ticket_cancel_refused", number=ticket.number)
    else:
        turn.say("utter_ticket_cancelled", number=ticket.number)
    return []


def give_ticket(
    turn: Turn, service_id: str, amount: Decimal | None, option: str | None, *, further: Sequence[str] = ()
) -> Events:
    """Triage, then a number, unless something is to be said first: closed, book it, quicker elsewhere, papers."""
    branch = turn.edge.branch
    done = forms.end(turn, TICKET)
    held = tickets.active(turn)
    if held is not None and held.service_id == service_id and option != ANOTHER:
        _say_held_already(turn, held, amount)
        return done
    if not branch.tickets_outside_hours and not branch_rules.is_open(branch, turn.now):
        turn.say("utter_ticket_closed", hours="\n".join(hours_lines(turn)))
        return done
    if option == BOOK and amount is not None:
        return [*done, *visits.book_cash(turn, service_id, amount)]
    found = tickets.triage(turn, service_id, amount)
    again: dict[str, str | None] = {"service": service_id, "amount": None if amount is None else str(amount)}
    if branch_rules.BOOKING_NEEDED in found.reasons and option not in (TODAY, ANOTHER):
        visits.offer_booking(turn, service_id, amount)
        return [*done, offer(TAKE, **again, option=BOOK)]
    if found.route in (branch_rules.MACHINE, branch_rules.PHONE) and option not in (COUNTER, ANOTHER, PAPERS):
        _offer_quicker_way(turn, found, service_id, amount)
        return [*done, offer(TAKE, **again, option=COUNTER)]
    if branch.services[service_id].papers_first and option not in (ANOTHER, PAPERS):
        _ask_for_papers(turn, service_id, amount)
        return [*done, offer(TAKE, **again, option=PAPERS)]
    wanted = str(turn.entity("window") or "")
    try:
        with turn.edge.store.begin() as session:
            ticket = tickets.issue(turn, session, service_id, amount, further=further, wants_window=wanted or None)
    except NoWindow as refused:
        return [*done, *_refused(turn, service_id, refused)]
    except Invalid:
        return [*done, *_other_windows(turn, service_id, amount, found, wanted)]
    tickets.say_taken(turn, ticket, found, papers=option != PAPERS)
    if waiting := [form for form in turn.slot("suspended") or [] if form != TICKET]:
        forms.offer_to_resume(turn, waiting[-1])
    return [*done, SlotSet(calculation.SLOT, None)]


def _say_held_already(turn: Turn, held: TicketView, amount: Decimal | None) -> None:
    service_id = held.service_id
    another = choice(turn.label("take_another"), "take_ticket", service=service_id, amount=amount, option=ANOTHER)
    turn.say(
        "utter_ticket_already",
        service=tickets.service_label(turn, service_id),
        cards=[tickets.card(turn, held)],
        choices=[*tickets.choices(turn, held), another],
        **tickets.words(turn, held),
    )


def _refused(turn: Turn, service_id: str, refused: Conflict) -> Events:
    """No number can be given: closed, or nobody serves this today."""
    person = choice(turn.label("intent_human"), "human")
    label = tickets.service_label(turn, service_id)
    if isinstance(refused, NoWindow):
        turn.say("utter_ticket_no_window", service=label, choices=[visits.wish(turn, service_id), person])
    else:
        turn.say("utter_ticket_closed", hours="\n".join(hours_lines(turn)))
    return []


def _other_windows(turn: Turn, service_id: str, amount: Decimal | None, found: Triage, wanted: str) -> Events:
    """The window that was asked for does not do this: those that do, and a number for them on a yes."""
    windows = turn.edge.branch.windows
    named = turn.label("and").join(turn.pick(windows[one].label) for one in found.ticket.window_ids)
    label = tickets.service_label(turn, service_id)
    take_it = choice(turn.label("take_number"), "take_ticket", service=service_id, amount=amount, option=COUNTER)
    known = windows.get(wanted)
    wrong = wanted if known is None else turn.pick(known.label)
    turn.say("utter_ticket_other_window", service=label, window=wrong, windows=named, choices=[take_it])
    return [offer(TAKE, service=service_id, amount=None if amount is None else str(amount), option=COUNTER)]


def _ask_for_papers(turn: Turn, service_id: str, amount: Decimal | None) -> None:
    have = choice(turn.label("papers_here"), "take_ticket", service=service_id, amount=amount, option=PAPERS)
    turn.say(
        "utter_ticket_papers",
        service=tickets.service_label(turn, service_id),
        items=tickets.bring(turn, service_id),
        choices=[have, visits.wish(turn, service_id)],
    )


def _offer_quicker_way(turn: Turn, found: Triage, service_id: str, amount: Decimal | None) -> None:
    branch, label = turn.edge.branch, tickets.service_label(turn, service_id)
    wait = tickets.current_wait(turn, service_id)
    queue: dict[str, Any] = {"ahead": wait.ahead, "low": wait.low, "high": wait.high}
    anyway = choice(turn.label("take_number_anyway"), "take_ticket", service=service_id, amount=amount, option=COUNTER)
    if found.route == branch_rules.PHONE:
        how = choice(turn.label("mobile_how"), "mobile_banking")
        turn.say("utter_ticket_phone", service=label, choices=[how, anyway], **queue)
        return
    machine = branch.machines[found.machine_ids[0]]
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


# --- late, away, back, missed -------------------------------------------------------------------


def _none(turn: Turn) -> Events:
    if missed := tickets.missed(turn):
        assert missed.rejoin_until is not None
        again = choice(turn.label("rejoin"), "ticket_delay", option=REJOIN)
        until = tickets.clock(turn, missed.rejoin_until)
        turn.say("utter_ticket_missed", number=missed.number, until=until, choices=[again])
        return []
    turn.say("utter_ticket_none")
    return [offer(TAKE)]


def _rejoin(turn: Turn) -> Events:
    """A missed number back into the line; nothing where none was missed, or too long ago."""
    missed = tickets.missed(turn)
    if missed is None:
        return []
    with turn.edge.store.begin() as session:
        ticket = queueing.rejoin(session, turn.edge.branch, code=missed.code, now=turn.now)
    turn.say(
        "utter_ticket_rejoined",
        cards=[tickets.card(turn, ticket)],
        choices=tickets.choices(turn, ticket),
        **tickets.words(turn, ticket),
    )
    return [SlotSet("offer", None)]


def _wish(turn: Turn) -> str:
    """What the words want of a number: to let others pass, or so many minutes; the middle if none are said."""
    if LETS_PASS.search(turn.text):
        return PASS
    offered = sorted(turn.edge.branch.queue.hold_minutes)
    said = minutes_in(turn.text)
    if said is None:
        return str(offered[len(offered) // 2])
    return str(next((minutes for minutes in offered if minutes >= said), offered[-1]))


def _change_place(turn: Turn, ticket: TicketView, option: str) -> Events:
    """Hold the place for minutes, end that, or let others go first."""
    branch = turn.edge.branch
    try:
        with turn.edge.store.begin() as session:
            if option == HERE:
                ticket = queueing.here(session, branch, code=ticket.code, now=turn.now)
            elif option == PASS:
                ticket = queueing.delay(session, branch, code=ticket.code, now=turn.now)
            else:
                ticket = queueing.hold(session, branch, code=ticket.code, minutes=int(option), now=turn.now)
    except Conflict:
        another = choice(turn.label("take_another"), "take_ticket", service=ticket.service_id, option=ANOTHER)
        turn.say("utter_ticket_delay_refused", number=ticket.number, choices=[another])
        return []
    shown = [tickets.card(turn, ticket)]
    if option == HERE:
        tickets.say_where(turn, ticket)
    elif option == PASS:
        turn.say("utter_ticket_delayed", cards=shown, **tickets.words(turn, ticket))
    else:
        assert ticket.held_until is not None
        longer = [minutes for minutes in branch.queue.hold_minutes if minutes > int(option)]
        turn.say(
            "utter_ticket_hold",
            number=ticket.number,
            until=tickets.clock(turn, ticket.held_until),
            cards=shown,
            choices=[
                choice(turn.label("back"), "ticket_delay", option=HERE),
                *(choice(turn.label("hold_for", minutes=one), "ticket_delay", option=one) for one in longer),
                choice(turn.label("let_pass"), "ticket_delay", option=PASS),
            ],
        )
    return []


def minutes_in(text: str) -> int | None:
    """Minutes that a text names, in figures or Chinese numerals; half an hour is 30. None if it names none."""
    found = MINUTES.search(text)
    if found is None:
        return None
    said, unit = found[1], found[0]
    hours = "时" in unit or "時" in unit
    if said == "半":
        return 30 if hours else None
    if said.isdigit():
        count = int(said)
    else:
        tens, ten, ones = said.partition("十")
        count = HAN_DIGITS.get(tens, 1 if ten else 0) * (10 if ten else 1) + HAN_DIGITS.get(ones, 0)
    return count * 60 if hours else count


# --- choices and lines --------------------------------------------------------------------------


def _wait_lines(turn: Turn) -> Iterator[str]:
    for service_id in OVERVIEW:
        if service_id in turn.edge.branch.services:
            wait, label = tickets.current_wait(turn, service_id), tickets.service_label(turn, service_id)
            yield turn.label("wait_line", service=label, ahead=wait.ahead, low=wait.low, high=wait.high)


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
    amounts = {limit.amount if limit.inclusive else limit.amount - 1 for limit in service.limits}
    return sorted(amounts)[:3]


def _asks_amount(turn: Turn, service_id: str) -> bool:
    """Cash that may have to be booked: the amount decides where it is had, and whether today."""
    return turn.edge.branch.services[service_id].unbooked_up_to is not None
