"""Anger is heard, in any language, and a person offered without being asked; words of the bank are no swearing."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions import moods
from actions.answers import GiveAnswer
from actions.talk import Chitchat, OutOfScope
from bot.conversations.moods import Moods
from bot.errors import DataError
from bot.settings import DATA
from tests.actions.conftest import Hear, Said


@pytest.mark.parametrize(
    "text",
    [
        "你们这什么破机器，烦死了",
        "滚",
        "等到我嬲晒",
        "有夠扯的啦",
        "this thing is useless",
        "WTF",
        "I'm fed up with you",
    ],
)
def test_anger_is_heard(text: str) -> None:
    assert Moods(DATA / "moods.yml").is_angry(text)


@pytest.mark.parametrize(
    "text",
    [
        "垃圾桶在哪里",
        "本息滚存吗",
        "垃圾短信怎么关",
        "我想取钱",
        "how do I get there",
        "a class action",
        "請問在哪裡領錢",
        "滚动理财",
    ],
)
def test_words_of_the_bank_are_no_anger(text: str) -> None:
    assert not Moods(DATA / "moods.yml").is_angry(text)


def test_who_is_only_angry_is_offered_a_person_and_a_complaint(hear: Hear) -> None:
    for action, intent in ((Chitchat(), "chitchat"), (OutOfScope(), "oos")):
        heard = hear(Said("什么破玩意，气死我了", intent))
        events = action.answer(heard.turn)
        assert heard.responses == ["utter_angry"]
        assert heard.choices == ["/human", "/complaint_new"]
        assert {"accept": "person"} in [event["value"] for event in events if event.get("name") == "offer"]


def test_an_angry_question_is_answered_and_a_person_offered_after_it(hear: Hear) -> None:
    heard = hear(Said("烦死了，挂失到底怎么弄", "card_loss", faq=[{"id": "card_loss.report", "score": 0.9}]))
    GiveAnswer().answer(heard.turn)
    assert heard.responses == ["utter_answer", "utter_person_offered"]


def test_in_the_middle_of_a_form_anger_is_left_to_the_form(hear: Hear) -> None:
    heard = hear(Said("气死我了", "chitchat", form="complaint_form"))
    assert moods.calm(heard.turn) == []


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("angry: [x]", "needs words for"),
        ("angry: {zh-Hans: [a], en: [b]}", "needs words for"),
        ("angry: {zh-Hans: ['('], zh-Hant: [a], en: [b]}", "no regular expression"),
    ],
)
def test_a_broken_file_is_named_with_its_cause(tmp_path: Path, content: str, cause: str) -> None:
    file = tmp_path / "moods.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=cause):
        Moods(file)


def test_a_complaint_that_is_nothing_but_anger_is_calmed_and_one_with_a_matter_taken_down(hear: Hear) -> None:
    only = hear(Said("什么破玩意，气死我了", "complaint_new"))
    assert moods.calm(only.turn)
    assert "/complaint_new" in only.choices
    told = hear(Said("等了两个小时没人理我，气死我了", "complaint_new"))
    assert moods.calm(told.turn) == []
