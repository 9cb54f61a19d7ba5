"""Small talk, people, danger, and what the assistant does not know."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.conversations.models import Alert, Feedback, PersonRequest
from tests.dialogues.conftest import Talk

pytestmark = pytest.mark.rasa


async def test_greeting_shows_the_main_things(talk: Talk) -> None:
    reply = await talk.say("你好")
    assert "取号" in reply.labels
    assert "我要投诉" in reply.labels


async def test_the_language_follows_the_customer(talk: Talk) -> None:
    assert "您好" in (await talk.say("你好")).text
    assert "Hello" in (await talk.say("hello there")).text
    assert "洗手間" in (await talk.say("請問廁所在哪裡")).text
    assert "现在" in (await talk.say("你们几点关门")).text


async def test_riddles_for_who_waits(talk: Talk) -> None:
    first = await talk.say("猜个谜语吧")
    answer = await talk.choose("看答案")
    second = await talk.choose("再来一个")
    assert answer.text != first.text != second.text


@pytest.mark.parametrize("text", ["好的", "不是", "三万", "算了", "不对", "谢谢"])
async def test_bare_words_outside_a_form_are_never_met_with_silence(talk: Talk, text: str) -> None:
    assert (await talk.say(text)).text


async def test_swindle_is_stopped_and_staff_alerted(talk: Talk) -> None:
    reply = await talk.say("有人让我把钱转到安全账户")
    assert "96110" in reply.text
    assert "110" in reply.text
    assert kinds(talk) == ["fraud"]


async def test_emergency_alerts_staff_at_once(talk: Talk) -> None:
    reply = await talk.say("help, somebody has fainted")
    assert "120" in reply.text
    assert kinds(talk) == ["emergency_health"]


async def test_a_person_is_called_once_and_keeps_the_place(talk: Talk) -> None:
    first = await talk.say("我要找人工")
    again = await talk.say("叫个工作人员来")
    assert first.text == again.text
    with talk.assistant.store.read() as session:
        query = select(PersonRequest).where(PersonRequest.conversation_id == talk.session)
        assert len(list(session.execute(query).scalars())) == 1


async def test_praise_and_suggestions_are_kept_apart(talk: Talk) -> None:
    await talk.say("小王服务真好，表扬一下")
    await talk.say("建议多放几把椅子")
    with talk.assistant.store.read() as session:
        query = select(Feedback).where(Feedback.conversation_id == talk.session).order_by(Feedback.id)
        assert [row.kind for row in session.execute(query).scalars()] == ["praise", "suggestion"]


async def test_what_it_does_not_know_it_says_and_offers_guesses_and_a_person(talk: Talk) -> None:
    first = await talk.say("怎么做红烧肉")
    assert "找工作人员" in first.labels
    assert len(first.labels) > 1
    second = await talk.say("明天去北京的火车票")
    assert second.labels[0] == "找工作人员"


async def test_yes_to_the_person_that_was_offered(talk: Talk) -> None:
    await talk.say("怎么做红烧肉")
    await talk.say("明天去北京的火车票")
    assert (await talk.say("好的")).text.startswith("已经通知工作人员")


async def test_yes_to_cancelling_the_number_that_is_held(talk: Talk) -> None:
    number = (await talk.say("我要办对公业务，取号")).card("ticket")["number"]
    assert number in (await talk.say("算了")).text
    assert "已经取消" in (await talk.say("好的")).text


def kinds(talk: Talk) -> list[str]:
    """Alerts of this conversation."""
    with talk.assistant.store.read() as session:
        query = select(Alert).where(Alert.conversation_id == talk.session)
        return [alert.kind for alert in session.execute(query).scalars()]
