"""Bank halls drawn by chance, and days in them played by SimPy. Times are minutes of the day, rates a minute."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

OPENS, CLOSES = 9 * 60, 17 * 60
ALL_DAY = ((OPENS, CLOSES),)
UNPUNCTUAL_MINUTES = 8
ILL = 0.05
# By customer class: minutes. The branch's data say them, so the estimator may know.
HEAD_STARTS = {"individual": 0.0, "elderly": 10.0, "premium": 15.0, "pregnant": 20.0}


# --- a hall -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """What distinguishes halls: how many windows and services, and the share of the windows' time that is asked for."""

    windows: int
    services: int
    load: float


KINDS = {"small": Kind(3, 3, 0.75), "busy": Kind(8, 7, 0.8), "understaffed": Kind(5, 5, 0.95)}


@dataclass(frozen=True)
class Service:
    """The log minutes are normal(mu, sigma); `said` is the mean of the branch's data, which is wrong."""

    mu: float
    sigma: float
    said: float

    @property
    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)


@dataclass(frozen=True)
class Window:
    """`shifts` in minutes of the day; `pace` multiplies all its times."""

    services: frozenset[str]
    shifts: tuple[tuple[float, float], ...]
    pace: float


@dataclass(frozen=True)
class Plan:
    """One hall. `per_minute` holds arrivals by hour, `slower` what an hour multiplies service times by."""

    services: dict[str, Service]
    windows: dict[str, Window]
    share: dict[str, float]
    classes: dict[str, float]
    per_minute: dict[int, float]
    slower: dict[int, float]
    absent: float
    no_show_minutes: float
    approach_minutes: float

    def serving(self, service_id: str) -> frozenset[str]:
        return frozenset(window_id for window_id, window in self.windows.items() if service_id in window.services)


def draw_plan(kind: Kind, rng: np.random.Generator) -> Plan:
    """A hall of this kind."""
    services = {}
    for index in range(kind.services):
        mean, sigma = rng.uniform(4, 16), rng.uniform(0.35, 0.8)
        services[f"s{index}"] = Service(math.log(mean) - sigma**2 / 2, sigma, mean * rng.uniform(0.7, 1.4))
    names = list(services)
    shifts = [_shifts(index, rng) for index in range(kind.windows)]
    skills = [{str(name) for name in rng.choice(names, size=2, replace=False)} for _ in shifts]
    # Every service has a window that is there all day.
    all_day = [index for index, own in enumerate(shifts) if own == ALL_DAY]
    for index, name in enumerate(names):
        skills[all_day[index % len(all_day)]].add(name)
    windows = {
        str(index + 1): Window(frozenset(skills[index]), shifts[index], float(np.exp(rng.normal(0, 0.1))))
        for index in range(kind.windows)
    }
    share = dict(zip(names, rng.dirichlet([4.0] * len(names)), strict=True))
    staffed = sum(end - start for window in windows.values() for start, end in window.shifts) / (CLOSES - OPENS)
    mean = sum(share[name] * services[name].mean for name in names)
    profile = {hour: rng.uniform(0.8, 1.2) * (1.25 if hour in (10, 11, 14, 15) else 0.75) for hour in range(9, 17)}
    level = kind.load * staffed / mean / (sum(profile.values()) / len(profile))
    return Plan(
        services=services,
        windows=windows,
        share=share,
        classes={"elderly": rng.uniform(0.08, 0.2), "premium": rng.uniform(0.02, 0.1), "pregnant": 0.02},
        per_minute={hour: level * height for hour, height in profile.items()},
        slower={hour: float(np.exp(rng.normal(0, 0.1))) for hour in range(9, 24)},
        absent=rng.uniform(0.02, 0.1),
        no_show_minutes=rng.uniform(1.5, 3),
        approach_minutes=rng.uniform(0.3, 0.8),
    )


def _shifts(index: int, rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """The first windows work through, others have lunch, every fourth works in the rush hours only."""
    if index % 4 == 3:
        return (10 * 60 + float(rng.integers(0, 30)), 12.0 * 60), (14.0 * 60, 16 * 60 + float(rng.integers(0, 30)))
    if index % 4 == 2:
        lunch = 11.5 * 60 + float(rng.integers(0, 60))
        return (OPENS, lunch), (lunch + 60, CLOSES)
    return ALL_DAY


# --- a day in it ------------------------------------------------------------------------------


@dataclass
class Customer:
    service_id: str
    customer_class: str
    came_at: float
    minutes: float
    absent: bool
    called_at: float = math.nan
    at_window_at: float = math.nan

    @property
    def rank(self) -> float:
        return self.came_at - HEAD_STARTS[self.customer_class]


@dataclass
class Day:
    """One day, played by SimPy. `told` is asked at every arrival, before the customer joins the line."""

    plan: Plan
    rng: np.random.Generator
    told: Callable[[Day, Customer], None] = lambda day, customer: None
    line: list[Customer] = field(default_factory=list)
    at_window: dict[str, Customer] = field(default_factory=dict)
    customers: list[Customer] = field(default_factory=list)
    served: list[tuple[str, float, float]] = field(default_factory=list)
    stays: list[tuple[str, float, float]] = field(default_factory=list)
    calls: list[tuple[bool, float]] = field(default_factory=list)

    def play(self) -> None:
        self.env = simpy.Environment(OPENS)
        self._changed = self.env.event()
        # Good and bad days: the system is slow, or a clerk is new.
        self._pace = float(np.exp(self.rng.normal(0, 0.08)))
        self._shifts = {window_id: self._shifts_today(window) for window_id, window in self.plan.windows.items()}
        self.env.process(self._arrivals())
        for window_id in self.plan.windows:
            self.env.process(self._window(window_id))
        self.env.run()

    @property
    def now(self) -> float:
        return float(self.env.now)

    def open_windows(self) -> list[str]:
        return [window_id for window_id in self.plan.windows if self._ends(window_id) is not None]

    def _shifts_today(self, window: Window) -> list[tuple[float, float]]:
        """As planned give or take some minutes; who works a part of the day only may be ill."""
        if window.shifts != ALL_DAY and self.rng.random() < ILL:
            return []
        return [(self._kept(start), self._kept(end)) for start, end in window.shifts]

    def _kept(self, at: float) -> float:
        return at if at in (OPENS, CLOSES) else at + float(self.rng.normal(0, UNPUNCTUAL_MINUTES))

    def _ends(self, window_id: str) -> float | None:
        """When its present shift ends, None outside of shifts. Who works at closing time works until all are served."""
        for start, end in self._shifts[window_id]:
            if start <= self.now < end or (end == CLOSES and self.now >= CLOSES):
                return end
        return None

    def _arrivals(self) -> Generator[simpy.Event, Any, None]:
        """Thinning of a Poisson process with the busiest hour's rate (Lewis & Shedler, 1979)."""
        busiest = max(self.plan.per_minute.values())
        names, shares = list(self.plan.share), list(self.plan.share.values())
        while True:
            yield self.env.timeout(self.rng.exponential(1 / busiest))
            if self.now >= CLOSES:
                self._wake()
                return
            if self.rng.random() < self.plan.per_minute[int(self.now // 60)] / busiest:
                self._arrive(str(self.rng.choice(names, p=shares)))

    def _arrive(self, service_id: str) -> None:
        service = self.plan.services[service_id]
        classes = [*self.plan.classes, "individual"]
        shares = [*self.plan.classes.values(), 1 - sum(self.plan.classes.values())]
        customer = Customer(
            service_id,
            str(self.rng.choice(classes, p=shares)),
            self.now,
            float(np.exp(self.rng.normal(service.mu, service.sigma))),
            bool(self.rng.random() < self.plan.absent),
        )
        self.customers.append(customer)
        self.told(self, customer)
        self.line.append(customer)
        self._wake()

    def _wake(self) -> None:
        self._changed.succeed()
        self._changed = self.env.event()

    def _window(self, window_id: str) -> Generator[simpy.Event, Any, None]:
        window = self.plan.windows[window_id]
        while True:
            ends = self._ends(window_id)
            if ends is None:
                starts = [start for start, _ in self._shifts[window_id] if start > self.now]
                if not starts:
                    return
                yield self.env.timeout(min(starts) - self.now)
                continue
            mine = [one for one in self.line if one.service_id in window.services]
            if mine:
                yield from self._serve(window_id, min(mine, key=lambda one: one.rank))
            elif self.now >= CLOSES:
                return
            else:
                yield self._changed | self.env.timeout(ends - self.now)

    def _serve(self, window_id: str, customer: Customer) -> Generator[simpy.Event, Any, None]:
        plan = self.plan
        self.line.remove(customer)
        self.at_window[window_id] = customer
        customer.called_at = self.now
        if customer.absent:
            yield self.env.timeout(plan.no_show_minutes * self.rng.uniform(0.7, 1.3))
            self.calls.append((False, self.now - customer.called_at))
        else:
            yield self.env.timeout(self.rng.gamma(2, plan.approach_minutes / 2))
            customer.at_window_at = self.now
            self.calls.append((True, self.now - customer.called_at))
            hour = int(self.now // 60)
            yield self.env.timeout(
                customer.minutes * plan.windows[window_id].pace * plan.slower.get(hour, 1.0) * self._pace
            )
            self.served.append((customer.service_id, customer.at_window_at, self.now))
        self.stays.append((window_id, customer.called_at, self.now))
        del self.at_window[window_id]
        # The clerk tidies up before the next call.
        yield self.env.timeout(self.rng.exponential(0.15))
