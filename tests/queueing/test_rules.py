from __future__ import annotations

import heapq
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queueing import rules
from bot.queueing.rules import InLine, Wait

WINDOWS = "12345"
window_sets = st.frozensets(st.sampled_from(WINDOWS), min_size=1)
means = st.floats(0.5, 60)
people = st.builds(InLine, ticket_id=st.integers(1, 9999), windows=window_sets, mean_minutes=means)
lines = st.lists(people, max_size=40, unique_by=lambda one: one.ticket_id)


def queue_of(count: int, windows: str, mean: float) -> list[InLine]:
    return [InLine(number, frozenset(windows), mean) for number in range(count)]


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "number"), [(1, "A001"), (12, "A012"), (999, "A999"), (1000, "A1000")])
def test_number_has_three_digits_until_they_are_used_up(count: int, number: str) -> None:
    assert rules.number("A", count) == number


# --- wait -------------------------------------------------------------------------------------


@given(line=lines, windows=window_sets, busy=st.frozensets(st.sampled_from(WINDOWS)), mean=means)
def test_wait_is_a_range_of_whole_minutes(
    line: list[InLine], windows: frozenset[str], busy: frozenset[str], mean: float
) -> None:
    ahead = rules.competing(line, windows)
    found = rules.wait(ahead, windows, busy, mean)
    assert found.ahead == len(ahead)
    assert isinstance(found.low, int)
    assert isinstance(found.high, int)
    assert 0 <= found.low <= found.high


@given(line=lines, one=people, windows=window_sets, busy=st.frozensets(st.sampled_from(WINDOWS)), mean=means)
def test_one_more_person_ahead_never_shortens_the_wait(
    line: list[InLine], one: InLine, windows: frozenset[str], busy: frozenset[str], mean: float
) -> None:
    before = rules.wait(rules.competing(line, windows), windows, busy, mean)
    after = rules.wait(rules.competing([*line, one], windows), windows, busy, mean)
    assert after.ahead >= before.ahead
    assert after.high >= before.high


@given(count=st.integers(0, 40), mean=means, few=st.integers(1, 4))
def test_one_more_window_never_lengthens_the_wait(count: int, mean: float, few: int) -> None:
    def at(number: int) -> Wait:
        windows = WINDOWS[:number]
        return rules.wait(queue_of(count, windows, mean), frozenset(windows), frozenset(windows), mean)

    assert at(few + 1).low <= at(few).low
    assert at(few + 1).high <= at(few).high


@given(windows=window_sets, mean=means)
def test_nobody_ahead_and_a_free_window_is_next_to_no_wait(windows: frozenset[str], mean: float) -> None:
    assert rules.wait([], windows, frozenset(), mean) == Wait(0, 0, 2)


def test_expected_wait_lies_within_the_range() -> None:
    # Six people of 5 minutes at two windows that are both busy: 15 minutes, and 2.5 until the first service ends.
    found = rules.wait(queue_of(6, "12", 5), frozenset("12"), frozenset("12"), 5)
    assert found.ahead == 6
    assert found.low < 15
    assert found.high > 17


def test_who_may_go_elsewhere_counts_only_with_our_share() -> None:
    shared = rules.wait(queue_of(4, "123", 6), frozenset("3"), frozenset(), 6)
    alone = rules.wait(queue_of(4, "3", 6), frozenset("3"), frozenset(), 6)
    assert shared.high < alone.high


def simulated_wait(chance: random.Random, ahead: int, windows: int, mean: float) -> float:
    """Minutes until somebody behind `ahead` people is called, all windows busy, exponential service times."""
    free_at = [chance.expovariate(1 / mean) for _ in range(windows)]
    heapq.heapify(free_at)
    for _ in range(ahead):
        heapq.heapreplace(free_at, free_at[0] + chance.expovariate(1 / mean))
    return free_at[0]


@pytest.mark.parametrize(("ahead", "windows", "mean"), [(0, 2, 6), (3, 1, 10), (8, 3, 6), (20, 2, 8), (40, 5, 5)])
def test_most_real_waits_fall_into_the_range(ahead: int, windows: int, mean: float) -> None:
    names = WINDOWS[:windows]
    found = rules.wait(queue_of(ahead, names, mean), frozenset(names), frozenset(names), mean)
    chance = random.Random(2026)
    waits = [simulated_wait(chance, ahead, windows, mean) for _ in range(2000)]
    inside = sum(found.low <= wait <= found.high for wait in waits)
    assert inside / len(waits) > 0.6


# --- delay ------------------------------------------------------------------------------------


def ids(line: Sequence[InLine]) -> list[int]:
    return [one.ticket_id for one in line]


def test_delayed_ticket_lets_three_pass() -> None:
    assert rules.delayed(queue_of(6, "1", 5), 1) == [0, 2, 3, 4, 1, 5]


def test_delayed_ticket_goes_to_the_end_of_a_short_line() -> None:
    assert rules.delayed(queue_of(3, "1", 5), 1) == [0, 2, 1]
    assert rules.delayed(queue_of(3, "1", 5), 2) == [0, 1, 2]


@given(line=lines.filter(bool), data=st.data())
def test_delay_moves_one_ticket_behind_at_most_three_competitors(line: list[InLine], data: st.DataObject) -> None:
    ticket_id = data.draw(st.sampled_from(ids(line)))
    order = rules.delayed(line, ticket_id)
    others = [one for one in ids(line) if one != ticket_id]
    assert [one for one in order if one != ticket_id] == others
    me = next(one for one in line if one.ticket_id == ticket_id)
    passed = set(order[: order.index(ticket_id)]) - set(ids(line)[: ids(line).index(ticket_id)])
    rivals = {one.ticket_id for one in rules.competing(line, me.windows)}
    behind = [one for one in ids(line)[ids(line).index(ticket_id) + 1 :] if one in rivals]
    assert len(passed & rivals) == min(3, len(behind))
