"""What the classifier makes of the model's confidences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.classifier import LobbyClassifier
from bot.nlu.intent_model import IntentModel
from tests.nlu.test_intent_model import GRAMS, LABELS


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.fit(GRAMS, [], LABELS)


def _parse(model: IntentModel, text: str) -> dict[str, Any]:
    # The classifier only stores through these two, and this one is trained already.
    classifier = LobbyClassifier(storage=None, resource=None, model=model)  # type: ignore[arg-type]
    return classifier.process([Message({"text": text})])[0].as_dict()


def test_what_it_is_too_unsure_of_is_out_of_scope_with_its_guesses_behind(model: IntentModel) -> None:
    parsed = _parse(replace(model, threshold=1.1), "my card is lost")
    assert parsed["intent"]["name"] == "oos"
    assert [guess["name"] for guess in parsed["intent_ranking"]][:2] == ["oos", "lost"]
    assert [guess["name"] for guess in parsed["intent_ranking"]].count("oos") == 1


def test_what_it_is_sure_of_stands(model: IntentModel) -> None:
    parsed = _parse(replace(model, threshold=0.0), "my card is lost")
    assert parsed["intent"]["name"] == "lost"
    assert parsed["intent_ranking"][0] == parsed["intent"]


def test_the_class_of_what_is_out_of_scope_is_never_rejected(model: IntentModel) -> None:
    parsed = _parse(replace(model, threshold=1.1), "the train times")
    assert parsed["intent"]["name"] == "oos"
    assert parsed["intent"]["confidence"] == max(guess["confidence"] for guess in parsed["intent_ranking"])
