"""Decisions about a branch: when is it open, where does an errand go, which place does a customer mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.branch import paths, public_holidays
from bot.branch.schema import (
    COUNTER,
    EXPRESS,
    INDIVIDUAL,
    MACHINE,
    MANAGER,
    PHONE,
    WEEKDAYS,
    Branch,
    Limit,
    Reason,
    Service,
    Texts,
    TriageRow,
)
from bot.errors import Conflict, Invalid, NotFound
from bot.locales import pick
from bot.mentions import mentions

Named = TypeVar("Named")

# --- hours ------------------------------------------------------------------------------------

LOOK_AHEAD_DAYS = 60


@dataclass(frozen=True)
class SpecialDay:
    """A date that is not like its weekday. `hours` is None when closed all day, `label` None for a working weekend."""

    date: date
    label: Texts | None
    hours: tuple[time, time] | None


def hours_on(branch: Branch, day: date) -> tuple[time, time] | None:
    """Opening and closing time of a branch-local date; None when closed all day."""
    special = special_day(branch, day)
    return _hours_of(branch, WEEKDAYS[day.weekday()]) if special is None else special.hours


def special_day(branch: Branch, day: date) -> SpecialDay | None:
    """What makes a branch-local date unlike its weekday: the branch's own exception, else a holiday of its country."""
    exception = branch.exceptions.get(day)
    if exception is not None:
        opens, closes = exception.open, exception.close
        return SpecialDay(day, exception.label, None if opens is None or closes is None else (opens, closes))
    if branch.country is None:
        return None
    year = public_holidays.year(branch.country, branch.subdivision, day.year)
    if day in year.closed:
        return SpecialDay(day, year.closed[day], None)
    if day in year.working and branch.working_weekend_hours is not None:
        return SpecialDay(day, None, _hours_of(branch, branch.working_weekend_hours))
    return None


def special_days(branch: Branch, first: date, days: int) -> list[SpecialDay]:
    """The special days among `days` dates from `first` on, in order."""
    dates = (first + timedelta(days=offset) for offset in range(days))
    return [special for day in dates if (special := special_day(branch, day)) is not None]


def is_open(branch: Branch, now: datetime) -> bool:
    """Open from the first moment of the opening hours to just before the closing time, in the branch's zone."""
    local = now.astimezone(branch.timezone)
    hours = hours_on(branch, local.date())
    return hours is not None and hours[0] <= local.time() < hours[1]


def next_opening(branch: Branch, now: datetime) -> datetime | None:
    """When the doors open next after `now` (branch zone); None if not within 60 days."""
    for day in _opening_days(branch, branch.day(now)):
        hours = hours_on(branch, day)
        assert hours is not None
        opening = datetime.combine(day, hours[0], tzinfo=branch.timezone)
        if opening > now:
            return opening
    return None


def next_booking_day(branch: Branch, now: datetime) -> date:
    """The first branch-local date on which cash booked at `now` (aware) is there.

    A booking is received on the opening day that has not closed yet, and ready `booking_days_ahead` opening days
    later. Raises Conflict when the branch has no such day within 60 days.
    """
    local = now.astimezone(branch.timezone)
    days = list(_opening_days(branch, local.date()))
    today = hours_on(branch, local.date())
    if today is not None and local.time() >= today[1]:
        del days[0]
    if len(days) <= branch.booking_days_ahead:
        raise Conflict("the branch has no day to book for")
    return days[branch.booking_days_ahead]


def _opening_days(branch: Branch, first: date) -> Iterator[date]:
    for offset in range(LOOK_AHEAD_DAYS + 1):
        day = first + timedelta(days=offset)
        if hours_on(branch, day) is not None:
            yield day


def _hours_of(branch: Branch, weekday: str) -> tuple[time, time] | None:
    return next(((hours.open, hours.close) for hours in branch.weekly if weekday in hours.days), None)


# --- triage -----------------------------------------------------------------------------------

MACHINE_OUT_OF_ORDER: Reason = "machine_out_of_order"
EXPRESS_WINDOW: Reason = "express_window"
COUNTER_WINDOW: Reason = "counter_window"
COUNTER_ONLY: Reason = "counter_only"
BOOKING_NEEDED: Reason = "booking_needed"

CHANNELS = ("kiosk", "web")
MAX_AMOUNT = Decimal("1e12")


@dataclass(frozen=True)
class Way:
    """One way to do an errand. `window_ids` is empty for machine and phone, `zone_id` None for phone."""

    route: str
    window_ids: tuple[str, ...]
    zone_id: str | None
    machine_ids: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Triage(Way):
    """The best way, and the others that are possible too, best first."""

    alternatives: tuple[Way, ...]

    @property
    def ticket(self) -> Way:
        """The way a queue number is given for, whatever else is recommended."""
        return next(way for way in (self, *self.alternatives) if way.window_ids)


def triage(
    branch: Branch,
    service_id: str,
    amount: Decimal | None,
    channel: str,
    *,
    customer_class: str = INDIVIDUAL,
    out_of_order: AbstractSet[str] = frozenset(),
) -> Triage:
    """Where an errand goes best, by the first row of the branch's triage that is for it.

    `amount` in yuan, None when not said; `channel` "kiosk" or "web"; `out_of_order` are ids of machines that cannot
    do it now. Raises Invalid for an unknown service or class, or an amount that is not a sum of money.
    """
    service = branch.services.get(service_id)
    if service is None:
        raise Invalid(f"unknown service {service_id!r}")
    if customer_class not in branch.classes:
        raise Invalid(f"unknown customer class {customer_class!r}")
    if amount is not None and not (amount.is_finite() and Decimal(0) < amount < MAX_AMOUNT):
        raise Invalid("the amount is not a sum of money")
    row = next(row for row in branch.triage if _is_for(row, service, amount, customer_class, channel))
    ways = []
    machine_missed = False
    for offer in row.offer:
        if not _is_possible(service, offer.way, amount):
            continue
        way = _way(branch, service, offer.way, tuple(offer.reasons), out_of_order)
        if way is not None:
            ways.append(way)
        elif not ways:
            machine_missed = True
    best, *others = ways
    reasons = best.reasons
    if not others:
        reasons = tuple(COUNTER_ONLY if reason == COUNTER_WINDOW else reason for reason in reasons)
    if machine_missed:
        reasons = (MACHINE_OUT_OF_ORDER, *reasons)
    return Triage(best.route, best.window_ids, best.zone_id, best.machine_ids, reasons, tuple(others))


def lane_windows(service: Service, route: str) -> tuple[str, ...]:
    """The windows that call tickets of this service and route; those that are there for the route come first."""
    own: Sequence[str] = ()
    if route == EXPRESS and service.express is not None:
        own = service.express.windows
    elif route == MANAGER and service.manager is not None:
        own = service.manager.windows
    return (*own, *(window_id for window_id in service.windows if window_id not in own))


def _is_for(row: TriageRow, service: Service, amount: Decimal | None, customer_class: str, channel: str) -> bool:
    if row.amount == "unsaid" and not (amount is None and service.depends_on_amount):
        return False
    if row.amount == "booked" and (amount is None or _fits(service.unbooked_up_to, amount)):
        return False
    wanted = ((row.services, service.id), (row.classes, customer_class), (row.channels, channel))
    return all(allowed is None or value in allowed for allowed, value in wanted)


def _is_possible(service: Service, route: str, amount: Decimal | None) -> bool:
    """Whether the service is done this way at all, and certainly so for this amount."""
    if route == COUNTER:
        return True
    if route == MANAGER:
        return service.manager is not None
    limited = {EXPRESS: service.express, MACHINE: service.machine, PHONE: service.phone}[route]
    return limited is not None and _fits(limited.up_to, amount)


def _fits(limit: Limit | None, amount: Decimal | None) -> bool:
    """Whether there is no limit, or the amount is known and within it."""
    return limit is None or (amount is not None and limit.holds(amount))


def _way(
    branch: Branch, service: Service, route: str, reasons: tuple[Reason, ...], out_of_order: AbstractSet[str]
) -> Way | None:
    """A way that is possible; None where all its machines are out of order."""
    if route == PHONE:
        return Way(route, (), None, (), reasons)
    if route == MACHINE:
        assert service.machine is not None
        machine_ids = tuple(machine_id for machine_id in service.machine.machines if machine_id not in out_of_order)
        return Way(route, (), branch.machines[machine_ids[0]].zone, machine_ids, reasons) if machine_ids else None
    windows = lane_windows(service, route)
    zone_id = service.zone if route == COUNTER else branch.windows[windows[0]].zone
    return Way(route, windows, zone_id, (), reasons)


# --- places -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Something to be found in the branch. `kind`: zone, window, machine or amenity; `about` may be None."""

    kind: str
    id: str
    label: Texts
    zone_id: str
    about: Texts | None


def find_place(branch: Branch, text: str) -> Place | None:
    """The place a text names by label or alias, in any locale; the longest name found wins."""
    return _longest_named(text, ((name, place) for place, names in _places(branch) for name in names))


def find_class(branch: Branch, text: str) -> str | None:
    """Id of the customer class that a text speaks of by label or alias, in any locale; the longest name found wins."""
    known = branch.classes.values()
    return _longest_named(text, ((name, one.id) for one in known for name in _names(one.label, one.aliases)))


def place_card(branch: Branch, place: Place, locale: str, *, start: str | None = None) -> dict[str, Any]:
    """Card `place` of the contract; `plan` is the address of the floor plan with the zone and the way to it.

    `steps` is the way in sentences from the node `start` (where the kiosk stands, if not given), `step_free` the plan
    and the steps of a way without steps. Both are empty where no such way is known: `directions` still are.
    """
    zone = branch.zones[place.zone_id]
    start = start or branch.ways.starts["kiosk"]
    return {
        "kind": "place",
        "zone": pick(zone.label, locale),
        "label": pick(place.label, locale),
        "plan": plan_address(zone.id, locale, start, step_free=False),
        "directions": pick(zone.directions, locale),
        "steps": _steps(branch, start, zone.id, locale, step_free=False),
        "step_free": {
            "plan": plan_address(zone.id, locale, start, step_free=True),
            "steps": _steps(branch, start, zone.id, locale, step_free=True),
        },
    }


def plan_address(zone_id: str, locale: str, start: str, *, step_free: bool) -> str:
    query = {"zone": zone_id, "locale": locale, "from": start, **({"step_free": "true"} if step_free else {})}
    return f"/api/branch/plan.svg?{urlencode(query)}"


def _steps(branch: Branch, start: str, zone_id: str, locale: str, *, step_free: bool) -> list[str]:
    try:
        found = paths.route(branch, start, zone_id, step_free)
    except NotFound:
        return []
    return [pick(step, locale) for step in found.steps]


def _places(branch: Branch) -> Iterator[tuple[Place, list[str]]]:
    for zone in branch.zones.values():
        yield Place("zone", zone.id, zone.label, zone.id, None), _names(zone.label, zone.aliases)
    for window in branch.windows.values():
        yield Place("window", window.id, window.label, window.zone, None), list(window.label.values())
    for machine in branch.machines.values():
        yield (
            Place("machine", machine.id, machine.label, machine.zone, machine.about),
            _names(machine.label, machine.aliases),
        )
    for amenity in branch.amenities.values():
        yield (
            Place("amenity", amenity.id, amenity.label, amenity.zone, amenity.about),
            _names(amenity.label, amenity.aliases),
        )


def _longest_named(text: str, named: Iterable[tuple[str, Named]]) -> Named | None:
    wanted = _folded(text)
    found = [(len(name), thing) for name, thing in named if mentions(wanted, _folded(name))]
    return max(found, key=lambda hit: hit[0])[1] if found else None


def _names(label: Texts, aliases: Mapping[str, list[str]]) -> list[str]:
    return [*label.values(), *(name for names in aliases.values() for name in names)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
