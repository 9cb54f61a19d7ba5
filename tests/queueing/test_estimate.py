from __future__ import annotations

import math
from dataclasses import replace
from heapq import heapify, heappop, heappush

import numpy as np
import pytest

from bot.queueing.estimate import (
    AtWindow,
    Estimate,
    Hall,
    InLine,
    OpenWindow,
    Overtakers,
    ServiceTime,
    estimate_newcomers,
    estimate_waits,
)

ONE, TWO = frozenset({"1"}), frozenset({"1", "2"})


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def exactly(minutes: float) -> ServiceTime:
    """A service that always takes so long."""
    return ServiceTime(math.log(minutes), kappa=1e9, alpha=1e9, beta=1e-3)


def about(minutes: float, deviation: float) -> ServiceTime:
    """A service whose log-normal time is known for certain; `minutes` is its median."""
    return ServiceTime(math.log(minutes), kappa=1e9, alpha=1e9, beta=1e9 * deviation**2)


def person(key: str, rank: float, windows: frozenset[str] = ONE, service_id: str = "cash") -> InLine:
    return InLine(key, rank, windows, service_id)


CASH = {"cash": exactly(10)}
IDLE = Hall([OpenWindow("1")], CASH, approach_minutes=0)


def points(line: list[InLine], hall: Hall) -> dict[str, float | None]:
    """Whole minutes until each is called."""
    found = estimate_waits(line, hall, rng())
    return {str(key): None if wait is None else round(wait.point, 1) for key, wait in found.items()}


# --- the rules of the hall --------------------------------------------------------------------


def test_a_free_window_calls_the_first_at_once_and_the_others_one_after_another() -> None:
    line = [person("a", -3), person("b", -2), person("c", -1)]
    assert points(line, IDLE) == {"a": 0, "b": 10, "c": 20}


def test_rank_decides_not_the_order_given() -> None:
    assert points([person("late", -1), person("early", -9)], IDLE) == {"late": 10, "early": 0}
    assert points([person("first", -5), person("second", -5)], IDLE) == {"first": 0, "second": 10}


def test_two_windows_share_those_whom_both_serve() -> None:
    hall = replace(IDLE, windows=[OpenWindow("1"), OpenWindow("2", AtWindow("cash", 4.0))])
    line = [person("a", -4, TWO), person("b", -3, TWO), person("c", -2, TWO), person("d", -1, ONE)]
    assert points(line, hall) == {"a": 0, "b": 6, "c": 10, "d": 20}


def test_a_window_passes_over_those_whom_it_does_not_serve() -> None:
    hall = replace(IDLE, windows=[OpenWindow("1"), OpenWindow("2", AtWindow("cash", 0.0))])
    line = [person("elsewhere", -9, frozenset({"2"})), person("here", -1, ONE)]
    assert points(line, hall) == {"elsewhere": 10, "here": 0}


def test_nobody_waits_in_an_empty_line() -> None:
    assert estimate_waits([], IDLE, rng()) == {}


@pytest.mark.parametrize(
    "windows", [[], [OpenWindow("2")], [OpenWindow("1", courses=())], [OpenWindow("1", courses=((),))]]
)
def test_where_no_window_will_call_there_is_no_estimate(windows: list[OpenWindow]) -> None:
    assert estimate_waits([person("a", -1)], replace(IDLE, windows=windows), rng()) == {"a": None}


def test_who_is_not_reached_before_the_window_closes_has_no_estimate() -> None:
    hall = replace(IDLE, windows=[OpenWindow("1", courses=([(0, 15)],))])
    line = [person("a", -3), person("b", -2), person("c", -1)]
    assert points(line, hall) == {"a": 0, "b": 10, "c": None}


def test_a_window_on_a_break_calls_again_after_it() -> None:
    hall = replace(IDLE, windows=[OpenWindow("1", courses=([(0, 5), (60, math.inf)],))])
    assert points([person("a", -3), person("b", -2)], hall) == {"a": 0, "b": 60}


def test_possible_breaks_make_the_range_wide() -> None:
    courses = [[(0, math.inf)], [(0, math.inf)], [(0, math.inf)], [(0, 5), (60, math.inf)]]
    hall = replace(IDLE, windows=[OpenWindow("1", courses=courses)])
    wait = estimate_waits([person("a", -3), person("b", -2)], hall, rng())["b"]
    assert wait is not None
    assert (round(wait.low), round(wait.point), round(wait.high)) == (10, 10, 60)


def test_who_is_on_hold_is_passed_over_and_then_goes_first() -> None:
    line = [replace(person("held", -9), away=15), person("b", -3), person("c", -2), person("d", -1)]
    assert points(line, IDLE) == {"held": 20, "b": 0, "c": 10, "d": 30}


def test_a_window_that_waits_only_for_somebody_on_hold_calls_when_the_hold_ends() -> None:
    assert points([replace(person("held", -9), away=15)], IDLE) == {"held": 15}


def test_who_does_not_come_keeps_the_window_for_the_calls_only() -> None:
    line = [replace(person("a", -3), absent=1.0), person("b", -2)]
    assert points(line, replace(IDLE, no_show_minutes=3)) == {"a": 0, "b": 3}


def test_a_service_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError):
        estimate_waits([person("a", -1, service_id="car_wash")], IDLE, rng())


# --- head starts ------------------------------------------------------------------------------


def overtaken(line: list[InLine], per_minute: float) -> dict[object, Estimate | None]:
    overtakers = [Overtakers(per_minute, 20, ONE, "cash")]
    return estimate_waits(line, replace(IDLE, times={"cash": exactly(2)}, overtakers=overtakers), rng())


def test_those_with_a_head_start_who_may_still_come_lengthen_the_wait() -> None:
    line = [person(f"p{index}", index - 10.0) for index in range(10)]
    calm, busy = overtaken(line, 0)["p9"], overtaken(line, 0.25)["p9"]
    assert calm is not None
    assert busy is not None
    assert round(calm.point) == 18
    assert busy.point > calm.point + 4


def test_nobody_overtakes_who_came_more_than_the_head_start_before() -> None:
    line = [person(f"p{index}", index - 30.0) for index in range(10)]
    assert overtaken(line, 5.0) == overtaken(line, 0)


# --- chance -----------------------------------------------------------------------------------


def test_the_same_chance_gives_the_same_estimates() -> None:
    hall = replace(IDLE, times={"cash": about(6, 0.6)}, overtakers=[Overtakers(0.1, 15, ONE, "cash")])
    line = [person(f"p{index}", index - 10.0) for index in range(10)]
    assert estimate_waits(line, hall, rng(3)) == estimate_waits(line, hall, rng(3))
    assert estimate_waits(line, hall, rng(3)) != estimate_waits(line, hall, rng(4))


def test_ranges_hold_as_often_as_they_say_in_a_hall_played_one_event_at_a_time() -> None:
    """Against a plain event queue, written without regard to speed: windows, skills, no-shows, overtakers."""
    hall = Hall(
        windows=[OpenWindow("1"), OpenWindow("2"), OpenWindow("3")],
        times={"cash": about(5, 0.5), "loan": about(12, 0.7)},
        overtakers=[Overtakers(0.1, 15, TWO, "cash"), Overtakers(0.05, 10, frozenset({"3"}), "loan")],
        approach_minutes=0.5,
        no_show_minutes=2.0,
    )
    skills = [TWO, frozenset({"2", "3"}), frozenset({"3"})]
    line = [
        InLine(index, index - 14.0, skills[index % 3], "loan" if index % 3 == 2 else "cash", absent=0.1)
        for index in range(14)
    ]
    told = estimate_waits(line, hall, rng(), draws=2000)
    chance = rng(8)
    played = [slowly_played(line, hall, chance) for _ in range(1500)]
    for key, wait in told.items():
        real = np.array([calls[key] for calls in played])
        assert wait is not None
        # Many waits are the same to the second (at once, after a no-show): a bound may lie on them.
        assert np.mean(real < wait.low - 1e-6) <= 0.13
        assert np.mean(real <= wait.low + 1e-6) >= 0.07
        assert np.mean(real > wait.high + 1e-6) <= 0.13
        assert np.mean(real >= wait.high - 1e-6) >= 0.07
        assert np.median(real) == pytest.approx(wait.point, abs=1.2)


def slowly_played(line: list[InLine], hall: Hall, chance: np.random.Generator) -> dict[object, float]:
    """When each was called, in one hall."""

    def service(service_id: str) -> float:
        time = hall.times[service_id]
        return math.exp(chance.normal(time.mu, math.sqrt(time.beta / time.alpha)))

    people = [(0.0, one.rank, one.key, one.windows, one.service_id, one.absent) for one in line]
    for number, stream in enumerate(hall.overtakers):
        at = 0.0
        while (at := at + chance.exponential(1 / stream.per_minute)) < stream.head_start:
            people.append((at, at - stream.head_start, ("o", number, at), stream.windows, stream.service_id, 0.0))
    moments = [(0.0, window.id) for window in hall.windows]
    heapify(moments)
    called: dict[object, float] = {}
    while moments:
        now, window_id = heappop(moments)
        mine = [one for one in people if one[2] not in called and window_id in one[3]]
        here = [one for one in mine if one[0] <= now]
        if here:
            _, _, key, _, service_id, absent = min(here, key=lambda one: one[1])
            called[key] = now
            stays = chance.exponential(hall.approach_minutes) + service(service_id)
            heappush(moments, (now + (hall.no_show_minutes if chance.random() < absent else stays), window_id))
        elif mine:
            heappush(moments, (min(one[0] for one in mine), window_id))
    return called


def test_what_has_passed_of_a_service_counts() -> None:
    """The rest of a log-normal time that has lasted nine minutes, against those drawn that lasted as long."""
    time = about(6, 0.6)
    hall = replace(IDLE, windows=[OpenWindow("1", AtWindow("cash", 9.0))], times={"cash": time})
    wait = estimate_waits([person("a", -1)], hall, rng(), draws=4000)["a"]
    drawn = np.exp(rng(9).normal(time.mu, 0.6, 400_000))
    low, point, high = np.quantile(drawn[drawn > 9] - 9, [0.1, 0.5, 0.9])
    assert wait is not None
    assert (wait.low, wait.point, wait.high) == pytest.approx((low, point, high), rel=0.1)


def test_a_service_that_nobody_ended_for_hours_is_no_obstacle_to_an_estimate() -> None:
    hall = replace(IDLE, windows=[OpenWindow("1", AtWindow("cash", 600.0))])
    wait = estimate_waits([person("a", -1)], hall, rng())["a"]
    assert wait is not None
    assert 0 <= wait.low <= wait.point <= wait.high < math.inf


def test_the_longer_a_called_customer_does_not_come_the_sooner_the_window_is_free() -> None:
    def wait(minutes: float) -> float:
        current = AtWindow("cash", minutes, came=False, absent=0.2)
        hall = replace(IDLE, windows=[OpenWindow("1", current)], approach_minutes=0.5, no_show_minutes=3)
        found = estimate_waits([person("a", -1)], hall, rng())["a"]
        assert found is not None
        return found.point

    assert wait(0.1) > 9
    assert wait(2.5) == pytest.approx(0.5)


def test_where_staff_do_not_mark_who_came_a_call_of_some_minutes_is_a_service_under_way() -> None:
    current = AtWindow("cash", 4.5, came=False, absent=0.05)
    hall = replace(IDLE, windows=[OpenWindow("1", current)], approach_minutes=0.5, no_show_minutes=3, unmarked=1.0)
    assert points([person("a", -1)], hall) == {"a": 6.0}


def test_a_service_of_which_little_is_known_has_a_wider_range() -> None:
    def width(kappa: float) -> float:
        time = ServiceTime(math.log(6), kappa, 3 + kappa / 2, (2 + kappa / 2) * 0.25)
        line = [person(f"p{index}", index - 20.0) for index in range(20)]
        wait = estimate_waits(line, replace(IDLE, times={"cash": time}), rng())["p19"]
        assert wait is not None
        return wait.high - wait.low

    assert width(2) > 1.5 * width(500)


def test_a_spread_widens_the_range_around_the_point_and_not_below_zero() -> None:
    line = [person("a", -2), person("b", -1)]
    hall = replace(IDLE, times={"cash": about(6, 0.8)})
    plain = estimate_waits(line, hall, rng())["b"]
    wide = estimate_waits(line, replace(hall, spread=2.0), rng())["b"]
    assert plain is not None
    assert wide is not None
    assert wide.point == plain.point
    assert wide.high - wide.point == pytest.approx(2 * (plain.high - plain.point))
    assert wide.low == max(0.0, plain.point - 2 * (plain.point - plain.low))


# --- before joining ---------------------------------------------------------------------------


def test_a_newcomer_waits_behind_the_line_or_with_a_head_start_within_it() -> None:
    line = [person("a", -12), person("b", -8), person("c", -1)]
    newcomers = [person("plain", 0), person("elderly", -5), person("nowhere", 0, frozenset({"9"}))]
    found = estimate_newcomers(newcomers, line, IDLE, rng())
    assert {key: wait and round(wait.point) for key, wait in found.items()} == {
        "plain": 30,
        "elderly": 20,
        "nowhere": None,
    }


def test_newcomers_do_not_wait_for_each_other() -> None:
    found = estimate_newcomers([person(str(index), 0) for index in range(5)], [person("a", -1)], IDLE, rng())
    assert {wait and round(wait.point) for wait in found.values()} == {10}
