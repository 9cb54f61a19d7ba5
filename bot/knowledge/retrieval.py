"""Finds the answers nearest to what a customer asked, by the letters of the question and by its meaning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.knowledge.schema import Answer
from bot.knowledge.service import Knowledge
from bot.locales import LOCALES, pick, to_simplified

_RUNS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff]")

# Measured on tests/knowledge/questions.yml and the utterances of data/nlu (see tests/knowledge/test_retrieval.py):
# the mean of the three nearest phrasings beats the nearest alone (73 to 62 % right first), because one phrasing
# that happens to share a turn of speech with the question no longer decides.
_NEAREST = 3
_DENSE_WEIGHT = 0.7
_CAPABILITY_BOOST = 0.08


@dataclass(frozen=True)
class Ranked:
    """An answer's id and how near it is: at most 1, plus 0.08 where it is of the capability asked for."""

    id: str
    score: float


class AnswerIndex:
    """All phrasings of all answers, ready to be searched.

    `vectors`, where given, is (len(phrasings), d) unit rows, one for each of `phrasings` in order.
    Raises ValueError where it does not fit: it was made from other data.
    """

    def __init__(self, knowledge: Knowledge, vectors: np.ndarray | None = None) -> None:
        self._answers = list(knowledge.answers.values())
        self._capabilities = np.array([answer.capability for answer in self._answers], dtype=object)
        texts = [list(_phrasings(answer)) for answer in self._answers]
        self.phrasings: list[str] = [text for of_answer in texts for text in of_answer]
        self._rows = _padded([len(of_answer) for of_answer in texts])
        self._nearest = np.minimum([len(of_answer) for of_answer in texts], _NEAREST)
        self._dense: _Dense | None = None
        if vectors is not None:
            if vectors.ndim != 2 or len(vectors) != len(self.phrasings):
                raise ValueError(f"vectors {vectors.shape} are not of these {len(self.phrasings)} phrasings")
            self._dense = _Dense(vectors)
        self._sparse = _Sparse(self.phrasings)

    def rank(
        self,
        text: str,
        vector: np.ndarray | None = None,
        *,
        capability: str | None = None,
        today: date,
        n: int = 10,
    ) -> list[Ranked]:
        """The best `n` answers that hold today, best first; none for a text without letters or digits.

        `vector` (d,) is the unit vector of `text` by the encoder that made the index's vectors.
        Answers of `capability` are put forward, others are not left out.
        """
        near = self._sparse.near(text)
        if near is None:
            return []
        if vector is not None and self._dense is not None:
            near = (1 - _DENSE_WEIGHT) * near + _DENSE_WEIGHT * self._dense.near(vector)
        of_answer = np.append(near, -np.inf)[self._rows]
        nearest = np.partition(of_answer, -_NEAREST, axis=1)[:, -_NEAREST:]
        scores = np.where(np.isneginf(nearest), 0, nearest).sum(axis=1) / self._nearest
        scores = scores + _CAPABILITY_BOOST * (self._capabilities == capability)
        ranked: list[Ranked] = []
        for place in np.argsort(-scores, kind="stable"):
            if len(ranked) == n:
                break
            if self._answers[place].holds(today):
                ranked.append(Ranked(self._answers[place].id, float(scores[place])))
        return ranked


class _Dense:
    """Nearness by meaning: cosine of vectors from which the mean of all phrasings is taken away."""

    def __init__(self, vectors: np.ndarray) -> None:
        vectors = np.asarray(vectors, dtype=np.float32)
        self._mean = vectors.mean(axis=0)
        centred = vectors - self._mean
        self._rows = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)

    def near(self, vector: np.ndarray) -> np.ndarray:
        nearness: np.ndarray = self._rows @ _unit(np.asarray(vector, dtype=np.float32) - self._mean)
        return nearness


class _Sparse:
    """Nearness by letters: cosine of TF-IDF weights of character n-grams."""

    def __init__(self, texts: list[str]) -> None:
        self._size = len(texts)
        counts = [Counter(_features(text)) for text in texts]
        self._feature_ids = {
            feature: number for number, feature in enumerate(dict.fromkeys(f for count in counts for f in count))
        }
        seen_in = Counter(feature for count in counts for feature in count)
        self._idf = np.array(
            [np.log((1 + len(counts)) / (1 + seen_in[feature])) + 1 for feature in self._feature_ids], dtype=np.float32
        )
        rows = [np.array([self._feature_ids[f] for f in count], dtype=np.int32) for count in counts]
        values = [
            _unit(self._idf[ids] * (1 + np.log(np.array(list(count.values()), dtype=np.float32))))
            for ids, count in zip(rows, counts, strict=True)
        ]
        matrix = csr_matrix(
            (np.concatenate(values), np.concatenate(rows), np.cumsum([0, *map(len, rows)])),
            shape=(len(counts), len(self._feature_ids)),
        )
        self._columns = matrix.tocsc()

    def near(self, text: str) -> np.ndarray | None:
        """(number of texts,) from 0 to 1; None for a text without features."""
        count = Counter(_features(text))
        if not count:
            return None
        known = [(self._feature_ids[f], times) for f, times in count.items() if f in self._feature_ids]
        ids = np.array([number for number, _ in known], dtype=np.int32)
        weights = self._idf[ids] * (1 + np.log(np.array([times for _, times in known], dtype=np.float32)))
        # Unknown features count in the length too: a text of which only a part is known must not look certain.
        rarest = float(np.log(1 + self._size)) + 1
        length = float(np.sqrt((weights**2).sum() + (len(count) - len(known)) * rarest**2))
        near = np.zeros(self._size, dtype=np.float32)
        starts = self._columns.indptr
        for feature, weight in zip(ids, weights / length, strict=True):
            part = slice(starts[feature], starts[feature + 1])
            near[self._columns.indices[part]] += weight * self._columns.data[part]
        return near


def faq_card(answer: Answer, locale: str) -> dict[str, Any]:
    """The card `faq` of an answer in one locale; the answer and its steps are in the message that carries it."""
    return {
        "kind": "faq",
        "id": answer.id,
        "title": pick(answer.title, locale),
        "source": answer.source_in(locale),
        "valid_until": answer.valid_until.isoformat(),
        "demo": answer.demo,
    }


def _phrasings(answer: Answer) -> Iterator[str]:
    """What an answer can be found by: its questions, titles and, since a customer may use its words, its text."""
    for locale in LOCALES:
        yield from answer.questions.get(locale, ())
        yield answer.title[locale]
        yield answer.answer[locale]


def _features(text: str) -> Iterator[str]:
    """Character n-grams: 1 to 3 of Chinese, 3 to 5 of a word or number, padded so that its ends count."""
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower().translate(_simplified())):
        piece, sizes = (run, (1, 2, 3)) if _HAN.match(run) else (f" {run} ", (3, 4, 5))
        for size in sizes:
            for start in range(len(piece) - size + 1):
                yield piece[start : start + size]


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    # 帳 is 账 in every word of a bank, but 帐 (a tent) in OpenCC's table of characters.
    return {ord(old): new for old, new in {**to_simplified(), "帳": "账", "帐": "账"}.items()}


def _padded(lengths: list[int]) -> np.ndarray:
    """Row numbers of each answer's phrasings, (answers, longest or 3); the number behind the last pads a line."""
    starts = np.cumsum([0, *lengths])
    places = np.arange(max(_NEAREST, *lengths))
    return np.where(places < np.array(lengths)[:, None], starts[:-1, None] + places, starts[-1])


def _unit(values: np.ndarray) -> np.ndarray:
    norm = float(np.linalg.norm(values))
    return values / norm if norm else values
