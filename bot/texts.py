"""Sentences of `data/texts.yml` in the three locales."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.errors import DataError
from bot.locales import LOCALES


class Texts:
    """Raises DataError where a sentence lacks a locale."""

    def __init__(self, file: Path) -> None:
        try:
            loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise DataError(str(file), f"not valid YAML: {error}", line=mark.line + 1 if mark else None) from error
        for key, texts in loaded.items():
            missing = [locale for locale in LOCALES if not (texts or {}).get(locale)]
            if missing:
                raise DataError(str(file), f"{key} lacks {', '.join(missing)}")
        self._texts: dict[str, dict[str, str]] = loaded

    def say(self, key: str, locale: str, **values: object) -> str:
        return self._texts[key][locale].format(**values)
