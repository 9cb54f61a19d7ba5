"""Riddles, jokes, facts and the quiz in conversation."""

from __future__ import annotations

from typing import Any

import pytest

from actions import games
from actions.amusement import Amuse
from actions.places import FindPlace
from actions.queue import TakeTicket
from actions.talk import Cancel, Inform, OutOfScope, Resume
from tests.actions.conftest import Hear, Heard, Said


def values(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in events if e["event"] == "slot"}


def chosen(hear: Hear, option: str, **slots: Any) -> tuple[Heard, dict[str, Any]]:
    heard = hear(Said(intent="amusement", entities={"option": option}, slots=slots))
    return heard, values(Amuse().answer(heard.turn))


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("好无聊啊", "utter_amusement"),
        ("陪我玩会儿", "utter_amusement"),
        ("I'm bored", "utter_amusement"),
        ("猜个谜语", "utter_riddle"),
        ("來個謎語", "utter_riddle"),
        ("tell me a riddle", "utter_riddle"),
        ("讲个笑话", "utter_joke"),
        ("tell me a joke", "utter_joke"),
        ("讲点理财小知识", "utter_fact"),
        ("tell me an interesting fact", "utter_fact"),
        ("给孩子出几道题", "utter_quiz_question"),
        ("a quiz for my kid", "utter_quiz_question"),
    ],
)
def test_what_was_asked_for_is_told(hear: Hear, text: str, response: str) -> None:
    heard = hear(Said(text, "amusement"))
    Amuse().answer(heard.turn)
    assert heard.responses == [response]


def test_boredom_is_offered_all_four(hear: Hear) -> None:
    heard = hear(Said("等得好无聊", "amusement"))
    Amuse().answer(heard.turn)
    assert heard.choices == [f'/amusement{{"option": "{kind}"}}' for kind in games.KINDS]


@pytest.mark.parametrize("kind", ["riddle", "joke", "fact"])
def test_nothing_comes_again_before_all_has_been_told(hear: Hear, kind: str) -> None:
    slots: dict[str, Any] = {}
    said = []
    amusement = hear(Said("x")).turn.edge.amusement
    count = len({"riddle": amusement.riddles, "joke": amusement.jokes, "fact": amusement.facts}[kind])
    for _ in range(count + 1):
        heard, changed = chosen(hear, kind, **slots)
        slots |= changed
        said.append(heard.dispatcher.messages[0][kind])
    assert len(set(said[:count])) == count
    assert said[count] == said[0]


def test_another_one_is_of_the_same_kind(hear: Hear) -> None:
    heard = hear(Said("再来一个", "amusement", slots={"told": {"joke": 1, "last": "joke"}}))
    Amuse().answer(heard.turn)
    assert heard.responses == ["utter_joke"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Inform, Said("门", "inform")),
        (FindPlace, Said("是门吗", "find_place")),
        (OutOfScope, Said("the door", "oos", locale="en")),
        (TakeTicket, Said("大門", "take_ticket")),
    ],
)
def test_the_solution_solves_a_riddle_whatever_it_was_taken_for(hear: Hear, action: Any, said: Said) -> None:
    said.slots = {"guess": {"riddle": "door"}}
    heard = hear(said)
    events = action().answer(heard.turn)
    assert heard.responses == ["utter_riddle_right"]
    assert values(events)["guess"] is None


def test_a_wrong_guess_may_be_followed_by_another(hear: Hear) -> None:
    heard = hear(Said("窗户", "inform", slots={"guess": {"riddle": "door"}}))
    events = Inform().answer(heard.turn)
    assert heard.responses == ["utter_riddle_wrong"]
    assert values(events)["guess"] == {"riddle": "door"}
    assert '/amusement{"option": "answer:door"}' in heard.choices


@pytest.mark.parametrize("text", ["猜不出来", "不知道", "看答案", "I give up", "what's the answer?"])
def test_giving_up_shows_the_answer(hear: Hear, text: str) -> None:
    heard = hear(Said(text, "deny", slots={"guess": {"riddle": "door"}}))
    Inform().answer(heard.turn)
    assert heard.responses == ["utter_riddle_answer"]


def test_the_answer_by_choice(hear: Hear) -> None:
    heard, _ = chosen(hear, "answer:door")
    assert heard.responses == ["utter_riddle_answer"]
    assert "大门" in heard.dispatcher.messages[0]["answer"]


def test_another_matter_ends_a_riddle(hear: Hear) -> None:
    heard = hear(Said("厕所在哪", "find_place", slots={"guess": {"riddle": "door"}}))
    events = FindPlace().answer(heard.turn)
    assert heard.responses != ["utter_riddle_wrong"]
    assert values(events)["guess"] is None


def test_a_form_takes_its_own_answers(hear: Hear) -> None:
    heard = hear(Said("门", "inform", form="complaint_form", slots={"guess": {"riddle": "door"}}))
    assert games.guessed(heard.turn) == []


def test_an_emergency_is_no_guess(hear: Hear) -> None:
    heard = hear(Said("门", "emergency_child", slots={"guess": {"riddle": "door"}}))
    assert games.guessed(heard.turn) == []


def play(hear: Hear, letters: str) -> tuple[list[str], dict[str, Any]]:
    """A round, answered with `letters`: r for the right one, w for a wrong one."""
    heard, slots = chosen(hear, "quiz")
    responses = heard.responses
    for letter in letters:
        question = heard.turn.edge.amusement.question(slots["guess"]["quiz"])
        assert question is not None
        given = question.right if letter == "r" else next(x for x in "abc" if x != question.right)
        heard, changed = chosen(hear, f"quiz:{question.id}:{given}", **slots)
        slots |= changed
        responses += heard.responses
    return responses, slots


def test_a_quiz_counts_right_answers_over_five_questions(hear: Hear) -> None:
    responses, slots = play(hear, "rrwrr")
    assert responses.count("utter_quiz_question") == 5
    assert responses.count("utter_quiz_right") == 4
    assert responses[-1] == "utter_quiz_most"
    assert slots["quiz"] is None


@pytest.mark.parametrize(
    ("letters", "praise"), [("rrrrr", "utter_quiz_all"), ("rrrww", "utter_quiz_most"), ("wwwww", "utter_quiz_some")]
)
def test_every_result_gets_a_kind_word(hear: Hear, letters: str, praise: str) -> None:
    assert play(hear, letters)[0][-1] == praise


def test_a_second_round_has_other_questions(hear: Hear) -> None:
    _, slots = play(hear, "rrrrr")
    heard, changed = chosen(hear, "quiz", **slots)
    first = hear(Said("x")).turn
    asked = {games.next_of(first.edge.amusement.quiz, n, games._start(first)).id for n in range(5)}
    assert changed["guess"]["quiz"] not in asked
    assert heard.dispatcher.messages[0]["number"] == 1


def test_a_child_answers_in_words(hear: Hear) -> None:
    _, slots = chosen(hear, "quiz")
    question = hear(Said("x")).turn.edge.amusement.question(slots["guess"]["quiz"])
    assert question is not None
    heard = hear(Said(question.solution["zh-Hans"], "oos", slots=slots))
    OutOfScope().answer(heard.turn)
    assert heard.responses == ["utter_quiz_right", "utter_quiz_question"]


def test_words_that_name_no_choice_get_the_question_again(hear: Hear) -> None:
    _, slots = chosen(hear, "quiz")
    heard = hear(Said("嘻嘻", "oos", slots=slots))
    events = OutOfScope().answer(heard.turn)
    assert heard.responses == ["utter_quiz_question"]
    assert heard.dispatcher.messages[0]["number"] == 1
    assert values(events)["guess"] == slots["guess"]


def test_the_same_answer_twice_counts_once(hear: Hear) -> None:
    _, slots = chosen(hear, "quiz")
    question = hear(Said("x")).turn.edge.amusement.question(slots["guess"]["quiz"])
    assert question is not None
    option = f"quiz:{question.id}:{question.right}"
    _, changed = chosen(hear, option, **slots)
    heard, again = chosen(hear, option, **{**slots, **changed})
    assert heard.responses == ["utter_quiz_question"]
    assert again["quiz"]["right"] == 1


def test_a_quiz_goes_on_after_something_else(hear: Hear) -> None:
    _, slots = chosen(hear, "quiz")
    heard = hear(Said("继续答题", "resume", slots={**slots, "guess": None}))
    events = Resume().answer(heard.turn)
    assert heard.responses == ["utter_quiz_question"]
    assert values(events)["guess"] == slots["guess"]


def test_a_quiz_can_be_left(hear: Hear) -> None:
    _, slots = chosen(hear, "quiz")
    heard = hear(Said("不玩了", "cancel", slots=slots))
    events = Cancel().answer(heard.turn)
    assert heard.responses == ["utter_cancel_quiz"]
    assert values(events)["quiz"] is None


@pytest.mark.parametrize("option", ["answer:nothing", "quiz:nothing:a", "quiz:saving_up:z", "whatever"])
def test_a_choice_that_is_none_any_more_offers_what_there_is(hear: Hear, option: str) -> None:
    heard, _ = chosen(hear, option)
    assert heard.responses == ["utter_amusement"]
