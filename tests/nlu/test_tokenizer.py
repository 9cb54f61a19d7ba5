"""Words: Chinese by jieba with the bank's dictionary, all else by its own shape."""

from __future__ import annotations

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.tokenizer import load_words, tokenise
from bot.settings import DATA

WORDS = load_words(DATA / "jieba" / "userdict.txt")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我要办大额存单", ["我要", "办", "大额存单"]),
        ("我要辦大額存單", ["我要", "办", "大额存单"]),
        ("open二类账户please", ["open", "二类账户", "please"]),
        ("don't take 35,000.00", ["don't", "take", "35,000.00"]),
        ("打⟨phone:1⟩吧", ["打", "⟨phone:1⟩", "吧"]),
        ("", []),
        (" \u200b ", []),
    ],
)
def test_cuts_into_words(text: str, words: list[str]) -> None:
    assert [token.text for token in tokenise(text, WORDS)] == words


def test_offsets_are_those_of_the_customers_text() -> None:
    text = "我要　辦\u200b大額存單！！"
    assert [text[token.start : token.end] for token in tokenise(text, WORDS)] == ["我要", "辦", "大額存單", "！！"]


@given(st.text(max_size=60))
def test_tokens_follow_one_another_inside_the_text(text: str) -> None:
    tokens = tokenise(text, WORDS)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


def test_the_banks_words_do_not_leak_into_jieba_itself() -> None:
    assert WORDS.FREQ is not jieba.dt.FREQ
    assert "二类账户" not in jieba.dt.FREQ
