"""What crosses the boundary to Rasa."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import Invalid
from bot.rasa import wire

WHOLE = {"sender": "s", "turn": "m1", "text": "你好", "choice": None, "metadata": {"locale": "en", "channel": "web"}}


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        " /restart",
        "／greet",
        "\u3000/greet",
        "\x1c/greet",
        "\u200b/greet",
        "\ufeff／greet{}",
        "\n\t/ greet",
    ],
)
def test_typed_commands_are_text(text: str) -> None:
    made = wire.read_request({**WHOLE, "text": text}).text
    assert made is not None
    assert wire.DIVISION_SLASH in made
    assert not unicodedata.normalize("NFKC", made.strip().lstrip("\u200b\ufeff")).startswith("/")


@pytest.mark.parametrize("text", ["1/2", "取钱/存钱", "http://a.b", "℀", "你好"])
def test_a_slash_inside_is_left_alone(text: str) -> None:
    assert wire.without_command(text) == text


@given(st.text())
def test_no_text_ever_begins_with_a_slash(text: str) -> None:
    made = wire.without_command(text).strip()
    assert not unicodedata.normalize("NFKC", made[:1]).startswith("/")


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"text": ""},
        {"text": " \u3000"},
        {"text": 5},
        {"choice": {"intent": "greet"}},
        {"text": None, "choice": {}},
        {"text": None, "choice": "greet"},
        {"text": None, "choice": {"intent": "greet", "entities": []}},
        {"sender": ""},
        {"sender": None},
        {"sender": "s" * 256},
        {"turn": 7},
        {"metadata": "en"},
    ],
)
def test_bad_requests_name_the_field(change: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        wire.read_request({**WHOLE, **change})


@pytest.mark.parametrize("body", [None, [], "text", 1])
def test_a_body_that_is_no_object_is_invalid(body: Any) -> None:
    with pytest.raises(Invalid):
        wire.read_request(body)


def test_metadata_for_actions_has_locale_channel_and_turn() -> None:
    assert wire.read_request(WHOLE).metadata == {"locale": "en", "channel": "web", "turn": "m1"}


def test_choice_becomes_certain_parse_data_with_the_locale() -> None:
    wanted = wire.read_request(
        {**WHOLE, "text": None, "choice": {"intent": "take_ticket", "entities": {"amount": "5"}}}
    )
    parse = wire.parse_of_choice(wanted, {"take_ticket"}, {"amount", "locale"})
    assert parse["intent"] == {"name": "take_ticket", "confidence": 1.0}
    assert {e["entity"]: e["value"] for e in parse["entities"]} == {"amount": "5", "locale": "en"}


@pytest.mark.parametrize(
    "choice", [{"intent": "restart"}, {"intent": "take_ticket", "entities": {"slot": "x"}}, {"intent": "session_start"}]
)
def test_choices_outside_the_domain_are_refused(choice: dict[str, Any]) -> None:
    wanted = wire.read_request({**WHOLE, "text": None, "choice": choice})
    with pytest.raises(Invalid):
        wire.parse_of_choice(wanted, {"take_ticket"}, {"amount", "locale"})


@pytest.mark.parametrize(
    ("payload", "choice"),
    [
        ("/greet", {"intent": "greet", "entities": {}}),
        ('/inform{"amount": "20000"}', {"intent": "inform", "entities": {"amount": "20000"}}),
        (
            '/take_ticket{"service":"a","option":"x"}',
            {"intent": "take_ticket", "entities": {"service": "a", "option": "x"}},
        ),
    ],
)
def test_buttons_become_structured_choices(payload: str, choice: dict[str, Any]) -> None:
    assert wire.choice_of_payload(payload) == choice


def answered_tracker() -> DialogueStateTracker:
    slots = [AnySlot("requested_slot", mappings=[]), AnySlot("locale", mappings=[])]
    said = {"intent": {"name": "take_ticket", "confidence": 0.9}}
    entities = [
        {"entity": "amount", "value": "5", "start": 0, "end": 1},
        {"entity": "locale", "value": "en", "start": 0, "end": 0},
    ]
    events = [
        ActionExecuted("action_listen"),
        UserUttered("5", said["intent"], entities, {**said, "entities": entities}, message_id="m1"),
        ActionExecuted("action_take_ticket"),
        BotUttered(
            "Hello",
            data={"buttons": [{"title": "Yes", "payload": "/affirm"}], "custom": {"cards": [{"kind": "ticket"}]}},
            metadata={"faq": "loan.overview"},
        ),
        BotUttered(None),
        ActiveLoop("ticket_form"),
        SlotSet("requested_slot", "ticket_service"),
        ActionExecuted("action_listen"),
    ]
    return DialogueStateTracker.from_events("s", events, slots=slots)


def test_answer_has_messages_understanding_and_what_is_asked() -> None:
    assert wire.answer_of(answered_tracker()) == {
        "messages": [
            {
                "text": "Hello",
                "choices": [{"label": "Yes", "intent": "affirm", "entities": {}}],
                "cards": [{"kind": "ticket"}],
            }
        ],
        "understood": {
            "intent": "take_ticket",
            "confidence": 0.9,
            "entities": [{"type": "amount", "value": "5", "start": 0, "end": 1}],
            "faq": "loan.overview",
        },
        "form": "ticket_form",
        "asks": "ticket_service",
    }


def test_only_the_last_turn_answered_to_its_end_is_complete() -> None:
    tracker = answered_tracker()
    assert wire.is_complete(tracker, "m1")
    assert not wire.is_complete(tracker, "m0")
    assert not wire.is_complete(None, "m1")
    tracker.update(ActionExecuted("action_take_ticket"))
    assert not wire.is_complete(tracker, "m1")
