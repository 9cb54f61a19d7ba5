"""A complaint is taken down, may be interrupted, resumed, given up, and ends on record."""

from __future__ import annotations

from typing import Any

import pytest

from bot.complaints import service as complaints
from bot.store import utc_now
from tests.dialogues.conftest import Reply, Talk

pytestmark = pytest.mark.rasa


def on_record(talk: Talk, reply: Reply) -> Any:
    """What staff read of the complaint that a reply has a card of."""
    number = reply.card("complaint")["number"]
    with talk.assistant.store.read() as session:
        return complaints.complaint_detail(
            session, talk.assistant.branch, talk.assistant.vault, number=number, now=utc_now()
        )


async def test_complaint_from_apology_to_due_date(talk: Talk) -> None:
    begun = await talk.say("我要投诉")
    assert "对不起" in begun.text
    assert begun.asks == "complaint_what"
    assert (await talk.say("柜员态度很差，把我的单子往外一扔")).asks == "complaint_when"
    assert (await talk.say("昨天下午三点")).asks == "complaint_where"
    assert (await talk.say("3号窗口")).asks == "complaint_who"
    assert (await talk.say("一个戴眼镜的男的")).asks == "complaint_contact"
    filed = await talk.say("我的电话是13812345678")
    card = filed.card("complaint")
    assert card["number"] in filed.text
    assert card["code"] in filed.text
    assert filed.form is None
    assert "13812345678" not in filed.text
    record = on_record(talk, filed)
    assert record.line.what == "柜员态度很差，把我的单子往外一扔"
    assert record.when_text == "昨天下午三点"
    assert record.where_text == "3号窗口"
    assert record.who_text == "一个戴眼镜的男的"
    assert record.contact_masked == "•••5678"


async def test_an_opening_that_tells_the_story_is_not_asked_again(talk: Talk) -> None:
    begun = await talk.say("昨天在柜台办业务等了两小时还被骂")
    assert "对不起" in begun.text
    assert begun.asks == "complaint_where"
    for _ in ("where", "who"):
        reply = await talk.choose("跳过")
    assert reply.asks == "complaint_contact"
    filed = await talk.choose("不留")
    record = on_record(talk, filed)
    assert record.line.what == "昨天在柜台办业务等了两小时还被骂"
    assert record.when_text == "昨天"
    assert record.where_text is None
    assert record.contact_masked is None


async def test_story_in_english_fills_when_and_where(talk: Talk) -> None:
    begun = await talk.say("The teller at window 3 was rude to me yesterday and I waited for two hours")
    assert "sorry" in begun.text.lower()
    assert begun.asks == "complaint_who"
    assert (await talk.say("skip")).asks == "complaint_contact"
    filed = await talk.say("no thanks")
    record = on_record(talk, filed)
    assert record.when_text == "yesterday"
    assert record.where_text == "window 3"


async def test_complaint_in_traditional_chinese(talk: Talk) -> None:
    begun = await talk.say("我要投訴")
    assert "對不起" in begun.text
    await talk.say("櫃員一直在聊天不理我，等了很久")
    await talk.say("今天早上")
    await talk.say("跳過")
    await talk.say("跳過")
    filed = await talk.say("不用了")
    assert "登記好了" in filed.text
    assert on_record(talk, filed).when_text == "今天早上"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("厕所在哪里", "洗手间"), ("你们几点关门", "17:00"), ("10万存三年利息多少", "利息"), ("前面还有几个人", "号")],
)
async def test_a_question_inside_a_complaint_is_answered_and_the_form_goes_on(
    talk: Talk, question: str, answer: str
) -> None:
    await talk.say("我要投诉")
    reply = await talk.say(question)
    assert answer in reply.text
    assert reply.asks == "complaint_what"
    told = await talk.say("取款机吞了我的卡，没有人管，等了一个上午")
    assert told.asks in ("complaint_when", "complaint_who")
    again = await talk.say("信用卡年费多少")
    assert "年费" in again.text
    assert again.form == "complaint_form"
    assert again.asks == told.asks


async def test_a_story_that_mentions_everything_is_still_the_story(talk: Talk) -> None:
    await talk.say("我要投诉")
    story = "我昨天来取钱，问了三次手续费怎么收，没有人理我，后来保安让我去取款机，机器又坏了，我想找经理也不给找"
    reply = await talk.say(story)
    assert reply.asks != "complaint_what"
    await talk.say("跳过")
    await talk.say("跳过")
    while talk.last is not None and talk.last.asks:
        await talk.say("不用了")
    assert talk.last is not None
    assert on_record(talk, talk.last).line.what == story


async def test_cancel_ends_a_complaint_kindly_and_forgets_it(talk: Talk) -> None:
    await talk.say("我要投诉")
    await talk.say("保安对我大喊大叫，很没有礼貌")
    reply = await talk.say("算了")
    assert reply.form is None
    assert "没有保存" in reply.text
    begun = await talk.say("我要投诉")
    assert begun.asks == "complaint_what"


@pytest.mark.parametrize("words", ["不投诉了", "我不想投诉了", "never mind"])
async def test_giving_up_in_other_words(talk: Talk, words: str) -> None:
    await talk.say("我要投诉")
    reply = await talk.say(words)
    assert reply.form is None
    assert reply.cards == []


async def test_repeating_that_one_complains_gets_the_question_again(talk: Talk) -> None:
    await talk.say("我要投诉")
    reply = await talk.say("我要投诉")
    assert reply.asks == "complaint_what"
    assert reply.text


async def test_an_emergency_suspends_a_complaint_that_can_be_continued(talk: Talk) -> None:
    await talk.say("我要投诉")
    await talk.say("柜员不理人，一直玩手机，等了很久")
    urgent = await talk.say("有人晕倒了")
    assert "120" in urgent.text
    assert urgent.form is None
    on = await talk.say("继续")
    assert on.form == "complaint_form"
    assert on.asks == "complaint_when"


async def test_taking_a_number_in_between_suspends_and_offers_to_go_on(talk: Talk) -> None:
    await talk.say("我要投诉")
    await talk.say("柜员不理人，一直玩手机，等了很久")
    asked = await talk.say("先帮我取个号")
    assert asked.form == "ticket_form"
    taken = await talk.choose("贷款")
    assert taken.card("ticket")
    on = await talk.choose("继续投诉")
    assert on.asks == "complaint_when"


async def test_a_person_called_in_between_suspends_it(talk: Talk) -> None:
    await talk.say("我要投诉")
    reply = await talk.say("我要找人工")
    assert "第" in reply.text
    assert reply.form is None
    on = await talk.choose("继续投诉")
    assert on.asks == "complaint_what"


async def test_an_earlier_answer_is_corrected(talk: Talk) -> None:
    await talk.say("我要投诉")
    await talk.say("柜员不理人，一直玩手机")
    await talk.say("昨天下午")
    corrected = await talk.say("不对，是前天")
    assert corrected.asks == "complaint_where"
    await talk.say("跳过")
    await talk.say("跳过")
    filed = await talk.say("不用了")
    assert on_record(talk, filed).when_text == "前天"


async def test_contact_that_is_none_is_asked_for_once_more(talk: Talk) -> None:
    await talk.say("昨天在柜台办业务等了两小时还被骂")
    await talk.say("跳过")
    await talk.say("跳过")
    reply = await talk.say("打我电话就行")
    assert reply.asks == "complaint_contact"
    filed = await talk.say("me@example.com")
    assert on_record(talk, filed).contact_masked is not None


async def test_a_typed_token_reveals_nothing(talk: Talk) -> None:
    await talk.say("昨天在柜台办业务等了两小时还被骂")
    await talk.say("跳过")
    await talk.say("跳过")
    response = await talk.post(text="⟨phone:1⟩")
    reply = Reply(response.json())
    assert on_record(talk, reply).contact_masked is None


async def test_progress_of_the_complaint_of_this_conversation(talk: Talk) -> None:
    none = await talk.say("我的投诉处理得怎么样了")
    assert none.cards == []
    assert "查询码" in none.text
    await talk.say("昨天在柜台办业务等了两小时还被骂")
    await talk.say("跳过")
    await talk.say("跳过")
    number = (await talk.say("不用了")).card("complaint")["number"]
    assert (await talk.say("我的投诉处理得怎么样了")).card("complaint")["number"] == number


async def test_a_complaint_outlives_more_questions_than_the_tracker_keeps(talk: Talk) -> None:
    await talk.say("我要投诉")
    await talk.say("柜员不理人，一直玩手机，等了很久")
    for question in ("厕所在哪里", "你们几点关门", "信用卡年费多少", "有轮椅吗") * 4:
        assert (await talk.say(question)).asks == "complaint_when"
    await talk.say("昨天")
    await talk.say("跳过")
    await talk.say("跳过")
    filed = await talk.say("不用了")
    record = on_record(talk, filed)
    assert record.line.what == "柜员不理人，一直玩手机，等了很久"
    assert record.when_text == "昨天"


async def test_the_language_may_change_in_the_middle(talk: Talk) -> None:
    await talk.say("我要投诉")
    reply = await talk.say("the machine kept my card and nobody helped me for an hour")
    assert "When was it" in reply.text
    reply = await talk.say("昨天下午")
    assert "在哪里" in reply.text
