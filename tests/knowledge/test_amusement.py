"""What is told to people who wait: whole, in three locales, and in good taste."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.datafiles import Texts
from bot.errors import DataError
from bot.knowledge.amusement import LETTERS, Amusement, letter_of, load_amusement, next_of, solves
from bot.locales import EN, LOCALES, ZH_HANS, ZH_HANT, detect
from bot.settings import DATA

FILE = DATA / "amusement.yml"


@pytest.fixture(scope="module")
def amusement() -> Amusement:
    return load_amusement(FILE)


def texts(amusement: Amusement) -> Iterator[Texts]:
    for riddle in amusement.riddles:
        yield from (riddle.ask, riddle.answer)
    yield from amusement.jokes
    for fact in amusement.facts:
        yield from (fact.text, fact.source)
    for question in amusement.quiz:
        yield from (question.ask, *question.choices, question.why)


def test_there_is_enough_for_a_long_wait(amusement: Amusement) -> None:
    assert len(amusement.riddles) >= 12
    assert len(amusement.jokes) >= 10
    assert len(amusement.facts) >= 15
    assert len(amusement.quiz) >= 15


def test_every_text_is_in_its_own_language_and_script(amusement: Amusement) -> None:
    for text in texts(amusement):
        assert set(text) == set(LOCALES)
        assert detect(text[ZH_HANS], ZH_HANS) == ZH_HANS, text
        assert detect(text[ZH_HANT], ZH_HANT) == ZH_HANT, text
        assert not [char for char in text[ZH_HANT] if detect(char, ZH_HANT) == ZH_HANS], text
        assert not re.search(r"[\u4e00-\u9fff]", text[EN]), text


def test_nothing_is_told_twice(amusement: Amusement) -> None:
    for locale in LOCALES:
        told = [text[locale] for text in (*amusement.jokes, *(r.ask for r in amusement.riddles))]
        assert len(set(told)) == len(told)


def test_a_riddle_is_solved_by_its_words_in_every_locale(amusement: Amusement) -> None:
    for riddle in amusement.riddles:
        for words in riddle.accept.values():
            assert all(solves(riddle, word) for word in words)
        others = [other for other in amusement.riddles if other is not riddle]
        assert not any(solves(other, word) for other in others for word in riddle.accept[ZH_HANS])


@pytest.mark.parametrize(
    "text", ["门", "是门吗？", "我猜是大門", "應該是銀行的門吧", "It's the door!", "i think it is a door"]
)
def test_a_guess_may_have_words_around_it(amusement: Amusement, text: str) -> None:
    door = amusement.riddle("door")
    assert door is not None
    assert solves(door, text)


@pytest.mark.parametrize("text", ["", "？", "厕所的门在哪", "窗户", "where is the door"])
def test_other_words_do_not_solve_it(amusement: Amusement, text: str) -> None:
    door = amusement.riddle("door")
    assert door is not None
    assert not solves(door, text)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("A", "a"),
        ("选b", "b"),
        ("第三个", "c"),
        ("最后一个", "c"),
        ("2", "b"),
        ("the first one", "a"),
        ("不知道", None),
    ],
)
def test_a_choice_is_named_by_letter_or_place(amusement: Amusement, text: str, letter: str | None) -> None:
    assert letter_of(amusement.quiz[0], text, ZH_HANS) == letter


def test_a_choice_is_named_by_its_words(amusement: Amusement) -> None:
    for question in amusement.quiz:
        for locale in LOCALES:
            for letter, choice in zip(LETTERS, question.choices, strict=True):
                assert letter_of(question, choice[locale], locale) == letter


def test_the_right_choice_is_not_always_in_the_same_place(amusement: Amusement) -> None:
    count = Counter(question.right for question in amusement.quiz)
    assert min(count[letter] for letter in LETTERS) >= len(amusement.quiz) // 4


def test_texts_for_children_are_short_and_kind(amusement: Amusement) -> None:
    for question in amusement.quiz:
        assert len(question.ask[ZH_HANS]) <= 40, question.id
        assert len(question.why[ZH_HANS]) <= 40, question.id
        assert all(len(choice[ZH_HANS]) <= 14 for choice in question.choices), question.id
        assert not re.search("笨|傻|蠢|stupid|silly", question.why[ZH_HANS] + question.why[EN])


def test_nothing_comes_again_before_all_has_been_told(amusement: Amusement) -> None:
    for start in (0, 7, 123456789):
        told = [next_of(amusement.jokes, count, start)[ZH_HANS] for count in range(len(amusement.jokes))]
        assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("id: time", "id: door", "twice"),
        ("right: b", "right: d", "right"),
        ("      en: [time]\n", "", "solves it in en"),
        ("verified: true", "verified: perhaps", "verified"),
    ],
)
def test_wrong_data_is_named_with_its_line(tmp_path: Path, old: str, new: str, cause: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "amusement.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_amusement(tmp_path / "amusement.yml")
    assert cause in caught.value.cause
    assert caught.value.line is not None
