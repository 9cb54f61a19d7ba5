"""The intent model by itself: it learns, is sure where it should be, and comes back from disk the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.nlu.intent_model import IntentModel, ngrams
from tests.vectors import Watched

LINES = {
    "greet": ["hello", "hello there", "good morning", "hi hello", "well hello", "morning"],
    "lost": ["lost my card", "card is lost", "my card was stolen", "card lost", "cannot find my card", "card gone"],
    "oos": ["train ticket", "book a train", "trains today", "the next train", "a train please", "train times"],
}
TEXTS = [(text, intent) for intent, texts in LINES.items() for text in texts]
GRAMS = [ngrams(text, text.split()) for text, _ in TEXTS]
LABELS = [intent for _, intent in TEXTS]
VECTORS = np.repeat(np.eye(3, dtype=np.float32), 6, axis=0)


def test_it_learns_from_ngrams_alone() -> None:
    model = IntentModel.fit(GRAMS, [], LABELS)
    confidences = model.confidences(ngrams("my card got lost", ["my", "card", "got", "lost"]), [])
    assert model.labels[confidences.argmax()] == "lost"
    assert abs(confidences.sum() - 1) < 1e-5


def test_vectors_decide_where_words_are_unknown() -> None:
    model = IntentModel.fit(GRAMS, [VECTORS], LABELS)
    confidences = model.confidences(ngrams("zzz", ["zzz"]), [np.eye(3, dtype=np.float32)[2]])
    assert model.labels[confidences.argmax()] == "oos"


def test_a_dearer_vector_is_asked_for_only_where_the_cheaper_tier_is_unsure() -> None:
    model = IntentModel.fit(GRAMS, [VECTORS, VECTORS], LABELS)
    first, last = model.tiers
    known, unknown = Watched([VECTORS[6]] * 2), Watched([VECTORS[6]] * 2)
    sure = replace(model, tiers=(replace(first, sure=0.0), last))
    unsure = replace(model, tiers=(replace(first, sure=1.1), last))
    sure.confidences(GRAMS[6], known)
    unsure.confidences(GRAMS[6], unknown)
    assert known.asked == {0}
    assert unknown.asked == {0, 1}


def test_a_model_does_without_an_encoder_that_it_was_trained_with() -> None:
    model = IntentModel.fit(GRAMS, [VECTORS, VECTORS], LABELS)
    for vectors in ([], [VECTORS[6]]):
        assert model.labels[model.confidences(GRAMS[6], vectors).argmax()] == "lost"


def test_what_is_unsure_is_out_of_scope_and_keeps_its_guesses() -> None:
    model = replace(IntentModel.fit(GRAMS, [], LABELS), threshold=0.2)
    assert model.ranking(np.array([0.2, 0.45, 0.35])) == [("oos", 0.55), ("lost", 0.45), ("greet", 0.2)]
    assert model.ranking(np.array([0.2, 0.6, 0.2]))[0] == ("lost", 0.6)
    assert model.ranking(np.array([0.1, 0.3, 0.6]))[0] == ("oos", 0.7)


def test_numbers_are_alike() -> None:
    assert ngrams("take 5000", ["take", "5000"]) == ngrams("take 70", ["take", "70"])


def test_saved_and_loaded_it_says_the_same_and_holds_no_pickle(tmp_path: Path) -> None:
    vectors = [np.random.default_rng(seed).normal(size=(18, 8)).astype(np.float32) for seed in (0, 1)]
    model = IntentModel.fit(GRAMS, vectors, LABELS)
    model.save(tmp_path)
    again = IntentModel.load(tmp_path)
    for row, grams in enumerate(GRAMS):
        of_row = [of_one[row] for of_one in vectors]
        assert np.allclose(model.confidences(grams, of_row), again.confidences(grams, of_row), atol=1e-6)
    assert again.threshold == model.threshold
    assert {file.name for file in tmp_path.iterdir()} == {"intents.json", "intents.npz"}
    assert json.loads((tmp_path / "intents.json").read_text())["labels"] == ["greet", "lost", "oos"]


def test_two_intents_are_enough() -> None:
    model = IntentModel.fit(GRAMS[:12], [], LABELS[:12])
    best = [model.labels[model.confidences(grams, []).argmax()] for grams in GRAMS[:12]]
    assert best == LABELS[:12]


def test_a_few_examples_an_intent_are_enough() -> None:
    rows = [0, 1, 6, 7, 12, 13]
    model = IntentModel.fit([GRAMS[row] for row in rows], [VECTORS[rows]], [LABELS[row] for row in rows])
    assert model.threshold == 0.0
    assert model.labels[model.confidences(GRAMS[6], [VECTORS[6]]).argmax()] == "lost"
