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
from itertools import pairwise, product
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

OOS = "oos"

# The vectors know more of the world, the n-grams the bank's words. Which of them to trust how far depends on
# the data (0.7 of the vectors was best on BANKING77, less on our own), so the held-out folds choose.
DENSE_WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
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
    """One-against-rest logistic regressions on tf-idf of n-grams: 1.5 s to fit where one over all took 20 and more."""

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

    `weight` is that of the dense model's vote, the rest is the sparse one's.
    A best guess under `threshold` is no guess: the caller answers that the text is out of scope.
    """

    labels: tuple[str, ...]
    dense: _Dense | None
    sparse: _Sparse
    weight: float
    temperature: float
    threshold: float

    @classmethod
    def fit(cls, grams: Sequence[Counter[str]], vectors: np.ndarray | None, labels: Sequence[str]) -> IntentModel:
        """Trains on all texts; weight, temperature and threshold come from folds held out of a training before it.

        `vectors` is (n, d), or None without an encoder. ValueError with fewer than two labels.
        """
        truth = np.array(labels)
        names = tuple(sorted(set(labels)))
        if len(names) < 2:
            raise ValueError("a classifier needs examples of at least two intents")
        dense, sparse = _fit_both(grams, vectors, truth)
        if min(Counter(labels).values()) < FOLDS:
            return cls(names, dense, sparse, weight=0.6, temperature=1.0, threshold=0.0)
        by_dense = np.zeros((len(truth), len(names)))
        by_sparse = np.zeros_like(by_dense)
        for train, held_out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(by_dense, truth):
            some_dense, some_sparse = _fit_both([grams[row] for row in train], _rows(vectors, train), truth[train])
            by_sparse[held_out] = some_sparse.log_probabilities([grams[row] for row in held_out])
            if some_dense is not None and vectors is not None:
                by_dense[held_out] = some_dense.log_probabilities(vectors[held_out])
        columns = np.searchsorted(names, truth)
        weights = (0.0,) if vectors is None else DENSE_WEIGHTS
        weight, temperature = _likeliest(by_dense, by_sparse, columns, weights)
        held_out_votes = weight * by_dense + (1 - weight) * by_sparse
        threshold = _threshold(np.exp(_log_softmax(held_out_votes / temperature)), columns, names)
        return cls(names, dense, sparse, weight, temperature, threshold)

    def confidences(self, grams: Sequence[Counter[str]], vectors: np.ndarray | None) -> np.ndarray:
        """Probabilities, (n, labels). Without vectors the sparse model votes alone."""
        votes = self.sparse.log_probabilities(grams)
        if self.dense is not None and vectors is not None:
            votes = self.weight * self.dense.log_probabilities(vectors) + (1 - self.weight) * votes
        return np.exp(_log_softmax(votes / self.temperature))

    def save(self, folder: Path) -> None:
        """Writes `intents.npz` and `intents.json`."""
        arrays = {"idf": self.sparse.idf, "sparse": self.sparse.weights, "sparse_bias": self.sparse.bias}
        if self.dense is not None:
            arrays |= {"mean": self.dense.mean, "dense": self.dense.weights, "dense_bias": self.dense.bias}
        np.savez(folder / "intents.npz", **arrays)
        facts = {
            "labels": self.labels,
            "ngrams": list(self.sparse.ids),
            "weight": self.weight,
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
        return cls(tuple(facts["labels"]), dense, sparse, facts["weight"], facts["temperature"], facts["threshold"])


def _fit_both(
    grams: Sequence[Counter[str]], vectors: np.ndarray | None, truth: np.ndarray
) -> tuple[_Dense | None, _Sparse]:
    return None if vectors is None else _Dense.fit(vectors, truth), _Sparse.fit(grams, truth)


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


def _likeliest(
    by_dense: np.ndarray, by_sparse: np.ndarray, columns: np.ndarray, weights: Sequence[float]
) -> tuple[float, float]:
    """The weight of the dense votes and the temperature under which the held-out truth is likeliest."""
    rows = np.arange(len(columns))

    def loss(weight: float, temperature: float) -> float:
        votes = weight * by_dense + (1 - weight) * by_sparse
        return -float(_log_softmax(votes / temperature)[rows, columns].mean())

    return min(product(weights, np.geomspace(0.2, 3, 30).tolist()), key=lambda pair: loss(*pair))


def _threshold(confidences: np.ndarray, columns: np.ndarray, names: tuple[str, ...]) -> float:
    """The confidence that all but REJECTED_AT_MOST of the rightly understood lines in scope reach."""
    best = confidences.argmax(axis=1)
    right = best == columns
    if OOS in names:
        right &= columns != names.index(OOS)
    return float(np.quantile(confidences.max(axis=1)[right], REJECTED_AT_MOST)) if right.any() else 0.0
