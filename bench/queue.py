"""How good the wait estimate is, in simulated halls that it knows nothing of.

    python -m bench.queue [--days 200] [--seed 1] [--a-day 25]

Three halls (small, busy, understaffed) are drawn from the seed: services and their log-normal times, windows with
different skills and shifts, arrivals by hour, customer classes with head starts, no-shows, quicker and slower clerks,
good and bad days, clerks who are late or ill. In each the estimator first learns for LEARNING_DAYS from what the tables
of the queue would hold. Then, on `--days` days, about `--a-day` people are told an estimate when they take their
number, and it is compared with what happened; those whom a free window calls at once, or no open window serves, are
left out. The estimator knows the line, the windows now open and what it learnt; not the true shifts, rates or times.

Beside it, with the same learnt means: the usual estimate, "people ahead / windows x mean", and the same by shares,
where somebody ahead whom other windows may call as well counts for our windows' share of them.

Prints tables, writes results/queue.json and draws results/queue.png. Times are for comparison on this machine.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench.hall import HEAD_STARTS, KINDS, Customer, Day, Kind, draw_plan
from bot.queueing import service_times
from bot.queueing.estimate import AtWindow, Estimate, Hall, InLine, OpenWindow, ServiceTime, estimate_newcomers
from bot.queueing.service_times import Backtest, Called, Learnt, Served, Standing, Stay, Taken
from bot.settings import ROOT

LEARNING_DAYS = 10
# The tables of 60 days are read anew so often; a bank would do it every night.
LEARNS_EVERY = 5
ROUTE = "counter"
FIRST_DAY = Date(2026, 1, 1)
RESULTS = ROOT / "results"
COVERAGE_TARGET = (0.75, 0.85)
RATIO_TARGET = 0.8


def main(arguments: Sequence[str] | None = None) -> int:
    """The command's exit code."""
    options = _options(arguments)
    halls: dict[str, list[Told]] = {}
    for number, (name, kind) in enumerate(KINDS.items()):
        print(f"{name}: {LEARNING_DAYS} days to learn, {options.days} to estimate ...", file=sys.stderr)
        rng = np.random.default_rng([options.seed, number])
        halls[name] = measure(kind, days=options.days, a_day=options.a_day, rng=rng)
    everything = [told for hall in halls.values() for told in hall]
    if not everything:
        print("nobody had to wait: take more days", file=sys.stderr)
        return 1
    print(tables(halls))
    options.results.mkdir(parents=True, exist_ok=True)
    _store(options, halls)
    _draw(options.results / "queue.png", halls)
    return 0


# --- estimates and what became of them --------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """An estimate that was told on a day, in minutes, and the real wait. `usual` and `shares`: the simpler ones."""

    day: int
    hour: int
    service_id: str
    low: float
    point: float
    high: float
    usual: float
    shares: float
    real: float
    milliseconds: float


@dataclass(frozen=True)
class Figures:
    """Of some estimates: share of ranges that held, mean absolute errors in minutes, those of the simpler ones too."""

    tickets: int
    coverage: float
    error: float
    usual_error: float
    shares_error: float
    mean_wait: float
    mean_width: float

    @classmethod
    def of(cls, told: Sequence[Told]) -> Figures:
        """Raises ValueError for none."""
        if not told:
            raise ValueError("there is no estimate to count")
        return cls(
            tickets=len(told),
            coverage=_average(one.low <= one.real <= one.high for one in told),
            error=_average(abs(one.point - one.real) for one in told),
            usual_error=_average(abs(one.usual - one.real) for one in told),
            shares_error=_average(abs(one.shares - one.real) for one in told),
            mean_wait=_average(one.real for one in told),
            mean_width=_average(one.high - one.low for one in told),
        )

    @property
    def ratio(self) -> float:
        return self.error / self.usual_error if self.usual_error else math.inf

    @property
    def shares_ratio(self) -> float:
        return self.error / self.shares_error if self.shares_error else math.inf


def measure(kind: Kind, *, days: int, a_day: int, rng: np.random.Generator) -> list[Told]:
    """Estimates told on these days in one hall of this kind."""
    plan = draw_plan(kind, rng)
    # A chance of its own: whatever is estimated, the days stay the same.
    desk_rng = np.random.default_rng(rng.integers(2**32))
    said = {service_id: service.said for service_id, service in plan.services.items()}
    records = Records()
    for _ in range(LEARNING_DAYS):
        day = Day(plan, rng)
        day.play()
        records.add(day, [])
    share = a_day * LEARNING_DAYS / max(1, len(records.taken))
    told: list[Told] = []
    for number in range(days):
        if number % LEARNS_EVERY == 0:
            learnt = records.learn(said)
        desk = Desk(number, learnt, desk_rng, share)
        day = Day(plan, rng, desk.asked)
        day.play()
        found = desk.told()
        records.add(day, found)
        told += found
    return told


@dataclass
class Desk:
    """Tells estimates on one day, to a share of those who come."""

    number: int
    learnt: Learnt
    rng: np.random.Generator
    share: float
    _asked: list[tuple[Customer, Estimate, float, float, float]] = field(default_factory=list)

    def asked(self, day: Day, customer: Customer) -> None:
        """Somebody is about to join the line."""
        serving = day.plan.serving
        windows = frozenset(day.open_windows())
        able = windows & serving(customer.service_id)
        ahead = [one for one in day.line if one.rank <= customer.rank and able & serving(one.service_id)]
        served_at_once = not ahead and any(window_id not in day.at_window for window_id in able)
        if not able or served_at_once or self.rng.random() >= self.share:
            return
        began = time.perf_counter()
        estimate = self._estimate(day, customer, windows)
        milliseconds = 1000 * (time.perf_counter() - began)
        if estimate is None:
            return
        means = [_mean(self.learnt.times.by_service[one.service_id]) for one in ahead]
        parts = [len(able & serving(one.service_id)) / len(windows & serving(one.service_id)) for one in ahead]
        usual = sum(means) / len(able)
        shares = sum(mean * part for mean, part in zip(means, parts, strict=True)) / len(able)
        self._asked.append((customer, estimate, usual, shares, milliseconds))

    def told(self) -> list[Told]:
        """Once the day is over."""
        return [
            Told(
                day=self.number,
                hour=int(customer.came_at // 60),
                service_id=customer.service_id,
                low=estimate.low,
                point=estimate.point,
                high=estimate.high,
                usual=usual,
                shares=shares,
                real=customer.called_at - customer.came_at,
                milliseconds=milliseconds,
            )
            for customer, estimate, usual, shares, milliseconds in self._asked
        ]

    def _estimate(self, day: Day, customer: Customer, windows: Set[str]) -> Estimate | None:
        learnt, plan, now = self.learnt, day.plan, day.now
        hour, habits = int(now // 60), learnt.habits
        hall = Hall(
            windows=[
                OpenWindow(
                    window_id,
                    _current(day, window_id, habits.absent),
                    learnt.rosters.courses(window_id, now, window_id in windows),
                )
                for window_id in plan.windows
            ],
            times=learnt.times.at(hour),
            overtakers=learnt.arrivals.overtakers(
                hour, HEAD_STARTS, lambda service_id, route: plan.serving(service_id), habits.absent
            ),
            approach_minutes=habits.approach_minutes,
            no_show_minutes=habits.no_show_minutes,
            spread=learnt.spread,
        )
        line = [
            InLine(index, one.rank - now, plan.serving(one.service_id), one.service_id, habits.absent)
            for index, one in enumerate(day.line)
        ]
        me = InLine("me", customer.rank - now, plan.serving(customer.service_id), customer.service_id)
        return estimate_newcomers([me], line, hall, self.rng)["me"]


def _current(day: Day, window_id: str, absent: float) -> AtWindow | None:
    customer = day.at_window.get(window_id)
    if customer is None:
        return None
    if math.isnan(customer.at_window_at):
        return AtWindow(customer.service_id, day.now - customer.called_at, came=False, absent=absent)
    return AtWindow(customer.service_id, day.now - customer.at_window_at)


def _mean(time: ServiceTime) -> float:
    return math.exp(time.mu + time.beta / (time.alpha - 1) / 2)


def _average(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


# --- what the system would know ---------------------------------------------------------------


@dataclass
class Records:
    """What the tables of the queue hold of the days so far."""

    days: int = 0
    served: list[tuple[int, str, float, float]] = field(default_factory=list)
    calls: list[tuple[int, bool, float]] = field(default_factory=list)
    taken: list[tuple[int, Customer]] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    backtests: list[Backtest] = field(default_factory=list)

    def add(self, day: Day, told: Sequence[Told]) -> None:
        self.served += [(self.days, *one) for one in day.served]
        self.calls += [(self.days, *one) for one in day.calls]
        self.taken += [(self.days, one) for one in day.customers]
        date = FIRST_DAY + timedelta(days=self.days)
        self.stays += [Stay(date, *one) for one in day.stays]
        self.standing += [
            Standing(date, day.plan.serving(one.service_id), one.came_at, one.called_at) for one in day.customers
        ]
        tested = service_times.score([(one.low, one.point, one.high, one.real) for one in told])
        self.backtests += [] if tested is None else [tested]
        self.days += 1

    def learn(self, said: dict[str, float]) -> Learnt:
        """What the estimator makes of them, with the means that the branch's data name."""
        since = self.days - service_times.LOOKBACK_DAYS
        return Learnt(
            service_times.learn_times(
                (
                    Served(service_id, int(began // 60), ended - began, self.days - on)
                    for on, service_id, began, ended in self.served
                    if on >= since
                ),
                said,
            ),
            service_times.learn_habits(
                Called(came, minutes, self.days - on) for on, came, minutes in self.calls if on >= since
            ),
            service_times.learn_arrivals(
                Taken(one.service_id, ROUTE, one.customer_class, int(one.came_at // 60), self.days - on)
                for on, one in self.taken
                if on >= since
            ),
            service_times.learn_rosters(self.stays, self.standing),
            service_times.learn_spread(self.backtests[-service_times.LOOKBACK_DAYS :]),
        )


# --- what is shown ----------------------------------------------------------------------------


def tables(halls: Mapping[str, Sequence[Told]]) -> str:
    """The figures of every hall, by hour and by service, and the targets."""
    everything = [told for hall in halls.values() for told in hall]
    lines = [_HEADING, _line("all halls", everything)]
    lines += [_line(name, hall) for name, hall in halls.items() if hall]
    lines += ["", *(_line(f"{hour}:00", told) for hour, told in _by(everything, lambda one: one.hour))]
    for name, hall in halls.items():
        means = _by(hall, lambda one: one.service_id)
        lines += ["", *(_line(f"{name} {service_id}", told) for service_id, told in means)]
    figures, (lowest, highest) = Figures.of(everything), COVERAGE_TARGET
    taken = [one.milliseconds for one in everything]
    held = "held" if lowest <= figures.coverage <= highest else "MISSED"
    beaten = "held" if figures.ratio <= RATIO_TARGET else "MISSED"
    lines += [
        "",
        f"the 80 % range holds {100 * figures.coverage:.1f} % of the time"
        f" (target {100 * lowest:.0f} to {100 * highest:.0f}): {held}",
        f"error of the point / error of the usual estimate: {figures.ratio:.2f} (target {RATIO_TARGET}): {beaten}",
        f"an estimate takes {np.median(taken):.1f} ms (median), {np.percentile(taken, 95):.1f} ms (95th percentile)",
    ]
    return "\n".join(lines)


_HEADING = (
    f"{'':16}{'tickets':>8}{'wait':>7}{'width':>7}{'range holds':>13}{'error':>8}"
    f"{'usual':>8}{'ratio':>7}{'shares':>8}{'ratio':>7}   (minutes)"
)


def _line(label: str, told: Sequence[Told]) -> str:
    of = Figures.of(told)
    return (
        f"{label:16}{of.tickets:8}{of.mean_wait:7.1f}{of.mean_width:7.1f}{100 * of.coverage:11.1f} %{of.error:8.2f}"
        f"{of.usual_error:8.2f}{of.ratio:7.2f}{of.shares_error:8.2f}{of.shares_ratio:7.2f}"
    )


def _by(told: Iterable[Told], key: Callable[[Told], Any]) -> list[tuple[Any, list[Told]]]:
    groups: dict[Any, list[Told]] = defaultdict(list)
    for one in told:
        groups[key(one)].append(one)
    return sorted(groups.items())


def _store(options: argparse.Namespace, halls: Mapping[str, Sequence[Told]]) -> None:
    everything = [told for hall in halls.values() for told in hall]
    taken = [one.milliseconds for one in everything]
    content = {
        "days": options.days,
        "seed": options.seed,
        "all": _stored(everything),
        "halls": {name: _stored(hall) for name, hall in halls.items() if hall},
        "hours": {str(hour): _stored(told) for hour, told in _by(everything, lambda one: one.hour)},
        "services": {
            name: {service_id: _stored(told) for service_id, told in _by(hall, lambda one: one.service_id)}
            for name, hall in halls.items()
        },
        "milliseconds": {"median": float(np.median(taken)), "p95": float(np.percentile(taken, 95))},
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    (options.results / "queue.json").write_text(text + "\n", encoding="utf-8")


def _stored(told: Sequence[Told]) -> dict[str, float]:
    figures = Figures.of(told)
    return asdict(figures)


def _draw(file: Path, halls: Mapping[str, Sequence[Told]]) -> None:
    """What was told against what happened; by hour: how often the range held, and the errors."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (told_axes, held_axes, error_axes) = pyplot.subplots(1, 3, figsize=(15, 4.6), constrained_layout=True)
    for name, hall in halls.items():
        told_axes.scatter([one.point for one in hall], [one.real for one in hall], s=3, alpha=0.3, label=name)
        hours = [(hour, Figures.of(told)) for hour, told in _by(hall, lambda one: one.hour)]
        held_axes.plot([hour for hour, _ in hours], [100 * of.coverage for _, of in hours], marker="o", label=name)
    longest = max(max(one.point, one.real) for hall in halls.values() for one in hall)
    told_axes.plot([0, longest], [0, longest], color="black", linewidth=0.8)
    told_axes.set(title="Wait, minutes", xlabel="told (point)", ylabel="real")
    told_axes.legend(markerscale=4)
    held_axes.axhspan(*(100 * share for share in COVERAGE_TARGET), color="tab:green", alpha=0.15)
    held_axes.set(title="80 % range holds, %", xlabel="hour", ylim=(50, 100))
    held_axes.legend()
    everything = _by((told for hall in halls.values() for told in hall), lambda one: one.hour)
    figures = [(hour, Figures.of(told)) for hour, told in everything]
    for label, errors in (
        ("estimate", [of.error for _, of in figures]),
        ("people ahead / windows x mean", [of.usual_error for _, of in figures]),
        ("the same, by shares", [of.shares_error for _, of in figures]),
    ):
        error_axes.plot([hour for hour, _ in figures], errors, marker="o", label=label)
    error_axes.set(title="Mean absolute error, minutes", xlabel="hour", ylim=(0, None))
    error_axes.legend()
    figure.savefig(file, dpi=110)
    pyplot.close(figure)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=_positive, default=200, help="days with estimates, in each hall")
    parser.add_argument("--seed", type=int, default=1, help="draws other halls and other days")
    parser.add_argument("--a-day", type=_positive, default=25, help="people a day who are told an estimate, about")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for queue.json and queue.png")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
