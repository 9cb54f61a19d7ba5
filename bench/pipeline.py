"""The pipeline's own tokenizer, encoders and intent model on any data, without Rasa's graph."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from threadpoolctl import threadpool_limits

from bench import datasets
from bench.datasets import Example
from bench.scores import Guess, Scores
from bot.nlu.classifier import RANKING_LENGTH
from bot.nlu.encoders import encode, load_encoders
from bot.nlu.intent_model import OOS, IntentModel, ngrams
from bot.nlu.normalise import FEATURE_CHARS, feature_text, normalise
from bot.nlu.tokenizer import LobbyTokenizer, cut, load_words
from bot.settings import ROOT


@dataclass(frozen=True)
class Run:
    """One training on one draw. `threshold` is what the pipeline chose; `training_s` are seconds without encoding."""

    scores: Scores
    threshold: float
    training_s: float
    guesses: tuple[Guess, ...]


class Features:
    """N-grams and vectors of texts, each text's made once, when it is first asked for."""

    def __init__(self) -> None:
        self._words = load_words(ROOT / LobbyTokenizer.get_default_config()["dictionary_path"])
        self._encoders = load_encoders()
        self._known: dict[str, tuple[Counter[str], tuple[np.ndarray, ...]]] = {}

    def of(self, texts: Sequence[str]) -> tuple[list[Counter[str]], list[np.ndarray]]:
        """N-grams of each text, and one matrix (n, d) an encoder."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        by_text = zip(*encode(new, self._encoders), strict=True) if self._encoders else repeat(())
        for text, vectors in zip(new, by_text, strict=False):
            self._known[text] = (self._grams(text), vectors)
        known = [self._known[text] for text in texts]
        by_encoder = zip(*(vectors for _, vectors in known), strict=True)
        return [grams for grams, _ in known], [np.stack(rows) for rows in by_encoder]

    def _grams(self, text: str) -> Counter[str]:
        """As the classifier counts them."""
        tokens = [word for word, _, _ in cut(normalise(text).text, self._words)]
        return ngrams(feature_text(text), tokens[:FEATURE_CHARS])


def runs(
    features: Features,
    train: Sequence[Example],
    test: Sequence[Example],
    shots: int | None,
    seeds: Sequence[int],
    *,
    with_names: bool,
) -> list[Run]:
    """A training for each seed on `shots` examples a category, or a single one on all of them where `shots` is None."""
    more = datasets.names(train) if with_names else []
    if shots is None:
        return [_run(features, [*train, *more], test)]
    return [_run(features, [*datasets.draw(train, shots, seed), *more], test) for seed in seeds]


def _run(features: Features, train: Sequence[Example], test: Sequence[Example]) -> Run:
    grams, vectors = features.of([text for text, _ in train])
    begun = time.perf_counter()
    model = IntentModel.fit(grams, vectors, [category for _, category in train])
    seconds = time.perf_counter() - begun
    grams, vectors = features.of([text for text, _ in test])
    with threadpool_limits(limits=1, user_api="blas"):
        guesses = [
            _guess(model, text, own, [of_one[row] for of_one in vectors])
            for row, ((text, _), own) in enumerate(zip(test, grams, strict=True))
        ]
    scores = Scores.of((wanted, guess) for (_, wanted), guess in zip(test, guesses, strict=True))
    return Run(scores, model.threshold, seconds, tuple(guesses))


def _guess(model: IntentModel, text: str, grams: Counter[str], vectors: Sequence[np.ndarray]) -> Guess:
    """As the classifier does it."""
    if not feature_text(text):
        return Guess(OOS, OOS, 1.0)
    return Guess.of(model.ranking(model.confidences(grams, vectors))[:RANKING_LENGTH])
