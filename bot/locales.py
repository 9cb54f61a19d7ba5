"""The three locales the assistant speaks, and how the locale of a text is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

ZH_HANS, ZH_HANT, EN = "zh-Hans", "zh-Hant", "en"
LOCALES = (ZH_HANS, ZH_HANT, EN)

_MASKED = re.compile(r"⟨[a-z_]+:\d+⟩")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# One of these alone says nothing about the language its writer speaks.
_SHARED_WORD = re.compile(
    r"a|alipay|app|atm|cny|etc|eur|gbp|hkd|id|jpy|nfc|ok|okay|pin|pos|qr|rmb|sms|twd|ukey|usd|vip|wechat|wifi"
)
_SHORT_ENGLISH = re.compile(r"bye|fee|hey|hi|how|no|not|out|pay|sir|tax|the|who|why|yep|yes|you")


def detect(text: str, previous: str) -> str:
    """Locale of one customer text; `previous` where the text does not tell.

    Chinese wins over English when it has at least as many characters as the text has Latin words.
    The script of Chinese is told by characters that only one of the two scripts uses.
    """
    text = _MASKED.sub(" ", text)
    han = _HAN.findall(text)
    words = [word.lower() for word in _LATIN_WORD.findall(text)]
    if len(words) > len(han):
        return EN if _tells_english(words) else previous
    if not han:
        return previous
    traditional_only, simplified_only = _script_marks()
    traditional = sum(char in traditional_only for char in han)
    simplified = sum(char in simplified_only for char in han)
    if traditional != simplified:
        return ZH_HANT if traditional > simplified else ZH_HANS
    return previous if previous != EN or words else ZH_HANS


def pick(texts: Mapping[str, str], locale: str) -> str:
    """The text of a locale; simplified Chinese where that one is missing. KeyError where both are."""
    return texts[locale] if locale in texts else texts[ZH_HANS]


def _tells_english(words: list[str]) -> bool:
    telling = [word for word in words if not _SHARED_WORD.fullmatch(word)]
    if len(words) >= 2:
        return bool(telling)
    return any(len(word) >= 4 or _SHORT_ENGLISH.fullmatch(word) for word in telling)


@lru_cache(maxsize=1)
def to_simplified() -> Mapping[str, str]:
    """OpenCC's table of single characters, traditional to simplified (its first choice)."""
    return {old: choices[0] for old, choices in _opencc("TSCharacters.txt").items() if len(old) == len(choices[0]) == 1}


@lru_cache(maxsize=1)
def _script_marks() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that only traditional and that only simplified Chinese uses."""
    traditional = frozenset(char for char, choices in _opencc("TSCharacters.txt").items() if char not in choices)
    simplified = frozenset(char for char, choices in _opencc("STCharacters.txt").items() if char not in choices)
    return traditional - simplified, simplified - traditional


def _opencc(name: str) -> dict[str, list[str]]:
    lines = resources.files("opencc").joinpath("dictionary").joinpath(name).read_text(encoding="utf-8").splitlines()
    return {key: values.split(" ") for key, values in (line.split("\t") for line in lines if "\t" in line)}
