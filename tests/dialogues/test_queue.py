"""Taking a number and everything that happens to it afterwards."""

from __future__ import annotations

import pytest

from bot.queueing import service as queueing
from bot.store import utc_now
from tests.dialogues.conftest import Talk

pytestmark = pytest.mark.rasa


def call_next(talk: Talk, window_id: str) -> str | None:
    """Staff press "next" at a window. Returns the number called."""
    with talk.assistant.store.begin() as session:
        called = queueing.call_next(session, talk.assistant.branch, window_id=window_id, by="test", now=utc_now())
        return called.number if called else None


def numbers_of(talk: Talk) -> list[str]:
    """Numbers of this customer that wait, from the store."""
    with talk.assistant.store.read() as session:
        held = queueing.active_ticket(session, talk.assistant.branch, session_id=talk.session, now=utc_now())
        return [held.number] if held else []


async def test_thirty_thousand_in_cash_gets_a_number_for_the_express_window(talk: Talk) -> None:
    reply = await talk.say("我要取三万块钱")
    card = reply.card("ticket")
    assert card["number"] in reply.text
    assert card["number"].startswith("A")
    assert "1号窗口" in card["windows"]
    assert card["wait_minutes"][0] <= card["wait_minutes"][1]
    assert card["code"]
    assert "快速窗口" in reply.text
    assert numbers_of(talk) == [card["number"]]


async def test_a_small_sum_is_sent_to_the_machine_with_a_way_back_to_the_counter(talk: Talk) -> None:
    reply = await talk.say("取五千块")
    assert reply.cards == []
    assert "存取款机" in reply.text
    assert numbers_of(talk) == []
    where = await talk.choose("带我去")
    assert where.card("place")["plan"].startswith("/api/branch/plan.svg?zone=")
    again = await talk.say("取五千块")
    assert "存取款机" in again.text
    taken = await talk.choose("还是取号")
    assert taken.card("ticket")["number"] in taken.text


async def test_yes_accepts_the_number_that_was_offered(talk: Talk) -> None:
    await talk.say("取五千块")
    taken = await talk.say("好的")
    assert taken.card("ticket")["service"] == "取款"


async def test_a_large_sum_is_booked_instead_of_queued_for(talk: Talk) -> None:
    reply = await talk.say("我要取二十万现金")
    assert "预约" in reply.text
    assert reply.cards == []
    booked = await talk.choose(next(label for label in reply.labels if label.startswith("约")))
    visit = booked.card("visit")
    assert visit["slot"] is not None
    assert visit["code"] in booked.text


async def test_who_cannot_come_today_gets_a_code_that_becomes_a_number(talk: Talk) -> None:
    code = ""
    while not any(char.isdigit() for char in code):
        code = (await talk.say("我想预约开户")).card("visit")["code"]
    taken = await talk.say(f"我的预约码是{code}")
    assert taken.card("ticket")["number"].startswith("B")


async def test_a_place_is_held_and_taken_again(talk: Talk) -> None:
    await talk.say("我要开户，取号")
    held = await talk.say("我出去打个电话，十分钟就回来，帮我留着号")
    assert "留到" in held.text
    assert "我回来了" in held.labels
    back = await talk.choose("我回来了")
    assert back.card("ticket")["state"] == "waiting"


async def test_who_finds_it_hard_is_called_early_and_sent_to_no_machine(talk: Talk) -> None:
    reply = await talk.say("我怀孕了，想取两千块钱")
    assert reply.card("ticket")["number"].startswith("A")
    assert "优先" in reply.text


async def test_papers_are_asked_for_first_where_they_are_often_missing(talk: Talk) -> None:
    reply = await talk.say("I'd like a number to replace my card")
    assert reply.cards == []
    assert "ID" in reply.text
    assert (await talk.say("yes, I have everything")).card("ticket")


async def test_a_machine_is_explained_and_its_fault_reported(talk: Talk) -> None:
    guide = (await talk.say("取款机怎么取钱啊")).card("guide")
    assert (guide["machine"], guide["task"]) == ("cash_machine", "withdraw")
    fault = await talk.say("那台取款机黑屏了")
    assert "通知工作人员" in fault.text


async def test_help_in_the_hall_says_who_comes(talk: Talk) -> None:
    assert (await talk.say("借把伞")).card("request")["label"] == "雨伞"
    assert (await talk.say("my mother's wheelchair is at the ramp, can someone help")).card("request")


async def test_without_a_service_the_form_asks_with_choices(talk: Talk) -> None:
    reply = await talk.say("帮我取个号")
    assert (reply.form, reply.asks) == ("ticket_form", "ticket_service")
    assert len(reply.labels) == len(talk.assistant.branch.services)
    taken = await talk.choose("开户办卡")
    assert taken.form is None
    assert taken.card("ticket")["service"] == "开户办卡"


async def test_cash_without_an_amount_asks_for_it_and_it_may_be_skipped(talk: Talk) -> None:
    reply = await talk.say("我想取钱")
    assert reply.asks == "ticket_amount"
    assert any("20,000" in label for label in reply.labels)
    taken = await talk.choose("跳过")
    assert taken.card("ticket")["service"] == "取款"


async def test_cash_amount_may_be_typed(talk: Talk) -> None:
    await talk.say("我想取钱")
    taken = await talk.say("两万五")
    assert taken.card("ticket")["service"] == "取款"
    assert "快速窗口" in taken.text


async def test_a_question_inside_the_ticket_form_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    await talk.say("帮我取个号")
    reply = await talk.say("你们几点关门")
    assert "17:00" in reply.text
    assert reply.asks == "ticket_service"
    taken = await talk.choose("对公业务")
    assert taken.card("ticket")["number"].startswith("C")


async def test_cancelling_the_ticket_form_takes_no_number(talk: Talk) -> None:
    await talk.say("帮我取个号")
    reply = await talk.say("算了不办了")
    assert reply.form is None
    assert numbers_of(talk) == []


async def test_a_second_wish_for_the_same_service_shows_the_number_held(talk: Talk) -> None:
    first = (await talk.say("我要开户，取个号")).card("ticket")
    again = await talk.say("给我取个开户的号")
    assert again.card("ticket")["number"] == first["number"]
    another = await talk.choose("再取一个号")
    assert another.card("ticket")["number"] != first["number"]


async def test_status_delay_and_cancel_of_a_number(talk: Talk) -> None:
    number = (await talk.say("我要办对公业务，取号")).card("ticket")["number"]
    status = await talk.say("前面还有几个人")
    assert number in status.text
    assert status.card("ticket")["number"] == number
    delayed = await talk.say("我出去一下，帮我留着号")
    assert number in delayed.text
    cancelled = await talk.say("我的号不要了")
    assert number in cancelled.text
    assert numbers_of(talk) == []
    assert (await talk.say("前面还有几个人")).labels == ["取号"]


async def test_a_called_number_is_told_its_window_and_cannot_be_delayed(talk: Talk) -> None:
    number = (await talk.say("我要咨询贷款，取个号")).card("ticket")["number"]
    while (called := call_next(talk, "7")) != number:
        assert called is not None
    status = await talk.say("到我了吗")
    assert "7号窗口" in status.text
    late = await talk.say("我晚点到，帮我留着号")
    assert "不能" in late.text


async def test_waiting_time_without_a_number_gives_an_overview(talk: Talk) -> None:
    reply = await talk.say("现在排队要多久")
    assert "取款" in reply.text
    assert "分钟" in reply.text


async def test_number_in_english(talk: Talk) -> None:
    reply = await talk.say("I want to withdraw 30,000 yuan")
    card = reply.card("ticket")
    assert f"Your number is {card['number']}" in reply.text
    assert card["service"] == "Cash withdrawal"
    assert all("Counter" in window or "Window" in window for window in card["windows"])


async def test_number_in_traditional_chinese(talk: Talk) -> None:
    reply = await talk.say("我要領三萬塊")
    assert "號碼" in reply.text or "號取好了" in reply.text
    assert reply.card("ticket")["service"] == "提款"


async def test_a_number_is_taken_for_what_was_just_talked_about(talk: Talk) -> None:
    await talk.say("房贷怎么申请")
    taken = await talk.say("那给我取个号")
    assert taken.card("ticket")["number"].startswith("D")


async def test_yes_to_a_number_asks_for_the_service(talk: Talk) -> None:
    assert "取一个" in (await talk.say("前面还有几个人")).text
    assert (await talk.say("好的")).asks == "ticket_service"


async def test_foreign_cash_is_had_at_the_exchange_window(talk: Talk) -> None:
    taken = await talk.say("我要取500美元现金")
    assert taken.card("ticket")["service"] == "外汇"


async def test_at_home_the_phone_is_offered_before_a_number(talk: Talk) -> None:
    talk.channel = "web"
    reply = await talk.say("取号，我来办转账，两千块")
    assert "手机银行" in reply.text
    assert (await talk.choose("还是取号")).card("ticket")["service"] == "转账汇款"
