"""Codes, faults of machines, guides and wishes for help, known by their words whatever intent they were taken for."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from actions import tickets
from actions.answers import GiveAnswer
from actions.places import Accessibility, FindPlace
from actions.queue import TakeTicket
from actions.safety import Emergency
from actions.talk import Inform, OutOfScope
from actions.visits import codes_in
from bot.assistance.models import LobbyRequest
from bot.conversations.models import Alert
from bot.machines.models import FaultReport
from bot.visits import rules as visit_rules
from bot.visits import service as visits
from tests.actions.conftest import Hear, Heard, Said


def prepared(hear: Hear, service_id: str = "open_account") -> str:
    edge = hear(Said("x")).turn.edge
    with edge.store.begin() as session:
        return visits.prepare(
            session,
            edge.branch,
            edge.visits,
            service_id=service_id,
            held={"id_card"},
            fields={},
            locale="zh-Hans",
            now=edge.clock(),
        ).code


def oos(hear: Hear, text: str, turn: str = "m1", intent: str = "oos", channel: str = "kiosk") -> Heard:
    heard = hear(Said(text, intent, turn=turn, channel=channel))
    heard.events = (OutOfScope() if intent == "oos" else Accessibility()).answer(heard.turn)
    return heard


def count(heard: Heard, table: type) -> int:
    with heard.turn.edge.store.read() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


# --- codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{0}", "我的码是 {0}", "{1} {2}", "code {3}, please"])
def test_a_code_becomes_a_number_and_says_what_is_missing(hear: Hear, form: str) -> None:
    code = prepared(hear)
    while not any(char.isdigit() for char in code):
        code = prepared(hear)
    heard = oos(hear, form.format(code, code[:4], code[4:], code.lower()))
    assert heard.responses[0] == "utter_ticket_taken"
    assert heard.responses[-1] == "utter_visit_missing"
    assert tickets.active(heard.turn) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("预约明天去开户", "utter_visit_prepared"),
        ("想約個時間開戶", "utter_visit_prepared"),
        ("开户要预约吗", "utter_"),
        ("我预约了开户", "utter_"),
    ],
)
def test_an_appointment_is_made_for_a_wish_and_not_for_a_question(hear: Hear, text: str, said: str) -> None:
    heard = hear(Said(text, "oos", entities={"service": "开户=open_account"}))
    OutOfScope().answer(heard.turn)
    assert heard.responses[0].startswith(said)
    assert (heard.responses[0] == "utter_visit_prepared") == (said == "utter_visit_prepared")


def test_the_same_code_again_shows_the_same_number(hear: Hear) -> None:
    code = prepared(hear)
    while not any(char.isdigit() for char in code):
        code = prepared(hear)
    oos(hear, code)
    assert oos(hear, code, "m2").responses == ["utter_ticket_waiting"]


def test_a_wrong_code_is_answered_and_guessing_comes_to_an_end(hear: Hear) -> None:
    wrong = [code for number in range(4000) if any(codes_in(code := f"{number:04d}4444"))]
    heard = [oos(hear, code, f"m{number}") for number, code in enumerate(wrong[: visit_rules.LIMITS["wrong_code"] + 1])]
    assert [one.responses[0] for one in heard[:-1]] == ["utter_visit_unknown"] * (len(heard) - 1)
    assert heard[-1].responses == ["utter_visit_too_many"]


@pytest.mark.parametrize("text", ["transfer 5000", "电话12345678打不通", "interest"])
def test_words_and_numbers_that_only_look_like_a_code_are_none(hear: Hear, text: str) -> None:
    assert not oos(hear, text).responses[0].startswith("utter_visit")


# --- machines -----------------------------------------------------------------------------------


def test_a_fault_is_reported_whatever_it_was_taken_for(hear: Hear) -> None:
    heard = oos(hear, "存取款机黑屏了")
    assert heard.responses == ["utter_fault_reported"]
    assert count(heard, FaultReport) == 1
    assert count(heard, Alert) == 0


def test_a_fault_told_in_a_few_words_is_one_too(hear: Hear) -> None:
    heard = hear(Said("提款機當機了", "inform"))
    Inform().answer(heard.turn)
    assert heard.responses == ["utter_fault_reported"]


def test_money_that_did_not_come_out_alerts_staff(hear: Hear) -> None:
    heard = oos(hear, "the ATM kept my money")
    assert heard.responses == ["utter_fault_urgent"]
    assert count(heard, Alert) == 1


def test_a_swallowed_card_is_reported_and_then_answered(hear: Hear) -> None:
    heard = hear(
        Said("取款机把我的卡吞了，吞卡了怎么办", "card_loss", faq=[{"id": "card_loss.swallowed", "score": 0.9}])
    )
    GiveAnswer().answer(heard.turn)
    assert heard.responses[0] == "utter_fault_urgent"
    assert len(heard.responses) > 1


def test_a_story_in_a_form_reports_no_machine(hear: Hear) -> None:
    heard = hear(Said("取款机黑屏了", "inform", form="complaint_form", slots={"requested_slot": "complaint_what"}))
    Inform().answer(heard.turn)
    assert count(heard, FaultReport) == 0


def test_how_to_use_a_machine_is_shown_step_by_step(hear: Hear) -> None:
    heard = hear(Said("取款机怎么取钱", "which_channel", entities={"service": "取钱=cash_withdrawal"}))
    GiveAnswer().answer(heard.turn)
    assert heard.responses == ["utter_guide"]
    card = heard.dispatcher.messages[0]["custom"]["cards"][0]
    assert (card["kind"], card["machine"], card["task"]) == ("guide", "cash_machine", "withdraw")


def test_a_machine_that_was_found_offers_its_guides(hear: Hear) -> None:
    heard = hear(Said("零钱兑换机在哪", "find_place"))
    FindPlace().answer(heard.turn)
    assert any("guide:notes_to_coins" in payload for payload in heard.choices)
    chosen = hear(Said("", "find_place", entities={"place": "coin_machine", "option": "guide:notes_to_coins"}))
    FindPlace().answer(chosen.turn)
    assert chosen.responses == ["utter_guide"]


# --- help ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "item"),
    [
        ("借把伞", "lend_item", "umbrella"),
        ("my mother's wheelchair is at the ramp, can somebody help", "wheelchair_help", None),
        ("幫我拿一下老花眼鏡", "lend_item", "reading_glasses"),
    ],
)
def test_a_wish_for_help_becomes_a_task_and_says_who_comes(hear: Hear, text: str, kind: str, item: str | None) -> None:
    heard = oos(hear, text, intent="accessibility_and_amenities")
    assert heard.responses == ["utter_request_sent"]
    with heard.turn.edge.store.read() as session:
        request = session.execute(select(LobbyRequest)).scalar_one()
        assert (request.kind, request.item_id) == (kind, item)


def test_a_question_about_a_thing_shows_where_it_is_and_offers_to_have_it_brought(hear: Hear) -> None:
    heard = oos(hear, "老花镜在不在", intent="accessibility_and_amenities")
    assert heard.responses == ["utter_place_about"]
    assert any("send:lend_item/reading_glasses" in payload for payload in heard.choices)
    assert count(heard, LobbyRequest) == 0


def test_nobody_is_sent_to_who_is_not_in_the_hall(hear: Hear) -> None:
    heard = oos(hear, "借把伞", intent="accessibility_and_amenities", channel="web")
    assert count(heard, LobbyRequest) == 0
    take = hear(Said("", "take_ticket", entities={"service": "open_account"}, channel="web"))
    TakeTicket().answer(take.turn)
    oos(hear, "借把伞", "m3", intent="accessibility_and_amenities", channel="web")
    assert count(heard, LobbyRequest) == 1


def test_nobody_is_sent_to_who_talks_in_rasa_shell(hear: Hear) -> None:
    heard = hear(Said("借把伞", "accessibility_and_amenities", turn=""))
    heard.turn.turn_id = None
    Accessibility().answer(heard.turn)
    assert heard.responses == ["utter_amenities"]
    assert count(heard, LobbyRequest) == 0


def test_when_none_is_left_it_is_said(hear: Hear) -> None:
    edge = hear(Said("x")).turn.edge
    for number in range(edge.assistance.items["wheelchair"].count):
        oos(hear, "借轮椅", f"m{number}", intent="accessibility_and_amenities")
    heard = oos(hear, "借轮椅", "last", intent="accessibility_and_amenities")
    assert heard.responses == ["utter_request_none"]


def test_a_hurt_child_is_an_alarm_and_a_task_with_one_alert(hear: Hear) -> None:
    heard = hear(Said("孩子擦伤了", "emergency_health"))
    Emergency().answer(heard.turn)
    assert count(heard, LobbyRequest) == 1
    assert count(heard, Alert) == 1
