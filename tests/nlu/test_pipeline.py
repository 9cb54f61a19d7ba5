"""The components together: what a message's parse data holds, and that nothing a customer types breaks them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu import capabilities
from bot.nlu.classifier import LobbyClassifier
from bot.nlu.entities import LobbyEntities
from bot.nlu.faq import AnswerRanker
from bot.nlu.featurizer import SentenceFeaturizer
from bot.nlu.tokenizer import LobbyTokenizer
from tests.nlu.pipeline import Pipeline

ODD = {
    "empty": "",
    "blank": " \t\u3000\n",
    "one character": "嗯",
    "8 KiB of Latin": "a" * 8192,
    "8 KiB of Chinese": "我要取钱" * 2048,
    "8 KiB of digits": "9" * 8192,
    "zero-width": "\u200b\u200c\u200d\ufeff",
    "zero-width inside": "我\u200b要\u200d取\u2060钱",
    "control": "\x00\x01\x1c\x7f",
    "lone surrogate": "\ud83d",
    "right to left": "مرحبا كيف حالك \u202e123",
    "emoji": "😀👨‍👩‍👧‍👦🇨🇳",
    "HTML": "<script>alert('取三万')</script>",
    "SQL": "'; DROP TABLE tickets; --",
    "other languages": "こんにちは спасибо ありがとう 안녕하세요",
    "masked look-alike": "⟨phone:1⟩⟨⟩⟨phone:⟩⟨:1⟩",
    "combining": "e\u0301\u0301\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    "expands": "\ufdfa" * 50,
}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return Pipeline(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize("name", ODD)
def test_odd_input_gets_an_intent_and_no_exception(pipeline: Pipeline, name: str) -> None:
    parsed = pipeline.parse(ODD[name])
    assert parsed["text"] == ODD[name]
    assert parsed["intent"]["name"] in capabilities.index().intents
    assert 0 <= parsed["intent"]["confidence"] <= 1
    for entity in parsed["entities"]:
        assert 0 <= entity["start"] <= entity["end"] <= len(ODD[name])


@pytest.mark.parametrize("name", ["empty", "blank", "zero-width", "control"])
def test_nothing_said_is_out_of_scope(pipeline: Pipeline, name: str) -> None:
    assert pipeline.parse(ODD[name])["intent"]["name"] == "oos"


def test_an_errand_is_understood_whole(pipeline: Pipeline) -> None:
    parsed = pipeline.parse("我要取三万块钱")
    assert parsed["intent"]["name"] == "take_ticket"
    assert _values(parsed) == {"service": "cash_withdrawal", "amount": "30000", "locale": "zh-Hans"}


def test_five_guesses_are_ranked_and_the_first_is_the_intent(pipeline: Pipeline) -> None:
    parsed = pipeline.parse("what do you pay on a fixed deposit")
    ranking = parsed["intent_ranking"]
    assert ranking[0] == parsed["intent"]
    assert len(ranking) == len({guess["name"] for guess in ranking}) == 5


def test_the_channels_locale_wins_over_the_text(pipeline: Pipeline) -> None:
    assert _values(pipeline.parse("hello there", locale="zh-Hant"))["locale"] == "zh-Hant"
    assert _values(pipeline.parse("hello there"))["locale"] == "en"
    assert _values(pipeline.parse("hello there", locale="xx"))["locale"] == "en"
    assert "locale" not in _values(pipeline.parse("A012"))


def test_answers_are_ranked_for_every_message(pipeline: Pipeline) -> None:
    ranked = pipeline.parse("银行卡丢了怎么挂失")["faq"]
    assert len(ranked) == 5
    assert ranked[0]["id"].startswith("card_loss.")
    assert [hit["score"] for hit in ranked] == sorted((hit["score"] for hit in ranked), reverse=True)


def test_masked_values_are_entities_with_the_token_as_value(pipeline: Pipeline) -> None:
    assert _values(pipeline.parse("打我电话⟨phone:1⟩"))["phone"] == "⟨phone:1⟩"


def test_the_text_itself_is_never_normalised(pipeline: Pipeline) -> None:
    assert pipeline.parse("／restart")["text"] == "／restart"


@pytest.mark.parametrize(
    "component", [LobbyTokenizer, SentenceFeaturizer, LobbyClassifier, LobbyEntities, AnswerRanker]
)
def test_a_second_training_can_ask_what_a_component_was_made_of(component: Any) -> None:
    # Rasa does so with this config when it takes a component's output from its cache.
    assert component.fingerprint_addon({"output": object()}) == component.fingerprint_addon({})


def _values(parsed: dict[str, Any]) -> dict[str, str]:
    return {entity["entity"]: entity["value"] for entity in parsed["entities"]}
