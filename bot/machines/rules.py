"""Decisions about machines: what a state stops, when customers' reports count, which report of a monitor is taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.locales import pick
from bot.machines.schema import Fault, Guide, MachineFacts, State
from bot.mentions import mentions

IN_ORDER: State = "in_order"
SUSPECT: State = "suspect"
CLOSED: State = "closed"
# What a machine can't know is over: a card in its slot, a technician behind it.
HELD_BY_STAFF = frozenset({SUSPECT, CLOSED})

FaultState = Literal["open", "confirmed", "dismissed"]
OPEN: FaultState = "open"
CONFIRMED: FaultState = "confirmed"
DISMISSED: FaultState = "dismissed"
REPORTS_TO_SUSPECT = 2
# A monitor's clock further ahead than this would make all that comes after it look old.
CLOCK_AHEAD = timedelta(minutes=1)

Outcome = Literal["applied", "unchanged", "older", "held", "repeated"]


def can_do(facts: MachineFacts, state: State, task: str | None) -> bool:
    """Whether a unit in this state can do the task; None is a task of which nothing is known but that it needs a unit.

    Raises KeyError for an unknown task.
    """
    if state in facts.stop_everything:
        return False
    return task is None or state not in facts.tasks[task].stopped_by


def task_of_service(facts: MachineFacts, service_id: str) -> str | None:
    """The task that an errand is at a machine, None where the data knows of none."""
    return next((task.id for task in facts.tasks.values() if task.service == service_id), None)


def is_suspected(reporters: Iterable[str | None]) -> bool:
    """Whether open reports on one unit, by the conversations they came from, make it suspect.

    One customer may be mistaken, or tell it twice; reports from no conversation count as one customer.
    """
    return len(set(reporters)) >= REPORTS_TO_SUSPECT


def state_on_confirmation(facts: MachineFacts, state: State, confirmed: State) -> State:
    """The state of a unit in `state` once a fault is confirmed: the graver of the two, else the new one."""
    return state if state in facts.stop_everything and confirmed not in facts.stop_everything else confirmed


def judge_report(*, state: State, heard_at: datetime | None, reported: State, at: datetime) -> Outcome:
    """What becomes of a monitor's report of `at` on a unit in `state`, last set or reported on at `heard_at`."""
    if heard_at is not None and at < heard_at:
        return "older"
    if reported == state:
        return "unchanged"
    return "held" if state in HELD_BY_STAFF else "applied"


def fault_in(facts: MachineFacts, text: str) -> Fault | None:
    """The fault that a text tells of, in any of the locales; the longest name in it decides."""
    said = _folded(text)
    found = [
        (len(name), fault)
        for fault in facts.faults.values()
        for names in fault.aliases.values()
        for name in map(_folded, names)
        if mentions(said, name)
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def guide_address(machine_id: str, task: str) -> str:
    return f"/guide/{machine_id}/{task}"


def guide_card(guide: Guide, locale: str) -> dict[str, Any]:
    """Card `guide`, in one locale. `warning` may be null; `address` is the page that shows one step a screen."""
    return {
        "kind": "guide",
        "machine": guide.machine,
        "task": guide.task,
        "title": pick(guide.title, locale),
        "steps": [pick(step, locale) for step in guide.steps],
        "warning": None if guide.warning is None else pick(guide.warning, locale),
        "address": guide_address(guide.machine, guide.task),
    }


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
