"""How often a text was understood rightly, whoever understood it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.nlu.intent_model import OOS

# What Rasa's FallbackClassifier puts in front of a text it is too unsure of.
FALLBACK = "nlu_fallback"
REJECTED = frozenset({OOS, FALLBACK})


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int
    of: int

    @classmethod
    def over(cls, rights: Iterable[bool]) -> Share:
        found = list(rights)
        return cls(sum(found), len(found))

    @property
    def percent(self) -> float | None:
        """0 to 100; None of nothing."""
        return 100 * self.right / self.of if self.of else None


@dataclass(frozen=True)
class Guess:
    """`label` is OOS where the text was rejected; `unrejected` is the best label in scope all the same."""

    label: str
    unrejected: str
    confidence: float

    @classmethod
    def of(cls, ranking: Sequence[tuple[str, float]]) -> Guess:
        """`ranking` holds labels with their confidence from 0 to 1, best first."""
        label, confidence = ranking[0]
        unrejected = next((name for name, _ in ranking if name not in REJECTED), OOS)
        return cls(OOS if label in REJECTED else label, unrejected, confidence)


@dataclass(frozen=True)
class Scores:
    """Of the lines in scope: `accuracy` as if nothing could be rejected, which is how published figures count;
    `in_scope`, where a rejected line is a wrong one; `rejected`, the false rejections. Of the others: `oos_recall`.
    """

    accuracy: Share
    in_scope: Share
    rejected: Share
    oos_recall: Share

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Guess]]) -> Scores:
        """`pairs` holds the wanted label and the guess of each line."""
        found = list(pairs)
        in_scope = [(wanted, guess) for wanted, guess in found if wanted != OOS]
        return cls(
            accuracy=Share.over(guess.unrejected == wanted for wanted, guess in in_scope),
            in_scope=Share.over(guess.label == wanted for wanted, guess in in_scope),
            rejected=Share.over(guess.label == OOS for _, guess in in_scope),
            oos_recall=Share.over(guess.label == OOS for wanted, guess in found if wanted == OOS),
        )
