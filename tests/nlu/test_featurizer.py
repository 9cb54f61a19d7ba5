"""Sentence vectors: of length one, alike for what means the same, made when they are asked for, and not needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoders import Encoder
from bot.nlu.featurizer import SentenceFeaturizer, Vectors, vectors_of


class Lengths:
    """An encoder that knows only how long a text is, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def _featurizer(*encoders: Encoder) -> SentenceFeaturizer:
    config = {**SentenceFeaturizer.get_default_config(), "alias": "sentence"}
    return SentenceFeaturizer(config, "sentence", encoders)


def test_each_message_gets_the_vector_of_its_normalised_text() -> None:
    messages = _featurizer(Lengths()).process([Message({"text": "Ａ\u200bＢ"}), Message({"text": ""})])
    assert [vectors_of(message)[0].tolist() for message in messages] == [[2, 1], [0, 1]]


def test_a_dearer_encoder_works_only_when_its_vector_is_asked_for() -> None:
    cheap, dear = Lengths(), Lengths()
    (message,) = _featurizer(cheap, dear).process([Message({"text": "hello"})])
    assert (cheap.asked, dear.asked) == (["hello"], [])
    assert vectors_of(message)[1].tolist() == vectors_of(message)[1].tolist() == [5, 1]
    assert dear.asked == ["hello"]


def test_training_examples_are_encoded_in_one_batch_by_every_encoder() -> None:
    cheap, dear = Lengths(), Lengths()
    data = TrainingData([Message({"text": "hello"}), Message({"text": "bye"}), Message({"intent": "greet"})])
    _featurizer(cheap, dear).process_training_data(data)
    assert cheap.asked == dear.asked == ["hello", "bye"]
    assert [len(vectors_of(example)) for example in data.training_examples] == [2, 2, 0]


def test_rasas_own_components_find_the_first_vector_as_a_dense_feature() -> None:
    (message,) = _featurizer(Lengths(), Lengths()).process([Message({"text": "hello"})])
    _, sentence = message.get_dense_features("text")
    assert sentence is not None
    assert sentence.features.tolist() == [[5, 1]]


def test_without_an_encoder_messages_pass_as_they_are() -> None:
    (message,) = _featurizer().process([Message({"text": "hello"})])
    assert list(vectors_of(message)) == []


def test_vectors_are_a_sequence_that_rasas_cache_can_tell_apart() -> None:
    one, other = Vectors("a", [Lengths()]), Vectors("b", [Lengths()])
    assert [vector.tolist() for vector in one[:1]] == [[1, 1]]
    with pytest.raises(IndexError):
        one[1]
    assert one.fingerprint() != other.fingerprint()
    assert one.fingerprint() == Vectors("a", [Lengths()]).fingerprint()
