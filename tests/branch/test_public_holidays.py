from __future__ import annotations

from datetime import date

import pytest

from bot.branch import public_holidays
from bot.locales import LOCALES


def test_spring_festival_is_named_in_all_locales() -> None:
    named = public_holidays.year("CN", None, 2026).closed[date(2026, 2, 17)]
    assert named == {"zh-Hans": "春节", "zh-Hant": "春節", "en": "Chinese New Year (Spring Festival)"}


def test_working_weekends_of_china_are_those_of_the_year() -> None:
    assert sorted(public_holidays.year("CN", None, 2026).working) == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_a_day_in_lieu_is_called_a_public_holiday() -> None:
    assert public_holidays.year("CN", None, 2026).closed[date(2026, 2, 20)] == public_holidays.PUBLIC_HOLIDAY


def test_what_the_library_cannot_say_in_chinese_is_a_public_holiday() -> None:
    named = public_holidays.year("US", "NY", 2026).closed[date(2026, 7, 3)]
    assert named["en"].startswith("Independence Day")
    assert named["zh-Hant"] == public_holidays.PUBLIC_HOLIDAY["zh-Hant"]


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    lincoln = date(2026, 2, 12)
    assert lincoln in public_holidays.year("US", "NY", 2026).closed
    assert lincoln not in public_holidays.year("US", None, 2026).closed


@pytest.mark.parametrize("country", ["CN", "HK", "TW", "SG", "GB"])
def test_every_holiday_has_a_name_in_every_locale(country: str) -> None:
    closed = public_holidays.year(country, None, 2026).closed
    assert len(closed) > 5
    for day, label in closed.items():
        assert day.year == 2026
        assert set(label) == set(LOCALES)
        assert all(label.values())


def test_a_year_is_worked_out_once() -> None:
    assert public_holidays.year("CN", None, 2025) is public_holidays.year("CN", None, 2025)
