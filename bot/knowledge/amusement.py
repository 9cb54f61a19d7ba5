"""What is told to people who wait: riddles, jokes, facts about money, a quiz for children. Read from one file.

Each item says the same kind of thing in the three locales, in words of its own.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, validator

from bot.datafiles import Strict, Texts, read
from bot.knowledge.schema import Phrases
from bot.locales import LOCALES, pick, to_simplified

Item = TypeVar("Item")

LETTERS = ("a", "b", "c")
# Words around a guess: "是不是门呀", "it must be the door".
_AROUND = re.compile(
    r"^(?:我猜|我觉得|应该|可能|会不会|是不是|那)?(?:是|系)?|(?:吗|呢|吧|呀|啊|嘛|哦|对不对|对吗)+$|"
    r"^(?:is it|it is|it must be|must be|maybe|i (?:guess|think|say)(?: it is)?)?\s*"
    r"(?:(?:an?|the|my|your)\s+)?(?=\w)"
)
_MARKS = re.compile(r"[^\w\s]+")
_ORDINALS = (
    re.compile(r"(?:选|第)?(?:a|1|一)(?:个|项)?|(?:the )?first(?: one)?|option [a1]"),
    re.compile(r"(?:选|第)?(?:b|2|二)(?:个|项)?|(?:the )?second(?: one)?|option [b2]"),
    re.compile(r"(?:选|第)?(?:c|3|三)(?:个|项)?|(?:the )?third(?: one)?|(?:最后|the last)(?:一?个| one)?|option [c3]"),
)


class Riddle(Strict):
    """`accept` are the words of each locale that solve it."""

    id: str = Field(..., regex="^[a-z0-9_]+$")
    ask: Texts
    answer: Texts
    accept: Phrases

    @validator("accept")
    def _solvable(cls, value: Phrases) -> Phrases:
        lacking = [locale for locale in LOCALES if not value.get(locale)]
        if lacking:
            raise ValueError(f"no word solves it in {', '.join(lacking)}")
        return value


class MoneyFact(Strict):
    """`verified`: somebody has read it in the source or in a text of its publisher."""

    text: Texts
    source: Texts
    verified: bool


class Question(Strict):
    """A question with three choices; `right` is the letter of one, `why` a kind word of explanation."""

    id: str = Field(..., regex="^[a-z0-9_]+$")
    ask: Texts
    choices: list[Texts] = Field(..., min_items=len(LETTERS), max_items=len(LETTERS))
    right: Literal["a", "b", "c"]
    why: Texts

    @property
    def solution(self) -> Texts:
        return self.choices[LETTERS.index(self.right)]


class Amusement(Strict):
    """All of it, each in the order of the file."""

    riddles: list[Riddle] = Field(..., min_items=1)
    jokes: list[Texts] = Field(..., min_items=1)
    facts: list[MoneyFact] = Field(..., min_items=1)
    quiz: list[Question] = Field(..., min_items=1)

    def riddle(self, identity: str) -> Riddle | None:
        return next((riddle for riddle in self.riddles if riddle.id == identity), None)

    def question(self, identity: str) -> Question | None:
        return next((question for question in self.quiz if question.id == identity), None)


def load_amusement(file: Path) -> Amusement:
    """Raises DataError with file, line and cause for anything that is wrong."""
    source = read(file)
    found = source.parse(Amusement)
    for key, items in (("riddles", found.riddles), ("quiz", found.quiz)):
        ids = [item.id for item in items]
        for index, identity in enumerate(ids):
            if identity in ids[:index]:
                raise source.error(f"id {identity} is there twice", (key, index, "id"))
    return found


def next_of(items: Sequence[Item], told: int, start: int) -> Item:
    """The item after `told` ones, beginning at `start`: none comes again before all have been told."""
    return items[(start + told) % len(items)]


def solves(riddle: Riddle, text: str) -> bool:
    """Whether a customer's words are the solution, in whatever locale."""
    said = _bare(text)
    return bool(said) and any(said == _bare(word) for words in riddle.accept.values() for word in words)


def letter_of(question: Question, text: str, locale: str) -> str | None:
    """The choice that a customer's words name: its letter, its place or its text. None where they name none."""
    said = _bare(text)
    if not said:
        return None
    for letter, ordinal, choice in zip(LETTERS, _ORDINALS, question.choices, strict=True):
        if ordinal.fullmatch(said) or said == _bare(pick(choice, locale)):
            return letter
    return None


def _bare(text: str) -> str:
    """Lower case, simplified, without marks and without the words around a guess."""
    table = to_simplified()
    plain = "".join(table.get(char, char) for char in text.lower())
    plain = " ".join(_MARKS.sub(" ", plain.replace("'s", " is")).split())
    return _AROUND.sub("", plain).strip()
