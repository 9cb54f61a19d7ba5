"""Sentence vectors: of length one, alike for what means the same, and not needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.encoder import load_encoder
from bot.nlu.featurizer import SentenceFeaturizer, vector_of


class Lengths:
    """An encoder that knows only how long a text is."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def _featurizer(encoder: Lengths | None) -> SentenceFeaturizer:
    return SentenceFeaturizer({**SentenceFeaturizer.get_default_config(), "alias": "sentence"}, "sentence", encoder)


def test_each_message_gets_the_vector_of_its_normalised_text() -> None:
    messages = _featurizer(Lengths()).process([Message({"text": "Ａ\u200bＢ"}), Message({"text": ""})])
    assert [vector.tolist() for message in messages if (vector := vector_of(message)) is not None] == [[2, 1], [0, 1]]


def test_without_an_encoder_messages_pass_as_they_are() -> None:
    (message,) = _featurizer(None).process([Message({"text": "hello"})])
    assert vector_of(message) is None


def test_scripts_and_languages_meet_in_the_real_encoder() -> None:
    encoder = load_encoder()
    if encoder is None:
        pytest.skip("the package of the encoder is absent")
    simplified, english, other = encoder.encode(["银行卡丢了", "I lost my bank card", "今天天气很好"])
    assert np.allclose(np.linalg.norm([simplified, english, other], axis=1), 1, atol=1e-5)
    assert simplified @ english > simplified @ other
    assert encoder.encode([]).shape[0] == 0
