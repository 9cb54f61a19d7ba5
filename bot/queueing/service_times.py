"""What the estimate learns from the branch's own days: service times, habits at the call, arrivals, quiet hours.

Also says how good the estimates were. Ages are branch days, and what is old counts for less: half after HALF_LIFE_DAYS.
Hours and weekdays are the branch's own. Reads the tables of the queue, changes nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.branch import rules as branch_rules
from bot.branch.schema import Branch
from bot.queueing.estimate import ALWAYS, AtWindow, Course, Hall, OpenWindow, Overtakers, ServiceTime
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.rules import STATE_AFTER, WAITING

LOOKBACK_DAYS = 60
HALF_LIFE_DAYS = 14.0

# Before anything is known the mean of the data counts like so many customers. The deviation is of the logarithm; it is
# a guess, which some twenty customers outweigh.
PRIOR_CUSTOMERS = 4.0
PRIOR_DEVIATION = 0.55
# An hour's own effect must be shown by about so many customers before half of it is believed.
HOUR_CUSTOMERS = 30.0
ROUNDS = 3

# Shorter is a key pressed by mistake, longer a customer nobody pressed "done" for.
SHORTEST_MINUTES, LONGEST_MINUTES = 0.2, 180.0

# A window is taken to be closed when somebody it may call has waited so long and it called nobody.
PATIENCE_MINUTES = 5.0
ROSTER_DAYS = 20

# Shares of waits inside the range: the promise, and how fast ranges widen (logarithm a day) by what is missing.
# A day counts half with so many tickets.
PROMISED_COVERAGE = 0.8
SPREAD_RATE = 0.8
SPREAD_TICKETS = 20.0
NARROWEST_SPREAD, WIDEST_SPREAD = 0.6, 2.0

# Before many were called these count like so many calls.
PRIOR_CALLS = 20.0
PRIOR_ABSENT = 0.05
PRIOR_APPROACH_MINUTES = 0.5
PRIOR_NO_SHOW_MINUTES = 2.0

# What a customer does to wait longer than the line makes them wait.
CHOSEN = frozenset({"delayed", "held"})


# --- what was seen ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """One whole service, begun in this hour of the branch's day."""

    service_id: str
    hour: int
    minutes: float
    age_days: int


@dataclass(frozen=True)
class Called:
    """A number that was called: how long until the customer came (None: not marked), or until it was given up."""

    came: bool
    minutes: float | None
    age_days: int


@dataclass(frozen=True)
class Taken:
    """A number that was taken on a branch day, `age_days` whole days ago."""

    service_id: str
    route: str
    customer_class: str
    hour: int
    age_days: int


@dataclass(frozen=True)
class Stay:
    """A number at a window, from call to leaving. `start` and `end` in minutes of the branch's day."""

    day: date
    window_id: str
    start: float
    end: float


@dataclass(frozen=True)
class Standing:
    """A number that could be called by `windows`, from `start` to `end` in minutes of the branch's day."""

    day: date
    windows: AbstractSet[str]
    start: float
    end: float


@dataclass(frozen=True)
class Waited:
    """Minutes from a number's being taken to its first call."""

    day: date
    hour: int
    minutes: float


# --- what is learnt ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ServiceTimes:
    """Each service's time, and by how much an hour of the day (0 to 23) lengthens all of them, as a logarithm."""

    by_service: Mapping[str, ServiceTime]
    by_hour: Mapping[int, float]

    def at(self, hour: int) -> dict[str, ServiceTime]:
        """Every service's time in this hour of the branch's day."""
        longer = self.by_hour.get(hour, 0.0)
        return {
            service_id: ServiceTime(time.mu + longer, time.kappa, time.alpha, time.beta)
            for service_id, time in self.by_service.items()
        }


@dataclass(frozen=True)
class Habits:
    """Share of called numbers nobody comes for, and of the others whose coming staff do not mark.

    Mean minutes until a customer comes, and until a number is given up.
    """

    absent: float
    unmarked: float
    approach_minutes: float
    no_show_minutes: float


@dataclass(frozen=True)
class Arrivals:
    """Numbers taken a minute, by hour of the branch's day, then by service, route and customer class."""

    per_minute: Mapping[int, Mapping[tuple[str, str, str], float]]

    def overtakers(
        self,
        hour: int,
        head_starts: Mapping[str, float],
        windows: Callable[[str, str], AbstractSet[str]],
        absent: float,
    ) -> tuple[Overtakers, ...]:
        """Who comes in this hour with a head start (minutes, by class). `windows(service_id, route)` may call them."""
        return tuple(
            Overtakers(rate, head_starts[customer_class], may_call, service_id, absent)
            for (service_id, route, customer_class), rate in sorted(self.per_minute.get(hour, {}).items())
            if head_starts.get(customer_class, 0) > 0 and (may_call := windows(service_id, route))
        )


@dataclass(frozen=True)
class Rosters:
    """When each window called, on each day on which that showed: shifts in minutes of the branch's day, in order."""

    by_window: Mapping[str, Sequence[Course]]

    def courses(self, window_id: str, minute: float, calls: bool) -> tuple[Course, ...]:
        """What may become of a window that now calls or not: its days that were alike, in minutes from `minute` on.

        Where no day was alike it stays as it is.
        """
        found: list[Course] = []
        for shifts in self.by_window.get(window_id, ()):
            rest = tuple((max(0.0, start - minute), end - minute) for start, end in shifts if end > minute)
            if calls == bool(rest and rest[0][0] == 0):
                found.append(rest)
        return tuple(found) or ((ALWAYS,) if calls else ())


@dataclass(frozen=True)
class Learnt:
    """All of it; `spread` is the factor for the estimate's ranges."""

    times: ServiceTimes
    habits: Habits
    arrivals: Arrivals
    rosters: Rosters
    spread: float

    def hall(self, branch: Branch, now: datetime, calling: AbstractSet[str], current: Mapping[str, AtWindow]) -> Hall:
        """The branch as it is now, for the estimate: ids of the windows that call, and whom each window has."""
        hour, minute = _hour(branch, now), _minute(branch, branch.day(now), now)
        head_starts = {one.id: float(one.head_start_minutes) for one in branch.classes.values()}
        return Hall(
            windows=[
                OpenWindow(
                    window_id, current.get(window_id), self.rosters.courses(window_id, minute, window_id in calling)
                )
                for window_id in branch.windows
            ],
            times=self.times.at(hour),
            overtakers=self.arrivals.overtakers(
                hour, head_starts, lambda service_id, route: _lane(branch, service_id, route), self.habits.absent
            ),
            approach_minutes=self.habits.approach_minutes,
            no_show_minutes=self.habits.no_show_minutes,
            unmarked=self.habits.unmarked,
            spread=self.spread,
        )


@dataclass(frozen=True)
class UsualHour:
    """An hour of a weekday (0 is Monday): numbers taken a day, and their mean wait in minutes."""

    weekday: int
    hour: int
    tickets: float
    wait_minutes: float


@dataclass(frozen=True)
class Backtest:
    """Estimates against what happened: share inside the range, mean absolute error of the point in minutes."""

    tickets: int
    coverage: float
    mean_absolute_error: float


# --- from the tables --------------------------------------------------------------------------


def learn(session: Session, branch: Branch, now: datetime) -> Learnt:
    """Everything, from the last LOOKBACK_DAYS. Reads all their events: do it now and then, not at every estimate."""
    today = branch.day(now)
    lives = list(_lives(session, branch, today - timedelta(days=LOOKBACK_DAYS), today))
    days = (list(of_day) for day, of_day in groupby(lives, key=lambda life: life.day) if day < today)
    # Today's line has not ended: it shows no closing yet.
    recent = [life for life in lives if today - timedelta(days=2 * ROSTER_DAYS) <= life.day < today]
    means = {service.id: service.mean_minutes for service in branch.services.values()}
    return Learnt(
        learn_times((one for life in lives for one in life.served(branch, today)), means),
        learn_habits(one for life in lives for one in life.called(today)),
        learn_arrivals(life.taken(branch, today) for life in lives),
        learn_rosters(
            (one for life in recent for one in life.stays(branch)),
            (one for life in recent for one in life.standing(branch)),
        ),
        learn_spread(tested for tested in map(_backtest, days) if tested is not None),
    )


def usual_quiet(
    session: Session, branch: Branch, *, now: datetime, service_id: str | None = None
) -> tuple[UsualHour, ...]:
    """How full each hour of the week was on the days before today, for one service or all: short waits are quiet."""
    today = branch.day(now)
    lives = _lives(session, branch, today - timedelta(days=LOOKBACK_DAYS), today - timedelta(days=1))
    waits = ((life, life.wait()) for life in lives if service_id in (None, life.service_id))
    return usual_hours(
        Waited(life.day, _hour(branch, life.events[0].at), minutes) for life, minutes in waits if minutes is not None
    )


def backtest(session: Session, branch: Branch, day: date) -> Backtest | None:
    """What was told to those who took a number on a branch day, against their waits until now. None: nobody was."""
    return _backtest(_lives(session, branch, day, day))


@dataclass(frozen=True)
class _Event:
    kind: str
    at: datetime
    service_id: str
    window_id: str | None


@dataclass(frozen=True)
class _Life:
    """One ticket and all that happened to it, `events` in order. `told`: low, point, high in minutes, if any."""

    day: date
    service_id: str
    route: str
    customer_class: str
    wants_window: str | None
    told: tuple[float, float, float] | None
    events: tuple[_Event, ...]

    def taken(self, branch: Branch, today: date) -> Taken:
        taken = self.events[0]
        hour = _hour(branch, taken.at)
        return Taken(taken.service_id, self.route, self.customer_class, hour, (today - self.day).days)

    def served(self, branch: Branch, today: date) -> Iterator[Served]:
        """Whole services: one that was parked or transferred in between is none."""
        began: _Event | None = None
        whole = True
        for event in self.events:
            if event.kind in ("called", "started"):
                began = event
            elif event.kind in ("done", "continued"):
                if began is not None and whole:
                    hour = _hour(branch, began.at)
                    yield Served(began.service_id, hour, _minutes(began.at, event.at), (today - self.day).days)
                began, whole = None, True
            elif event.kind == "parked":
                whole = False
            elif event.kind != "recalled":
                began, whole = None, True

    def called(self, today: date) -> Iterator[Called]:
        called: datetime | None = None
        for event in self.events:
            if event.kind == "called":
                called = event.at
            elif event.kind in ("started", "no_show") and called is not None:
                yield Called(event.kind == "started", _minutes(called, event.at), (today - self.day).days)
                called = None
            elif event.kind in ("done", "continued") and called is not None:
                yield Called(True, None, (today - self.day).days)
                called = None
            elif event.kind != "recalled":
                called = None

    def stays(self, branch: Branch) -> Iterator[Stay]:
        called: _Event | None = None
        for event in self.events:
            if event.kind == "called":
                called = event
            elif event.kind not in ("recalled", "started") and called is not None:
                if called.window_id is not None:
                    start, end = _minute(branch, self.day, called.at), _minute(branch, self.day, event.at)
                    yield Stay(self.day, called.window_id, start, end)
                called = None

    def standing(self, branch: Branch) -> Iterator[Standing]:
        for event, following in pairwise(self.events):
            if STATE_AFTER.get(event.kind) == WAITING and event.kind != "held":
                windows = self._windows(branch, event.service_id)
                start, end = _minute(branch, self.day, event.at), _minute(branch, self.day, following.at)
                yield Standing(self.day, windows, start, end)

    def _windows(self, branch: Branch, service_id: str) -> frozenset[str]:
        return _lane(branch, service_id, self.route) if self.wants_window is None else frozenset({self.wants_window})

    def wait(self) -> float | None:
        """Minutes until the first call; None when there was none, or the customer chose to wait longer."""
        for event in self.events:
            if event.kind == "called":
                return _minutes(self.events[0].at, event.at)
            if event.kind in CHOSEN:
                return None
        return None


def _lives(session: Session, branch: Branch, first: date, last: date) -> Iterator[_Life]:
    """Tickets of these branch days, both included, in order of the day."""
    query = (
        select(
            Ticket.id,
            Ticket.day,
            Ticket.service_id,
            Ticket.route,
            Ticket.customer_class,
            Ticket.wants_window,
            Ticket.est_low,
            Ticket.est_point,
            Ticket.est_high,
            TicketEvent.kind,
            TicketEvent.at,
            TicketEvent.service_id.label("event_service_id"),
            TicketEvent.window_id.label("event_window_id"),
        )
        .join(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        .where(Ticket.branch_id == branch.id, Ticket.day >= first, Ticket.day <= last)
        .order_by(Ticket.day, Ticket.id, TicketEvent.id)
    )
    for _, rows in groupby(session.execute(query), key=lambda row: row.id):
        events = list(rows)
        row = events[0]
        yield _Life(
            row.day,
            row.service_id,
            row.route,
            row.customer_class,
            row.wants_window,
            None if row.est_point is None else (row.est_low, row.est_point, row.est_high),
            tuple(
                _Event(one.kind, one.at, one.event_service_id or row.service_id, one.event_window_id) for one in events
            ),
        )


def _backtest(lives: Iterable[_Life]) -> Backtest | None:
    waits = ((life.told, life.wait()) for life in lives)
    return score([(*told, real) for told, real in waits if told is not None and real is not None])


def _lane(branch: Branch, service_id: str, route: str) -> frozenset[str]:
    """The windows of a service and route; none for a service that the branch no longer has."""
    service = branch.services.get(service_id)
    return frozenset() if service is None else frozenset(branch_rules.lane_windows(service, route))


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60


def _minute(branch: Branch, day: date, at: datetime) -> float:
    """Minutes by the clock since the branch day began; over 1440 for what happened on a later day."""
    return _minutes(datetime.combine(day, time()), at.astimezone(branch.timezone).replace(tzinfo=None))


def _hour(branch: Branch, at: datetime) -> int:
    return at.astimezone(branch.timezone).hour


# --- numbers in, parameters out ---------------------------------------------------------------


def prior(mean_minutes: float) -> ServiceTime:
    """What a service's mean in the branch's data says before anybody was served."""
    variance = PRIOR_DEVIATION**2
    shape = 1 + PRIOR_CUSTOMERS / 2
    return ServiceTime(math.log(mean_minutes) - variance / 2, PRIOR_CUSTOMERS, shape, (shape - 1) * variance)


def learn_times(served: Iterable[Served], mean_minutes: Mapping[str, float]) -> ServiceTimes:
    """Service times from services seen; `mean_minutes` names the services and what their data say.

    An hour's effect is what all services took longer in it, drawn towards none while few were seen. Effects and
    times are fitted in turn.
    """
    priors = {service_id: prior(minutes) for service_id, minutes in mean_minutes.items()}
    seen = [
        (one.service_id, one.hour, math.log(one.minutes), _weight(one.age_days))
        for one in served
        if one.service_id in priors and SHORTEST_MINUTES <= one.minutes <= LONGEST_MINUTES
    ]
    by_hour: dict[int, float] = {}
    times = priors
    for _ in range(ROUNDS):
        logs: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for service_id, hour, log, weight in seen:
            logs[service_id].append((log - by_hour.get(hour, 0.0), weight))
        times = {service_id: _posterior(before, logs[service_id]) for service_id, before in priors.items()}
        sums: dict[int, float] = defaultdict(float)
        weights: dict[int, float] = defaultdict(float)
        for service_id, hour, log, weight in seen:
            sums[hour] += weight * (log - times[service_id].mu)
            weights[hour] += weight
        by_hour = {hour: sums[hour] / (weights[hour] + HOUR_CUSTOMERS) for hour in sorted(sums)}
    return ServiceTimes(times, by_hour)


def learn_habits(calls: Iterable[Called]) -> Habits:
    """What happens after a call, each figure starting from a prior worth PRIOR_CALLS calls."""
    came: list[tuple[float, float]] = []
    gone: list[tuple[float, float]] = []
    weight_unmarked = 0.0
    for one in calls:
        weight = _weight(one.age_days)
        if one.minutes is None:
            weight_unmarked += weight
        else:
            (came if one.came else gone).append((one.minutes, weight))
    weight_gone = sum(weight for _, weight in gone)
    weight_came = weight_unmarked + sum(weight for _, weight in came)
    return Habits(
        absent=(weight_gone + PRIOR_CALLS * PRIOR_ABSENT) / (weight_came + weight_gone + PRIOR_CALLS),
        unmarked=weight_unmarked / (weight_came + PRIOR_CALLS),
        approach_minutes=_mean(came, PRIOR_APPROACH_MINUTES),
        no_show_minutes=_mean(gone, PRIOR_NO_SHOW_MINUTES),
    )


def learn_arrivals(taken: Iterable[Taken]) -> Arrivals:
    """Numbers taken a minute in each hour, over the days on which any was taken."""
    weights: dict[int, dict[tuple[str, str, str], float]] = defaultdict(lambda: defaultdict(float))
    ages = set()
    for one in taken:
        ages.add(one.age_days)
        weights[one.hour][one.service_id, one.route, one.customer_class] += _weight(one.age_days)
    minutes = 60 * sum(map(_weight, ages))
    return Arrivals({hour: {key: weight / minutes for key, weight in keys.items()} for hour, keys in weights.items()})


def learn_rosters(stays: Iterable[Stay], standing: Iterable[Standing]) -> Rosters:
    """Shifts of the last ROSTER_DAYS days, from who waited in vain: staff need not note when they open or close.

    A window was closed between two stays, before the first or after the last one, if somebody it may call stood in
    line there for PATIENCE_MINUTES. A day on which nobody needed the window shows nothing and is left out.
    """
    called: dict[date, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for stay in stays:
        called[stay.day][stay.window_id].append((stay.start, stay.end))
    stood: dict[date, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for one in standing:
        for window_id in one.windows:
            stood[one.day][window_id].append((one.start, one.end))
    by_window: dict[str, list[Course]] = defaultdict(list)
    for day in sorted(called)[-ROSTER_DAYS:]:
        for window_id in sorted({*called[day], *stood[day]}):
            shifts = _shifts(sorted(called[day][window_id]), np.array(stood[day][window_id]).reshape(-1, 2))
            if shifts is not None:
                by_window[window_id].append(shifts)
    return Rosters(by_window)


def _shifts(stays: Sequence[tuple[float, float]], stood: np.ndarray) -> Course | None:
    def in_vain(start: float, end: float) -> bool:
        return bool((np.minimum(stood[:, 1], end) - np.maximum(stood[:, 0], start) >= PATIENCE_MINUTES).any())

    if not stays:
        return () if in_vain(-math.inf, math.inf) else None
    shifts: list[tuple[float, float]] = []
    opened = stays[0][0] if in_vain(-math.inf, stays[0][0]) else -math.inf
    for (_, left), (called, _) in pairwise(stays):
        if called - left >= PATIENCE_MINUTES and in_vain(left, called):
            shifts.append((opened, left))
            opened = called
    last = stays[-1][1]
    return (*shifts, (opened, last if in_vain(last, math.inf) else math.inf))


def learn_spread(days: Iterable[Backtest]) -> float:
    """The factor for ranges, from the back-tests of past days in any order.

    Every day on which ranges held too seldom widens them a little, too often narrows them; this needs no knowledge of
    why (adaptive conformal inference: Gibbs & Candès, 2021).
    """
    missing = sum((PROMISED_COVERAGE - day.coverage) * day.tickets / (day.tickets + SPREAD_TICKETS) for day in days)
    return min(WIDEST_SPREAD, max(NARROWEST_SPREAD, math.exp(SPREAD_RATE * missing)))


def usual_hours(waits: Iterable[Waited]) -> tuple[UsualHour, ...]:
    """Every hour of the week in which somebody took a number, ordered; tickets a day over that weekday's days seen."""
    minutes: dict[tuple[int, int], list[float]] = defaultdict(list)
    days: dict[int, set[date]] = defaultdict(set)
    for one in waits:
        minutes[one.day.weekday(), one.hour].append(one.minutes)
        days[one.day.weekday()].add(one.day)
    return tuple(
        UsualHour(weekday, hour, len(found) / len(days[weekday]), sum(found) / len(found))
        for (weekday, hour), found in sorted(minutes.items())
    )


def score(told: Sequence[tuple[float, float, float, float]]) -> Backtest | None:
    """`told` holds low, point, high and the real wait of each ticket, in minutes. None of nothing."""
    if not told:
        return None
    inside = sum(low <= real <= high for low, _, high, real in told)
    error = sum(abs(point - real) for _, point, _, real in told)
    return Backtest(len(told), inside / len(told), error / len(told))


def _weight(age_days: int) -> float:
    return float(0.5 ** (age_days / HALF_LIFE_DAYS))


def _mean(seen: Sequence[tuple[float, float]], before: float) -> float:
    total = sum(minutes * weight for minutes, weight in seen) + PRIOR_CALLS * before
    return total / (sum(weight for _, weight in seen) + PRIOR_CALLS)


def _posterior(before: ServiceTime, logs: Sequence[tuple[float, float]]) -> ServiceTime:
    """The normal-inverse-gamma after (logarithm, weight) pairs; a weight is a fraction of a customer."""
    count = sum(weight for _, weight in logs)
    if count == 0:
        return before
    mean = sum(log * weight for log, weight in logs) / count
    squares = sum(weight * (log - mean) ** 2 for log, weight in logs)
    kappa = before.kappa + count
    between = before.kappa * count * (mean - before.mu) ** 2 / kappa
    return ServiceTime(
        mu=(before.kappa * before.mu + count * mean) / kappa,
        kappa=kappa,
        alpha=before.alpha + count / 2,
        beta=before.beta + (squares + between) / 2,
    )
