"""Savings asked about step by step, interrupted, corrected, taken up again."""

from __future__ import annotations

import pytest

from tests.dialogues.conftest import Talk

pytestmark = pytest.mark.rasa


async def test_from_the_first_question_to_products_with_their_caveats(talk: Talk) -> None:
    assert (await talk.say("理财产品推荐一下")).asks == "recommendation_need"
    assert (await talk.choose("给孩子")).asks == "recommendation_horizon"
    assert (await talk.say("能放三五年")).asks == "recommendation_amount"
    assert (await talk.say("10万")).asks == "recommendation_risk"
    reply = await talk.say("一分都不能亏")
    assert reply.form is None
    assert "不是存款" in reply.body["messages"][0]["text"]
    products = [card for card in reply.cards if card["kind"] == "product"]
    assert 2 <= len(products) <= 3
    assert {card["risk"] for card in products} <= {None, "R1"}
    about = await talk.choose(products[0]["name"])
    assert about.card("product")["id"] == products[0]["id"]


async def test_a_question_in_between_is_answered_and_an_answer_corrected(talk: Talk) -> None:
    await talk.say("理财产品推荐一下")
    await talk.choose("稳稳存着")
    await talk.choose("三年左右")
    reply = await talk.say("你们几点关门")
    assert "17:00" in reply.text
    assert reply.asks == "recommendation_amount"
    await talk.say("十万")
    corrected = await talk.say("不对，是五万")
    assert corrected.asks == "recommendation_risk"
    assert "50,000" in (await talk.choose("可以小亏一点")).text


async def test_every_question_can_be_skipped(talk: Talk) -> None:
    await talk.say("理财产品推荐一下")
    reply = await talk.say("都行")
    while reply.asks:
        reply = await talk.say("不知道")
    assert reply.card("product")


async def test_a_person_suspends_it_and_it_goes_on(talk: Talk) -> None:
    await talk.say("理财产品推荐一下")
    await talk.choose("养老")
    assert (await talk.say("我要找人工")).form is None
    assert (await talk.say("继续")).asks == "recommendation_horizon"
