"""Loads a branch from its folder, and says in which line of which file it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.branch.schema import (
    SERVICE_IDS,
    AmenitiesFile,
    Branch,
    BranchFile,
    HoursFile,
    MachinesFile,
    ServicesFile,
    WindowsFile,
    ZonesFile,
)
from bot.datafiles import Where, read

__all__ = ["Branch", "load_branch"]

Fault = tuple[Where, str]


def load_branch(folder: Path) -> Branch:
    """The branch in `folder`. Raises DataError with file, line and cause for anything that is wrong."""
    branch = read(folder / "branch.yml").parse(BranchFile)
    hours_file = read(folder / "hours.yml")
    hours = hours_file.parse(HoursFile)
    services_file = read(folder / "services.yml")
    services = services_file.parse(ServicesFile)
    windows_file = read(folder / "windows.yml")
    windows = windows_file.parse(WindowsFile)
    zones_file = read(folder / "zones.yml")
    zones = zones_file.parse(ZonesFile)
    machines_file = read(folder / "machines.yml")
    machines = machines_file.parse(MachinesFile)
    amenities_file = read(folder / "amenities.yml")
    amenities = amenities_file.parse(AmenitiesFile)

    zone_ids = {zone.id for zone in zones.zones}
    checks = (
        (hours_file, _hours_faults(hours)),
        (services_file, _service_faults(services, windows, machines, zone_ids)),
        (windows_file, _place_faults("windows", windows.windows, zone_ids)),
        (zones_file, _zone_faults(zones, branch)),
        (machines_file, _place_faults("machines", machines.machines, zone_ids)),
        (amenities_file, _place_faults("amenities", amenities.amenities, zone_ids)),
    )
    for file, faults in checks:
        for where, cause in faults:
            raise file.error(cause, where)

    return Branch(
        id=branch.id,
        demo=branch.demo,
        name=branch.name,
        address=branch.address,
        phone=branch.phone,
        timezone=ZoneInfo(branch.timezone),
        locale=branch.locale,
        tickets_outside_hours=branch.tickets_outside_hours,
        plan=branch.plan,
        weekly=tuple(hours.weekly),
        exceptions={exception.date: exception for exception in hours.exceptions},
        groups={group.letter: group for group in services.groups},
        services={service.id: service for service in services.services},
        windows={window.id: window for window in windows.windows},
        zones={zone.id: zone for zone in zones.zones},
        machines={machine.id: machine for machine in machines.machines},
        amenities={amenity.id: amenity for amenity in amenities.amenities},
    )


def _repeated(key: str, ids: Sequence[Any]) -> Iterator[Fault]:
    seen: Counter[Any] = Counter()
    for index, value in enumerate(ids):
        seen[value] += 1
        if seen[value] == 2:
            yield (key, index), f"{value} is there twice"


def _hours_faults(file: HoursFile) -> Iterator[Fault]:
    yield from _repeated("exceptions", [exception.date for exception in file.exceptions])
    seen: set[str] = set()
    for index, hours in enumerate(file.weekly):
        for day in hours.days:
            if day in seen:
                yield ("weekly", index, "days"), f"{day} has hours already"
            seen.add(day)


def _zone_faults(file: ZonesFile, branch: BranchFile) -> Iterator[Fault]:
    yield from _repeated("zones", [zone.id for zone in file.zones])
    for index, zone in enumerate(file.zones):
        for corner, (x, y) in enumerate(zone.polygon):
            if not (0 <= x <= branch.plan.width and 0 <= y <= branch.plan.height):
                yield ("zones", index, "polygon", corner), f"{x}, {y} is outside the plan"


def _place_faults(key: str, things: Sequence[Any], zone_ids: set[str]) -> Iterator[Fault]:
    yield from _repeated(key, [thing.id for thing in things])
    for index, thing in enumerate(things):
        if thing.zone not in zone_ids:
            yield (key, index, "zone"), f"there is no zone {thing.zone}"


def _service_faults(
    file: ServicesFile, windows: WindowsFile, machines: MachinesFile, zone_ids: set[str]
) -> Iterator[Fault]:
    yield from _repeated("groups", [group.letter for group in file.groups])
    yield from _repeated("services", [service.id for service in file.services])
    letters = {group.letter for group in file.groups}
    used = {service.letter for service in file.services}
    for index, group in enumerate(file.groups):
        if group.letter not in used:
            yield ("groups", index), f"no service has the letter {group.letter}"
    is_open = {window.id: window.open for window in windows.windows}
    machine_ids = {machine.id for machine in machines.machines}
    for index, service in enumerate(file.services):
        here: tuple[str | int, ...] = ("services", index)
        if service.letter not in letters:
            yield (*here, "letter"), f"there is no group {service.letter}"
        if service.zone not in zone_ids:
            yield (*here, "zone"), f"there is no zone {service.zone}"
        for window_id in service.windows:
            if window_id not in is_open:
                yield (*here, "windows"), f"there is no window {window_id}"
        if not any(is_open.get(window_id) for window_id in service.windows):
            yield (*here, "windows"), "none of these windows is open"
        for window_id in service.express.windows if service.express else ():
            if window_id not in is_open:
                yield (*here, "express", "windows"), f"there is no window {window_id}"
        for machine_id in service.machine.machines if service.machine else ():
            if machine_id not in machine_ids:
                yield (*here, "machine", "machines"), f"there is no machine {machine_id}"
    missing = [service_id for service_id in SERVICE_IDS if service_id not in {s.id for s in file.services}]
    if missing:
        yield ("services",), f"services are missing: {', '.join(missing)}"
