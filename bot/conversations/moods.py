"""How a customer sounds, by words of `data/moods.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.datafiles import read
from bot.locales import LOCALES

FEW_CHARACTERS, FEW_WORDS = 5, 4
_HAN, _WORD = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z']+")


class Moods:
    """The words of all locales at once: people swear in any. Raises DataError where the file is wrong."""

    def __init__(self, file: Path) -> None:
        source = read(file)
        by_locale = source.content.get("angry")
        if not isinstance(by_locale, Mapping) or set(by_locale) != set(LOCALES):
            raise source.error(f"`angry` needs words for {', '.join(LOCALES)}", ("angry",))
        try:
            self._angry = re.compile("|".join(f"(?:{w})" for ws in by_locale.values() for w in ws), re.IGNORECASE)
        except (re.error, TypeError) as error:
            raise source.error(f"`angry` holds what is no regular expression ({error})", ("angry",)) from error

    def is_angry(self, text: str) -> bool:
        return bool(self._angry.search(text))

    def is_only_anger(self, text: str) -> bool:
        """Whether an angry text says hardly anything besides: no matter that could be written down."""
        rest = self._angry.sub(" ", text)
        return (
            self.is_angry(text) and len(_HAN.findall(rest)) <= FEW_CHARACTERS and len(_WORD.findall(rest)) <= FEW_WORDS
        )
