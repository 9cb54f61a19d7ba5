"""Decisions about a branch: is it open, where does an errand go, what does the floor plan look like."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from bot.branch.schema import WEEKDAYS, Branch, Point, Service, Texts, Zone
from bot.errors import Invalid
from bot.locales import pick

# --- hours ------------------------------------------------------------------------------------

LOOK_AHEAD_DAYS = 60


def hours_on(branch: Branch, day: date) -> tuple[time, time] | None:
    """Opening and closing time of a branch-local date; None when closed all day."""
    exception = branch.exceptions.get(day)
    if exception is not None:
        return None if exception.open is None or exception.close is None else (exception.open, exception.close)
    weekday = WEEKDAYS[day.weekday()]
    for hours in branch.weekly:
        if weekday in hours.days:
            return hours.open, hours.close
    return None


def is_open(branch: Branch, now: datetime) -> bool:
    """Open from the first moment of the opening hours to just before the closing time, in the branch's zone."""
    local = now.astimezone(branch.timezone)
    hours = hours_on(branch, local.date())
    return hours is not None and hours[0] <= local.time() < hours[1]


def next_opening(branch: Branch, now: datetime) -> datetime | None:
    """When the doors open next after `now` (branch zone); None if not within 60 days."""
    local = now.astimezone(branch.timezone)
    for offset in range(LOOK_AHEAD_DAYS + 1):
        day = local.date() + timedelta(days=offset)
        hours = hours_on(branch, day)
        if hours is None:
            continue
        opening = datetime.combine(day, hours[0], tzinfo=branch.timezone)
        if opening > now:
            return opening
    return None


# --- triage -----------------------------------------------------------------------------------

COUNTER, EXPRESS, MACHINE, PHONE = "counter", "express", "machine", "phone"

# What a triage can give as a reason. The sentences live in domain.yml, under the same keys.
MACHINE_NO_QUEUE = "machine_no_queue"
PHONE_NO_QUEUE = "phone_no_queue"
EXPRESS_WINDOW = "express_window"
COUNTER_WINDOW = "counter_window"
COUNTER_ONLY = "counter_only"
BOOKING_NEEDED = "booking_needed"
AMOUNT_DECIDES = "amount_decides"
REASONS = (
    MACHINE_NO_QUEUE,
    PHONE_NO_QUEUE,
    EXPRESS_WINDOW,
    COUNTER_WINDOW,
    COUNTER_ONLY,
    BOOKING_NEEDED,
    AMOUNT_DECIDES,
)

# In the hall a machine is a few steps away; at home only the phone needs no trip.
PREFERENCE: Mapping[str, tuple[str, ...]] = {
    "kiosk": (MACHINE, EXPRESS, COUNTER, PHONE),
    "web": (PHONE, MACHINE, EXPRESS, COUNTER),
}
MAX_AMOUNT = Decimal("1e12")


@dataclass(frozen=True)
class Way:
    """One way to do an errand. `window_ids` is empty for machine and phone, `zone_id` None for phone."""

    route: str
    window_ids: tuple[str, ...]
    zone_id: str | None
    machine_ids: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Triage(Way):
    """The best way, and the others that are possible too, best first."""

    alternatives: tuple[Way, ...]

    @property
    def ticket(self) -> Way:
        """The way a queue number is given for, whatever else is recommended."""
        return next(way for way in (self, *self.alternatives) if way.window_ids)


def triage(branch: Branch, service_id: str, amount: Decimal | None, channel: str) -> Triage:
    """Where an errand goes best. `amount` in yuan, None when not said; `channel` "kiosk" or "web".

    Raises Invalid for an unknown service or an amount that is not a sum of money.
    """
    service = branch.services.get(service_id)
    if service is None:
        raise Invalid(f"unknown service {service_id!r}")
    if amount is not None and not (amount.is_finite() and Decimal(0) < amount < MAX_AMOUNT):
        raise Invalid("the amount is not a sum of money")
    order = PREFERENCE.get(channel, PREFERENCE["web"])
    ways = sorted(_ways(branch, service, amount), key=lambda way: order.index(way.route))
    best = ways[0]
    return Triage(best.route, best.window_ids, best.zone_id, best.machine_ids, best.reasons, tuple(ways[1:]))


def lane_windows(service: Service, route: str) -> tuple[str, ...]:
    """The windows that call tickets of this service and route; the express window comes first."""
    if route != EXPRESS or service.express is None:
        return tuple(service.windows)
    express = service.express.windows
    return (*express, *(window_id for window_id in service.windows if window_id not in express))


def _ways(branch: Branch, service: Service, amount: Decimal | None) -> Iterator[Way]:
    machine, phone, express = service.machine, service.phone, service.express
    other_way = False
    if machine is not None and _fits(machine.up_to, amount):
        other_way = True
        zone_id = branch.machines[machine.machines[0]].zone
        yield Way(MACHINE, (), zone_id, tuple(machine.machines), (MACHINE_NO_QUEUE,))
    if phone is not None and _fits(phone.up_to, amount):
        other_way = True
        yield Way(PHONE, (), None, (), (PHONE_NO_QUEUE,))
    if express is not None and _fits(express.up_to, amount):
        other_way = True
        windows = lane_windows(service, EXPRESS)
        yield Way(EXPRESS, windows, branch.windows[windows[0]].zone, (), (EXPRESS_WINDOW,))
    reasons = []
    if service.unbooked_up_to is not None and amount is not None and not service.unbooked_up_to.holds(amount):
        reasons.append(BOOKING_NEEDED)
    if amount is None and service.depends_on_amount:
        reasons.append(AMOUNT_DECIDES)
    else:
        reasons.append(COUNTER_WINDOW if other_way else COUNTER_ONLY)
    yield Way(COUNTER, lane_windows(service, COUNTER), service.zone, (), tuple(reasons))


def _fits(limit: Any, amount: Decimal | None) -> bool:
    """Whether a way is certainly open: it has no limit, or the amount is known and within it."""
    return limit is None or (amount is not None and bool(limit.holds(amount)))


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
    wanted = _folded(text)
    named = ((_folded(name), place) for place, names in _places(branch) for name in names)
    found = [(len(name), place) for name, place in named if _mentions(wanted, name)]
    return max(found, key=lambda hit: hit[0])[1] if found else None


def place_card(branch: Branch, place: Place, locale: str) -> dict[str, Any]:
    """Card `place` of the contract; `plan` is the address of the floor plan with the zone highlighted."""
    zone = branch.zones[place.zone_id]
    return {
        "kind": "place",
        "zone": pick(zone.label, locale),
        "label": pick(place.label, locale),
        "plan": f"/api/branch/plan.svg?zone={quote(zone.id)}&locale={quote(locale)}",
        "directions": pick(zone.directions, locale),
    }


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


def _names(label: Texts, aliases: Mapping[str, list[str]]) -> list[str]:
    return [*label.values(), *(name for names in aliases.values() for name in names)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _mentions(text: str, name: str) -> bool:
    """A name in Latin letters must stand alone: "atm" is not in "treatment", "window 1" not in "window 12"."""
    start = text.find(name)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
        if not (_glued(before, name[0]) or _glued(name[-1], after)):
            return True
        start = text.find(name, start + 1)
    return False


def _glued(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


# --- floor plan -------------------------------------------------------------------------------

FONT, SMALLEST_FONT, LINE_HEIGHT = 34.0, 12.0, 1.2
MARK = 22
PADDING = 10


def plan_svg(branch: Branch, zone_id: str | None, locale: str) -> str:
    """The floor plan as SVG, one zone highlighted if asked. Raises KeyError for an unknown zone.

    Presentation attributes only: the pages' content policy allows no inline style.
    """
    wanted = branch.zones[zone_id] if zone_id is not None else None
    plan = branch.plan
    title = f"{pick(plan.title, locale)} · {pick(branch.name, locale)}"
    if wanted is not None:
        title += f" · {pick(wanted.label, locale)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan.width} {plan.height}" role="img" '
        f'lang="{escape(locale)}" aria-labelledby="plan-title" '
        "font-family=\"'Noto Sans SC','Noto Sans TC','PingFang SC','Microsoft YaHei',sans-serif\">",
        f'<title id="plan-title">{escape(title)}</title>',
        f'<rect width="{plan.width}" height="{plan.height}" fill="#ffffff"/>',
    ]
    # The wanted zone last: its outline must not be covered by a neighbour's.
    for zone in sorted(branch.zones.values(), key=lambda zone: zone is wanted):
        parts.append(_zone_svg(branch, zone, locale, wanted=zone is wanted))
    parts.append("</svg>")
    return "".join(parts)


def _zone_svg(branch: Branch, zone: Zone, locale: str, *, wanted: bool) -> str:
    fill, stroke, width, ink = ("#0b4f9c", "#062f5e", 8, "#ffffff") if wanted else ("#eef2f6", "#7b8794", 3, "#1f2933")
    corners = " ".join(f"{x},{y}" for x, y in zone.polygon)
    windows = [window for window in branch.windows.values() if window.zone == zone.id]
    marks = "".join(_mark_svg(window.id, window.at) for window in windows)
    left, top, right, bottom = label_box(zone, [window.at for window in windows])
    size, lines = fit_label(pick(zone.label, locale), right - left, bottom - top)
    weight, flag = (' font-weight="bold"', ' data-wanted="true"') if wanted else ("", "")
    middle = (left + right) / 2
    first = (top + bottom) / 2 - size * LINE_HEIGHT * (len(lines) - 1) / 2
    text = "".join(
        f'<text x="{middle:.0f}" y="{first + size * LINE_HEIGHT * index:.0f}" font-size="{size:.0f}" fill="{ink}" '
        f'text-anchor="middle" dominant-baseline="central"{weight}>'
        f"{escape(line)}</text>"
        for index, line in enumerate(lines)
    )
    zone_attribute = escape(zone.id, {'"': "&quot;"})
    return (
        f'<g data-zone="{zone_attribute}"{flag}>'
        f'<polygon points="{corners}" fill="{fill}" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round"/>'
        f"{marks}{text}</g>"
    )


def _mark_svg(window_id: str, at: Point) -> str:
    x, y = at
    return (
        f'<circle cx="{x}" cy="{y}" r="{MARK}" fill="#ffffff" stroke="#1f2933" stroke-width="3"/>'
        f'<text x="{x}" y="{y}" font-size="26" font-weight="bold" fill="#1f2933" text-anchor="middle" '
        f'dominant-baseline="central">{escape(window_id)}</text>'
    )


def label_box(zone: Zone, marks: list[Point]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the room a zone's label has: its bounding box below the window marks."""
    xs, ys = [x for x, _ in zone.polygon], [y for _, y in zone.polygon]
    top = max([min(ys), *(y + MARK for _, y in marks)])
    return min(xs) + PADDING, top + PADDING / 2, max(xs) - PADDING, max(ys) - PADDING / 2


def fit_label(label: str, width: float, height: float) -> tuple[float, list[str]]:
    """Font size and lines that fill a box best, in at most three lines."""
    best: tuple[float, list[str]] = (SMALLEST_FONT, [label])
    for count in (1, 2, 3):
        lines = _broken(label, count)
        widest = max(_ems(line) for line in lines)
        size = min(FONT, width / widest, height / (len(lines) * LINE_HEIGHT))
        if size > best[0]:
            best = (size, lines)
    return best


def _ems(text: str) -> float:
    """Rough width of a text in ems: a full-width character is one, any other not more than 0.6."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.6 for char in text)


def _broken(label: str, count: int) -> list[str]:
    """The label in up to `count` lines of about the same width: at spaces, or between Chinese characters."""
    words, glue = (label.split(" "), " ") if " " in label or label.isascii() else (list(label), "")
    share = _ems(label) / count
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line}{glue}{word}" if line else word
        if line and len(lines) < count - 1 and _ems(longer) > share + 0.5:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
