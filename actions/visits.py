"""A visit prepared before it: papers and a time, cash that is booked, and the code that becomes a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from actions import tickets
from actions.turn import Events, Turn, choice
from bot.branch import rules as branch_rules
from bot.errors import Conflict, NotFound, TooMany
from bot.locales import pick
from bot.queueing.service import NoWindow
from bot.visits import rules
from bot.visits import service as visits
from bot.visits.rules import AnotherDay, BookingNeeded, MistypedCode, SlotTaken, VisitOver
from bot.visits.service import VisitView

VISIT = "visit"
IS_WANTED = re.compile(
    r"预约|預約|约个时间|約個時間|\bappointments?\b|\bbook (?:a|another) (?:time|slot|visit)\b", re.I
)
# There is one already: its code is wanted, not another one.
HAS_ONE = re.compile(
    r"(?:预约|預約)(?:了|过|過|好|碼|码)|(?:有|约好|約好|约了|約了).{0,3}(?:预约|預約|时间|時間)|"
    r"\b(?:i have|i've got|i made|with) (?:an |my )?appointment\b|\bi(?:'ve| have)? booked\b",
    re.IGNORECASE,
)
# To make an appointment, not to know whether one is needed or how it is made.
IS_WISH = re.compile(
    r"(?:^\W*|(?:想|要|帮我|幫我|给我|給我|麻烦|麻煩).{0,4})(?:预约|預約|约个时间|約個時間)|"
    r"\b(?:want|like|make|need|please|can i)\b.{0,24}\bappointment\b|\bbook (?:a|another) (?:time|slot|visit)\b",
    re.IGNORECASE,
)
IS_QUESTION = re.compile(r"[吗嗎]|要不要|需不需要|是不是|怎么|怎麼|如何|\bdo i (?:need|have)\b|\bhow\b", re.IGNORECASE)
# A code as people write it: in one piece or in halves. One without a digit could be a word.
CODE = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z -]*\d)[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")


def is_wanted(turn: Turn) -> bool:
    """Whether a number is wished for another time than now, or was."""
    return turn.entity("option") == VISIT or bool(IS_WANTED.search(turn.text))


def asked(turn: Turn) -> Events | None:
    """A wish to come another time, taken for the errand it names; None for any other message."""
    service_id = tickets.service_of(turn)
    if turn.is_choice or turn.form is not None or service_id is None or turn.intent == "take_ticket":
        return None
    wishes = IS_WISH.search(turn.text) and not (IS_QUESTION.search(turn.text) or HAS_ONE.search(turn.text))
    return prepare(turn, service_id) if wishes else None


def wish(turn: Turn, service_id: str) -> dict[str, str]:
    """The choice to come another time, with all papers."""
    return choice(turn.label("come_prepared"), "take_ticket", service=service_id, option=VISIT)


def ask_for_code(turn: Turn) -> Events:
    """Somebody with an appointment: the code gets the number."""
    turn.say("utter_visit_which_code")
    return []


def prepare(turn: Turn, service_id: str | None) -> Events:
    """A code for the service; its page has the checklist and the free times."""
    branch = turn.edge.branch
    if service_id is None:
        services = branch.services.values()
        turn.say("utter_visit_service", choices=[wish_for(turn, one.id) for one in services])
        return []
    with turn.edge.store.begin() as session:
        visit = visits.prepare(
            session,
            branch,
            turn.edge.visits,
            service_id=service_id,
            held=set(),
            fields={},
            locale=turn.locale,
            now=turn.now,
        )
    _say(turn, "utter_visit_prepared", visit)
    return []


def wish_for(turn: Turn, service_id: str) -> dict[str, str]:
    return {**wish(turn, service_id), "title": tickets.service_label(turn, service_id)}


def offer_booking(turn: Turn, service_id: str, amount: Decimal | None) -> None:
    """More cash than can be had unbooked: a day for it, what can be had now, or a try all the same."""
    branch = turn.edge.branch
    limit = branch.services[service_id].unbooked_up_to
    assert limit is not None
    assert amount is not None
    within = limit.amount if limit.inclusive else limit.amount - 1
    day = day_of(turn, branch_rules.next_booking_day(branch, turn.now))
    turn.say(
        "utter_booking_needed",
        service=tickets.service_label(turn, service_id),
        limit=f"{limit.amount:,}",
        day=day,
        choices=[
            choice(turn.label("book_for", day=day), "take_ticket", service=service_id, amount=amount, option="book"),
            choice(turn.label("amount_up_to", amount=f"{within:,}"), "take_ticket", service=service_id, amount=within),
            choice(turn.label("take_number_anyway"), "take_ticket", service=service_id, amount=amount, option="today"),
        ],
    )


def book_cash(turn: Turn, service_id: str, amount: Decimal) -> Events:
    """The cash booked, with a time and a code to come with."""
    branch = turn.edge.branch
    try:
        with turn.edge.store.begin() as session:
            visit = visits.book_cash(
                session,
                branch,
                turn.edge.visits,
                service_id=service_id,
                amount=amount,
                locale=turn.locale,
                now=turn.now,
            )
    except SlotTaken:
        turn.say("utter_booking_full", choices=[choice(turn.label("intent_human"), "human")])
        return []
    _say(turn, "utter_booked", visit, amount=f"{amount:,}")
    return []


def checked_in(turn: Turn) -> Events | None:
    """A code that was typed, as a number; None where the message holds none.

    Only a whole message is taken for a mistyped code: anything else may just look like one.
    """
    typed = list(codes_in(turn.text))
    if not typed or turn.intent.startswith("emergency"):
        return None
    branch, address = turn.edge.branch, turn.session_id
    try:
        with turn.edge.store.begin() as session:
            visits.admit(session, kind=rules.WRONG_CODES, address=address, now=turn.now)
            arrived = visits.check_in(
                session,
                branch,
                turn.edge.visits,
                code=typed[0],
                session_id=turn.session_id,
                turn_id=turn.turn_id,
                locale=turn.locale,
                now=turn.now,
                customer_class=tickets.class_of(turn),
            )
    except NotFound:
        with turn.edge.store.begin() as session:
            visits.note_attempt(session, kind=rules.WRONG_CODES, address=address, now=turn.now)
        if CODE.sub("", turn.text).strip():
            return None
        turn.say("utter_visit_unknown")
        return []
    except (TooMany, Conflict) as refused:
        _say_refused(turn, refused, typed[0])
        return []
    service_id = arrived.ticket.service_id
    if arrived.again:
        tickets.say_where(turn, arrived.ticket)
        return []
    if arrived.timing in ("early", "late"):
        turn.say(f"utter_visit_{arrived.timing}")
    found = tickets.triage(turn, service_id, arrived.visit.amount)
    tickets.say_taken(turn, arrived.ticket, found, papers=False)
    if arrived.visit.missing:
        labels = {item.id: item.label for item in branch.services[service_id].bring}
        missing = turn.label("and").join(pick(labels[one], turn.locale) for one in arrived.visit.missing)
        turn.say("utter_visit_missing", items=missing)
    return []


def codes_in(text: str) -> Iterator[str]:
    """What in a text is a code by its check character."""
    for found in CODE.finditer(text):
        try:
            yield rules.read_code(found[0])
        except MistypedCode:
            continue


def day_of(turn: Turn, day: date) -> str:
    return turn.label("month_day", month=day.month, day=day.day)


def _say(turn: Turn, response: str, visit: VisitView, *, amount: str = "") -> None:
    branch = turn.edge.branch
    when = ""
    if visit.slot_at is not None:
        when = f"{day_of(turn, branch.day(visit.slot_at))} {tickets.clock(turn, visit.slot_at)}"
    turn.say(
        response,
        service=tickets.service_label(turn, visit.service_id),
        code=visit.code,
        when=when,
        amount=amount,
        cards=[visits.visit_card(branch, visit, turn.locale)],
    )


def _say_refused(turn: Turn, refused: Exception, code: str) -> None:
    if isinstance(refused, AnotherDay):
        with turn.edge.store.read() as session:
            visit = visits.visit_by_code(session, turn.edge.branch, code=code, now=turn.now)
        _say(turn, "utter_visit_another_day", visit)
    elif isinstance(refused, BookingNeeded):
        turn.say("utter_visit_unbooked", choices=[choice(turn.label("intent_human"), "human")])
    elif isinstance(refused, VisitOver):
        turn.say("utter_visit_over", choices=[choice(turn.label("take_number"), "take_ticket")])
    elif isinstance(refused, TooMany):
        turn.say("utter_visit_too_many", choices=[choice(turn.label("intent_human"), "human")])
    elif isinstance(refused, NoWindow):
        turn.say("utter_visit_no_window", choices=[choice(turn.label("intent_human"), "human")])
    else:
        turn.say("utter_visit_closed")
