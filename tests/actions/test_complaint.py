"""What a message tells of a complaint."""

from __future__ import annotations

import pytest

from actions import complaint
from actions.complaint import ComplaintAnswers, ComplaintProgress, FileComplaint
from actions.forms import REQUESTED, SKIPPED
from bot.complaints import service as complaints
from tests.actions.conftest import Hear, Said


@pytest.mark.parametrize(
    "text",
    [
        "我要投诉",
        "投诉！",
        "我想投诉你们",
        "I want to complain",
        "file a complaint",
        "how do I make a complaint",
        "我要投訴",
    ],
)
def test_announcing_a_complaint_is_no_story(text: str) -> None:
    assert complaint.story(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "昨天在柜台办业务等了两小时还被骂",
        "我要投诉，柜员把我的单子往外一扔",
        "the teller was rude to me",
        "I want to complain: your machine ate my card and nobody helped",
    ],
)
def test_a_story_is_kept_as_it_was_told(text: str) -> None:
    assert complaint.story(text) == text


def taken(hear: Hear, asked: str, said: Said) -> dict[str, str]:
    """Slots that an answer to `asked` sets; "rejected" for a digression."""
    said.form, said.slots = "complaint_form", {**said.slots, REQUESTED: f"complaint_{asked}"}
    events = ComplaintAnswers().respond(hear(said).turn)
    if not events:
        return {"rejected": "yes"}
    return {e["name"].removeprefix("complaint_"): e["value"] for e in events}


def test_a_story_fills_when_and_where_too(hear: Hear) -> None:
    said = Said("昨天在3号窗口等了两个小时", "inform", entities={"date": "昨天", "window": "3号窗口=3"})
    assert taken(hear, "what", said) == {
        "what": "昨天在3号窗口等了两个小时",
        "when": "昨天",
        "where": "3号窗口",
        REQUESTED: "complaint_who",
    }


def test_when_takes_words_without_an_entity(hear: Hear) -> None:
    assert taken(hear, "when", Said("刚才那会儿"))["when"] == "刚才那会儿"


def test_skipping_is_an_answer(hear: Hear) -> None:
    assert taken(hear, "who", Said("不知道", "deny"))["who"] == SKIPPED
    assert taken(hear, "where", Said(intent="deny"))["where"] == SKIPPED


def test_contact_is_a_token_or_nothing(hear: Hear) -> None:
    assert taken(hear, "contact", Said("我的电话⟨phone:2⟩，下午打"))["contact"] == "⟨phone:2⟩"
    assert taken(hear, "contact", Said("不用了", "deny"))["contact"] == SKIPPED
    assert taken(hear, "contact", Said("打我电话"))["contact"] is None
    assert taken(hear, "contact", Said("信用卡年费多少", "credit_card")) == {"rejected": "yes"}


def test_saying_again_that_one_complains_is_asked_again(hear: Hear) -> None:
    assert taken(hear, "what", Said("我要投诉", "complaint_new")) == {
        "what": None,
        "trouble": 1,
        REQUESTED: "complaint_what",
    }


def test_correction_changes_an_earlier_answer(hear: Hear) -> None:
    slots = {"complaint_what": "x", "complaint_when": "昨天"}
    said = Said("不对，是前天", "correct", entities={"date": "前天"}, slots=slots)
    assert taken(hear, "where", said) == {"when": "前天", REQUESTED: "complaint_where"}


def test_giving_up_ends_the_form_and_records_nothing(hear: Hear) -> None:
    answers = taken(hear, "what", Said("不投诉了", "complaint_new"))
    assert answers[REQUESTED] is None
    assert answers["what"] is None
    heard = hear(Said("不投诉了"))
    FileComplaint().respond(heard.turn)
    assert heard.responses == ["utter_cancel_complaint"]
    with heard.turn.edge.store.read() as session:
        assert complaints.latest_of_session(session, session_id="s1") is None


def test_after_a_digression_the_form_only_asks_again(hear: Hear) -> None:
    rejected = [{"event": "action_execution_rejected", "name": "complaint_form"}]
    answers = taken(hear, "when", Said("几点关门", "opening_hours", events=rejected))
    assert answers == {REQUESTED: "complaint_what"}


def test_the_same_turn_files_once(hear: Hear) -> None:
    slots = {"complaint_what": "等了两个小时", "complaint_contact": ""}
    first, again = hear(Said("不用了", slots=slots)), hear(Said("不用了", slots=slots))
    FileComplaint().respond(first.turn)
    FileComplaint().respond(again.turn)
    numbers = {heard.dispatcher.messages[0]["number"] for heard in (first, again)}
    assert len(numbers) == 1


def test_progress_by_code_from_another_conversation(hear: Hear) -> None:
    filed = hear(Said(slots={"complaint_what": "等了两个小时"}))
    FileComplaint().respond(filed.turn)
    code = filed.dispatcher.messages[0]["code"]
    heard = hear(Said(f"我的查询码是 {code.lower()}", "complaint_progress"))
    heard.turn.session_id = "another"
    ComplaintProgress().respond(heard.turn)
    assert heard.responses == ["utter_complaint_progress"]
    unknown = hear(Said("2222222222222222", "complaint_progress"))
    ComplaintProgress().respond(unknown.turn)
    assert unknown.responses == ["utter_complaint_progress_unknown"]
