"""Public holidays and working weekends by country, from the `holidays` library, a year at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from bot.datafiles import Texts
from bot.locales import EN, ZH_HANS, ZH_HANT

# The languages of the library that can stand for a locale, best first.
_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    ZH_HANS: ("zh_CN",),
    ZH_HANT: ("zh_TW", "zh_HK"),
    EN: ("en_US", "en_GB"),
}
PUBLIC_HOLIDAY = Texts({ZH_HANS: "节假日", ZH_HANT: "國定假日", EN: "Public holiday"})


@dataclass(frozen=True)
class Year:
    """`closed` names each public holiday; `working` are the weekend days that are working days that year."""

    closed: Mapping[date, Texts]
    working: frozenset[date]


@lru_cache(maxsize=1)
def countries() -> Mapping[str, list[str]]:
    """ISO 3166 code of every country that is known, with the codes of its parts."""
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=64)
def year(country: str, subdivision: str | None, number: int) -> Year:
    """The holidays of one calendar year. China's working weekends are known once its government has named them."""
    default = holidays.country_holidays(country, subdiv=subdivision, years=number)
    labels = {locale: _labels(country, subdivision, number, default, locale) for locale in _LANGUAGES}
    closed = {
        day: Texts({locale: labels[locale].get(day) or PUBLIC_HOLIDAY[locale] for locale in _LANGUAGES})
        for day in default
        if day.year == number
    }
    working = frozenset(day for day in getattr(default, "weekend_workdays", ()) if day.year == number)
    return Year(closed, working)


def _labels(
    country: str, subdivision: str | None, number: int, default: holidays.HolidayBase, locale: str
) -> dict[date, str]:
    spoken = [language for language in _LANGUAGES[locale] if language in default.supported_languages]
    if not spoken:
        return {}
    named = holidays.country_holidays(country, subdiv=subdivision, years=number, language=spoken[0])
    # "Day off (substituted from 02/14/2026)" is for clerks: a label with figures in it is none.
    return {day: label for day, label in named.items() if not any(char.isdigit() for char in label)}
