from __future__ import annotations

import heapq
import random
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queueing import rules
from bot.queueing.rules import Lane, Wait

WINDOWS = "12345"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=timezone.utc)
window_sets = st.frozensets(st.sampled_from(WINDOWS), min_size=1)
means = st.floats(0.5, 60)
lanes = st.builds(Lane, windows=window_sets, mean_minutes=means)
lines = st.dictionaries(lanes, st.integers(1, 10), max_size=8)
busy_sets = st.frozensets(st.sampled_from(WINDOWS))
places = st.tuples(st.integers(0, 50), st.integers(1, 50))


def lane(windows: str, mean: float) -> Lane:
    return Lane(frozenset(windows), mean)


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "number"), [(1, "A001"), (12, "A012"), (999, "A999"), (1000, "A1000")])
def test_number_has_three_digits_until_they_are_used_up(count: int, number: str) -> None:
    assert rules.number("A", count) == number


# --- order ------------------------------------------------------------------------------------


@given(head_start=st.integers(0, 60), other=st.integers(0, 60), later=st.integers(1, 200))
def test_nobody_is_overtaken_by_who_comes_later_than_the_head_start(head_start: int, other: int, later: int) -> None:
    first = rules.rank(NOW, other)
    second = rules.rank(NOW + timedelta(minutes=later), head_start)
    assert (second < first) == (head_start - other > later)


@given(me=places, others=st.lists(places, unique_by=lambda place: place[1], max_size=5))
def test_who_lets_others_pass_stands_behind_the_last_of_them(me: rules.Place, others: list[rules.Place]) -> None:
    others = [place for place in others if place[1] != me[1]]
    mine = (rules.rank_behind(me, others), me[1])
    assert mine >= me
    assert all(place < mine for place in others)
    # Not a millisecond further than needed.
    assert mine == me or not all(place < (mine[0] - 1, me[1]) for place in others)


def test_missed_number_needs_its_calls_first() -> None:
    assert [rules.calls_missing(calls, 2) for calls in range(4)] == [2, 1, 0, 0]


def test_clock_that_was_set_back_gives_no_negative_minutes() -> None:
    assert rules.minutes_since(NOW, NOW - timedelta(hours=1)) == 0
    assert rules.minutes_since(NOW, NOW + timedelta(seconds=119)) == 1


@pytest.mark.parametrize("state", ["waiting", "called", "parked"])
def test_what_was_in_use_when_its_day_ended_has_expired(state: rules.StoredState) -> None:
    assert rules.state_on(state, its_day_is_over=True) == "expired"
    assert rules.state_on(state, its_day_is_over=False) == state


@pytest.mark.parametrize("state", ["serving", "done", "no_show", "cancelled"])
def test_what_was_settled_stays_as_it_was(state: rules.StoredState) -> None:
    assert rules.state_on(state, its_day_is_over=True) == state


# --- wait -------------------------------------------------------------------------------------


@given(ahead=lines, mine=lanes, busy=busy_sets)
def test_wait_is_a_range_of_whole_minutes_around_its_point(
    ahead: dict[Lane, int], mine: Lane, busy: frozenset[str]
) -> None:
    found = rules.wait(ahead, mine, busy)
    assert found.ahead == sum(count for one, count in ahead.items() if one.windows & mine.windows)
    assert all(isinstance(minutes, int) for minutes in (found.low, found.point, found.high))
    assert 0 <= found.low <= found.point <= found.high


@given(ahead=lines, one=lanes, mine=lanes, busy=busy_sets)
def test_one_more_person_ahead_never_shortens_the_wait(
    ahead: dict[Lane, int], one: Lane, mine: Lane, busy: frozenset[str]
) -> None:
    before = rules.wait(ahead, mine, busy)
    after = rules.wait(Counter(ahead) + Counter([one]), mine, busy)
    assert after.ahead >= before.ahead
    assert after.high >= before.high


@given(count=st.integers(0, 40), mean=means, few=st.integers(1, 4))
def test_one_more_window_never_lengthens_the_wait(count: int, mean: float, few: int) -> None:
    def at(number: int) -> Wait:
        mine = lane(WINDOWS[:number], mean)
        return rules.wait({mine: count}, mine, mine.windows)

    assert at(few + 1).low <= at(few).low
    assert at(few + 1).high <= at(few).high


@given(mine=lanes)
def test_nobody_ahead_and_a_free_window_is_next_to_no_wait(mine: Lane) -> None:
    assert rules.wait({}, mine, frozenset()) == Wait(0, 0, 1, 2)


def test_expected_wait_lies_within_the_range() -> None:
    # Six people of 5 minutes at two windows that are both busy: 15 minutes, and 2.5 until the first service ends.
    mine = lane("12", 5)
    found = rules.wait({mine: 6}, mine, mine.windows)
    assert found.ahead == 6
    assert found.low < 15
    assert found.high > 17


def test_who_may_go_elsewhere_counts_only_with_our_share() -> None:
    mine = lane("3", 6)
    shared = rules.wait({lane("123", 6): 4}, mine, frozenset())
    alone = rules.wait({mine: 4}, mine, frozenset())
    assert shared.high < alone.high


def test_who_is_held_keeps_nobody_waiting() -> None:
    mine = lane("1", 10)
    found = rules.waits([(1, mine, True), (2, mine, False), (3, mine, False)], frozenset("1"))
    assert [found[ticket_id].ahead for ticket_id in (1, 2, 3)] == [0, 0, 1]


@given(line=st.lists(st.tuples(lanes, st.booleans()), max_size=12), busy=busy_sets)
def test_the_wait_of_all_is_the_wait_of_each(line: list[tuple[Lane, bool]], busy: frozenset[str]) -> None:
    found = rules.waits([(place, one, held) for place, (one, held) in enumerate(line)], busy)
    for place, (mine, _) in enumerate(line):
        ahead = Counter(one for one, held in line[:place] if not held)
        assert found[place] == rules.wait(ahead, mine, busy)


def simulated_wait(chance: random.Random, ahead: int, windows: int, mean: float) -> float:
    """Minutes until somebody behind `ahead` people is called, all windows busy, exponential service times."""
    free_at = [chance.expovariate(1 / mean) for _ in range(windows)]
    heapq.heapify(free_at)
    for _ in range(ahead):
        heapq.heapreplace(free_at, free_at[0] + chance.expovariate(1 / mean))
    return free_at[0]


@pytest.mark.parametrize(("ahead", "windows", "mean"), [(0, 2, 6), (3, 1, 10), (8, 3, 6), (20, 2, 8), (40, 5, 5)])
def test_most_real_waits_fall_into_the_range(ahead: int, windows: int, mean: float) -> None:
    mine = lane(WINDOWS[:windows], mean)
    found = rules.wait({mine: ahead}, mine, mine.windows)
    chance = random.Random(2026)
    waits = [simulated_wait(chance, ahead, windows, mean) for _ in range(2000)]
    inside = sum(found.low <= wait <= found.high for wait in waits)
    assert inside / len(waits) > 0.6
