"""Loads a branch from its folder, and says in which line of which file it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import ValidationError

from bot.branch.schema import (
    SERVICE_IDS,
    AmenitiesFile,
    Branch,
    BranchFile,
    HoursFile,
    MachinesFile,
    ServicesFile,
    Strict,
    WindowsFile,
    ZonesFile,
)
from bot.errors import DataError

__all__ = ["Branch", "load_branch"]

Model = TypeVar("Model", bound=Strict)
Where = Sequence["str | int"]


def load_branch(folder: Path) -> Branch:
    """The branch in `folder`. Raises DataError with file, line and cause for anything that is wrong."""
    branch, _ = _read(folder / "branch.yml", BranchFile)
    hours, hours_node = _read(folder / "hours.yml", HoursFile)
    services, services_node = _read(folder / "services.yml", ServicesFile)
    windows, windows_node = _read(folder / "windows.yml", WindowsFile)
    zones, zones_node = _read(folder / "zones.yml", ZonesFile)
    machines, machines_node = _read(folder / "machines.yml", MachinesFile)
    amenities, amenities_node = _read(folder / "amenities.yml", AmenitiesFile)

    zone_ids = {zone.id for zone in zones.zones}
    checks = (
        ("hours.yml", hours_node, _hours_faults(hours)),
        ("services.yml", services_node, _service_faults(services, windows, machines, zone_ids)),
        ("windows.yml", windows_node, _place_faults("windows", windows.windows, zone_ids)),
        ("zones.yml", zones_node, _zone_faults(zones, branch)),
        ("machines.yml", machines_node, _place_faults("machines", machines.machines, zone_ids)),
        ("amenities.yml", amenities_node, _place_faults("amenities", amenities.amenities, zone_ids)),
    )
    for name, node, faults in checks:
        for where, cause in faults:
            raise DataError(str(folder / name), cause, line=_line(node, where))

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


def _read(file: Path, model: type[Model]) -> tuple[Model, yaml.Node]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(str(file), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(str(file), f"is not UTF-8 at byte {error.start}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(str(file), error.problem or "is not YAML", line=mark.line + 1 if mark else None) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(str(file), f"is not YAML: {error}") from error
    if node is None or not isinstance(value, dict):
        raise DataError(str(file), "must hold keys and values", line=1)
    try:
        return model.parse_obj(value), node
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"] if part != "__root__")
        raise DataError(str(file), f"{path}: {first['msg']}", line=_line(node, first["loc"])) from error


def _line(node: yaml.Node, where: Where) -> int:
    """The line of the deepest node on the way that exists."""
    line = node.start_mark.line
    for part in where:
        found = _child(node, part)
        if found is None:
            break
        line, node = found
    return int(line) + 1


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line, item
    return None


Fault = tuple[Where, str]


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
