from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from bot.branch.service import Branch
from bot.queueing import service_times
from bot.queueing.estimate import ALWAYS, AtWindow, InLine, ServiceTime, estimate_waits
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.service_times import (
    Backtest,
    Called,
    Rosters,
    Served,
    Standing,
    Stay,
    Taken,
    Waited,
    learn_arrivals,
    learn_habits,
    learn_rosters,
    learn_spread,
    learn_times,
    score,
    usual_hours,
)
from bot.store import Store, new_code

MONDAY = date(2026, 11, 16)


def mean_of(time: ServiceTime) -> float:
    """Minutes."""
    return math.exp(time.mu + time.beta / (time.alpha - 1) / 2)


# --- service times ----------------------------------------------------------------------------


def services(minutes: np.ndarray, *, age_days: int = 0, hour: int = 10, service_id: str = "cash") -> list[Served]:
    return [Served(service_id, hour, float(one), age_days) for one in minutes]


def drawn(median: float, deviation: float, count: int, seed: int = 5) -> np.ndarray:
    return np.exp(np.random.default_rng(seed).normal(math.log(median), deviation, count))


def test_before_anybody_was_served_the_mean_is_that_of_the_data() -> None:
    times = learn_times([], {"cash": 6.0}).at(10)
    assert mean_of(times["cash"]) == pytest.approx(6.0)


def test_what_was_seen_outweighs_what_the_data_say() -> None:
    few = learn_times(services(drawn(12, 0.4, 5)), {"cash": 6.0}).at(10)["cash"]
    many = learn_times(services(drawn(12, 0.4, 400)), {"cash": 6.0}).at(10)["cash"]
    assert math.log(6) < few.mu < math.log(12)
    assert math.exp(many.mu) == pytest.approx(12, rel=0.05)
    assert math.sqrt(many.beta / many.alpha) == pytest.approx(0.4, rel=0.1)


def test_services_learn_apart() -> None:
    times = learn_times(services(drawn(12, 0.4, 400)), {"cash": 6.0, "loan": 25.0}).at(9)
    assert mean_of(times["loan"]) == pytest.approx(25.0)


def test_what_is_old_counts_for_less() -> None:
    before, now = services(drawn(5, 0.3, 200), age_days=42), services(drawn(10, 0.3, 200))
    time = learn_times(before + now, {"cash": 5.0}).at(10)["cash"]
    assert math.exp(time.mu) > 8.5


def test_a_slow_hour_lengthens_every_service_in_it_and_no_other_hour() -> None:
    seen = services(drawn(8, 0.3, 600), hour=10) + services(drawn(12, 0.3, 600), hour=12)
    learnt = learn_times(seen, {"cash": 8.0, "loan": 20.0})
    assert learnt.at(12)["cash"].mu - learnt.at(10)["cash"].mu == pytest.approx(math.log(1.5), abs=0.06)
    assert learnt.at(12)["loan"].mu > learnt.at(10)["loan"].mu
    assert learnt.at(15)["loan"] == learnt.by_service["loan"]


def test_a_single_slow_customer_makes_no_slow_hour() -> None:
    learnt = learn_times([*services(drawn(8, 0.3, 100)), Served("cash", 16, 40.0, 0)], {"cash": 8.0})
    assert learnt.by_hour[16] < 0.1


def test_mistaken_keys_forgotten_customers_and_unknown_services_teach_nothing() -> None:
    odd = [Served("cash", 10, 0.0, 0), Served("cash", 10, 900.0, 0), Served("car_wash", 10, 5.0, 0)]
    assert learn_times(odd, {"cash": 6.0}) == learn_times([], {"cash": 6.0})


def test_eighty_of_a_hundred_next_customers_fall_into_the_range_however_few_were_seen() -> None:
    """Services whose mean the data get wrong by about a quarter, after eight customers each."""
    chance, inside = np.random.default_rng(11), []
    for number in range(150):
        median, deviation = 6 * math.exp(chance.normal(0, 0.25)), chance.uniform(0.4, 0.7)
        time = learn_times(services(drawn(median, deviation, 8, seed=number)), {"cash": 6.0}).by_service["cash"]
        means, deviations = time.draw(chance, 400)
        low, high = np.quantile(means + deviations * chance.standard_normal(400), [0.1, 0.9])
        following = chance.normal(math.log(median), deviation, 50)
        inside.append(np.mean((low <= following) & (following <= high)))
    assert 0.75 <= np.mean(inside) <= 0.85


# --- habits, arrivals, hours ------------------------------------------------------------------


def test_no_shows_are_counted_among_the_calls() -> None:
    calls = [Called(True, 0.4, 0)] * 180 + [Called(False, 3.0, 0)] * 20
    habits = learn_habits(calls)
    assert habits.absent == pytest.approx(0.1, abs=0.01)
    assert habits.approach_minutes == pytest.approx(0.4, abs=0.02)
    assert 2.3 < habits.no_show_minutes < 3.0


def test_customers_whose_coming_nobody_marked_did_come() -> None:
    habits = learn_habits([Called(True, None, 0)] * 80)
    assert habits.absent == pytest.approx(0.01)
    assert habits.unmarked == pytest.approx(0.8)
    assert habits.approach_minutes == service_times.PRIOR_APPROACH_MINUTES


def test_arrivals_are_a_rate_over_the_days_seen() -> None:
    taken = [Taken("cash", "counter", "elderly", 10, age) for age in (0, 1) for _ in range(6)]
    taken += [Taken("cash", "counter", "individual", 10, 1)] * 50
    arrivals = learn_arrivals(taken)
    assert arrivals.per_minute[10]["cash", "counter", "elderly"] == pytest.approx(6 / 60)
    assert 11 not in arrivals.per_minute


def test_only_classes_with_a_head_start_overtake_and_only_in_their_hour() -> None:
    arrivals = learn_arrivals([Taken("cash", "counter", one, 10, 0) for one in ("elderly", "individual", "unknown")])
    head_starts = {"elderly": 15.0, "individual": 0.0}
    (overtakers,) = arrivals.overtakers(10, head_starts, lambda service_id, route: frozenset({"2"}), 0.05)
    assert (overtakers.head_start, overtakers.windows, overtakers.service_id) == (15.0, {"2"}, "cash")
    assert arrivals.overtakers(11, head_starts, lambda service_id, route: frozenset({"2"}), 0.05) == ()


def test_quiet_hours_are_those_with_short_waits() -> None:
    next_week = MONDAY + timedelta(days=7)
    waits = [Waited(MONDAY, 9, 2.0), Waited(MONDAY, 10, 30.0), Waited(next_week, 10, 20.0), Waited(next_week, 10, 25.0)]
    quiet, full = usual_hours(waits)
    assert (quiet.weekday, quiet.hour, quiet.tickets, quiet.wait_minutes) == (0, 9, 0.5, 2.0)
    assert (full.weekday, full.hour, full.tickets, full.wait_minutes) == (0, 10, 1.5, 25.0)


# --- rosters ----------------------------------------------------------------------------------


def served_all_day(*, but: tuple[float, float] | None = None, day: date = MONDAY) -> list[Stay]:
    stays = [Stay(day, "1", at, at + 9) for at in range(540, 1020, 10)]
    return [one for one in stays if but is None or one.end <= but[0] or one.start >= but[1]]


def test_a_lunch_break_is_seen_from_who_waited_through_it() -> None:
    waited = [Standing(MONDAY, frozenset({"1"}), 715.0, 785.0)]
    rosters = learn_rosters(served_all_day(but=(720, 780)), waited)
    assert rosters.by_window["1"] == [((-math.inf, 719.0), (780.0, math.inf))]


def test_a_lull_is_no_break() -> None:
    waited = [Standing(MONDAY, frozenset({"2"}), 715.0, 785.0), Standing(MONDAY, frozenset({"1"}), 778.0, 780.0)]
    rosters = learn_rosters(served_all_day(but=(720, 780)), waited)
    assert rosters.by_window["1"] == [((-math.inf, math.inf),)]


def test_a_window_that_let_everybody_wait_was_closed_all_day_and_an_unwanted_one_shows_nothing() -> None:
    rosters = learn_rosters(served_all_day(), [Standing(MONDAY, frozenset({"1", "2"}), 600.0, 630.0)])
    assert rosters.by_window["2"] == [()]
    assert "3" not in rosters.by_window


def test_a_window_opens_late_and_closes_early_where_people_waited_before_and_after() -> None:
    stays = [Stay(MONDAY, "1", 600, 610), Stay(MONDAY, "1", 611, 620)]
    stood = [Standing(MONDAY, frozenset({"1"}), 580.0, 600.0), Standing(MONDAY, frozenset({"1"}), 619.0, 640.0)]
    assert learn_rosters(stays, stood).by_window["1"] == [((600, 620),)]


def test_the_rest_of_the_day_is_that_of_days_that_were_alike() -> None:
    lunch, closed = ((-math.inf, 720.0), (780.0, math.inf)), ()
    rosters = Rosters({"1": [lunch, closed]})
    assert rosters.courses("1", 700, calls=True) == (((0, 20), (80, math.inf)),)
    assert rosters.courses("1", 750, calls=False) == (((30, math.inf),), ())
    assert rosters.courses("1", 750, calls=True) == (ALWAYS,)


def test_a_window_of_which_nothing_is_known_stays_as_it_is() -> None:
    assert Rosters({}).courses("1", 700, calls=True) == (ALWAYS,)
    assert Rosters({}).courses("1", 700, calls=False) == ()


# --- back-tests -------------------------------------------------------------------------------


def test_estimates_are_scored_by_coverage_and_error() -> None:
    told = [(2.0, 5.0, 9.0, 4.0), (2.0, 5.0, 9.0, 12.0), (0.0, 1.0, 3.0, 3.0), (4.0, 6.0, 8.0, 2.0)]
    assert score(told) == Backtest(tickets=4, coverage=0.5, mean_absolute_error=3.5)
    assert score([]) is None


def test_ranges_widen_after_days_on_which_they_failed_and_narrow_when_they_held_too_often() -> None:
    assert learn_spread([]) == 1.0
    assert learn_spread([Backtest(200, 0.8, 3.0)] * 30) == pytest.approx(1.0)
    assert 1.0 < learn_spread([Backtest(5, 0.4, 3.0)]) < learn_spread([Backtest(200, 0.4, 3.0)])
    assert learn_spread([Backtest(200, 0.95, 3.0)] * 3) < 1.0
    assert learn_spread([Backtest(200, 0.0, 3.0)] * 60) == service_times.WIDEST_SPREAD


# --- from the tables --------------------------------------------------------------------------


class Days:
    """Tickets of the demo branch with their events, at minutes after its opening at nine (01:00 UTC)."""

    def __init__(self, store: Store, branch: Branch) -> None:
        self.store, self.branch, self._count = store, branch, 0

    def ticket(
        self,
        *events: tuple[str, float],
        day: date = MONDAY,
        service_id: str = "corporate",
        window_id: str = "6",
        customer_class: str = "individual",
        told: tuple[float, float, float] | None = None,
    ) -> None:
        self._count += 1
        opening = datetime.fromisoformat(f"{day}T01:00:00+00:00")
        taken_at = opening + timedelta(minutes=events[0][1])
        low, point, high = told or (None, None, None)
        with self.store.begin() as session:
            ticket = Ticket(
                branch_id=self.branch.id,
                day=day,
                number=f"C{self._count:03d}",
                code=new_code(),
                letter="C",
                service_id=service_id,
                route="counter",
                customer_class=customer_class,
                rank=self._count,
                state="done",
                locale="en",
                taken_at=taken_at,
                waits_since=taken_at,
                est_low=low,
                est_point=point,
                est_high=high,
            )
            session.add(ticket)
            session.flush()
            for kind, minute in events:
                at = opening + timedelta(minutes=minute)
                event = TicketEvent(ticket_id=ticket.id, at=at, kind=kind, service_id=service_id, by="lin")
                event.window_id = None if kind == "taken" else window_id
                session.add(event)

    def learn(self, now: datetime) -> service_times.Learnt:
        with self.store.read() as session:
            return service_times.learn(session, self.branch, now)


@pytest.fixture
def days(store: Store, branch: Branch) -> Days:
    return Days(store, branch)


def test_a_branch_without_a_past_has_estimates_from_its_data(days: Days, branch: Branch, now: datetime) -> None:
    hall = days.learn(now).hall(branch, now, calling={"6"}, current={"6": AtWindow("corporate", 0.0)})
    line = [InLine("here", -1.0, {"6"}, "corporate"), InLine("closed", -1.0, {"8"}, "transfer")]
    found = estimate_waits(line, hall, np.random.default_rng(1))
    assert found["closed"] is None
    assert found["here"] is not None
    assert 9 < found["here"].point < 18


def test_services_are_learnt_from_start_to_done_or_from_the_call(days: Days, now: datetime) -> None:
    for at in range(0, 400, 40):
        days.ticket(("taken", at), ("called", at + 2), ("recalled", at + 3), ("started", at + 4), ("done", at + 34))
        days.ticket(("taken", at), ("called", at + 5), ("done", at + 35), day=MONDAY + timedelta(days=1))
    time = days.learn(now).times.by_service["corporate"]
    # A prior of 18 minutes worth four customers, against twenty of thirty minutes, half of them a week old or more.
    assert 25 < math.exp(time.mu) < 30


def test_parked_and_transferred_tickets_are_no_whole_services(days: Days, now: datetime) -> None:
    before = days.learn(now).times
    days.ticket(("taken", 0), ("called", 1), ("started", 2), ("parked", 3), ("called", 90), ("done", 91))
    days.ticket(("taken", 0), ("called", 1), ("started", 2), ("transferred", 3), ("cancelled", 9))
    assert days.learn(now).times == before


def test_every_service_of_a_visit_is_learnt(days: Days, now: datetime) -> None:
    days.ticket(("taken", 0), ("called", 1), ("started", 2), ("continued", 9), ("called", 20), ("done", 50))
    before = service_times.learn_times([], {"corporate": 18.0}).by_service["corporate"]
    assert days.learn(now).times.by_service["corporate"].alpha > before.alpha + 0.6


def test_calls_are_learnt_with_those_nobody_came_for(days: Days, now: datetime) -> None:
    for at in range(20):
        days.ticket(("taken", at), ("called", at + 1), ("recalled", at + 3), ("no_show", at + 6))
    habits = days.learn(now).habits
    assert habits.absent > service_times.PRIOR_ABSENT + 0.2
    assert habits.no_show_minutes > 3
    assert habits.unmarked == 0
    for at in range(20):
        days.ticket(("taken", at), ("called", at + 1), ("done", at + 9))
    assert days.learn(now).habits.unmarked > 0.3


def test_arrivals_are_learnt_in_the_hours_of_the_branch(days: Days, branch: Branch) -> None:
    for at in (61, 70, 80):
        days.ticket(("taken", at), ("cancelled", 200), customer_class="elderly")
    ten = datetime.fromisoformat("2026-11-16T02:30:00+00:00")  # 10:30 in Shanghai
    learnt = days.learn(ten)
    assert learnt.arrivals.per_minute[10]["corporate", "counter", "elderly"] == pytest.approx(3 / 60)
    (overtakers,) = learnt.hall(branch, ten, calling={"6"}, current={}).overtakers
    assert overtakers.windows == {"6"}
    assert overtakers.head_start == branch.classes["elderly"].head_start_minutes


def test_a_break_of_earlier_days_is_expected_today(days: Days, branch: Branch, now: datetime) -> None:
    # Served until 11:55, then from 13:00 somebody who has waited since 12:00.
    days.ticket(("taken", 158), ("called", 160), ("done", 175))
    days.ticket(("taken", 180), ("called", 240), ("done", 260))
    hall = days.learn(now).hall(branch, now - timedelta(hours=3), calling={"6"}, current={})
    (window,) = [one for one in hall.windows if one.id == "6"]
    # At eleven: open for 55 minutes more, and again after two hours.
    assert window.courses == (((0.0, 55.0), (120.0, math.inf)),)


def test_usual_waits_leave_out_today_and_those_who_chose_to_wait(days: Days, branch: Branch, now: datetime) -> None:
    days.ticket(("taken", 5), ("called", 15), ("done", 20))
    days.ticket(("taken", 6), ("called", 26), ("recalled", 28), ("no_show", 30))
    days.ticket(("taken", 7), ("held", 8), ("called", 99), ("done", 120))
    days.ticket(("taken", 7), ("called", 8), ("done", 9), service_id="loan", window_id="7")
    days.ticket(("taken", 0), ("called", 300), ("done", 310), day=branch.day(now))
    with days.store.read() as session:
        (corporate,) = service_times.usual_quiet(session, branch, now=now, service_id="corporate")
        (everything,) = service_times.usual_quiet(session, branch, now=now)
    assert (corporate.weekday, corporate.hour, corporate.tickets, corporate.wait_minutes) == (0, 9, 2, 15)
    assert (everything.tickets, everything.wait_minutes) == (3, pytest.approx(31 / 3))


def test_a_day_is_tested_against_what_was_told(days: Days, branch: Branch, now: datetime) -> None:
    days.ticket(("taken", 0), ("called", 10), ("done", 20), told=(5.0, 8.0, 12.0))
    days.ticket(("taken", 0), ("called", 30), ("no_show", 33), told=(5.0, 8.0, 12.0))
    days.ticket(("taken", 0), ("delayed", 1), ("called", 90), ("done", 99), told=(5.0, 8.0, 12.0))
    days.ticket(("taken", 0), ("called", 4), ("done", 20))
    days.ticket(("taken", 0), ("cancelled", 50), told=(5.0, 8.0, 12.0))
    with days.store.read() as session:
        found = service_times.backtest(session, branch, MONDAY)
        nothing = service_times.backtest(session, branch, MONDAY + timedelta(days=1))
    assert found == Backtest(tickets=2, coverage=0.5, mean_absolute_error=12.0)
    assert nothing is None


def test_a_day_on_which_ranges_failed_makes_the_next_ones_wider(days: Days, branch: Branch, now: datetime) -> None:
    for at in range(15):
        days.ticket(("taken", at), ("called", at + 40), ("done", at + 41), told=(5.0, 8.0, 12.0))
    learnt = days.learn(now)
    assert learnt.spread > 1.2
    assert learnt.hall(branch, now, calling={"6"}, current={}).spread == learnt.spread
