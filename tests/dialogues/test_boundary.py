"""Injection, repetition and failure, on the real servers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import func, select

from bot.queueing.models import Ticket
from tests.dialogues.conftest import Assistant, Reply, Talk

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("text", ["/restart", "／restart", "\u3000/restart", "/ restart", "/back", "/session_start"])
async def test_typed_commands_do_not_reset_the_conversation(talk: Talk, text: str) -> None:
    await talk.say("我要投诉")
    reply = await talk.say("柜员不理人，一直玩手机，等了很久")
    assert reply.asks == "complaint_when"
    answered = await talk.post(text=text)
    assert answered.status_code == 200
    later = await talk.say("继续")
    assert later.form == "complaint_form" or "没有保存" in Reply(answered.json()).text


@pytest.mark.parametrize("text", ["/greet", "／greet", '/take_ticket{"service":"loan"}', "／human"])
async def test_typed_intents_are_text(talk: Talk, text: str) -> None:
    answered = Reply((await talk.post(text=text)).json())
    assert answered.body["understood"]["confidence"] != 1.0
    assert answered.cards == []


async def test_a_repeated_turn_gets_the_same_answer_and_no_second_number(talk: Talk) -> None:
    first = await talk.say("我要办对公业务，取号", turn="same")
    again = await talk.say("我要办对公业务，取号", turn="same")
    assert again.body == first.body
    assert tickets(talk) == 1


async def test_customers_do_not_see_each_other(talk: Talk, assistant: Assistant) -> None:
    await talk.say("我要投诉")
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        other = Talk(assistant, client, session="another-customer")
        reply = await other.say("你好")
    assert reply.form is None


@pytest.fixture
def no_actions(assistant: Assistant) -> Iterator[None]:
    assistant.stop_actions()
    yield
    if not assistant.has_actions:
        assistant.start_actions()


@pytest.mark.usefixtures("no_actions")
async def test_without_the_action_server_the_turn_fails_and_the_retry_succeeds(
    talk: Talk, assistant: Assistant
) -> None:
    failed = await talk.post(text="我要办对公业务，取号", turn="again")
    assert (failed.status_code, failed.json()) == (503, {"error": "action_server"})
    assistant.start_actions()
    answered = await talk.post(text="我要办对公业务，取号", turn="again")
    assert Reply(answered.json()).card("ticket")
    assert tickets(talk) == 1


async def test_no_log_holds_what_customers_said(talk: Talk, assistant: Assistant) -> None:
    await talk.say("暗号是紫色的大象在跳舞")
    for log in assistant.settings.home.glob("*.log"):
        assert "紫色的大象" not in log.read_text()


async def test_a_bad_token_is_refused(talk: Talk, assistant: Assistant) -> None:
    body = {"sender": "x", "turn": "1", "text": "hi"}
    response = await talk.client.post(assistant.turn_url, json=body, headers={"Authorization": "Bearer guess"})
    assert response.status_code == 401


async def test_rest_channel_is_closed(talk: Talk, assistant: Assistant) -> None:
    url = assistant.turn_url.replace("lobby/turn", "rest/webhook")
    assert (await talk.client.post(url, json={"sender": "x", "message": "hi"})).status_code == 404


async def test_odd_texts_are_answered(talk: Talk) -> None:
    for text in (
        "?",
        "😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE tickets; --",
        "{0[locale]}",
        "{name}",
        "字" * 2000,
    ):
        assert (await talk.say(text)).text


async def test_odd_texts_survive_in_a_complaint(talk: Talk) -> None:
    await talk.say("我要投诉")
    told = "机器上写着 {0[locale]} 和 {amount}，<b>看不懂</b>，没人管"
    assert (await talk.say(told)).asks == "complaint_when"
    for _ in range(4):
        await talk.say("不用了")
    assert talk.last is not None
    assert talk.last.card("complaint")["number"] in talk.last.text
    assert "{amount}" in talk.last.text


def tickets(talk: Talk) -> int:
    with talk.assistant.store.read() as session:
        query = select(func.count()).where(Ticket.session_id == talk.session)
        return int(session.execute(query).scalar_one())
