"""Figures of understanding, made of what was wanted and what was understood; and the misses behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.datasets import Case, Example, Line, Question
from bench.models import Cost, Parsed
from bench.scores import Guess, Scores, Share
from bot.locales import LOCALES
from bot.nlu import capabilities

ALL = "all"
PLACES = (*LOCALES, ALL)

Miss = dict[str, Any]


@dataclass(frozen=True)
class Assistant:
    """How the assistant's own test lines are understood: `capabilities` by name and locale, `scores` by locale and ALL.

    With rejected lines, see `Scores`.
    """

    capabilities: Mapping[str, Mapping[str, Share]]
    scores: Mapping[str, Scores]
    cost: Cost

    @classmethod
    def of(cls, lines: Sequence[Line], parsed: Sequence[Parsed], cost: Cost) -> Assistant:
        """An intent counts as its capability."""
        index = capabilities.index()
        found = [
            (line.locale, index.of_intent(line.intent), _as_capability(one.guess))
            for line, one in zip(lines, parsed, strict=True)
        ]
        rights: dict[str, dict[str, list[bool]]] = {name: {} for name in index.names()}
        for locale, wanted, guess in found:
            rights[wanted].setdefault(locale, []).append(guess.label == wanted)
        return cls(
            {name: {place: Share.over(own) for place, own in of_name.items()} for name, of_name in rights.items()},
            {
                place: Scores.of((wanted, guess) for locale, wanted, guess in found if place in (locale, ALL))
                for place in PLACES
            },
            cost,
        )


@dataclass(frozen=True)
class Answers:
    """Questions whose answer came first, and among the first three."""

    first: Share
    in_three: Share


@dataclass(frozen=True)
class FewShot:
    """The runs on one number of examples a category, None for all there are; a list holds one value a seed.

    `names`: whether a category's name was an example too. `training_s` without encoding for our pipeline, from the
    command to its end for stock. `threshold` is the one our pipeline chose.
    """

    shots: int | None
    names: bool
    scores: Sequence[Scores]
    training_s: Sequence[float]
    threshold: Sequence[float] = ()

    @property
    def label(self) -> str:
        return "all examples" if self.shots is None else f"{self.shots}-shot"

    def percents(self, share: Callable[[Scores], Share]) -> list[float]:
        """One value a seed; none where there are no such lines."""
        found = [share(one).percent for one in self.scores]
        return [percent for percent in found if percent is not None]


@dataclass(frozen=True)
class Results:
    """All figures of one run. `entities` by kind, `answers` by locale, both with ALL."""

    lobby: Assistant
    entities: Mapping[str, Share]
    answers: Mapping[str, Answers]
    banking77: Sequence[FewShot] = ()
    stock: Assistant | None = None
    stock_banking77: Sequence[FewShot] = ()
    stock_epochs: int | None = None
    notes: Sequence[str] = ()


def entities(cases: Sequence[Case], parsed: Sequence[Parsed]) -> dict[str, Share]:
    """Lines whose values are exactly right, by kind and in all."""
    rights: dict[str, list[bool]] = {}
    for case, one in zip(cases, parsed, strict=True):
        rights.setdefault(case.kind, []).append(_values(case.kind, one) == case.values)
    by_kind = {kind: Share.over(found) for kind, found in rights.items()}
    return {**by_kind, ALL: Share.over(right for found in rights.values() for right in found)}


def answers(questions: Sequence[Question], parsed: Sequence[Parsed]) -> dict[str, Answers]:
    """By locale and in all."""
    found = [
        (question.locale, question.id, [id for id, _ in one.answers])
        for question, one in zip(questions, parsed, strict=True)
    ]
    return {
        place: Answers(
            first=Share.over(ids[:1] == [wanted] for locale, wanted, ids in found if place in (locale, ALL)),
            in_three=Share.over(wanted in ids[:3] for locale, wanted, ids in found if place in (locale, ALL)),
        )
        for place in PLACES
    }


def missed_lines(lines: Sequence[Line], parsed: Sequence[Parsed]) -> list[Miss]:
    """Lines understood as another capability."""
    index = capabilities.index()
    found = [
        (line, index.of_intent(line.intent), _as_capability(one.guess)) for line, one in zip(lines, parsed, strict=True)
    ]
    return [
        _miss("capability", line.locale, line.text, wanted, guess.label, guess.confidence)
        for line, wanted, guess in found
        if guess.label != wanted
    ]


def missed_entities(cases: Sequence[Case], parsed: Sequence[Parsed]) -> list[Miss]:
    """Lines with other values than wanted."""
    found = [(case, _values(case.kind, one)) for case, one in zip(cases, parsed, strict=True)]
    return [_miss(case.kind, None, case.text, case.values, got, None) for case, got in found if got != case.values]


def missed_answers(questions: Sequence[Question], parsed: Sequence[Parsed]) -> list[Miss]:
    """Questions whose first answer is not the wanted one; `confidence` is that answer's score."""
    nothing: tuple[str | None, float | None] = (None, None)
    found = [(question, next(iter(one.answers), nothing)) for question, one in zip(questions, parsed, strict=True)]
    return [
        _miss("answer", question.locale, question.text, question.id, *got)
        for question, got in found
        if got[0] != question.id
    ]


def missed_examples(test: Sequence[Example], guesses: Iterable[Guess]) -> list[Miss]:
    """Lines understood as another category."""
    return [
        _miss("category", None, example.text, example.category, guess.label, guess.confidence)
        for example, guess in zip(test, guesses, strict=True)
        if guess.label != example.category
    ]


def _miss(
    measure: str, locale: str | None, text: str, wanted: str | list[str], got: Any, confidence: float | None
) -> Miss:
    rounded = None if confidence is None else round(confidence, 4)
    return {"measure": measure, "locale": locale, "text": text, "wanted": wanted, "got": got, "confidence": rounded}


def _as_capability(guess: Guess) -> Guess:
    index = capabilities.index()
    return Guess(index.of_intent(guess.label), index.of_intent(guess.unrejected), guess.confidence)


def _values(kind: str, parsed: Parsed) -> list[str]:
    return [value for of_kind, value in parsed.entities if of_kind == kind]
