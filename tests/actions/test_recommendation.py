"""Savings: what a message tells, what is still asked, and what is recommended with which words."""

from __future__ import annotations

from typing import Any

import pytest

from actions import forms
from actions.forms import RECOMMENDATION, REQUESTED, SKIPPED
from actions.queue import TakeTicket
from actions.recommendation import (
    ELDERLY,
    AskAmount,
    GiveRecommendation,
    RecommendationAnswers,
    StartRecommendation,
)
from actions.talk import Cancel, Correct, Inform
from bot.knowledge.recommendation import ANY_TIME
from tests.actions.conftest import Hear, Heard, Said

PREFIX = "recommendation_"
ALL = {"need": "steady", "horizon": "P3Y", "amount": "100000", "risk": "little"}


def slots(**answers: str) -> dict[str, Any]:
    return {PREFIX + name: value for name, value in answers.items()}


def set_by(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Answers that events set, without the prefix."""
    found = {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    return {name.removeprefix(PREFIX): value for name, value in found.items() if name.startswith(PREFIX) and value}


def begun(hear: Hear, said: Said) -> dict[str, Any]:
    """What the first message tells."""
    said.intent = "wealth_recommendation"
    return set_by(StartRecommendation().respond(hear(said).turn))


def answered(hear: Hear, asked: str, said: Said) -> tuple[Heard, dict[str, Any] | None]:
    """What an answer to `asked` sets, the next question under "next"; None for a digression."""
    said.form, said.slots = RECOMMENDATION, {**said.slots, REQUESTED: PREFIX + asked}
    heard = hear(said)
    events = RecommendationAnswers().respond(heard.turn)
    if not events:
        return heard, None
    found = {e["name"].removeprefix(PREFIX): e["value"] for e in events}
    following = found.pop(REQUESTED)
    return heard, {**found, "next": following and following.removeprefix(PREFIX)}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            Said("十万块放三年买点什么好", entities={"amount": "十万块=100000", "term": "三年=P3Y"}),
            {"amount": "100000", "horizon": "P3Y"},
        ),
        (Said("理财产品推荐一下"), {}),
        (Said("手里有点闲钱，能放三五年", entities={"term": "五年=P5Y"}), {"need": "steady", "horizon": "P3Y"}),
        (Said("退休了手上有點積蓄怎麼打理", locale="zh-Hant"), {"risk": ELDERLY}),
        (Said("給孩子存教育金放十年", entities={"term": "十年=P10Y"}), {"need": "child", "horizon": "P10Y"}),
        (Said("what should I do with my savings, I can lose a bit"), {"need": "steady", "risk": "little"}),
        (Said("随时要用的钱放哪好"), {"need": "handy", "horizon": ANY_TIME}),
    ],
)
def test_the_first_message_is_not_asked_for_again(hear: Hear, said: Said, told: dict[str, str]) -> None:
    assert begun(hear, said) == told


def test_a_sum_that_may_be_lost_is_a_share_of_the_sum_that_is_known(hear: Hear) -> None:
    heard = hear(Said("一共二十万，最多亏一万", "wealth_recommendation"))
    for start, value in ((2, "200000"), (8, "10000")):
        heard.turn.entities.append({"entity": "amount", "value": value, "start": start, "end": start + 2})
    told = set_by(StartRecommendation().respond(heard.turn))
    assert told == {"amount": "200000", "risk": "little"}
    _, answer = answered(
        hear, "risk", Said("亏个三万", entities={"amount": "三万=30000"}, slots=slots(amount="100000"))
    )
    assert answer is not None
    assert answer["risk"] == "much"
    assert "amount" not in answer


def test_a_foreign_sum_is_counted_in_yuan(hear: Hear) -> None:
    told = begun(hear, Said("一万美元放哪好", entities={"amount": "一万=10000", "currency": "美元=USD"}))
    assert 60000 < float(told["amount"]) < 80000


@pytest.mark.parametrize("text", ["十万块放三年买点什么好，不能亏", "给孩子的十万块放三年，一分都不能亏"])
def test_a_message_that_tells_all_gets_its_recommendation_at_once(hear: Hear, text: str) -> None:
    heard = hear(Said(text, "wealth_recommendation", entities={"amount": "十万块=100000", "term": "三年=P3Y"}))
    events = StartRecommendation().respond(heard.turn)
    assert heard.responses == ["utter_recommendation_caveats", "utter_recommendation"]
    assert not any(e["event"] == "followup" for e in events)


@pytest.mark.parametrize(
    ("asked", "said", "told"),
    [
        ("need", Said(intent="inform", entities={"need": "child"}), {"need": "child", "next": "horizon"}),
        ("need", Said("留着养老", "social_security_and_pension"), {"need": "pension", "next": "horizon"}),
        (
            "need",
            Said("给孩子的，能放五年", entities={"term": "五年=P5Y"}),
            {"need": "child", "horizon": "P5Y", "next": "amount"},
        ),
        ("need", Said("都行"), {"need": SKIPPED, "next": "horizon"}),
        ("need", Said("随便吧", "chitchat"), {"need": SKIPPED, "next": "horizon"}),
        ("need", Said("whatever", "oos"), {"need": SKIPPED, "next": "horizon"}),
        (
            "need",
            Said("买份保险"),
            {"need": "insure", "horizon": SKIPPED, "risk": SKIPPED, "next": "amount"},
        ),
        ("horizon", Said("能放三五年", entities={"term": "五年=P5Y"}), {"horizon": "P3Y", "next": "need"}),
        ("horizon", Said(intent="inform", entities={"option": "any_time"}), {"horizon": ANY_TIME, "next": "need"}),
        (
            "horizon",
            Said("存三年定期", "deposit_rates", entities={"term": "三年=P3Y"}),
            {"horizon": "P3Y", "next": "need"},
        ),
        ("horizon", Said(intent="deny"), {"horizon": SKIPPED, "next": "need"}),
        ("amount", Said("10万", entities={"amount": "10万=100000"}), {"amount": "100000", "next": "need"}),
        (
            "amount",
            Said("存十万", "take_ticket", entities={"amount": "十万=100000"}),
            {"amount": "100000", "next": "need"},
        ),
        ("amount", Said("不知道"), {"amount": SKIPPED, "next": "need"}),
        ("risk", Said("一分錢都輸不起", "deny"), {"risk": "none", "next": "need"}),
        ("risk", Said("I can lose a bit"), {"risk": "little", "next": "need"}),
        ("risk", Said("一点点"), {"risk": "little", "next": "need"}),
        ("risk", Said("跳过", "deny"), {"risk": SKIPPED, "next": "need"}),
    ],
)
def test_answers_in_words_and_by_choice(hear: Hear, asked: str, said: Said, told: dict[str, Any]) -> None:
    _, answer = answered(hear, asked, said)
    assert answer == told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("need", Said("你们几点关门", "opening_hours")),
        ("horizon", Said("三年定期利息多少", "deposit_rates", entities={"term": "三年=P3Y"})),
        ("risk", Said("R2是什么意思", "wealth_products")),
        ("amount", Said("我要取三万", "take_ticket", entities={"amount": "三万=30000"})),
        ("amount", Said("找个人来", "human")),
        ("risk", Said("有人晕倒了", "emergency_health", 0.6)),
        ("need", Said("算了", "cancel")),
        ("need", Said("再说一遍", "repeat")),
        ("need", Said(intent="wealth_recommendation", entities={"product": "daily_cash"})),
    ],
)
def test_something_else_in_between_is_a_digression(hear: Hear, asked: str, said: Said) -> None:
    assert answered(hear, asked, said)[1] is None


@pytest.mark.parametrize(
    ("asked", "said", "told"),
    [
        (
            "risk",
            Said("不对，是五万", "correct", entities={"amount": "五万=50000"}),
            {"amount": "50000", "next": "risk"},
        ),
        ("risk", Said("不对，是五万", "deny", entities={"amount": "五万=50000"}), {"amount": "50000", "next": "risk"}),
        (
            "amount",
            Said("actually five years", entities={"term": "five years=P5Y"}),
            {"horizon": "P5Y", "next": "amount"},
        ),
        ("risk", Said("不是养老，是给孩子的", "correct"), {"need": "child", "next": "risk"}),
    ],
)
def test_an_earlier_answer_is_corrected(hear: Hear, asked: str, said: Said, told: dict[str, Any]) -> None:
    said.slots = slots(need="steady", horizon="P3Y", amount="100000")
    if asked == "amount":
        said.slots.pop(PREFIX + "amount")
    heard, answer = answered(hear, asked, said)
    assert answer == told
    assert heard.responses == ["utter_corrected"]


def test_what_is_taken_back_is_not_meant(hear: Hear) -> None:
    known = {REQUESTED: PREFIX + "risk", **slots(need="steady", horizon="P3Y", amount="30000")}
    heard = hear(Said("不是三万，是三千", "correct", form=RECOMMENDATION, slots=known))
    for start, value in ((2, "30000"), (6, "3000")):
        heard.turn.entities.append({"entity": "amount", "value": value, "start": start, "end": start + 2})
    events = RecommendationAnswers().respond(heard.turn)
    assert set_by(events) == {"amount": "3000"}


def test_a_bare_correction_is_told_what_was_noted(hear: Hear) -> None:
    heard, answer = answered(
        hear, "risk", Said("不对，我要改一下", "correct", slots=slots(need="child", horizon="P3Y"))
    )
    assert answer == {"risk": None, "next": "amount", "trouble": 1}
    assert heard.responses == ["utter_recommendation_which"]
    assert "给孩子" in heard.dispatcher.messages[0]["summary"]


def test_what_is_not_understood_is_asked_again_kindly(hear: Hear) -> None:
    heard, answer = answered(hear, "need", Said("嗯嗯呃", "oos"))
    assert answer == {"need": None, "next": "need", "trouble": 1}
    assert heard.responses == ["utter_recommendation_unclear"]


def test_age_keeps_the_risk_low_whatever_is_said(hear: Hear) -> None:
    _, answer = answered(
        hear, "horizon", Said("高风险也行，放五年", entities={"term": "五年=P5Y"}, slots=slots(risk=ELDERLY))
    )
    assert answer is not None
    assert "risk" not in answer


def test_giving_up_ends_the_form_and_recommends_nothing(hear: Hear) -> None:
    _, answer = answered(hear, "horizon", Said("不买了", slots=slots(need="child")))
    assert answer is not None
    assert answer["next"] is None
    heard = hear(Said("不买了"))
    GiveRecommendation().respond(heard.turn)
    assert heard.responses == ["utter_cancel_recommendation"]


def test_forget_it_cancels_the_form(hear: Hear) -> None:
    heard = hear(Said("算了", "cancel", form=RECOMMENDATION, slots=slots(need="child")))
    events = Cancel().answer(heard.turn)
    assert heard.responses == ["utter_cancel_recommendation"]
    assert any(e["event"] == "active_loop" and e["name"] is None for e in events)


def given(hear: Hear, **answers: str) -> tuple[Heard, list[dict[str, Any]]]:
    heard = hear(Said("好", slots=slots(**answers)))
    return heard, GiveRecommendation().respond(heard.turn)


@pytest.mark.parametrize("locale", ["zh-Hans", "zh-Hant", "en"])
def test_caveats_come_first_and_nothing_is_promised(hear: Hear, locale: str) -> None:
    heard = hear(Said("好", slots=slots(**ALL), locale=locale))
    GiveRecommendation().respond(heard.turn)
    assert heard.responses == ["utter_recommendation_caveats", "utter_recommendation"]
    said = heard.dispatcher.messages[1]
    assert said["lines"].startswith("1. ")
    assert "%" not in said["lines"]
    cards = said["custom"]["cards"]
    assert 2 <= len(cards) <= 3
    assert {card["kind"] for card in cards} == {"product"}
    for card in cards:
        assert card["name"] in said["lines"]
        assert card["caveat"] in said["lines"]


def test_who_cannot_lose_gets_deposits_and_r1_and_reads_what_was_left_out(hear: Hear) -> None:
    heard, _ = given(hear, **{**ALL, "risk": "none"})
    said = heard.dispatcher.messages[1]
    assert {card["risk"] for card in said["custom"]["cards"]} <= {None, "R1"}
    assert "青禾稳健一年（风险 R2" in said["lines"]
    assert "大额存单（200,000 元起）" in said["lines"]


def test_a_number_for_the_window_and_a_question_about_each_are_offered(hear: Hear) -> None:
    heard, events = given(hear, **ALL)
    assert heard.choices[0] == '/take_ticket{"service": "wealth"}'
    assert '/wealth_recommendation{"product": "steady_bond"}' in heard.choices
    offered = next(e["value"] for e in events if e.get("name") == "offer")
    assert offered == {"accept": "take", "service": "wealth"}


def test_one_product_is_told_with_its_caveat(hear: Hear) -> None:
    heard = hear(Said(intent="wealth_recommendation", entities={"product": "steady_bond"}))
    StartRecommendation().respond(heard.turn)
    assert heard.responses == ["utter_product"]
    assert "可能亏损" in heard.dispatcher.messages[0]["caveat"]


def test_an_unknown_product_begins_the_questions(hear: Hear) -> None:
    heard = hear(Said(intent="wealth_recommendation", entities={"product": "moonshot"}))
    StartRecommendation().respond(heard.turn)
    assert heard.responses == ["utter_recommendation_start"]


def test_nothing_fits_is_said(hear: Hear) -> None:
    heard, _ = given(hear, need="insure", horizon="", amount="50", risk="")
    assert heard.responses == ["utter_recommendation_caveats", "utter_recommendation_none"]


@pytest.mark.parametrize(
    ("action", "said", "changed"),
    [
        (Correct, Said("不对，是五万", "correct", entities={"amount": "五万=50000"}), "50,000"),
        (Inform, Said("那五年的呢", "inform", entities={"term": "五年=P5Y"}), "5年"),
    ],
)
def test_a_recommendation_is_worked_out_anew(hear: Hear, action: Any, said: Said, changed: str) -> None:
    said.slots = {"recommended": slots(**ALL)}
    heard = hear(said)
    events = action().answer(heard.turn)
    assert heard.responses == ["utter_recommendation_caveats", "utter_recommendation"]
    assert changed in heard.dispatcher.messages[1]["summary"]
    assert any(e.get("name") == "recommended" and e["value"] for e in events)


def test_after_something_else_a_bare_word_is_no_correction_any_more(hear: Hear) -> None:
    events = Inform().answer(
        hear(Said("3号窗口在哪", entities={"window": "3号窗口=3"}, slots={"recommended": slots(**ALL)})).turn
    )
    assert any(e.get("name") == "recommended" and e["value"] is None for e in events)


def test_sums_to_choose_from_are_those_at_which_more_comes_within_reach(hear: Hear) -> None:
    heard = hear(Said("好"))
    AskAmount().respond(heard.turn)
    assert heard.choices == [
        '/inform{"amount": "1000"}',
        '/inform{"amount": "10000"}',
        '/inform{"amount": "50000"}',
        '/inform{"amount": "200000"}',
        "/deny",
    ]


def test_a_number_in_between_suspends_the_questions_and_offers_to_go_on(hear: Hear) -> None:
    heard = hear(
        Said("取个号办贷款", "take_ticket", entities={"service": "loan"}, slots={"suspended": [RECOMMENDATION]})
    )
    TakeTicket().respond(heard.turn)
    assert heard.responses[0] == "utter_ticket_taken"
    assert heard.responses[-1] == "utter_recommendation_continue_offer"


def test_the_questions_go_on_where_they_were_left(hear: Hear) -> None:
    heard = hear(Said("继续", "resume", slots={"suspended": [RECOMMENDATION], **slots(need="child")}))
    events = forms.resume(heard.turn)
    assert heard.responses == ["utter_recommendation_resumed"]
    assert events[-1]["name"] == RECOMMENDATION
