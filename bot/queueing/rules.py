"""Decisions of the queue: what may follow what, who goes before whom, how long a wait is.

    taken → waiting ⇄ called → serving → done
              ↑  ↖ no_show ↙  ↘ parked ↗   (parked is called again; a missed number may rejoin for a while)
              └─ cancelled        transfer and a further service: waiting again

The line is ordered by rank, which is the time a number was taken less the head start of the customer's class. That is
priority with ageing: nobody is overtaken by those who come more than the head start later.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

WAITING: Literal["waiting"] = "waiting"
CALLED: Literal["called"] = "called"
SERVING: Literal["serving"] = "serving"
PARKED: Literal["parked"] = "parked"
DONE: Literal["done"] = "done"
NO_SHOW: Literal["no_show"] = "no_show"
CANCELLED: Literal["cancelled"] = "cancelled"
# Not stored: how a ticket is shown that was still in use when its branch day ended.
EXPIRED: Literal["expired"] = "expired"
StoredState = Literal["waiting", "called", "serving", "parked", "done", "no_show", "cancelled"]
State = Literal["waiting", "called", "serving", "parked", "done", "no_show", "cancelled", "expired"]

OPEN: Literal["open"] = "open"
PAUSED: Literal["paused"] = "paused"
CLOSED: Literal["closed"] = "closed"
WindowStatus = Literal["open", "paused", "closed"]

# What can happen to a ticket, and the state it is in after it.
STATE_AFTER: Mapping[str, StoredState] = {
    "taken": WAITING,
    "delayed": WAITING,
    "held": WAITING,
    "here": WAITING,
    "rejoined": WAITING,
    "transferred": WAITING,
    "continued": WAITING,  # one service of the visit is done, the next is waited for
    "called": CALLED,
    "recalled": CALLED,
    "started": SERVING,
    "parked": PARKED,
    "done": DONE,
    "no_show": NO_SHOW,
    "cancelled": CANCELLED,
}

DELAY_BEHIND = 3
NARROWEST_MINUTES = 2

# Place in line: rank, then id. Lowest first.
Place = tuple[int, int]


# --- order ------------------------------------------------------------------------------------


def number(letter: str, count: int) -> str:
    """Ticket number such as A012; four digits once three are used up."""
    return f"{letter}{count:03d}"


def rank(since: datetime, head_start_minutes: int) -> int:
    """Rank of somebody in line since an aware time, in milliseconds since the epoch."""
    return round((since - timedelta(minutes=head_start_minutes)).timestamp() * 1000)


def rank_behind(me: Place, others: Sequence[Place]) -> int:
    """My rank after letting these others go first: just behind the last of them, never further to the front."""
    if not others:
        return me[0]
    last_rank, last_id = max(others)
    # An equal rank is enough where the id decides for the other; else one millisecond more.
    return max(me[0], last_rank if last_id < me[1] else last_rank + 1)


def state_on(state: StoredState, *, its_day_is_over: bool) -> State:
    """A stored state as it is shown: what was not finished on its branch day has expired."""
    return EXPIRED if its_day_is_over and state in (WAITING, CALLED, PARKED) else state


def calls_missing(calls: int, calls_before_no_show: int) -> int:
    """How often a number must still be called before its customer may be set down as not having come."""
    return max(0, calls_before_no_show - calls)


def held_until(now: datetime, minutes: int) -> datetime:
    """Until when a place is held."""
    return now + timedelta(minutes=minutes)


def rejoin_until(missed_at: datetime, rejoin_minutes: int) -> datetime:
    """Until when a number that was missed may come back."""
    return missed_at + timedelta(minutes=rejoin_minutes)


def minutes_since(then: datetime, now: datetime) -> int:
    """Whole minutes, 0 where the clock was set back."""
    return max(0, int((now - then).total_seconds() // 60))


# --- wait -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lane:
    """Tickets that the same windows may call and that take the same mean time there, in minutes."""

    windows: frozenset[str]
    mean_minutes: float


@dataclass(frozen=True)
class Wait:
    """People who will be called before, and the wait in whole minutes, 0 <= low <= point <= high."""

    ahead: int
    low: int
    point: int
    high: int


NO_WAIT = Wait(0, 0, 0, 0)


def wait(ahead: Mapping[Lane, int], mine: Lane, busy: AbstractSet[str]) -> Wait:
    """The wait in `mine` behind so many people of each lane; `busy` windows have a customer.

    Only who competes for one of my windows counts. Expected: mean service time of those ahead, shared by the windows;
    who may be called at several windows counts at ours with our share of them. Where all our windows are busy, one
    service has to end first. Widened by one standard deviation. Source: with exponential service times and c busy
    windows services end as a Poisson process of rate c/mean, so n of them take n*mean/c with a standard deviation of
    sqrt(n)*mean/c (Erlang distribution; Gross & Harris, Fundamentals of Queueing Theory, M/M/c). Never narrower than
    two minutes.
    """
    open_windows = max(1, len(mine.windows))
    rivals = {lane: count for lane, count in ahead.items() if lane.windows & mine.windows}
    loads = {lane: lane.mean_minutes * len(lane.windows & mine.windows) / len(lane.windows) for lane in rivals}
    load = sum(loads[lane] * count for lane, count in rivals.items())
    variance = sum(loads[lane] ** 2 * count for lane, count in rivals.items())
    first = mine.mean_minutes if mine.windows and mine.windows <= busy else 0.0
    low = max(0, math.floor((load - math.sqrt(variance)) / open_windows))
    high = math.ceil((first + load + math.sqrt(variance + first**2)) / open_windows)
    high = max(high, low + NARROWEST_MINUTES)
    return Wait(sum(rivals.values()), low, (low + high) // 2, high)


def foreseen_wait(ahead: int, low: float, point: float, high: float) -> Wait:
    """An estimate in minutes as it is told: whole minutes, the range rounded outwards, none below now."""
    whole_low = max(0, math.floor(low))
    whole_high = max(math.ceil(high), whole_low + NARROWEST_MINUTES)
    return Wait(ahead, whole_low, min(max(round(point), whole_low), whole_high), whole_high)


def waits(line: Iterable[tuple[int, Lane, bool]], busy: AbstractSet[str]) -> dict[int, Wait]:
    """The wait of everybody in line, by ticket id; the line in order: ticket id, lane, whether it is held.

    Who is held lets all others pass, so keeps nobody waiting.
    """
    ahead: dict[Lane, int] = {}
    found = {}
    for ticket_id, lane, held in line:
        found[ticket_id] = wait(ahead, lane, busy)
        if not held:
            ahead[lane] = ahead.get(lane, 0) + 1
    return found
