"""The intent model: logistic regressions that vote, one on n-grams and one on sentence vectors, in tiers.

The first tier knows n-grams and the vector of the first encoder; each further one adds the vector of the next, dearer
encoder, and is asked only where the tier before is unsure. Without vectors the n-grams vote alone.

Knows neither Rasa nor files of the project. Saved as arrays and JSON, without pickle: a model from
elsewhere can hold wrong numbers, but no code.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.linear import VectorClassifier, log_softmax, side_by_side, weights_of

OOS = "oos"

# The vectors know more of the world, the n-grams the bank's words. Which of them to trust how far depends on
# the data (0.7 of the vectors was best on BANKING77, less on our own), so held-out lines choose.
DENSE_WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
DENSE_ROUNDS = 80
# With lines held out the rounds are dealt out: so many for the training that lacks them, and as many again for the last
# one, which goes on from it.
SHARED_ROUNDS = 50
SPARSE_C = 10.0
FOLDS = 4
# So many held-out lines are enough to choose weights and thresholds from; more folds would only take time.
HELD_OUT = 2500
# Of the held-out lines in scope that are understood rightly, at most this share is rejected as too unsure.
REJECTED_AT_MOST = 0.02
# A tier is sure where the last one would say something else in at most this share of cases.
OVERRULED_AT_MOST = 0.005

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
        return cls(ids, idf, *weights_of(model.fit(matrix, labels)))

    def log_probabilities(self, grams: Sequence[Counter[str]]) -> np.ndarray:
        rows = [self._row(counts) for counts in grams]
        return log_softmax(np.stack([values @ self.weights[columns] + self.bias for columns, values in rows]))

    def _row(self, counts: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of one text: (1 + log tf) · idf, length 1; unknown n-grams are left out."""
        known = [(self.ids[gram], times) for gram, times in counts.items() if gram in self.ids]
        columns = np.array([number for number, _ in known], dtype=np.int32)
        values = (1 + np.log(np.array([times for _, times in known], dtype=np.float32))) * self.idf[columns]
        return columns, values / max(float(np.linalg.norm(values)), 1e-9)


@dataclass(frozen=True)
class Tier:
    """`weight` is that of the vectors' vote, the rest is the n-grams'. Confidence is the softmax over `temperature`.

    What it is surer of than `sure` stands; else the next tier is asked.
    """

    dense: VectorClassifier | None
    weight: float
    temperature: float
    sure: float

    def confidences(self, sparse_votes: np.ndarray, vectors: Sequence[np.ndarray]) -> np.ndarray:
        """Probabilities, (n, labels)."""
        dense_votes = 0.0 if self.dense is None else self.dense.log_probabilities(vectors)
        votes = self.weight * dense_votes + (1 - self.weight) * sparse_votes
        return np.exp(log_softmax(votes / self.temperature))


@dataclass(frozen=True)
class IntentModel:
    """`labels` in the order of the columns.

    A best guess in scope that is not by `threshold` more probable than OOS is no guess: the text is out of scope.
    Against the best guess alone this recognises 3 % more of what is out of scope while it rejects as little.
    """

    labels: tuple[str, ...]
    sparse: _Sparse
    tiers: tuple[Tier, ...]
    threshold: float

    @classmethod
    def fit(cls, grams: Sequence[Counter[str]], vectors: Sequence[np.ndarray], labels: Sequence[str]) -> IntentModel:
        """Trains on all texts; weights, temperatures and thresholds come from lines held out of a training before it.

        `vectors` holds one matrix (n, d) an encoder, cheapest first; none without an encoder.
        ValueError with fewer than two labels.
        """
        truth = np.array(labels)
        names = tuple(sorted(set(labels)))
        if len(names) < 2:
            raise ValueError("a classifier needs examples of at least two intents")
        if min(Counter(labels).values()) < FOLDS:
            sparse, denses = _fit_voters(grams, vectors, truth, DENSE_ROUNDS)
            tiers = tuple(Tier(dense, 0.7 if dense else 0.0, 1.0, sure=1.0) for dense in denses)
            return cls(names, sparse, tiers, threshold=0.0)
        held_out, by_sparse, by_dense, starts = _held_out_votes(grams, vectors, truth, names)
        sparse, denses = _fit_voters(grams, vectors, truth, SHARED_ROUNDS, starts)
        columns = np.searchsorted(names, truth[held_out])
        unsure = []
        for votes in by_dense:
            weights = (0.0,) if votes is None else DENSE_WEIGHTS
            dense_votes = np.zeros_like(by_sparse) if votes is None else votes
            weight, temperature = _likeliest(dense_votes, by_sparse, columns, weights)
            confidences = np.exp(log_softmax((weight * dense_votes + (1 - weight) * by_sparse) / temperature))
            unsure.append((weight, temperature, confidences))
        last = unsure[-1][2]
        tiers = tuple(
            Tier(dense, weight, temperature, _sure(confidences, last))
            for dense, (weight, temperature, confidences) in zip(denses, unsure, strict=True)
        )
        return cls(names, sparse, tiers, _threshold(last, columns, names))

    def confidences(self, grams: Counter[str], vectors: Sequence[np.ndarray]) -> np.ndarray:
        """Probabilities of one text, (labels,). Takes from `vectors`, one (d,) an encoder, no more than it needs."""
        sparse_votes = self.sparse.log_probabilities([grams])
        confidences = np.exp(log_softmax(sparse_votes))
        known: list[np.ndarray] = []
        for tier in self.tiers:
            if tier.dense is not None:
                if len(known) == len(vectors):  # trained with an encoder that is not here
                    break
                known.append(vectors[len(known)][None, :])
            confidences = tier.confidences(sparse_votes, known)
            if confidences.max() >= tier.sure:
                break
        return confidences[0]

    def ranking(self, confidences: np.ndarray) -> list[tuple[str, float]]:
        """Labels by confidence, best first; a rejected text has OOS in front, with what is left of certainty."""
        order = np.argsort(-confidences)
        ranked = [(self.labels[column], float(confidences[column])) for column in order]
        in_scope = [entry for entry in ranked if entry[0] != OOS]
        out = float(confidences[self.labels.index(OOS)]) if OOS in self.labels else 0.0
        if in_scope[0][1] - out < self.threshold:
            return [(OOS, 1.0 - in_scope[0][1]), *in_scope]
        return ranked

    def save(self, folder: Path) -> None:
        """Writes `intents.npz` and `intents.json`."""
        arrays = {"idf": self.sparse.idf, "sparse": self.sparse.weights, "sparse_bias": self.sparse.bias}
        for number, tier in enumerate(self.tiers):
            arrays |= {} if tier.dense is None else tier.dense.arrays(f"dense{number}")
        np.savez(folder / "intents.npz", **arrays)
        facts = {
            "labels": self.labels,
            "ngrams": list(self.sparse.ids),
            "tiers": [[tier.weight, tier.temperature, tier.sure] for tier in self.tiers],
            "threshold": self.threshold,
        }
        (folder / "intents.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """What `save` wrote."""
        facts = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            ids = {gram: number for number, gram in enumerate(facts["ngrams"])}
            sparse = _Sparse(ids, arrays["idf"], arrays["sparse"], arrays["sparse_bias"])
            tiers = tuple(
                Tier(VectorClassifier.of_arrays(f"dense{number}", arrays), weight, temperature, sure)
                for number, (weight, temperature, sure) in enumerate(facts["tiers"])
            )
        return cls(tuple(facts["labels"]), sparse, tiers, facts["threshold"])


def _fit_voters(
    grams: Sequence[Counter[str]],
    vectors: Sequence[np.ndarray],
    truth: np.ndarray,
    rounds: int,
    starts: Sequence[VectorClassifier | None] = (),
) -> tuple[_Sparse, list[VectorClassifier | None]]:
    """The n-grams' voter, and the vectors' one a tier: of the first encoder, of the first two, and so on.

    Without encoders the only tier has None. They are fitted side by side, a core each, the longest first. `starts`, one
    a tier, were fitted on most of the same texts: to go on from them takes half as long.
    """
    with side_by_side() as pool:
        denses = {
            count: pool.submit(
                VectorClassifier.fit,
                vectors[:count],
                truth,
                rounds=rounds,
                start=starts[count - 1] if starts else None,
            )
            for count in range(len(vectors), 0, -1)
        }
        sparse = pool.submit(_Sparse.fit, grams, truth)
        return sparse.result(), [denses[count].result() for count in sorted(denses)] or [None]


def _held_out_votes(
    grams: Sequence[Counter[str]], vectors: Sequence[np.ndarray], truth: np.ndarray, names: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray | None], list[VectorClassifier | None]]:
    """Rows that were held out, with the votes of n-grams and of each tier's vectors from the other rows.

    And the last voters of the tiers' vectors.
    """
    rows: list[np.ndarray] = []
    by_sparse: list[np.ndarray] = []
    by_dense: list[list[np.ndarray]] = [[] for _ in vectors]
    denses: list[VectorClassifier | None] = []
    for train, held_out in _folds(truth):
        known = [of_one[train] for of_one in vectors]
        sparse, denses = _fit_voters([grams[row] for row in train], known, truth[train], SHARED_ROUNDS)
        by_sparse.append(sparse.log_probabilities([grams[row] for row in held_out]))
        some = [of_one[held_out] for of_one in vectors]
        for number, dense in enumerate(denses):
            if dense is not None:
                by_dense[number].append(dense.log_probabilities(some[: number + 1]))
        rows.append(held_out)
    dense_votes: list[np.ndarray | None] = [np.concatenate(votes) for votes in by_dense]
    return np.concatenate(rows), np.concatenate(by_sparse), dense_votes or [None], denses


def _folds(truth: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to train on and rows held out, until enough are."""
    done = 0
    for train, held_out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(truth, truth):
        yield train, held_out
        done += len(held_out)
        if done >= HELD_OUT:
            return


def _likeliest(
    by_dense: np.ndarray, by_sparse: np.ndarray, columns: np.ndarray, weights: Sequence[float]
) -> tuple[float, float]:
    """The weight of the dense votes and the temperature under which the held-out truth is likeliest."""
    rows = np.arange(len(columns))

    def loss(weight: float, temperature: float) -> float:
        votes = weight * by_dense + (1 - weight) * by_sparse
        return -float(log_softmax(votes / temperature)[rows, columns].mean())

    return min(product(weights, np.geomspace(0.2, 3, 30).tolist()), key=lambda pair: loss(*pair))


def _sure(confidences: np.ndarray, last: np.ndarray) -> float:
    """The confidence above which a tier is overruled by the last one in at most OVERRULED_AT_MOST of the lines."""
    best = confidences.max(axis=1)
    order = np.argsort(-best)
    overruled = np.cumsum((confidences.argmax(axis=1) != last.argmax(axis=1))[order])
    few = np.flatnonzero(overruled <= OVERRULED_AT_MOST * np.arange(1, len(order) + 1))
    return float(best[order[few[-1]]]) if len(few) else 1.0


def _threshold(confidences: np.ndarray, columns: np.ndarray, names: tuple[str, ...]) -> float:
    """How far all but REJECTED_AT_MOST of the rightly understood lines in scope are more probable than OOS."""
    right = confidences.argmax(axis=1) == columns
    margins = confidences.max(axis=1)
    if OOS in names:
        out = names.index(OOS)
        right &= columns != out
        margins = margins - confidences[:, out]
    return float(np.quantile(margins[right], REJECTED_AT_MOST)) if right.any() else 0.0
