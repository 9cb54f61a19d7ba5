"""Numbers in the dialogue: the way an errand goes, what is said before a number is given, and keeping one's place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions import tickets
from actions.base import IntentAction
from actions.queue import TakeTicket, TicketDelay, TicketStatus, WaitTime, minutes_in
from actions.talk import Goodbye
from bot.machines import service as machines
from bot.queueing import service as queueing
from bot.queueing.rules import NO_SHOW
from tests.actions.conftest import Hear, Heard, Said


def take(hear: Hear, text: str = "", turn: str = "m1", channel: str = "kiosk", **entities: str) -> Heard:
    heard = hear(Said(text, "take_ticket", entities=entities, turn=turn, channel=channel))
    heard.events = TakeTicket().answer(heard.turn)
    return heard


def late(hear: Hear, text: str = "", turn: str = "late", **entities: str) -> Heard:
    heard = hear(Said(text, "ticket_delay", entities=entities, turn=turn))
    heard.events = TicketDelay().answer(heard.turn)
    return heard


def said(heard: Heard, response: str) -> dict[str, Any]:
    return next(message for message in heard.dispatcher.messages if message["response"] == response)


def break_all(heard: Heard, machine_id: str) -> None:
    edge = heard.turn.edge
    with edge.store.begin() as session:
        for unit in range(1, edge.branch.machines[machine_id].count + 1):
            machines.set_state(
                session,
                edge.branch,
                machine_id=machine_id,
                unit=unit,
                state="broken",
                note=None,
                by="Lin",
                now=edge.clock(),
            )


# --- the way ------------------------------------------------------------------------------------


def test_a_small_sum_goes_to_the_machine_unless_it_is_broken(hear: Hear) -> None:
    heard = take(hear, "取500", service="取=cash_withdrawal", amount="500")
    assert heard.responses == ["utter_ticket_machine"]
    break_all(heard, "cash_machine")
    again = take(hear, "取500", "m2", service="取=cash_withdrawal", amount="500")
    assert again.responses[:2] == ["utter_ticket_taken", "utter_reason_machine_out_of_order"]


@pytest.mark.parametrize("text", ["我怀孕了，取500", "我陪老人来取500", "I am pregnant, 500 please"])
def test_who_finds_it_hard_is_not_sent_to_a_machine(hear: Hear, text: str) -> None:
    heard = take(hear, text, service="x=cash_withdrawal", amount="500")
    assert heard.responses[:2] == ["utter_ticket_taken", "utter_reason_priority_counter"]
    assert {"ticket_class"} <= {event["name"] for event in heard.events if event["event"] == "slot"}


def test_what_somebody_said_of_themselves_before_still_counts(hear: Hear) -> None:
    heard = hear(
        Said(
            "取500",
            "take_ticket",
            entities={"service": "取=cash_withdrawal", "amount": "500"},
            slots={"ticket_class": "elderly"},
        )
    )
    TakeTicket().answer(heard.turn)
    ticket = tickets.active(heard.turn)
    assert ticket is not None
    assert ticket.customer_class == "elderly"


def test_a_window_that_does_this_is_the_one_that_calls(hear: Hear) -> None:
    heard = take(hear, "我要去4号窗口开户", service="开户=open_account", window="4")
    ticket = tickets.active(heard.turn)
    assert ticket is not None
    assert ticket.wants_window == "4"


def test_a_window_that_does_not_do_this_is_said_before_a_number_is_given(hear: Hear) -> None:
    heard = take(hear, "我要去6号窗口开户", service="开户=open_account", window="6")
    assert heard.responses == ["utter_ticket_other_window"]
    assert tickets.active(heard.turn) is None


def test_two_errands_are_one_number(hear: Hear) -> None:
    heard = hear(Said("汇款再开户", "take_ticket", entities={"service": "汇款=transfer", "option": "counter"}))
    heard.turn.entities.append({"entity": "service", "value": "open_account", "start": 3, "end": 5})
    TakeTicket().answer(heard.turn)
    ticket = tickets.active(heard.turn)
    assert ticket is not None
    assert (ticket.service_id, ticket.further) == ("transfer", ("open_account",))
    assert "utter_ticket_further" in heard.responses


# --- before a number ----------------------------------------------------------------------------


def test_papers_are_asked_for_before_a_number_where_they_are_often_missing(hear: Hear) -> None:
    heard = take(hear, "补卡取号", service="补卡=card_service")
    assert heard.responses == ["utter_ticket_papers"]
    assert tickets.active(heard.turn) is None
    have = take(hear, turn="m2", service="card_service", option="papers")
    assert have.responses == ["utter_ticket_taken"]


def test_what_to_bring_comes_with_the_number(hear: Hear) -> None:
    heard = take(hear, "开户取号", service="开户=open_account")
    assert heard.responses == ["utter_ticket_taken", "utter_ticket_bring"]


def test_cash_that_must_be_booked_is_booked_instead_of_queued_for(hear: Hear) -> None:
    heard = take(hear, "取八万", service="取=cash_withdrawal", amount="八万=80000")
    assert heard.responses == ["utter_booking_needed"]
    assert tickets.active(heard.turn) is None
    booked = take(hear, turn="m2", service="cash_withdrawal", amount="80000", option="book")
    assert booked.responses == ["utter_booked"]
    card = booked.dispatcher.messages[0]["custom"]["cards"][0]
    assert card["kind"] == "visit"
    assert card["slot"] is not None


def test_the_limit_itself_needs_no_booking(hear: Hear) -> None:
    heard = take(hear, "取五万", service="取=cash_withdrawal", amount="五万=50000")
    assert heard.responses[0] == "utter_ticket_taken"


def test_who_insists_on_today_gets_a_number(hear: Hear) -> None:
    heard = take(hear, service="cash_withdrawal", amount="80000", option="today")
    assert heard.responses[0] == "utter_ticket_taken"


def test_no_number_is_given_that_nobody_would_call(hear: Hear) -> None:
    edge = hear(Said("x")).turn.edge
    with edge.store.begin() as session:
        queueing.set_window_state(session, edge.branch, window_id="6", state="closed", by="Lin", now=edge.clock())
    heard = take(hear, service="corporate", option="papers")
    assert heard.responses == ["utter_ticket_no_window"]


def test_a_visit_for_another_time_gets_a_code_and_no_number(hear: Hear) -> None:
    heard = take(hear, "我想预约开户", service="开户=open_account")
    assert heard.responses == ["utter_visit_prepared"]
    assert tickets.active(heard.turn) is None


@pytest.mark.parametrize("text", ["我预约过了，来取号", "我有预约，取号", "I have an appointment, a number please"])
def test_who_has_an_appointment_is_asked_for_its_code(hear: Hear, text: str) -> None:
    assert take(hear, text).responses == ["utter_visit_which_code"]


# --- keeping one's place ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("我晚点到", 10),
        ("我出去五分钟", 5),
        ("十五分钟后回来", 15),
        ("I will be 12 minutes late", 15),
        ("半个小时才到", 15),
    ],
)
def test_a_place_is_held_for_as_long_as_the_branch_offers(hear: Hear, text: str, minutes: int) -> None:
    take(hear, service="open_account", option="papers")
    heard = late(hear, text)
    assert heard.responses == ["utter_ticket_hold"]
    ticket = tickets.active(heard.turn)
    assert ticket is not None
    assert ticket.held_until == heard.turn.now + timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["我回来了", "back now, I am here"])
@pytest.mark.parametrize(
    ("intent", "action"), [("ticket_status", TicketStatus), ("ticket_delay", TicketDelay), ("goodbye", Goodbye)]
)
def test_who_is_back_says_so_whatever_it_was_taken_for(
    hear: Hear, text: str, intent: str, action: type[IntentAction]
) -> None:
    take(hear, service="open_account", option="papers")
    late(hear, "我晚点到")
    heard = hear(Said(text, intent, turn="m3"))
    action().answer(heard.turn)
    assert heard.responses == ["utter_ticket_waiting"]
    ticket = tickets.active(heard.turn)
    assert ticket is not None
    assert ticket.held_until is None


def test_others_may_go_first(hear: Hear) -> None:
    take(hear, service="open_account", option="papers")
    assert late(hear, "让后面的人先来吧").responses == ["utter_ticket_delayed"]


def test_a_missed_number_rejoins_at_a_word(hear: Hear) -> None:
    heard = take(hear, service="open_account", option="papers")
    edge = heard.turn.edge
    with edge.store.begin() as session:
        queueing.call_next(session, edge.branch, window_id="4", by="Lin", now=edge.clock())
        queueing.recall(session, edge.branch, window_id="4", by="Lin", now=edge.clock())
        missed = queueing.no_show(session, edge.branch, window_id="4", by="Lin", now=edge.clock())
    assert missed.state == NO_SHOW
    status = hear(Said("轮到我了吗", "ticket_status", turn="m2"))
    TicketStatus().answer(status.turn)
    assert status.responses == ["utter_ticket_missed"]
    back = late(hear, "我过号了")
    assert back.responses == ["utter_ticket_rejoined"]
    ticket = tickets.active(back.turn)
    assert ticket is not None
    assert ticket.number == missed.number
    # The button of the message before, pressed late, moves nothing.
    assert late(hear, turn="again", option="rejoin").responses == ["utter_ticket_waiting"]


def test_a_called_number_cannot_be_held(hear: Hear) -> None:
    heard = take(hear, service="open_account", option="papers")
    edge = heard.turn.edge
    with edge.store.begin() as session:
        queueing.call_next(session, edge.branch, window_id="4", by="Lin", now=edge.clock())
    assert late(hear, "我晚点到").responses == ["utter_ticket_delay_refused"]


def test_who_has_a_number_hears_of_it_when_asking_how_long(hear: Hear) -> None:
    take(hear, service="open_account", option="papers")
    heard = hear(Said("还要多久", "wait_time", turn="m2"))
    WaitTime().answer(heard.turn)
    assert heard.responses == ["utter_ticket_waiting"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("三分钟", 3),
        ("十分鐘", 10),
        ("二十五分钟", 25),
        ("半小时", 30),
        ("一个小时", 60),
        ("20 min", 20),
        ("2小时", 120),
        ("马上", None),
        ("5号窗口", None),
    ],
)
def test_minutes_are_read_in_figures_and_words(text: str, minutes: int | None) -> None:
    assert minutes_in(text) == minutes
