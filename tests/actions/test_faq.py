"""Which answer is given, when it asks back, and how a question that names nothing goes on with the last answer."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answers import GiveAnswer
from actions.safety import FRAUD
from tests.actions.conftest import Hear, Heard, Said


def near(**scores: float) -> list[dict[str, Any]]:
    return [{"id": name.replace("__", "."), "score": score} for name, score in scores.items()]


def answered(hear: Hear, said: Said) -> Heard:
    heard = hear(said)
    heard.events = GiveAnswer().answer(heard.turn)
    return heard


def slot(heard: Heard, name: str) -> Any:
    return next((event["value"] for event in heard.events if event.get("name") == name), None)


def test_a_probable_answer_is_given(hear: Hear) -> None:
    said = Said("怎么挂失", "card_loss", faq=near(card_loss__report=0.6, card_loss__replace=0.35))
    heard = answered(hear, said)
    assert heard.responses == ["utter_answer"]
    assert slot(heard, "topic") == "card_loss.report"


def test_an_answer_far_ahead_of_all_others_is_given_too(hear: Hear) -> None:
    said = Said("怎么挂失", "card_loss", faq=near(card_loss__report=0.4, card_loss__replace=0.1))
    assert answered(hear, said).responses == ["utter_answer"]


def test_when_answers_are_close_it_asks_which_with_choices(hear: Hear) -> None:
    scores = near(card_loss__report=0.3, card_loss__replace=0.25, card_loss__found=0.2, card_loss__swallowed=0.1)
    heard = answered(hear, Said("卡的事", "card_loss", faq=scores))
    assert heard.responses == ["utter_which"]
    asked = [f'/card_loss{{"answer": "card_loss.{name}"}}' for name in ("report", "replace", "found")]
    assert heard.choices == [*asked, "/human"]


def test_an_answer_of_another_capability_is_given_where_it_is_the_one(hear: Hear) -> None:
    heard = answered(hear, Said("新卡多少钱", "card_loss", faq=near(open_account_or_card__opening_cost=0.7)))
    assert slot(heard, "topic") == "open_account_or_card.opening_cost"


def test_where_nothing_is_near_the_general_answer_is_given(hear: Hear) -> None:
    heard = answered(hear, Said("卡", "card_loss", faq=near(card_loss__report=0.02)))
    assert slot(heard, "topic") == "card_loss.overview" or heard.responses == ["utter_answer"]


@pytest.mark.parametrize(
    ("text", "locale", "last"),
    [
        ("要带什么", "zh-Hans", "open_account_or_card.overview"),
        ("手续费多少", "zh-Hans", "card_loss.report"),
        ("那要多久", "zh-Hans", "loan.mortgage"),
        ("要本人去嗎", "zh-Hant", "card_loss.report"),
        ("and how long does it take?", "en", "loan.mortgage"),
        ("what do I need to bring", "en", "open_account_or_card.overview"),
    ],
)
def test_a_question_that_names_nothing_goes_on_with_the_last_answer(
    hear: Hear, text: str, locale: str, last: str
) -> None:
    # Whatever it was understood as: by itself it could be about anything.
    heard = answered(hear, Said(text, "transfer_limits_fees", locale=locale, slots={"topic": last}))
    assert heard.responses == ["utter_answer"]
    assert slot(heard, "topic").partition(".")[0] == last.partition(".")[0]


@pytest.mark.parametrize("text", ["贷款手续费多少", "how much is a transfer abroad", "你们几点关门", "多少人在排队"])
def test_a_question_that_names_its_matter_does_not(hear: Hear, text: str) -> None:
    faq = near(transfer_limits_fees__overview=0.9)
    heard = answered(hear, Said(text, "transfer_limits_fees", faq=faq, slots={"topic": "card_loss.report"}))
    assert slot(heard, "topic") == "transfer_limits_fees.overview"


def test_the_last_answer_is_forgotten_with_the_next_message(hear: Hear) -> None:
    from actions.talk import Chitchat

    heard = hear(Said("你多大了", "chitchat", slots={"topic": "card_loss.report"}))
    events = Chitchat().answer(heard.turn)
    assert {"event": "slot", "timestamp": None, "name": "topic", "value": None} in events


def test_after_a_warning_money_that_is_gone_is_no_question_about_transfers(hear: Hear) -> None:
    heard = answered(hear, Said("我已经转了两万", "transfer_limits_fees", slots={"alarm": FRAUD}))
    assert heard.responses == ["utter_fraud_paid"]
