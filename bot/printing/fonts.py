"""Finds a font that draws Chinese."""

from __future__ import annotations

import logging
import subprocess
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageFont

from bot.errors import SetupError
from bot.locales import EN, ZH_HANS, ZH_HANT

log = logging.getLogger(__name__)

# fontconfig's names of the two scripts. English is drawn with the font of the first, so that a slip looks one.
_LANGUAGE = {ZH_HANS: "zh-cn", ZH_HANT: "zh-tw", EN: "zh-cn"}
# Tried where fontconfig is missing or finds none; Pillow looks for them where the system keeps its fonts.
_USUAL = ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "msyh.ttc")
# In either script, and drawn by no font that has only the other.
_SAMPLE = "号號请請"
_NOWHERE = "\U000ffffd"  # a private character: every font shows what it shows for a missing one
_FC_SECONDS = 10


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    file: str
    index: int

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at `size` pixels an em. Raises OSError where the file is no font or has no such face."""
        return _opened(self.file, self.index, size)


@dataclass(frozen=True)
class Typeface:
    regular: Face
    bold: Face


def find(locale: str, chosen: str | None) -> Typeface | None:
    """The typeface for a locale: `chosen` (LOBBY_PRINTER_FONT) if given, else the system's; None if it has none.

    Raises SetupError where the chosen one can't be used.
    """
    if chosen is not None:
        face = _chosen(chosen)
        return Typeface(face, face)
    regular, bold = _matched(_LANGUAGE[locale], "regular"), _matched(_LANGUAGE[locale], "bold")
    if regular is None:
        regular = next((face for name in _USUAL if draws_chinese(face := Face(name, 0))), None)
    if regular is None:
        return None
    return Typeface(regular, bold or regular)


def draws_chinese(face: Face) -> bool:
    """Whether the face exists and has glyphs of its own for Chinese, not the box that stands for a missing one."""
    try:
        font = face.at(24)
    except OSError:
        return False
    missing = glyph(font, _NOWHERE)
    return all(glyph(font, char) != missing for char in _SAMPLE)


def glyph(font: ImageFont.FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    """Size and pixels of one character."""
    mask = font.getmask(char)
    return mask.size, bytes(mask)


def _chosen(text: str) -> Face:
    file, _, index = text.partition("#")
    index = index or "0"
    face = Face(file, int(index)) if index.isdecimal() else None
    if face is None or not draws_chinese(face):
        raise SetupError(
            f"LOBBY_PRINTER_FONT {text} is no font file, or has no Chinese glyphs",
            "set it to a TrueType or OpenType file with Chinese, such as Noto Sans CJK, or leave it out",
        )
    return face


def _matched(language: str, style: str) -> Face | None:
    """The best sans-serif of fontconfig for a language; it answers with some font even where none has the language."""
    command = ["fc-match", "--format=%{file}\n%{index}", f"sans-serif:lang={language}:{style}"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=_FC_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    file, _, index = found.partition("\n")
    face = Face(file, int(index)) if index.isdecimal() else None
    return face if face is not None and draws_chinese(face) else None


@lru_cache(maxsize=32)
def _opened(file: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, index, layout_engine=ImageFont.Layout.BASIC)
