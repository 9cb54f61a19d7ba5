"""When a message answers a form's question, and when it is about something else."""

from __future__ import annotations

from typing import Any

import pytest

from actions import forms
from tests.actions.conftest import Hear, Said


@pytest.mark.parametrize(
    ("kind", "said", "digresses"),
    [
        ("story", Said("你们几点关门", "opening_hours"), True),
        ("story", Said("存款利率", "deposit_rates"), True),
        ("story", Said("先帮我取个号", "take_ticket"), True),
        ("story", Said("where is the toilet?", "find_place"), True),
        ("story", Said("取钱等了一上午也没有人问我一声，问了几次都不理", "take_ticket"), False),
        ("story", Said("I asked three times where the form is and nobody even looked up at me", "find_place"), False),
        ("story", Said("柜员态度差", "complaint_new"), False),
        ("story", Said("他说了很多难听的话", "oos"), False),
        ("words", Said("手机银行上", "mobile_banking"), False),
        ("words", Said("贷款窗口那边", "loan"), False),
        ("words", Said("贷款要什么材料吗", "loan"), True),
        ("words", Said("你好", "greet"), True),
        ("value", Said("信用卡年费", "credit_card"), True),
        ("value", Said("信用卡", "credit_card", 0.2), False),
        ("value", Said("三万", "inform"), False),
        ("words", Said("有人晕倒了", "emergency"), True),
        ("words", Said("叫你们经理来", "human", 0.6), True),
        ("words", Said("算了", "cancel"), True),
        ("value", Said(intent="greet"), True),
        ("story", Said(intent="inform"), False),
    ],
)
def test_digressions(hear: Hear, kind: str, said: Said, digresses: bool) -> None:
    assert forms.is_digression(hear(said).turn, kind, frozenset({"complaint_new"})) is digresses


@pytest.mark.parametrize("text", ["跳过", "不知道", "没有。", "skip", "I don't know", "not sure", "記不清了", "不想说"])
def test_words_that_skip(hear: Hear, text: str) -> None:
    assert forms.is_skip(hear(Said(text, "cancel")).turn)


@pytest.mark.parametrize("text", ["不知道他叫什么但是戴眼镜", "skip the queue people everywhere", "没有人理我"])
def test_words_that_do_not_skip(hear: Hear, text: str) -> None:
    assert not forms.is_skip(hear(Said(text)).turn)


@pytest.mark.parametrize("text", ["继续", "接着说", "繼續投訴", "go on", "Let's continue."])
def test_words_that_resume(text: str) -> None:
    assert forms.RESUME.match(text)


@pytest.mark.parametrize(
    "text",
    ["不投诉了", "我不想投诉了", "算了，不投诉了", "不投訴了吧", "never mind", "I don't want to complain"],
)
def test_words_that_give_up(text: str) -> None:
    assert forms.GIVE_UP.match(text)


@pytest.mark.parametrize("text", ["我要投诉", "不投诉你们不知道改", "继续投诉"])
def test_words_that_do_not_give_up(text: str) -> None:
    assert not forms.GIVE_UP.match(text)


def names(events: list[dict[str, Any]]) -> list[Any]:
    return [(e["event"], e.get("name"), e.get("value")) for e in events]


def test_beginning_a_form_suspends_another_one(hear: Hear) -> None:
    events = forms.begin(hear(Said(form="complaint_form", slots={})).turn, "ticket_form")
    assert ("slot", "suspended", ["complaint_form"]) in names(events)
    assert names(events)[-1] == ("followup", "ticket_form", None)


def test_resuming_takes_the_form_off_the_stack(hear: Hear) -> None:
    heard = hear(Said(slots={"suspended": ["ticket_form", "complaint_form"]}))
    events = forms.resume(heard.turn)
    assert ("slot", "suspended", ["ticket_form"]) in names(events)
    assert names(events)[-1] == ("followup", "complaint_form", None)


def test_the_latest_suspended_form_comes_first_and_once(hear: Hear) -> None:
    heard = hear(Said(form="complaint_form", slots={"suspended": ["complaint_form", "ticket_form"]}))
    events = forms.suspend(heard.turn)
    assert ("slot", "suspended", ["ticket_form", "complaint_form"]) in names(events)


def test_ending_forgets_every_answer(hear: Hear) -> None:
    events = forms.end(hear(Said(form="complaint_form", slots={"complaint_what": "x"})).turn, "complaint_form")
    cleared = {e["name"] for e in events if e["event"] == "slot" and e["value"] is None}
    assert set(forms.SLOTS["complaint_form"]) <= cleared
    assert any(e["event"] == "active_loop" and e["name"] is None for e in events)


@pytest.mark.parametrize("intent", ["cancel", "repeat", "resume"])
def test_what_steers_the_conversation_is_no_story(hear: Hear, intent: str) -> None:
    assert forms.is_digression(hear(Said("再说一遍好吗谢谢你", intent, 0.6)).turn, "story", frozenset())


def test_the_kinds_of_emergency_share_their_certainty(hear: Hear) -> None:
    ranking = [{"name": "emergency_health", "confidence": 0.35}, {"name": "emergency", "confidence": 0.3}]
    said = Said("老人倒地上了", "emergency_health", 0.35, ranking=ranking)
    assert forms.is_digression(hear(said).turn, "story", frozenset())
    assert not forms.is_digression(hear(Said("老人倒地上了", "emergency_health", 0.35)).turn, "story", frozenset())


@pytest.mark.parametrize("text", ["不买了", "不推荐了", "算了不想買了", "I don't want to invest"])
def test_words_that_give_up_a_recommendation(text: str) -> None:
    assert forms.GIVE_UP.match(text)
