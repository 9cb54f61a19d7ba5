"""Finds the answers nearest to what a customer asked, by the letters of the question and by its meaning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.knowledge.schema import Answer
from bot.knowledge.service import Knowledge
from bot.linear import VectorClassifier, centred, log_softmax, side_by_side
from bot.locales import LOCALES, pick, to_simplified

_RUNS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff]")

# How an answer's phrasings speak for it: a classifier that has learnt them, the mean nearness of the three nearest
# by meaning, and by letters. The mean of three beats the nearest alone (73 to 62 % right first), because one phrasing
# that happens to share a turn of speech with the question no longer decides. Chosen on phrasings held out of the data.
_NEAREST = 3
_BY_MEANING = 10.0
_BY_LETTERS = 5.0
_BY_LETTERS_ALONE = 20.0  # without vectors
_COMPARED = 40
# An answer with so many questions of a locale is found by them; its text would only take time to encode.
_FEW = 5
_ROUNDS = 25
# The first encoder's vectors decide alone where they are so sure: on 860 questions they were for three of four, and all
# encoders together said the same in 99.7 % of them.
_SURE = 0.85
# A capability that the classifier gives less than this is not ruled out: its answers may still be the nearest.
_UNLIKELY = 0.02
# An answer may stand in another capability than the question: a hint, no more.
_BY_CAPABILITY = 0.15


@dataclass(frozen=True)
class Ranked:
    """An answer's id and its probability, 0 to 1, among all answers that hold."""

    id: str
    score: float


class AnswerIndex:
    """All phrasings of all answers, ready to be searched.

    `vectors`, where given, holds one matrix (len(phrasings), d) of unit rows an encoder, a row for each of `phrasings`.
    `classifiers` are those that were fitted on them before, one an encoder; without them they are fitted now. There is
    a tier of the first encoder alone, and one of all of them, which is asked where the first is unsure.
    Raises ValueError where vectors do not fit: they were made from other data.
    """

    def __init__(
        self, knowledge: Knowledge, vectors: Sequence[np.ndarray] = (), classifiers: Sequence[VectorClassifier] = ()
    ) -> None:
        self._answers = list(knowledge.answers.values())
        self._capabilities = [answer.capability for answer in self._answers]
        self.covered = frozenset(self._capabilities)
        texts = [list(_phrasings(answer)) for answer in self._answers]
        self.phrasings = [text for of_answer in texts for text in of_answer]
        self._tiers = sorted({1, len(vectors)}) if vectors else []
        ends = np.cumsum([0, *(len(of_answer) for of_answer in texts)]).tolist()
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        for of_one in vectors:
            if of_one.ndim != 2 or len(of_one) != len(self.phrasings):
                raise ValueError(f"vectors {of_one.shape} are not of these {len(self.phrasings)} phrasings")
        self.classifiers = tuple(classifiers)
        if vectors and not classifiers and len(self._answers) > 1:
            own = np.repeat(np.arange(len(texts)), [len(of_answer) for of_answer in texts])
            self.classifiers = _fitted(vectors, own)
        self._means = [of_one.mean(axis=0) for of_one in vectors]
        self._dense = centred(vectors, self._means) if vectors else None
        self._sparse = _Sparse(self.phrasings)

    def rank(
        self,
        text: str,
        vectors: Sequence[np.ndarray] = (),
        *,
        today: date,
        capabilities: Mapping[str, float] | None = None,
        n: int = 10,
    ) -> list[Ranked]:
        """The best answers that hold today, best first; none for a text without letters.

        `vectors` holds the text's own, (d,) an encoder, by the encoders that made the index's; those after the first
        are asked for only where it is unsure. `capabilities` says how probable each is, as far as it is known: answers
        of likely ones come forward, others are not left out.
        """
        letters = self._sparse.near(text)
        holding = np.array([answer.holds(today) for answer in self._answers], dtype=bool)
        if letters is None or not holding.any():
            return []
        known = np.where(holding, 0.0, -np.inf)
        if capabilities is not None:
            likely = [max(capabilities.get(name, 0.0), _UNLIKELY) for name in self._capabilities]
            known += _BY_CAPABILITY * np.log(likely)
        # One that lacks an encoder the index was made with is searched for by letters, as one without any.
        if not self._tiers or len(vectors) != len(self._means):
            places = np.arange(len(known))
            return self._best(places, known + _BY_LETTERS_ALONE * self._near(letters, places), holding, n)
        for count in self._tiers:
            ranked = self._by_meaning([vectors[one] for one in range(count)], letters, known, holding, n)
            if ranked[0].score >= _SURE:
                break
        return ranked

    def _by_meaning(
        self,
        vectors: Sequence[np.ndarray],
        letters: np.ndarray,
        known: np.ndarray,
        holding: np.ndarray,
        n: int,
    ) -> list[Ranked]:
        """The ranking by these vectors, of the first encoder or of all."""
        assert self._dense is not None
        rows = [vector[None, :] for vector in vectors]
        scores, places = known, np.arange(len(known))
        if self.classifiers:
            scores = scores + np.mean(
                [known_by.log_probabilities([row])[0] for known_by, row in zip(self.classifiers, rows, strict=False)],
                axis=0,
            )
            # To compare with every phrasing would take longer than all else: the likeliest answers' are enough.
            places = np.argsort(-scores, kind="stable")[:_COMPARED]
        seen = centred(rows, self._means[: len(rows)])[0]
        near = [self._nearness(self._dense[self._spans[place], : len(seen)] @ seen) for place in places]
        scores = scores[places] + _BY_MEANING * np.array(near) / len(rows) + _BY_LETTERS * self._near(letters, places)
        return self._best(places, scores, holding, n)

    def _best(self, places: np.ndarray, scores: np.ndarray, holding: np.ndarray, n: int) -> list[Ranked]:
        """The answers at `places` by their scores."""
        probabilities = np.exp(log_softmax(scores[None, :])[0])
        best = [at for at in np.argsort(-probabilities, kind="stable")[:n] if holding[places[at]]]
        return [Ranked(self._answers[places[at]].id, float(probabilities[at])) for at in best]

    def _near(self, letters: np.ndarray, places: np.ndarray) -> np.ndarray:
        return np.array([self._nearness(letters[self._spans[place]]) for place in places])

    @staticmethod
    def _nearness(near: np.ndarray) -> float:
        """The mean of an answer's nearest phrasings."""
        return float(np.sort(near)[-_NEAREST:].mean())


def _fitted(vectors: Sequence[np.ndarray], own: np.ndarray) -> tuple[VectorClassifier, ...]:
    """A classifier an encoder, fitted side by side: as good together as one of all vectors, in half the time."""
    with side_by_side() as pool:
        fits = [pool.submit(VectorClassifier.fit, [of_one], own, rounds=_ROUNDS) for of_one in vectors]
        return tuple(fit.result() for fit in fits)


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


def phrasings(knowledge: Knowledge) -> list[str]:
    """What all answers can be found by, in the order of an index's vectors."""
    return [text for answer in knowledge.answers.values() for text in _phrasings(answer)]


def _phrasings(answer: Answer) -> Iterator[str]:
    """What an answer can be found by: its questions, its titles and, where it has few questions, its text."""
    for locale in LOCALES:
        questions = answer.questions.get(locale, ())
        yield from questions
        yield answer.title[locale]
        if len(questions) < _FEW:
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


def _unit(values: np.ndarray) -> np.ndarray:
    norm = float(np.linalg.norm(values))
    return values / norm if norm else values
