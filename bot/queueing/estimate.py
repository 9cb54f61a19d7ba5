"""How long people will wait: the hall's queue is played many times over, and the waits are counted.

The same rules as the hall's: a window that becomes free calls the first in order that it serves. Order is by rank, so
that people with a head start who come later may go first. Chance is passed in; all times are minutes from now.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

DRAWS = 250
LOW, POINT, HIGH = 0.1, 0.5, 0.9
# Beyond so many standard deviations a normal tail is too small to divide by.
FARTHEST_TAIL = 30.0

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Estimate:
    """Minutes until called, 0 <= low <= point <= high: 10th percentile, median, 90th percentile."""

    low: float
    point: float
    high: float


@dataclass(frozen=True)
class ServiceTime:
    """What is known of a service's length: its logarithm (of minutes) is normal, mean and variance are uncertain.

    Variance v is inverse-gamma(alpha, beta), the mean is normal(mu, v / kappa): the normal-inverse-gamma
    distribution, which stays one as it learns (Gelman et al., Bayesian Data Analysis, 3rd ed., §3.3).
    """

    mu: float
    kappa: float
    alpha: float
    beta: float

    def draw(self, rng: np.random.Generator, draws: int) -> tuple[Array, Array]:
        """Mean and standard deviation of the log minutes, one pair a draw, as likely as they are."""
        variance = self.beta / rng.gamma(self.alpha, size=draws)
        return self.mu + np.sqrt(variance / self.kappa) * rng.standard_normal(draws), np.sqrt(variance)


@dataclass(frozen=True)
class InLine:
    """Somebody who waits. Lowest `rank` first; ties as given.

    rank: when the number was taken, less the head start of its class: minutes from now, negative for the past.
    windows: those that may call it. absent: probability of not coming when called. away: minutes a hold still lasts.
    """

    key: Hashable
    rank: float
    windows: AbstractSet[str]
    service_id: str
    absent: float = 0.0
    away: float = 0.0


@dataclass(frozen=True)
class AtWindow:
    """Whom a window has: there for `elapsed` minutes; `came` false: called so long ago and not known to be there."""

    service_id: str
    elapsed: float
    came: bool = True
    absent: float = 0.0


# A window's course: the times from which and until when it calls, in order, none overlapping.
Course = Sequence[tuple[float, float]]
ALWAYS: Course = ((0.0, math.inf),)


@dataclass(frozen=True)
class OpenWindow:
    """A window, with a customer or idle, and the courses that it may take from now on, all as likely.

    A customer who is there is served to the end whatever the course says. No course at all: it calls nobody.
    """

    id: str
    current: AtWindow | None = None
    courses: Sequence[Course] = (ALWAYS,)


@dataclass(frozen=True)
class Overtakers:
    """People yet to come, `per_minute` on average (Poisson), who rank `head_start` minutes before their time."""

    per_minute: float
    head_start: float
    windows: AbstractSet[str]
    service_id: str
    absent: float = 0.0


@dataclass(frozen=True)
class Hall:
    """What the queue runs on. `times` has every service that somebody here wants.

    approach_minutes: mean time from the call to the customer being there (exponential).
    no_show_minutes: how long a window calls somebody who does not come.
    unmarked: share of those who come whose coming staff do not mark.
    spread: how much wider ranges must be than played to hold as often as they should; learnt from back-tests.
    """

    windows: Sequence[OpenWindow]
    times: Mapping[str, ServiceTime]
    overtakers: Sequence[Overtakers] = field(default=())
    approach_minutes: float = 0.5
    no_show_minutes: float = 2.0
    unmarked: float = 0.0
    spread: float = 1.0


def estimate_waits(
    line: Sequence[InLine], hall: Hall, rng: np.random.Generator, draws: int = DRAWS
) -> dict[Hashable, Estimate | None]:
    """The wait of everybody in line, by key. None: more likely than not, no window will call this.

    The same `rng` state gives the same estimates. Raises ValueError for a service without a time.
    """
    return _summaries(line, _Play(line, hall, rng, draws).called_at(), hall.spread)


def estimate_newcomers(
    newcomers: Sequence[InLine], line: Sequence[InLine], hall: Hall, rng: np.random.Generator, draws: int = DRAWS
) -> dict[Hashable, Estimate | None]:
    """The wait of each newcomer if only that one took a number now, with its head start as a negative `rank`."""
    everybody = [*line, *newcomers]
    play = _Play(everybody, hall, rng, draws)
    # Who needs no time at the window keeps nobody waiting, so all newcomers fit into one play.
    play.takes_no_time(range(len(line), len(everybody)))
    return _summaries(newcomers, play.called_at()[:, len(line) :], hall.spread)


def _summaries(people: Sequence[InLine], called_at: Array, spread: float) -> dict[Hashable, Estimate | None]:
    """Percentiles over the draws in which somebody is called at all."""
    ordered = np.sort(called_at, axis=0)
    found: dict[Hashable, Estimate | None] = {}
    for column, one in enumerate(people):
        last = int(np.isfinite(ordered[:, column]).sum()) - 1
        if 2 * (last + 1) < len(ordered):
            found[one.key] = None
            continue
        low, point, high = (float(ordered[round(share * last), column]) for share in (LOW, POINT, HIGH))
        found[one.key] = Estimate(max(0.0, point - spread * (point - low)), point, point + spread * (high - point))
    return found


class _Play:
    """One hall, played in all draws at once: arrays have a row a draw, a column a person or window.

    People are kept in two blocks: those who wait now, sorted by rank, where the first that may be called is found
    fastest; and the few who become callable later (on hold, overtakers), each with its own time and rank in a draw.
    """

    def __init__(self, line: Sequence[InLine], hall: Hall, rng: np.random.Generator, draws: int) -> None:
        self._rng, self._draws, self._hall = rng, draws, hall
        self._window_ids = [window.id for window in hall.windows]
        self._service_ids = sorted(hall.times)
        drawn = [hall.times[service_id].draw(rng, draws) for service_id in self._service_ids]
        self._means = np.array([mean for mean, _ in drawn]).reshape(-1, draws).T
        self._deviations = np.array([deviation for _, deviation in drawn]).reshape(-1, draws).T

        order = sorted(range(len(line)), key=lambda index: line[index].rank)
        self._ready = [index for index in order if line[index].away <= 0]
        ready = [line[index] for index in self._ready]
        self._ready_rank = np.array([one.rank for one in ready], dtype=float)
        self._ready_may = self._may([one.windows for one in ready])
        self._ready_occupied = self._occupied(*self._wants(ready))

        self._away = [index for index in order if line[index].away > 0]
        away, streams = [line[index] for index in self._away], hall.overtakers
        stream, comes_at = self._overtakers(max((one.rank for one in line), default=-math.inf))
        held_at = np.array([[one.away for one in away]] * draws).reshape(draws, len(away))
        held_rank = np.array([[one.rank for one in away]] * draws).reshape(draws, len(away))
        head_starts = np.array([one.head_start for one in streams], dtype=float)
        self._comes_at = np.hstack([held_at, comes_at])
        self._coming_rank = np.hstack([held_rank, comes_at - head_starts[stream]])
        # A person's kind: a place among those on hold, or behind them a stream of overtakers.
        kind = np.hstack([np.tile(np.arange(len(away)), (draws, 1)), len(away) + stream])
        kinds: list[InLine | Overtakers] = [*away, *streams]
        services, absences = self._wants(kinds)
        self._coming_may = self._may([one.windows for one in kinds])[:, kind]
        self._coming_occupied = self._occupied(services[kind], absences[kind])

    def takes_no_time(self, indices: range) -> None:
        """These people of the line leave the window as soon as they are called."""
        self._ready_occupied[:, [place for place, index in enumerate(self._ready) if index in indices]] = 0
        self._coming_occupied[:, [place for place, index in enumerate(self._away) if index in indices]] = 0

    def called_at(self) -> Array:
        """Minutes until each person of the line is called, infinite for never, a row a draw."""
        draws, rows = self._draws, np.arange(self._draws)
        ready_at = np.full((draws, len(self._ready)), np.inf)
        coming_at = np.full(self._comes_at.shape, np.inf)
        waits = np.ones(ready_at.shape, dtype=bool)
        comes_at, coming_rank = self._comes_at.copy(), self._coming_rank.copy()
        free_at = self._free_at()
        opens_at, closes_at = self._shifts()
        left = draws * (len(self._ready) + len(self._away))

        while left and self._window_ids:
            window = free_at.argmin(axis=1)
            now = free_at[rows, window]
            if now.min() == math.inf:
                break
            opens, closes = opens_at[rows, window], closes_at[rows, window]
            calls = ((opens <= now[:, None]) & (now[:, None] < closes)).any(axis=1)
            # A closed window waits for its next shift.
            next_free = np.where(opens > now[:, None], opens, np.inf).min(axis=1)

            ready, ready_rank = self._first_ready(waits, window)
            may_come = self._coming_may[window, rows]
            coming, coming_rank_of_first = _first_coming(may_come, comes_at, coming_rank, now)
            comes_first = coming_rank_of_first < ready_rank

            who = (calls & ~comes_first & (ready_rank < math.inf)).nonzero()[0]
            places = ready[who]
            ready_at[who, places] = now[who]
            waits[who, places] = False
            next_free[who] = now[who] + self._ready_occupied[who, places]
            left -= len(who)

            who = (calls & comes_first).nonzero()[0]
            if len(who):
                places = coming[who]
                coming_at[who, places] = now[who]
                next_free[who] = now[who] + self._coming_occupied[who, places]
                comes_at[who, places] = coming_rank[who, places] = np.inf
                left -= int((places < len(self._away)).sum())

            idle = (calls & ~comes_first & (ready_rank == math.inf)).nonzero()[0]
            if len(idle):
                next_free[idle] = np.where(may_come[idle], comes_at[idle], np.inf).min(axis=1, initial=np.inf)
            free_at[rows, window] = next_free

        called = np.empty((draws, len(self._ready) + len(self._away)))
        called[:, self._ready] = ready_at
        called[:, self._away] = coming_at[:, : len(self._away)]
        return called

    def _first_ready(self, waits: Array, window: Array) -> tuple[Array, Array]:
        """Place and rank of the first who waits now and whom each draw's window serves; rank infinite for nobody."""
        if not waits.shape[1]:
            return np.zeros(self._draws, dtype=int), np.full(self._draws, np.inf)
        callable_now = waits & self._ready_may[window]
        place = callable_now.argmax(axis=1)
        return place, np.where(callable_now[np.arange(self._draws), place], self._ready_rank[place], np.inf)

    def _free_at(self) -> Array:
        """When each window has no customer, a row a draw."""
        free_at = np.zeros((self._draws, len(self._window_ids)))
        for column, window in enumerate(self._hall.windows):
            if window.current is not None:
                free_at[:, column] = self._remaining(window.current)
        return free_at

    def _shifts(self) -> tuple[Array, Array]:
        """From when and until when each window calls: a row a draw, then window, then shift; infinite for no more."""
        courses = [[tuple(course) for course in window.courses] or [()] for window in self._hall.windows]
        most = max((len(course) for own in courses for course in own), default=0)
        shape = (self._draws, len(courses), max(1, most))
        opens_at, closes_at = np.full(shape, np.inf), np.full(shape, np.inf)
        for column, own in enumerate(courses):
            missing = (math.inf, math.inf)
            table = np.array([[*course, *[missing] * (shape[2] - len(course))] for course in own])
            drawn = table[self._rng.integers(len(own), size=self._draws)]
            opens_at[:, column], closes_at[:, column] = drawn[..., 0], drawn[..., 1]
        return opens_at, closes_at

    def _remaining(self, current: AtWindow) -> Array:
        """Minutes until a customer leaves the window, given how long it has been."""
        if current.came:
            return self._remaining_service(current.service_id, current.elapsed)
        hall, comes = self._hall, 1 - current.absent
        not_yet = math.exp(-current.elapsed / hall.approach_minutes) if hall.approach_minutes > 0 else 0.0
        absent, away = current.absent, comes * (1 - hall.unmarked) * not_yet
        unseen = absent + away + comes * hall.unmarked
        share = self._rng.random(self._draws) * unseen
        gives_up = max(0.0, hall.no_show_minutes - current.elapsed)
        approach = self._rng.exponential(hall.approach_minutes, self._draws)
        whole = approach + self._remaining_service(current.service_id, 0.0)
        rest = self._remaining_service(current.service_id, current.elapsed - hall.approach_minutes)
        return np.where(share < absent, gives_up, np.where(share < absent + away, whole, rest))

    def _remaining_service(self, service_id: str, elapsed: float) -> Array:
        index = self._service_ids.index(service_id)
        mean, deviation = self._means[:, index], self._deviations[:, index]
        if elapsed <= 0:
            return np.exp(mean + deviation * self._rng.standard_normal(self._draws))
        passed = np.minimum((math.log(elapsed) - mean) / deviation, FARTHEST_TAIL)
        # A draw from the part of the distribution that is longer than what has passed.
        whole = -ndtri(ndtr(-passed) * (1 - self._rng.random(self._draws)))
        return np.maximum(np.exp(mean + deviation * whole) - elapsed, 0.0)

    def _wants(self, people: Sequence[InLine | Overtakers]) -> tuple[Array, Array]:
        """The index of each one's service, and the probability of its not coming."""
        services = [self._service_ids.index(one.service_id) for one in people]
        return np.array(services, dtype=int), np.array([one.absent for one in people], dtype=float)

    def _occupied(self, services: Array, absences: Array) -> Array:
        """Minutes for which each keeps the window that calls, a row a draw."""
        shape = (self._draws, services.shape[-1])
        rows = np.arange(self._draws)[:, None]
        deviates = self._rng.standard_normal(shape)
        service = np.exp(self._means[rows, services] + self._deviations[rows, services] * deviates)
        approach = self._rng.exponential(self._hall.approach_minutes, shape)
        return np.where(self._rng.random(shape) < absences, self._hall.no_show_minutes, approach + service)

    def _overtakers(self, last_rank: float) -> tuple[Array, Array]:
        """The stream and the time of each overtaker, as many columns as the draw with most needs; inf where fewer."""
        streams = self._hall.overtakers
        horizons = np.array([max(0.0, one.head_start + last_rank) for one in streams])
        means = np.array([one.per_minute for one in streams]) * horizons
        if not means.sum():
            return np.empty((self._draws, 0), dtype=int), np.empty((self._draws, 0))
        counts = self._rng.poisson(means.sum(), self._draws)
        shape = (self._draws, int(counts.max()))
        stream = self._rng.choice(len(streams), size=shape, p=means / means.sum())
        times = self._rng.random(shape) * horizons[stream]
        return stream, np.where(np.arange(shape[1]) < counts[:, None], times, np.inf)

    def _may(self, windows: Sequence[AbstractSet[str]]) -> Array:
        """Whether a window (row) may call a person (column)."""
        may = [[window_id in allowed for allowed in windows] for window_id in self._window_ids]
        return np.array(may, dtype=bool).reshape(len(self._window_ids), len(windows))


def _first_coming(may: Array, comes_at: Array, rank: Array, now: Array) -> tuple[Array, Array]:
    """Place and rank of the first who has come by now and whom each draw's window serves; infinite for nobody."""
    if not comes_at.shape[1]:
        return np.zeros(len(now), dtype=int), np.full(len(now), np.inf)
    ranks = np.where(may & (comes_at <= now[:, None]), rank, np.inf)
    place = ranks.argmin(axis=1)
    return place, ranks[np.arange(len(now)), place]
