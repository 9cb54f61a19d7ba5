from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.locales import LOCALES
from bot.printing import fonts
from bot.printing.fonts import Face, Typeface


@pytest.fixture
def latin() -> str:
    """A font without Chinese glyphs."""
    matplotlib = pytest.importorskip("matplotlib")
    return str(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))


def test_font_without_chinese_is_told_from_one_with_it(latin: str, typeface: Typeface) -> None:
    assert fonts.draws_chinese(typeface.regular)
    assert fonts.draws_chinese(typeface.bold)
    assert not fonts.draws_chinese(Face(latin, 0))
    assert not fonts.draws_chinese(Face("nosuchfont.ttf", 0))


@pytest.mark.parametrize("locale", LOCALES)
def test_chinese_glyphs_are_drawn_and_no_boxes(typeface: Typeface, locale: str) -> None:
    found = fonts.find(locale, None)
    assert found is not None
    font = found.regular.at(32)
    box = fonts.glyph(font, "\U000ffffd")
    drawn = [fonts.glyph(font, char) for char in "取号排队請領號碼牌櫃檯"]
    assert box not in drawn
    assert len(set(drawn)) == len(drawn)


def test_chosen_font_is_used(typeface: Typeface) -> None:
    face = typeface.regular
    assert fonts.find("zh-Hant", f"{face.file}#{face.index}") == Typeface(face, face)


def test_chosen_font_that_cannot_be_used_is_a_setup_error(latin: str, tmp_path: Path) -> None:
    text = tmp_path / "font.ttf"
    text.write_text("no font")
    for chosen in (latin, str(text), str(tmp_path / "missing.ttf"), f"{latin}#first", f"{latin}#9"):
        with pytest.raises(SetupError, match="LOBBY_PRINTER_FONT"):
            fonts.find("zh-Hans", chosen)
