"""The intent model by itself: it learns, is sure where it should be, and comes back from disk the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from bot.nlu.intent_model import IntentModel, ngrams

LINES = {
    "greet": ["hello", "hello there", "good morning", "hi hello", "well hello", "morning"],
    "lost": ["lost my card", "card is lost", "my card was stolen", "card lost", "cannot find my card", "card gone"],
    "oos": ["train ticket", "book a train", "trains today", "the next train", "a train please", "train times"],
}
TEXTS = [(text, intent) for intent, texts in LINES.items() for text in texts]
GRAMS = [ngrams(text, text.split()) for text, _ in TEXTS]
LABELS = [intent for _, intent in TEXTS]


def test_it_learns_from_ngrams_alone() -> None:
    model = IntentModel.fit(GRAMS, None, LABELS)
    confidences = model.confidences([ngrams("my card got lost", ["my", "card", "got", "lost"])], None)[0]
    assert model.labels[confidences.argmax()] == "lost"
    assert abs(confidences.sum() - 1) < 1e-5


def test_vectors_decide_where_words_are_unknown() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 6, axis=0)
    model = IntentModel.fit(GRAMS, vectors, LABELS)
    confidences = model.confidences([ngrams("zzz", ["zzz"])], np.eye(3, dtype=np.float32)[2:])[0]
    assert model.labels[confidences.argmax()] == "oos"


def test_numbers_are_alike() -> None:
    assert ngrams("take 5000", ["take", "5000"]) == ngrams("take 70", ["take", "70"])


def test_saved_and_loaded_it_says_the_same_and_holds_no_pickle(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(18, 8)).astype(np.float32)
    model = IntentModel.fit(GRAMS, vectors, LABELS)
    model.save(tmp_path)
    again = IntentModel.load(tmp_path)
    assert np.allclose(model.confidences(GRAMS, vectors), again.confidences(GRAMS, vectors), atol=1e-6)
    assert again.threshold == model.threshold
    assert {file.name for file in tmp_path.iterdir()} == {"intents.json", "intents.npz"}
    assert json.loads((tmp_path / "intents.json").read_text())["labels"] == ["greet", "lost", "oos"]


def test_two_intents_are_enough() -> None:
    model = IntentModel.fit(GRAMS[:12], None, LABELS[:12])
    best = model.confidences(GRAMS[:12], None).argmax(axis=1)
    assert [model.labels[column] for column in best] == LABELS[:12]
