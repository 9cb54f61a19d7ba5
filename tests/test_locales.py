"""The locale of a text, and the text of a locale."""

from __future__ import annotations

import pytest

from bot.locales import EN, LOCALES, ZH_HANS, ZH_HANT, detect, pick


@pytest.mark.parametrize(
    ("text", "previous", "locale"),
    [
        ("我要取钱", EN, ZH_HANS),
        ("我要取錢", ZH_HANS, ZH_HANT),
        ("請問5號窗口喺邊", ZH_HANS, ZH_HANT),
        ("I want to withdraw money", ZH_HANS, EN),
        ("hello", ZH_HANT, EN),
        ("thanks", ZH_HANS, EN),
        ("no", ZH_HANS, EN),
        ("我要 take a number, 取钱", EN, ZH_HANS),
        ("can I use 支付宝 here to pay", ZH_HANS, EN),
        ("办张credit card", EN, ZH_HANS),
    ],
)
def test_a_text_that_tells_wins(text: str, previous: str, locale: str) -> None:
    assert detect(text, previous) == locale


@pytest.mark.parametrize("previous", LOCALES)
@pytest.mark.parametrize("text", ["", "   ", "A012", "ok", "VIP", "ATM", "5", "😀", "⟨phone:1⟩", "3000 USD", "？？"])
def test_a_text_that_tells_nothing_keeps_what_was_before(text: str, previous: str) -> None:
    assert detect(text, previous) == previous


def test_chinese_of_either_script_keeps_the_script_but_leaves_english() -> None:
    assert detect("你好", ZH_HANT) == ZH_HANT
    assert detect("你好", ZH_HANS) == ZH_HANS
    assert detect("你好", EN) == ZH_HANS


def test_a_missing_text_is_given_in_simplified_chinese() -> None:
    assert pick({"zh-Hans": "好", "en": "Good"}, EN) == "Good"
    assert pick({"zh-Hans": "好", "en": "Good"}, ZH_HANT) == "好"
