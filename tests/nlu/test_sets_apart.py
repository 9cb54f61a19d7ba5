"""Training and test lines are kept apart, and both are as many as they must be. `-s` shows how many there are.

A test line that stands in the training data too, in the same or in other script or with other punctuation, measures
memory instead of understanding. What this test names is to be taken out of the training data, never out of the tests.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest

from bench.datasets import assistant_lines, entity_cases, questions
from bot.knowledge.service import load_knowledge
from bot.locales import LOCALES
from bot.nlu import capabilities
from bot.nlu.normalise import feature_text
from bot.settings import DATA

OOS = "oos"
# What anybody would write, such as 好的, 救命, 我要挂失 or "thank you": both sets may have lines as short as that. An
# assistant that was never taught 救命 would be worse than a test set that holds it.
FORMULA_CHARS, FORMULA_WORDS = 5, 2
# Shared n-grams of shorter lines say little.
COMPARED_CHARS, COMPARED_WORDS = 6, 4
NEAR = 0.85
NAMED = 40

TRAINING_LINES = {"zh-Hans": 80, "zh-Hant": 30, "en": 40}
TEST_LINES = {"zh-Hans": 30, "zh-Hant": 12, "en": 15}
TRAINING_OOS, TEST_OOS = 400, 300
ENTITY_LINES = 300


class Entry(NamedTuple):
    """A line and where it stands: the capability and its intent, or the file and its answer."""

    locale: str
    capability: str
    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.locale}/{self.label}: {self.text}"


class Pair(NamedTuple):
    test: Entry
    training: Entry
    similarity: float


class Form:
    """A line as it is compared: without punctuation, blanks, case and script."""

    def __init__(self, text: str) -> None:
        plain = feature_text(text)
        words = "".join(char if _is_kept(char) else " " for char in plain.replace("'", "").replace("’", "")).split()
        self.key = "".join(words) or plain
        self.chinese = any("\u3400" <= char <= "\u9fff" for char in self.key)
        self.size = len(self.key) if self.chinese else len(words)
        pieces = self.key if self.chinese else words
        pairs = {" ".join(pair) for pair in pairwise(pieces)}
        self.grams = frozenset(pairs if self.chinese else pairs | set(words))

    @property
    def is_formula(self) -> bool:
        return self.size <= (FORMULA_CHARS if self.chinese else FORMULA_WORDS)

    @property
    def is_compared(self) -> bool:
        """Whether the line is long enough for its n-grams to tell."""
        return self.size >= (COMPARED_CHARS if self.chinese else COMPARED_WORDS)


class Training:
    """Lines that can be asked for those near to another one, without comparing it with all of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._forms = [Form(entry.text) for entry in entries]
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for place, form in enumerate(self._forms):
            self._by_key[form.key].append(place)
            for gram in form.grams:
                self._by_gram[gram].append(place)

    def near(self, entry: Entry) -> Iterator[Pair]:
        """The training lines that are equal to `entry` or nearly so, but for shared formulas."""
        form = Form(entry.text)
        equal = self._by_key.get(form.key, [])
        for place in equal:
            own = self._entries[place]
            if not (form.is_formula and entry.capability == own.capability):
                yield Pair(entry, own, 1.0)
        if not form.is_compared:
            return
        for place in sorted(self._sharing(form.grams) - set(equal)):
            similarity = _similarity(form, self._forms[place])
            if similarity >= NEAR:
                yield Pair(entry, self._entries[place], similarity)

    def _sharing(self, grams: frozenset[str]) -> set[int]:
        """All lines that may be near: they lack at most 15 % of the n-grams, so not all of these rarest ones."""
        rarest = sorted(grams, key=lambda gram: (len(self._by_gram.get(gram, ())), gram))
        probed = rarest[: len(grams) - math.ceil(NEAR * len(grams) - 1e-9) + 1]
        return {place for gram in probed for place in self._by_gram.get(gram, ())}


def _similarity(one: Form, other: Form) -> float:
    """Jaccard's: the share of n-grams that both have among all that one of them has."""
    shared = len(one.grams & other.grams)
    return shared / max(1, len(one.grams) + len(other.grams) - shared)


def _is_kept(char: str) -> bool:
    """Letters, numbers, and symbols that mean something, such as emoji."""
    return char.isalnum() or unicodedata.category(char) in ("So", "Sc", "Mn", "Mc")


def near_duplicates(test: Iterable[Entry], training: Sequence[Entry]) -> list[Pair]:
    """Every test line with every training line that is equal or nearly so."""
    index = Training(training)
    return [pair for entry in test for pair in index.near(entry)]


def report(pairs: Sequence[Pair]) -> str:
    """The pairs, a line each, the first of them where there are many."""
    lines = [f"{pair.similarity:.2f}  test {pair.test}  |  training {pair.training}" for pair in pairs[:NAMED]]
    more = [f"and {len(pairs) - NAMED} more"] if len(pairs) > NAMED else []
    return "\n".join([f"{len(pairs)} near-duplicates; take the training lines out:", *lines, *more])


def _entries(lines: Iterable[tuple[str, str, str]]) -> list[Entry]:
    index = capabilities.index()
    return [Entry(locale, index.of_intent(intent), intent, text) for locale, text, intent in lines]


@pytest.fixture(scope="module")
def taught() -> list[Entry]:
    return _entries(assistant_lines(DATA / "nlu"))


@pytest.fixture(scope="module")
def tested() -> list[Entry]:
    return _entries(assistant_lines())


def test_no_test_line_is_near_a_training_line(tested: list[Entry], taught: list[Entry]) -> None:
    pairs = near_duplicates(tested, taught)
    assert not pairs, report(pairs)


def test_no_test_question_is_near_a_question_of_the_data() -> None:
    asked = [Entry(asked.locale, asked.id.partition(".")[0], asked.id, asked.text) for asked in questions()]
    written = [
        Entry(locale, answer.capability, answer.id, text)
        for answer in load_knowledge(DATA / "knowledge").answers.values()
        for locale, texts in answer.questions.items()
        for text in texts
    ]
    pairs = near_duplicates(asked, written)
    assert not pairs, report(pairs)


def test_no_line_stands_in_two_intents_of_a_locale(tested: list[Entry], taught: list[Entry]) -> None:
    for name, entries in (("training", taught), ("test", tested)):
        owners: dict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)
        for entry in entries:
            owners[entry.locale, Form(entry.text).key][entry.label] = entry
        twice = [" | ".join(map(str, own.values())) for own in owners.values() if len(own) > 1]
        assert not twice, "\n".join([name, *twice])


def test_there_are_enough_lines_of_every_capability(tested: list[Entry], taught: list[Entry]) -> None:
    known = capabilities.index().names()
    many = {
        name: Counter((entry.capability, entry.locale) for entry in entries)
        for name, entries in (("training", taught), ("test", tested))
    }
    print(f"\n{'':32}" + "".join(f"{name + ' ' + locale:>18}" for name in many for locale in LOCALES))
    for capability in known:
        row = "".join(f"{count[capability, locale]:18}" for count in many.values() for locale in LOCALES)
        print(f"{capability:32}{row}")
    for name, least, of_oos in (("training", TRAINING_LINES, TRAINING_OOS), ("test", TEST_LINES, TEST_OOS)):
        few = [
            f"{locale}/{capability}: {many[name][capability, locale]} of {least[locale]}"
            for capability in known
            for locale in LOCALES
            if many[name][capability, locale] < least[locale]
        ]
        assert not few, f"{name}: {few}"
        assert sum(many[name][OOS, locale] for locale in LOCALES) >= of_oos, name


def test_there_are_enough_lines_of_entities() -> None:
    cases = entity_cases()
    print(f"\n{len(cases)} lines of entities: {dict(Counter(case.kind for case in cases))}")
    assert len({case.text for case in cases}) >= ENTITY_LINES


@pytest.mark.parametrize(
    ("test_line", "training_line"),
    [
        (("loan", "提前还房贷要违约金吗"), ("loan", "提前還房貸，要違約金嗎？")),
        (("loan", "can I repay my mortgage early"), ("loan", "Can I repay my mortgage early??")),
        (("loan", "提前还房贷要收我违约金的吗"), ("corporate", "提前还房贷要收我违约金的吗哎")),
        (
            ("loan", "I'd like to ask if I can pay my loan back early"),
            ("loan", "id like to ask if I can pay my loan back"),
        ),
        (("affirm", "好的"), ("take_ticket", "好的")),
        (("affirm", "好的就这么办"), ("affirm", "好的，就这么办")),
        (("goodbye", "thank you very much"), ("goodbye", "Thank you very much!")),
    ],
)
def test_a_near_duplicate_is_found(test_line: tuple[str, str], training_line: tuple[str, str]) -> None:
    assert len(near_duplicates([_line(*test_line)], [_line(*training_line)])) == 1


@pytest.mark.parametrize(
    ("test_line", "training_line"),
    [
        (("affirm", "好的"), ("affirm", "好的！")),
        (("emergency", "救命"), ("emergency", "救命！")),
        (("goodbye", "thank you"), ("goodbye", "Thank you.")),
        (("loan", "提前还房贷要违约金吗"), ("loan", "提前还车贷要不要付违约金")),
        (("loan", "can I repay my mortgage early"), ("loan", "can I repay my car loan early")),
        (("take_ticket", "取三万"), ("take_ticket", "取四万")),
        (("chitchat", "😀"), ("chitchat", "😡")),
    ],
)
def test_other_lines_may_stay(test_line: tuple[str, str], training_line: tuple[str, str]) -> None:
    assert near_duplicates([_line(*test_line)], [_line(*training_line)]) == []


def test_the_index_finds_what_comparing_all_would(tested: list[Entry], taught: list[Entry]) -> None:
    asked = [entry for entry in tested[::60] if Form(entry.text).is_compared]
    changed = [entry._replace(text=text) for entry in asked for text in (f"{entry.text} ok", entry.text[:-1])]
    written = [*taught[::20], *changed]
    forms = [Form(entry.text) for entry in written]
    found = Counter(pair.test for pair in near_duplicates(asked, written))
    for entry in asked:
        own = Form(entry.text)
        near = [form for form in forms if form.key == own.key or _similarity(own, form) >= NEAR]
        assert found[entry] == len(near), entry
    assert found.total() > len(asked) / 2


def _line(capability: str, text: str) -> Entry:
    return Entry("zh-Hans", capability, capability, text)
