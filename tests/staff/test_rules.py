"""Roles, throttling and the life of sessions, without a store."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.staff import rules

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=timezone.utc)


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minute) for minute in minutes]


def test_admin_may_all_that_anybody_may() -> None:
    assert all(rights <= rules.RIGHTS["admin"] for rights in rules.RIGHTS.values())


def test_agent_writes_complaints_down_and_cannot_read_them() -> None:
    assert rules.may("agent", "capture")
    assert not rules.may("agent", "complaints")
    assert not rules.may("agent", "reveal")


def test_head_office_guides_without_seeing_personal_values() -> None:
    assert rules.may("head_office", "guide")
    assert not rules.may("head_office", "reveal")


def test_unknown_role_may_nothing() -> None:
    assert not rules.may("guest", "capture")


def test_four_failures_are_let_in_and_five_wait() -> None:
    assert rules.retry_after(minutes_ago(1, 2, 3, 4), NOW) == 0
    assert rules.retry_after(minutes_ago(1, 2, 3, 4, 5), NOW) == 10 * 60


def test_failures_older_than_the_window_do_not_count() -> None:
    assert rules.retry_after(minutes_ago(1, 2, 3, 4, 15, 16), NOW) == 0


@given(st.lists(st.floats(0, 40), max_size=12))
def test_after_the_wait_one_is_let_in(ages: list[float]) -> None:
    failures = minutes_ago(*ages)
    wait = rules.retry_after(failures, NOW)
    assert 0 <= wait <= rules.FAILURE_WINDOW.total_seconds()
    # A microsecond more: seconds as a float round.
    assert rules.retry_after(failures, NOW + timedelta(seconds=wait, microseconds=1)) == 0


def test_session_ends_after_twelve_hours_or_eight_idle() -> None:
    begun = NOW
    assert rules.alive(created_at=begun, seen_at=begun, now=begun + timedelta(hours=7, minutes=59))
    assert not rules.alive(created_at=begun, seen_at=begun, now=begun + timedelta(hours=8))
    busy = begun + timedelta(hours=11)
    assert rules.alive(created_at=begun, seen_at=busy, now=begun + timedelta(hours=11, minutes=59))
    assert not rules.alive(created_at=begun, seen_at=busy, now=begun + timedelta(hours=12))


@given(st.text(max_size=30), st.text(max_size=15))
def test_any_name_can_be_counted_and_compared(name: str, address: str) -> None:
    folded = rules.folded(name)
    assert "\0" not in folded
    folded.encode()
    assert rules.failure_key(name.upper() if name.isascii() else name, address) == rules.failure_key(name, address)


def test_failures_are_counted_by_name_and_address() -> None:
    keys = {rules.failure_key(name, address) for name in ("a", "b") for address in ("10.0.0.1", "10.0.0.2")}
    assert len(keys) == 4


def test_csrf_token_tells_nothing_of_the_session_token() -> None:
    assert rules.csrf_token("a") != rules.csrf_token("b")
    assert rules.csrf_token("a") not in (rules.token_digest("a"), "a")
