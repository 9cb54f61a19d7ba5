"""What steers a conversation: say it again, go on, forget it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.talk import NOT_GUESSED, Repeat, Resume, guesses
from tests.actions.conftest import Hear, Said

BUTTONS = [{"title": "取号", "payload": "/take_ticket"}]


def bot(text: str, **data: Any) -> dict[str, Any]:
    return {"event": "bot", "text": text, "data": data, "metadata": {}}


def spoken(hear: Hear, *before: dict[str, Any], form: str | None = None, slots: dict[str, Any] | None = None) -> Any:
    """The turn of "say that again", with what was said before it."""
    heard = hear(Said("再说一遍", "repeat", form=form, slots=slots or {}))
    heard.turn.events = [*before, {"event": "user"}]
    return heard


def test_the_last_answer_is_said_again_with_its_choices_and_cards(hear: Hear) -> None:
    card = {"cards": [{"kind": "place"}]}
    heard = spoken(
        hear,
        {"event": "user"},
        bot("早的"),
        {"event": "user"},
        bot("厕所在右边", custom=card),
        bot("还要别的吗", buttons=BUTTONS),
    )
    Repeat().answer(heard.turn)
    first, second = heard.dispatcher.messages
    assert (first["text"], first["custom"]) == ("厕所在右边", card)
    assert (second["text"], second["buttons"]) == ("还要别的吗", BUTTONS)


def test_a_turn_that_staff_answered_is_passed_over(hear: Hear) -> None:
    heard = spoken(hear, {"event": "user"}, bot("您好"), {"event": "user"})
    Repeat().answer(heard.turn)
    assert [message["text"] for message in heard.dispatcher.messages] == ["您好"]


def test_a_forms_question_is_left_to_the_form(hear: Hear) -> None:
    heard = spoken(hear, {"event": "user"}, bot("我们五点关门"), bot("是什么时候的事？"), form="complaint_form")
    Repeat().answer(heard.turn)
    assert [message["text"] for message in heard.dispatcher.messages] == ["我们五点关门"]


def test_saying_it_again_keeps_what_is_open(hear: Hear) -> None:
    open_now = {"guess": {"riddle": "door"}, "offer": {"accept": "take"}}
    heard = spoken(hear, {"event": "user"}, bot("猜一样东西"), slots=open_now)
    assert Repeat().answer(heard.turn) == []


def test_nothing_to_repeat_is_said(hear: Hear) -> None:
    heard = spoken(hear)
    Repeat().answer(heard.turn)
    assert heard.responses == ["utter_repeat_nothing"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("回到刚才的投诉", "complaint_form"),
        ("back to my savings please", "recommendation_form"),
        ("接着取号", "ticket_form"),
        ("接着刚才的", "recommendation_form"),
    ],
)
def test_the_form_that_is_named_goes_on_else_the_latest(hear: Hear, text: str, form: str) -> None:
    waiting = ["ticket_form", "complaint_form", "recommendation_form"]
    heard = hear(Said(text, "resume", slots={"suspended": waiting}))
    events = Resume().answer(heard.turn)
    assert {"event": "followup", "name": form, "timestamp": None} in events
    left = next(e["value"] for e in events if e.get("name") == "suspended")
    assert left == [name for name in waiting if name != form]


def test_where_nothing_waits_it_says_so(hear: Hear) -> None:
    heard = hear(Said("继续刚才的", "resume"))
    Resume().answer(heard.turn)
    assert heard.responses == ["utter_resume_nothing"]


def test_inside_a_form_it_goes_on(hear: Hear) -> None:
    heard = hear(Said("接着来", "resume", form="complaint_form"))
    assert Resume().answer(heard.turn) == []
    assert heard.responses == ["utter_resume"]


def test_what_steers_is_never_offered_as_a_guess(hear: Hear) -> None:
    ranking = [{"name": intent, "confidence": 0.2} for intent in sorted(NOT_GUESSED)]
    offered = guesses(hear(Said("嗯", "oos", ranking=ranking)).turn)
    assert {c["payload"] for c in offered} == {"/take_ticket", "/find_place", "/deposit_rates"}
