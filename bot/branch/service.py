"""Loads a branch from its folder, and says in which line of which file it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from bot.branch.schema import (
    COUNTER,
    INDIVIDUAL,
    AmenitiesFile,
    Branch,
    BranchFile,
    ClassesFile,
    HoursFile,
    MachinesFile,
    QueueFile,
    QueueRules,
    ServicesFile,
    TriageFile,
    Ways,
    WaysFile,
    WindowsFile,
    ZonesFile,
)
from bot.datafiles import DataFile, Where, read
from bot.errors import DataError

__all__ = ["Branch", "examine", "load_branch"]

Fault = tuple[Where, str]


def load_branch(folder: Path) -> Branch:
    """The branch in `folder`. Raises DataError with file, line and cause for the first thing that is wrong."""
    branch, faults = examine(folder)
    if branch is None:
        raise faults[0]
    return branch


def examine(folder: Path) -> tuple[Branch | None, list[DataError]]:
    """The branch in `folder` and no faults, or None and everything that is wrong with it.

    What a file says about another is checked only where both can be read.
    """
    faults: list[DataError] = []
    files: dict[str, DataFile] = {}
    parsed: dict[str, Any] = {}
    for name, model in FILES.items():
        try:
            files[name] = read(folder / f"{name}.yml")
        except DataError as error:
            faults.append(error)
            continue
        try:
            parsed[name] = model.parse_obj(files[name].content)
        except ValidationError as error:
            faults += _model_faults(files[name], error)
    for name, others, check in CHECKS:
        if parsed.keys() >= {name, *others}:
            found = check(parsed[name], *(parsed[other] for other in others))
            faults += [files[name].error(cause, where) for where, cause in found]
    return (None if faults else _branch(parsed)), faults


def _model_faults(file: DataFile, error: ValidationError) -> list[DataError]:
    # A misspelt key says more than the missing one it stands for.
    found = sorted(error.errors(), key=lambda fault: fault["type"] != "value_error.extra")
    paths = (".".join(str(part) for part in fault["loc"] if part != "__root__") for fault in found)
    return [file.error(f"{path}: {fault['msg']}", fault["loc"]) for path, fault in zip(paths, found, strict=True)]


def _branch(parsed: Mapping[str, Any]) -> Branch:
    branch: BranchFile = parsed["branch"]
    hours: HoursFile = parsed["hours"]
    services: ServicesFile = parsed["services"]
    windows: WindowsFile = parsed["windows"]
    zones: ZonesFile = parsed["zones"]
    ways: WaysFile = parsed["ways"]
    machines: MachinesFile = parsed["machines"]
    amenities: AmenitiesFile = parsed["amenities"]
    classes: ClassesFile = parsed["classes"]
    queue: QueueFile = parsed["queue"]
    triage: TriageFile = parsed["triage"]
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
        ways=Ways(
            metres_per_unit=ways.metres_per_unit,
            here=ways.here,
            starts=ways.starts.dict(),
            nodes={node.id: node for node in ways.nodes},
            stretches=tuple(ways.ways),
        ),
        country=hours.country,
        subdivision=hours.subdivision,
        working_weekend_hours=hours.working_weekend_hours,
        weekly=tuple(hours.weekly),
        exceptions={exception.date: exception for exception in hours.exceptions},
        booking_days_ahead=services.booking_days_ahead.value,
        groups={group.letter: group for group in services.groups},
        services={service.id: service for service in services.services},
        windows={window.id: window for window in windows.windows},
        zones={zone.id: zone for zone in zones.zones},
        machines={machine.id: machine for machine in machines.machines},
        amenities={amenity.id: amenity for amenity in amenities.amenities},
        classes={customer_class.id: customer_class for customer_class in classes.classes},
        queue=QueueRules(
            calls_before_no_show=queue.calls_before_no_show.value,
            rejoin_minutes=queue.rejoin_minutes.value,
            rejoin_behind=queue.rejoin_behind.value,
            hold_minutes=tuple(queue.hold_minutes.value),
            promise_minutes=queue.promise_minutes.value,
        ),
        triage=tuple(triage.rows),
    )


# --- what does not fit together ---------------------------------------------------------------


def _repeated(key: str, ids: Sequence[Any]) -> Iterator[Fault]:
    seen: Counter[Any] = Counter()
    for index, value in enumerate(ids):
        seen[value] += 1
        if seen[value] == 2:
            yield (key, index), f"{value} is there twice"


def _outside(branch: BranchFile, x: int, y: int) -> bool:
    return not (0 <= x <= branch.plan.width and 0 <= y <= branch.plan.height)


def _hours_faults(file: HoursFile) -> Iterator[Fault]:
    yield from _repeated("exceptions", [exception.date for exception in file.exceptions])
    seen: set[str] = set()
    for index, hours in enumerate(file.weekly):
        for day in hours.days:
            if day in seen:
                yield ("weekly", index, "days"), f"{day} has hours already"
            seen.add(day)
    if file.working_weekend_hours is not None and file.working_weekend_hours not in seen:
        yield ("working_weekend_hours",), f"{file.working_weekend_hours} has no hours"


def _zone_faults(file: ZonesFile, branch: BranchFile) -> Iterator[Fault]:
    yield from _repeated("zones", [zone.id for zone in file.zones])
    for index, zone in enumerate(file.zones):
        for corner, (x, y) in enumerate(zone.polygon):
            if _outside(branch, x, y):
                yield ("zones", index, "polygon", corner), f"{x}, {y} is outside the plan"


def _way_faults(file: WaysFile, branch: BranchFile, zones: ZonesFile) -> Iterator[Fault]:
    yield from _repeated("nodes", [node.id for node in file.nodes])
    node_ids = {node.id for node in file.nodes}
    zone_ids = {zone.id for zone in zones.zones}
    for index, node in enumerate(file.nodes):
        if node.zone is not None and node.zone not in zone_ids:
            yield ("nodes", index, "zone"), f"there is no zone {node.zone}"
        if _outside(branch, *node.at):
            yield ("nodes", index, "at"), f"{node.at[0]}, {node.at[1]} is outside the plan"
    for index, stretch in enumerate(file.ways):
        for key, node_id in (("start", stretch.start), ("end", stretch.end)):
            if node_id not in node_ids:
                yield ("ways", index, key), f"there is no node {node_id}"
    for channel, node_id in file.starts:
        if node_id not in node_ids:
            yield ("starts", channel), f"there is no node {node_id}"


def _window_faults(file: WindowsFile, zones: ZonesFile) -> Iterator[Fault]:
    return _place_faults("windows", file.windows, zones)


def _machine_faults(file: MachinesFile, zones: ZonesFile) -> Iterator[Fault]:
    return _place_faults("machines", file.machines, zones)


def _amenity_faults(file: AmenitiesFile, zones: ZonesFile) -> Iterator[Fault]:
    return _place_faults("amenities", file.amenities, zones)


def _place_faults(key: str, things: Sequence[Any], zones: ZonesFile) -> Iterator[Fault]:
    zone_ids = {zone.id for zone in zones.zones}
    yield from _repeated(key, [thing.id for thing in things])
    for index, thing in enumerate(things):
        if thing.zone not in zone_ids:
            yield (key, index, "zone"), f"there is no zone {thing.zone}"


def _class_faults(file: ClassesFile) -> Iterator[Fault]:
    ids = [customer_class.id for customer_class in file.classes]
    yield from _repeated("classes", ids)
    if INDIVIDUAL not in ids:
        yield ("classes",), f"the class {INDIVIDUAL} is missing"


def _queue_faults(file: QueueFile, services: ServicesFile) -> Iterator[Fault]:
    here = ("promise_minutes", "value")
    letters = [group.letter for group in services.groups]
    for letter in file.promise_minutes.value:
        if letter not in letters:
            yield (*here, letter), f"there is no group {letter}"
    missing = [letter for letter in letters if letter not in file.promise_minutes.value]
    if missing:
        yield here, f"the groups {', '.join(missing)} have no promise"


def _triage_faults(file: TriageFile, services: ServicesFile, classes: ClassesFile) -> Iterator[Fault]:
    service_ids = {service.id for service in services.services}
    class_ids = {customer_class.id for customer_class in classes.classes}
    for index, row in enumerate(file.rows):
        here: tuple[str | int, ...] = ("rows", index)
        for service_id in row.services or ():
            if service_id not in service_ids:
                yield (*here, "services"), f"there is no service {service_id}"
        for class_id in row.classes or ():
            if class_id not in class_ids:
                yield (*here, "classes"), f"there is no class {class_id}"
        ways = [offer.way for offer in row.offer]
        if len(set(ways)) < len(ways):
            yield (*here, "offer"), "a way is there twice"
        if COUNTER not in ways:
            yield (*here, "offer"), "every row offers the counter"
        if row.is_for_all and index < len(file.rows) - 1:
            yield here, "is for all: the rows below it would never count"
    if not file.rows[-1].is_for_all:
        yield ("rows", len(file.rows) - 1), "the last row must be for all, without conditions"


def _service_faults(
    file: ServicesFile, windows: WindowsFile, machines: MachinesFile, zones: ZonesFile
) -> Iterator[Fault]:
    yield from _repeated("groups", [group.letter for group in file.groups])
    yield from _repeated("services", [service.id for service in file.services])
    letters = {group.letter for group in file.groups}
    used = {service.letter for service in file.services}
    for index, group in enumerate(file.groups):
        if group.letter not in used:
            yield ("groups", index), f"no service has the letter {group.letter}"
    zone_ids = {zone.id for zone in zones.zones}
    is_open = {window.id: window.open for window in windows.windows}
    machine_ids = {machine.id for machine in machines.machines}
    for index, service in enumerate(file.services):
        here: tuple[str | int, ...] = ("services", index)
        if service.letter not in letters:
            yield (*here, "letter"), f"there is no group {service.letter}"
        if service.zone not in zone_ids:
            yield (*here, "zone"), f"there is no zone {service.zone}"
        lanes = (
            (("windows",), service.windows),
            (("express", "windows"), service.express.windows if service.express else ()),
            (("manager", "windows"), service.manager.windows if service.manager else ()),
        )
        for keys, window_ids in lanes:
            for window_id in window_ids:
                if window_id not in is_open:
                    yield (*here, *keys), f"there is no window {window_id}"
        if not any(is_open.get(window_id) for window_id in service.windows):
            yield (*here, "windows"), "none of these windows is open"
        for machine_id in service.machine.machines if service.machine else ():
            if machine_id not in machine_ids:
                yield (*here, "machine", "machines"), f"there is no machine {machine_id}"
        for fault in _repeated("bring", [paper.id for paper in service.bring]):
            yield (*here, *fault[0]), fault[1]


FILES: Mapping[str, type[BaseModel]] = {
    "branch": BranchFile,
    "hours": HoursFile,
    "services": ServicesFile,
    "windows": WindowsFile,
    "zones": ZonesFile,
    "ways": WaysFile,
    "machines": MachinesFile,
    "amenities": AmenitiesFile,
    "classes": ClassesFile,
    "queue": QueueFile,
    "triage": TriageFile,
}
# A file, the others it must fit, and what tells whether it does; in the order in which faults are shown.
CHECKS: Sequence[tuple[str, tuple[str, ...], Callable[..., Iterator[Fault]]]] = (
    ("hours", (), _hours_faults),
    ("services", ("windows", "machines", "zones"), _service_faults),
    ("windows", ("zones",), _window_faults),
    ("zones", ("branch",), _zone_faults),
    ("ways", ("branch", "zones"), _way_faults),
    ("machines", ("zones",), _machine_faults),
    ("amenities", ("zones",), _amenity_faults),
    ("classes", (), _class_faults),
    ("queue", ("services",), _queue_faults),
    ("triage", ("services", "classes"), _triage_faults),
)
