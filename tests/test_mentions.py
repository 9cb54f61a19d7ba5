"""A name is found where it stands, and not inside another word."""

from __future__ import annotations

import pytest

from bot.mentions import mentions


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("where is the atm", "atm", True),
        ("treatment", "atm", False),
        ("treatment at the atm", "atm", True),
        ("這台not working啦", "not working", True),
        ("atm坏了", "atm", True),
        ("window 12", "window 1", False),
        ("window 1号", "window 1", True),
        ("取款机坏了", "取款机", True),
        ("open it", "pen", False),
    ],
)
def test_a_latin_name_stands_alone_and_a_chinese_one_anywhere(text: str, name: str, found: bool) -> None:
    assert mentions(text, name) is found
