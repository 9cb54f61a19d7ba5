"""Normalised text is what features see; every offset leads back to the customer's own text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.normalise import FEATURE_CHARS, feature_text, normalise


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ｈｅｌｌｏ　ＷＯＲＬＤ", "hello world"),
        ("我要轉帳參萬圓", "我要转账参万圆"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("请问？？？！！", "请问?!"),
        ("sooooo slow", "soo slow"),
        ("取10000000", "取10000000"),
        ("一一一", "一一一"),
        ("a\u200bb\u202ec\x00d", "abcd"),
        ("  two   blanks ", "two blanks"),
        ("㎏①", "kg1"),
        ("⟨phone:1⟩", "⟨phone:1⟩"),
        ("", ""),
        (" \u3000\t", ""),
        ("\ud800", ""),
    ],
)
def test_becomes_plain(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@given(st.text(max_size=80))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(normal.starts, normal.ends, strict=True))
    assert list(normal.starts) == sorted(normal.starts)


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_that_offsets_rely_on(text: str) -> None:
    once = normalise(text).text
    assert not any(char in "\u200b\u200e\u202e\x00\r\n" for char in once)
    assert once == once.strip(" ")


def test_a_span_covers_what_was_squeezed() -> None:
    text = "好！！！！吗"
    normal = normalise(text)
    assert normal.text == "好!吗"
    assert normal.span(1, 2) == (1, 5)


def test_features_do_not_tell_one_masked_value_from_another_and_are_short() -> None:
    assert feature_text("打⟨phone:1⟩") == feature_text("打⟨phone:27⟩") == "打⟨phone⟩"
    assert len(feature_text("很长" * 5000)) <= FEATURE_CHARS
