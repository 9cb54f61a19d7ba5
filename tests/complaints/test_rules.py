from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.complaints import rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
moments = st.datetimes(datetime(2020, 3, 1), datetime(2099, 1, 1), timezones=st.just(timezone.utc))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23T06:00:00+00:00", date(2026, 12, 8)),
        ("2026-11-23T15:59:59+00:00", date(2026, 12, 8)),  # one second to midnight in Shanghai
        ("2026-11-23T16:00:00+00:00", date(2026, 12, 9)),
        ("2026-12-20T04:00:00+00:00", date(2027, 1, 4)),  # over a holiday: calendar days
    ],
)
def test_complaint_is_due_fifteen_branch_days_after_receipt(received: str, due: date) -> None:
    assert rules.due_on(datetime.fromisoformat(received), SHANGHAI) == due


@given(received=moments, zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Auckland"]))
def test_fifteen_days_are_left_on_the_day_of_receipt_anywhere(received: datetime, zone: str) -> None:
    due = rules.due_on(received, ZoneInfo(zone))
    assert rules.days_left(due, received, ZoneInfo(zone)) == 15


def test_days_left_turn_negative_when_the_date_has_passed() -> None:
    now = datetime(2026, 12, 8, 6, 0, tzinfo=timezone.utc)
    assert rules.days_left(date(2026, 12, 8), now, SHANGHAI) == 0
    assert rules.days_left(date(2026, 12, 8), now + timedelta(days=2), SHANGHAI) == -2


def test_number_carries_the_branch_day() -> None:
    assert rules.number(date(2026, 11, 23), 7) == "C20261123-0007"


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("13812345678", "•••5678"),
        ("+86 138-1234-5678", "•••5678"),
        ("８６２１ ６１２３４５６７", "•••４５６７"),
        ("1234567", "•••"),
        ("wang@example.com", "•••"),
        ("", "•••"),
    ],
)
def test_contact_shows_only_the_end_of_a_long_number(contact: str, shown: str) -> None:
    assert rules.mask_contact(contact) == shown


@given(contact=st.text(max_size=60))
def test_masked_contact_never_shows_more_than_four_characters(contact: str) -> None:
    assert len(rules.mask_contact(contact).removeprefix("•••")) in (0, 4)
