"""Sentences of `data/texts.yml` in the three locales."""

from __future__ import annotations

from pathlib import Path

from bot.datafiles import read
from bot.locales import LOCALES


class Texts:
    """Raises DataError where a sentence lacks a locale."""

    def __init__(self, file: Path) -> None:
        source = read(file)
        for key, texts in source.content.items():
            missing = [locale for locale in LOCALES if not isinstance(texts, dict) or not texts.get(locale)]
            if missing:
                raise source.error(f"{key} lacks {', '.join(missing)}", (key,))
        self._texts: dict[str, dict[str, str]] = source.content

    def say(self, key: str, locale: str, **values: object) -> str:
        return self._texts[key][locale].format(**values)
