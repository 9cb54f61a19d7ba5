"""Decisions of the queue: who competes with whom, how long a wait is, where a delayed ticket goes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

WAITING, CALLED, DONE, NO_SHOW, CANCELLED = "waiting", "called", "done", "no_show", "cancelled"
# Not stored: how a ticket that was still waiting when its branch day ended is shown.
EXPIRED: Literal["expired"] = "expired"
State = Literal["waiting", "called", "done", "no_show", "cancelled", "expired"]
Route = Literal["counter", "express"]

DELAY_BEHIND = 3
NARROWEST_MINUTES = 2


@dataclass(frozen=True)
class InLine:
    """A waiting ticket as the others see it: the open windows that may call it, its mean service in minutes."""

    ticket_id: int
    windows: frozenset[str]
    mean_minutes: float


@dataclass(frozen=True)
class Wait:
    """People who will be called before, and the wait in whole minutes, 0 <= low <= high."""

    ahead: int
    low: int
    high: int


def number(letter: str, count: int) -> str:
    """Ticket number such as A012; four digits once three are used up."""
    return f"{letter}{count:03d}"


def competing(line: Iterable[InLine], windows: AbstractSet[str]) -> list[InLine]:
    """Those of the line whom at least one of these windows may call."""
    return [one for one in line if one.windows & windows]


def wait(ahead: Sequence[InLine], windows: AbstractSet[str], busy: AbstractSet[str], mean_minutes: float) -> Wait:
    """The wait behind the people `ahead`, at `windows` open windows, of which `busy` are serving somebody.

    Expected: mean service time of those ahead, shared by the windows; who may be called at several windows counts at
    ours with our share of them. Where all our windows are busy, one service has to end first. Widened by one
    standard deviation. Source: with exponential service times and c busy windows services end as a Poisson
    process of rate c/mean, so n of them take n*mean/c with a standard deviation of sqrt(n)*mean/c (Erlang
    distribution; Gross & Harris, Fundamentals of Queueing Theory, M/M/c). Never narrower than two minutes.
    """
    open_windows = max(1, len(windows))
    loads = [one.mean_minutes * len(one.windows & windows) / max(1, len(one.windows)) for one in ahead]
    first = [mean_minutes] if windows and windows <= busy else []
    expected = sum(loads) / open_windows
    low = expected - _deviation(loads) / open_windows
    high = (sum(first) + sum(loads) + _deviation([*loads, *first])) / open_windows
    low_minutes = max(0, math.floor(low))
    return Wait(len(ahead), low_minutes, max(math.ceil(high), low_minutes + NARROWEST_MINUTES))


def _deviation(means: Iterable[float]) -> float:
    """Standard deviation of a sum of independent exponential times with these means."""
    return math.sqrt(sum(mean * mean for mean in means))


def delayed(line: Sequence[InLine], ticket_id: int) -> list[int]:
    """Ticket ids in the new order once this one lets three competitors pass; all others keep their order.

    With fewer than three competitors behind it, it goes behind the last of them.
    """
    order = [one.ticket_id for one in line]
    start = order.index(ticket_id)
    behind = [index for index in range(start + 1, len(line)) if line[index].windows & line[start].windows]
    if not behind:
        return order
    last = behind[:DELAY_BEHIND][-1]
    return [*order[:start], *order[start + 1 : last + 1], ticket_id, *order[last + 1 :]]
