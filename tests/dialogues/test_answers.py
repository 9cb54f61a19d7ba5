"""Rates, places, hours and answers, with what is left unsaid taken from the turn before."""

from __future__ import annotations

import pytest

from tests.dialogues.conftest import Talk

pytestmark = pytest.mark.rasa


async def test_interest_and_then_another_term_amount_and_currency(talk: Talk) -> None:
    first = await talk.say("10万存三年利息多少")
    assert "100,000 元" in first.text
    assert "3,750.00" in first.text
    assert first.card("rates")["rows"]
    five = await talk.say("那五年的呢")
    assert "100,000 元" in five.text
    assert "6,500.00" in five.text
    more = await talk.say("20万呢")
    assert "200,000 元" in more.text
    assert "5年" in more.text
    dollars = await talk.say("美元呢")
    assert "美元" in dollars.text


async def test_interest_in_english(talk: Talk) -> None:
    reply = await talk.say("how much interest do I get for 50,000 yuan for one year")
    assert "475.00" in reply.text
    two = await talk.say("what about two years")
    assert "1,050.00" in two.text


async def test_rates_without_figures_show_the_table_and_how_to_ask(talk: Talk) -> None:
    table = await talk.say("存款利率")
    assert table.card("rates")["currency"] == "CNY"
    year = await talk.choose("1年")
    assert "0.95%" in year.text
    result = await talk.say("三万")
    assert "285.00" in result.text


async def test_a_term_the_bank_does_not_have_is_answered_with_those_it_has(talk: Talk) -> None:
    reply = await talk.say("10万存四年利息多少")
    assert "4年" in reply.text
    assert "3年" in reply.labels


async def test_an_answer_has_its_source_and_what_comes_next(talk: Talk) -> None:
    reply = await talk.say("卡丢了怎么办")
    card = reply.card("faq")
    assert card["id"].startswith("card_loss.")
    assert card["source"]
    assert reply.body["understood"]["faq"] == card["id"]
    following = await talk.choose(reply.labels[0])
    assert following.card("faq")["id"] != card["id"]


async def test_an_answer_offers_a_number_for_it(talk: Talk) -> None:
    reply = await talk.say("how do I apply for a mortgage")
    assert reply.card("faq")["id"].startswith("loan.")
    taken = await talk.choose("Take a number")
    assert taken.card("ticket")["number"].startswith("D")


@pytest.mark.parametrize(
    ("question", "zone"),
    [
        ("厕所在哪里", "洗手间"),
        ("3号窗口在哪", "现金"),
        ("where is the cash machine", "self"),
        ("廁所在哪", "洗手間"),
    ],
)
async def test_places_come_with_the_plan(talk: Talk, question: str, zone: str) -> None:
    reply = await talk.say(question)
    card = reply.card("place")
    assert zone in (card["zone"] + card["label"]).casefold()
    assert f"locale={talk.locale}" in card["plan"]


async def test_an_unknown_place_gets_the_zones_to_choose_from(talk: Talk) -> None:
    reply = await talk.post(choice={"intent": "find_place", "entities": {}})
    labels = [choice["label"] for choice in reply.json()["messages"][0]["choices"]]
    assert len(labels) == len(talk.assistant.branch.zones)


async def test_opening_hours_say_what_holds_now(talk: Talk) -> None:
    reply = await talk.say("周末开门吗")
    assert "9:30" in reply.text
    assert "周日" in reply.text


async def test_amenities_by_name_and_in_general(talk: Talk) -> None:
    assert "轮椅" in (await talk.say("有轮椅吗")).text
    general = await talk.post(choice={"intent": "accessibility_and_amenities", "entities": {}})
    assert general.json()["messages"][0]["choices"]
