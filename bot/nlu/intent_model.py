"""The intent model: two logistic regressions that vote, one on sentence vectors, one on n-grams.

Knows neither Rasa nor files of the project. Saved as arrays and JSON, without pickle: a model from
elsewhere can hold wrong numbers, but no code.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

OOS = "oos"

# Measured on BANKING77 and our own corpora: the vectors know more, the n-grams know the bank's words.
DENSE_WEIGHT = 0.7
DENSE_C = 30.0
SPARSE_C = 10.0
FOLDS = 3
# Of the held-out lines that are understood rightly, at most this share is rejected as too unsure.
REJECTED_AT_MOST = 0.03

_DIGITS = re.compile(r"\d+")


def ngrams(text: str, words: Sequence[str]) -> Counter[str]:
    """Words, pairs of words, and one to three characters; all numbers are alike."""
    text = "^" + _DIGITS.sub("0", text) + "$"
    words = ["0" if word.isdigit() else word for word in words]
    grams = Counter(text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1))
    grams.update("w:" + word for word in words)
    grams.update(f"w:{first} {second}" for first, second in pairwise(words))
    return grams


@dataclass(frozen=True)
class _Dense:
    """Logistic regression on vectors (n, d) that are centred and brought back to length 1."""

    mean: np.ndarray
    weights: np.ndarray  # (d, labels)
    bias: np.ndarray

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: np.ndarray) -> _Dense:
        mean = vectors.mean(axis=0)
        model = LogisticRegression(C=DENSE_C, max_iter=200, tol=1e-3).fit(_centred(vectors, mean), labels)
        return cls(mean, *_weights_of(model))

    def log_probabilities(self, vectors: np.ndarray) -> np.ndarray:
        return _log_softmax(_centred(vectors, self.mean) @ self.weights + self.bias)


@dataclass(frozen=True)
class _Sparse:
    """One-against-rest logistic regressions on tf-idf of n-grams: twenty times faster to fit than one over all."""

    ids: dict[str, int]
    idf: np.ndarray
    weights: np.ndarray  # (n-grams, labels)
    bias: np.ndarray

    @classmethod
    def fit(cls, grams: Sequence[Counter[str]], labels: np.ndarray) -> _Sparse:
        seen_in = Counter(gram for counts in grams for gram in counts)
        ids = {gram: number for number, gram in enumerate(sorted(seen_in))}
        idf = np.array([math.log((1 + len(grams)) / (1 + seen_in[gram])) + 1 for gram in ids], dtype=np.float32)
        empty = cls(ids, idf, np.empty((0, 0)), np.empty(0))
        rows = [empty._row(counts) for counts in grams]
        matrix = csr_matrix(
            (
                np.concatenate([values for _, values in rows]),
                np.concatenate([columns for columns, _ in rows]),
                np.cumsum([0, *(len(columns) for columns, _ in rows)]),
            ),
            shape=(len(grams), len(ids)),
        )
        model = LogisticRegression(C=SPARSE_C, solver="liblinear", dual=True, max_iter=300, random_state=0)
        return cls(ids, idf, *_weights_of(model.fit(matrix, labels)))

    def log_probabilities(self, grams: Sequence[Counter[str]]) -> np.ndarray:
        rows = [self._row(counts) for counts in grams]
        return _log_softmax(np.stack([values @ self.weights[columns] + self.bias for columns, values in rows]))

    def _row(self, counts: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of one text: (1 + log tf) · idf, length 1; unknown n-grams are left out."""
        known = [(self.ids[gram], times) for gram, times in counts.items() if gram in self.ids]
        columns = np.array([number for number, _ in known], dtype=np.int32)
        values = (1 + np.log(np.array([times for _, times in known], dtype=np.float32))) * self.idf[columns]
        return columns, values / max(float(np.linalg.norm(values)), 1e-9)


@dataclass(frozen=True)
class IntentModel:
    """`labels` in the order of the columns. Confidence is the softmax of the votes over `temperature`.

    A best guess under `threshold` is no guess: the caller answers that the text is out of scope.
    """

    labels: tuple[str, ...]
    dense: _Dense | None
    sparse: _Sparse
    temperature: float
    threshold: float

    @classmethod
    def fit(cls, grams: Sequence[Counter[str]], vectors: np.ndarray | None, labels: Sequence[str]) -> IntentModel:
        """Trains on all texts; temperature and threshold come from folds held out of a training before it.

        `vectors` is (n, d), or None without an encoder. ValueError with fewer than two labels.
        """
        truth = np.array(labels)
        names = tuple(sorted(set(labels)))
        if len(names) < 2:
            raise ValueError("a classifier needs examples of at least two intents")
        model = cls(names, *_fit_both(grams, vectors, truth), temperature=1.0, threshold=0.0)
        if min(Counter(labels).values()) < FOLDS:
            return model
        votes = np.empty((len(truth), len(names)))
        for train, held_out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(votes, truth):
            some = cls(names, *_fit_both(_take(grams, train), _rows(vectors, train), truth[train]), 1.0, 0.0)
            votes[held_out] = some.votes(_take(grams, held_out), _rows(vectors, held_out))
        columns = np.searchsorted(names, truth)
        temperature = _best_temperature(votes, columns)
        threshold = _threshold(np.exp(_log_softmax(votes / temperature)), columns, names)
        return cls(names, model.dense, model.sparse, temperature, threshold)

    def votes(self, grams: Sequence[Counter[str]], vectors: np.ndarray | None) -> np.ndarray:
        """Weighted sum of both models' log-probabilities, (n, labels)."""
        sparse = self.sparse.log_probabilities(grams)
        if self.dense is None or vectors is None:
            return sparse
        return DENSE_WEIGHT * self.dense.log_probabilities(vectors) + (1 - DENSE_WEIGHT) * sparse

    def confidences(self, grams: Sequence[Counter[str]], vectors: np.ndarray | None) -> np.ndarray:
        """Probabilities, (n, labels)."""
        return np.exp(_log_softmax(self.votes(grams, vectors) / self.temperature))

    def save(self, folder: Path) -> None:
        """Writes `intents.npz` and `intents.json`."""
        arrays = {"idf": self.sparse.idf, "sparse": self.sparse.weights, "sparse_bias": self.sparse.bias}
        if self.dense is not None:
            arrays |= {"mean": self.dense.mean, "dense": self.dense.weights, "dense_bias": self.dense.bias}
        np.savez(folder / "intents.npz", **arrays)
        facts = {
            "labels": self.labels,
            "ngrams": list(self.sparse.ids),
            "temperature": self.temperature,
            "threshold": self.threshold,
        }
        (folder / "intents.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """What `save` wrote."""
        facts = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            dense = _Dense(arrays["mean"], arrays["dense"], arrays["dense_bias"]) if "dense" in arrays else None
            ids = {gram: number for number, gram in enumerate(facts["ngrams"])}
            sparse = _Sparse(ids, arrays["idf"], arrays["sparse"], arrays["sparse_bias"])
        return cls(tuple(facts["labels"]), dense, sparse, facts["temperature"], facts["threshold"])


def _fit_both(
    grams: Sequence[Counter[str]], vectors: np.ndarray | None, truth: np.ndarray
) -> tuple[_Dense | None, _Sparse]:
    return None if vectors is None else _Dense.fit(vectors, truth), _Sparse.fit(grams, truth)


def _take(grams: Sequence[Counter[str]], rows: np.ndarray) -> list[Counter[str]]:
    return [grams[row] for row in rows]


def _rows(vectors: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if vectors is None else vectors[rows]


def _centred(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    moved = vectors - mean
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)


def _weights_of(model: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """(features, labels) and (labels,) float32; of two labels scikit-learn keeps only the second."""
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _best_temperature(votes: np.ndarray, columns: np.ndarray) -> float:
    """The temperature under which the held-out truth is likeliest."""
    rows = np.arange(len(columns))
    return float(min(np.geomspace(0.1, 4, 60), key=lambda t: -float(_log_softmax(votes / t)[rows, columns].mean())))


def _threshold(confidences: np.ndarray, columns: np.ndarray, names: tuple[str, ...]) -> float:
    """The confidence that all but REJECTED_AT_MOST of the rightly understood lines in scope reach."""
    best = confidences.argmax(axis=1)
    right = best == columns
    if OOS in names:
        right &= columns != names.index(OOS)
    return float(np.quantile(confidences.max(axis=1)[right], REJECTED_AT_MOST)) if right.any() else 0.0
