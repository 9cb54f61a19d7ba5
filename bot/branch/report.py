"""A branch at a glance, for who wrote its data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.branch import rules
from bot.branch.schema import WEEKDAYS, Branch
from bot.locales import EN, pick

DAYS_SHOWN = 7


def overview(branch: Branch, now: datetime) -> str:
    """One table in plain text: services, windows, zones, machines, hours of the next seven days. `now` is aware."""
    rows = [("branch", branch.id, f"{pick(branch.name, EN)} ({branch.timezone.key})"), *_rows(branch, now)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{kind:<{widths[0]}}  {name:<{widths[1]}}  {what}".rstrip() for kind, name, what in rows)


def _rows(branch: Branch, now: datetime) -> Iterator[tuple[str, str, str]]:
    for service in branch.services.values():
        ways = [way for way in ("machine", "phone", "express", "manager") if getattr(service, way) is not None]
        windows = f"{service.letter}  windows {', '.join(service.windows)}"
        yield "service", service.id, "; ".join([windows, *ways, f"{len(service.bring)} to bring"])
    for window in branch.windows.values():
        yield "window", window.id, f"{window.zone}{'' if window.open else ', closed'}"
    for zone in branch.zones.values():
        reachable = "" if zone.accessible is None else ", step-free" if zone.accessible.step_free else ", steps"
        yield "zone", zone.id, f"{pick(zone.label, EN)}{reachable}"
    for machine in branch.machines.values():
        yield "machine", machine.id, f"{machine.count} in {machine.zone}"
    for offset in range(DAYS_SHOWN):
        day = branch.day(now) + timedelta(days=offset)
        hours, special = rules.hours_on(branch, day), rules.special_day(branch, day)
        what = "closed" if hours is None else f"{hours[0]:%H:%M}–{hours[1]:%H:%M}"
        if special is not None:
            what += f"  {pick(special.label, EN) if special.label else 'working weekend'}"
        yield "hours", f"{WEEKDAYS[day.weekday()]} {day}", what
