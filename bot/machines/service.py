"""Machines: their states, faults that customers report, guides. The only code that touches its tables; never commits.

Under many processes: who changes a unit, or counts the reports on it, locks its row first; the outbox is written last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.branch.schema import SERVICE_IDS, Branch, Machine
from bot.conversations import service as conversations
from bot.datafiles import Where, read
from bot.errors import Conflict, Invalid, NotFound
from bot.machines import rules
from bot.machines.models import FaultReport, MachineEvent, MachineUnit
from bot.machines.rules import CONFIRMED, DISMISSED, IN_ORDER, OPEN, SUSPECT, FaultState, Outcome
from bot.machines.schema import FAULT_IDS, FaultsFile, Guide, GuidesFile, MachineFacts, State, TasksFile
from bot.settings import DATA
from bot.store import outbox

CUSTOMER, MONITOR = "customer", "monitor"
LAST_CHANGES = 50


@dataclass(frozen=True)
class UnitView:
    """One unit, numbered from 1. Times aware, UTC; `since` and `by` are None while nobody has ever set it.

    `reports` counts the open reports of customers on it.
    """

    machine_id: str
    unit: int
    state: State
    since: datetime | None
    by: str | None
    note: str | None
    reports: int


@dataclass(frozen=True)
class Change:
    """A unit came into `state` at a time, by "customer", "monitor" or the name of a member of staff."""

    at: datetime
    state: State
    by: str
    note: str | None


@dataclass(frozen=True)
class FaultView:
    """A customer's report. `unit` is None while nobody knows which one it was; `session_id` is the conversation."""

    id: int
    machine_id: str
    unit: int | None
    fault_id: str
    urgent: bool
    session_id: str | None
    locale: str
    at: datetime
    state: FaultState


# --- facts ------------------------------------------------------------------------------------


def load_facts(folder: Path) -> MachineFacts:
    """The facts in `folder`. Raises DataError with file, line and cause for anything that is wrong."""
    tasks_file = read(folder / "tasks.yml")
    tasks = tasks_file.parse(TasksFile)
    faults_file = read(folder / "faults.yml")
    faults = faults_file.parse(FaultsFile)
    guides_file = read(folder / "guides.yml")
    guides = guides_file.parse(GuidesFile)
    for file, wrong in (
        (tasks_file, _task_faults(tasks)),
        (faults_file, _fault_faults(faults)),
        (guides_file, _guide_faults(guides, {task.id for task in tasks.tasks})),
    ):
        for where, cause in wrong:
            raise file.error(cause, where)
    return MachineFacts(
        stop_everything=frozenset(tasks.stop_everything),
        tasks={task.id: task for task in tasks.tasks},
        faults={fault.id: fault for fault in faults.faults},
        guides={(guide.machine, guide.task): guide for guide in guides.guides},
        guides_source=guides.source,
        guides_demo=guides.demo,
    )


@lru_cache(maxsize=1)
def facts() -> MachineFacts:
    """The facts of this project, read once."""
    return load_facts(DATA / "machines")


def guide(machine_id: str, task: str) -> Guide:
    """How a task is done at a machine. Raises NotFound."""
    found = facts().guides.get((machine_id, task))
    if found is None:
        raise NotFound("there is no guide for this task at this machine")
    return found


# --- states -----------------------------------------------------------------------------------


def list_units(session: Session, branch: Branch) -> list[UnitView]:
    """Every unit of every machine, in the order of the branch's data."""
    known = _known_units(session, branch)
    query = select(FaultReport.machine_id, FaultReport.unit, func.count()).where(
        FaultReport.branch_id == branch.id, FaultReport.state == OPEN
    )
    rows = session.execute(query.group_by(FaultReport.machine_id, FaultReport.unit))
    reports = {(machine_id, unit): count for machine_id, unit, count in rows}
    return [_unit_view(machine_id, unit, known, reports) for machine_id, unit in _units(branch)]


def history(session: Session, branch: Branch, *, machine_id: str, unit: int) -> list[Change]:
    """The last changes of a unit, newest first. Raises NotFound."""
    _require_unit(branch, machine_id, unit)
    events = session.execute(_events(branch, machine_id, unit).limit(LAST_CHANGES)).scalars()
    return [Change(event.at, event.state, event.by, event.note) for event in events]


def able_units(session: Session, branch: Branch, *, machine_id: str, task: str | None) -> tuple[int, ...]:
    """Numbers of the units of a machine that can do a task now. Raises NotFound for an unknown machine or task."""
    _require_task(task)
    machine = _machine(branch, machine_id)
    states = _states(session, branch)
    return tuple(unit for unit in range(1, machine.count + 1) if rules.can_do(facts(), states[machine_id, unit], task))


def out_of_order(session: Session, branch: Branch, *, task: str | None) -> frozenset[str]:
    """Ids of the machines of which no unit can do the task; `rules.task_of_service` names that of an errand.

    Only states are judged, not what a machine is for. Raises NotFound for an unknown task.
    """
    _require_task(task)
    able = {key for key, state in _states(session, branch).items() if rules.can_do(facts(), state, task)}
    return frozenset(branch.machines) - {machine_id for machine_id, _ in able}


def set_state(
    session: Session,
    branch: Branch,
    *,
    machine_id: str,
    unit: int,
    state: State,
    note: str | None,
    by: str,
    now: datetime,
) -> UnitView:
    """A member of staff says how a unit is; that holds whatever was said before. Raises NotFound."""
    _require_unit(branch, machine_id, unit)
    row = _locked_unit(session, branch, machine_id, unit)
    _change(session, row, state, by=by, note=_said(note), now=now)
    return _view_of(session, row)


def take_monitor_report(
    session: Session,
    branch: Branch,
    *,
    machine_id: str,
    unit: int,
    state: State,
    note: str | None,
    event_id: str | None,
    at: datetime,
    now: datetime,
) -> Outcome:
    """A monitor says how a unit was at `at`; says what became of that.

    "repeated": this event was applied before. "older": something newer is known. "held": staff have closed or suspect
    the unit, and only they lift that. Raises NotFound, or Invalid when the monitor's clock is ahead of ours.
    """
    _require_unit(branch, machine_id, unit)
    if at > now + rules.CLOCK_AHEAD:
        raise Invalid("this report is of the future: set the monitor's clock")
    row = _locked_unit(session, branch, machine_id, unit)
    if event_id is not None and _is_applied(session, branch, event_id):
        return "repeated"
    outcome = rules.judge_report(state=row.state, heard_at=row.heard_at, reported=state, at=at)
    if outcome == "applied":
        # Not later than now: what staff say next must not look older.
        _change(session, row, state, by=MONITOR, note=_said(note), now=min(at, now), event_id=event_id)
    elif outcome == "unchanged":
        row.heard_at = min(at, now)
    return outcome


# --- faults -----------------------------------------------------------------------------------


def report_fault(
    session: Session,
    branch: Branch,
    *,
    machine_id: str,
    unit: int | None,
    what: str,
    session_id: str | None,
    turn_id: str | None,
    locale: str,
    now: datetime,
) -> FaultView:
    """A customer says what is wrong, `what` being the id of a fault; the same turn again gives its first report.

    Makes a task for staff, alerts them where it is urgent, and makes the unit suspect once a second customer reports
    it. `unit` may be None where the customer does not know. Raises NotFound for an unknown machine or unit, Invalid for
    an unknown fault.
    """
    known = _report_of_turn(session, session_id, turn_id)
    if known is not None:
        return _fault_view(known)
    fault = facts().faults.get(what)
    if fault is None:
        raise Invalid("no such fault")
    machine = _machine(branch, machine_id)
    if unit is None and machine.count == 1:
        unit = 1
    if unit is not None:
        _require_unit(branch, machine_id, unit)
    # Before the report is there: of two at the same time, the second must see the first.
    row = None if unit is None else _locked_unit(session, branch, machine_id, unit)
    report = FaultReport(
        branch_id=branch.id,
        machine_id=machine_id,
        unit=unit,
        fault=fault.id,
        session_id=session_id,
        turn_id=turn_id,
        locale=locale,
        at=now,
        state=OPEN,
    )
    session.add(report)
    session.flush()
    if row is not None:
        _suspect(session, row, now)
    if fault.urgent and session_id is not None:
        conversations.alert_staff(session, session_id=session_id, kind=fault.id, turn_id=turn_id, now=now)
    outbox.publish(session, "staff", {"kind": "fault_reported"}, now=now)
    return _fault_view(report)


def open_faults(session: Session, branch: Branch) -> list[FaultView]:
    """Reports that staff have not decided on: the urgent ones first, then the oldest."""
    query = _reports(branch).where(FaultReport.state == OPEN)
    views = [_fault_view(report) for report in session.execute(query.order_by(FaultReport.id)).scalars()]
    return sorted(views, key=lambda view: not view.urgent)


def confirm_fault(
    session: Session, branch: Branch, *, fault_id: int, unit: int | None, by: str, now: datetime
) -> FaultView:
    """It is so: the unit gets the state of this fault; confirming twice is no error.

    `unit` says which one it was where the report does not. Raises NotFound, Conflict when the report was dismissed,
    Invalid when the unit is not known.
    """
    report = _report(session, branch, fault_id)
    if not _decide(report, CONFIRMED, by=by, now=now):
        return _fault_view(report)
    report.unit = report.unit or unit
    if report.unit is None:
        raise Invalid("say which unit it was")
    _require_unit(branch, report.machine_id, report.unit)
    row = _locked_unit(session, branch, report.machine_id, report.unit)
    confirmed = facts().faults[report.fault].confirmed
    state = rules.state_on_confirmation(facts(), _state_but_for_customers(session, branch, row), confirmed)
    # What customers only suspected is now known, and stays when another report is dismissed.
    if state != row.state or row.by == CUSTOMER:
        _change(session, row, state, by=by, note=None, now=now)
    outbox.publish(session, "staff", {"kind": "fault_confirmed"}, now=now)
    return _fault_view(report)


def dismiss_fault(session: Session, branch: Branch, *, fault_id: int, by: str, now: datetime) -> FaultView:
    """It is not so, or no longer; dismissing twice is no error.

    A unit that was suspect by customers' reports alone is what it was before, once too few of them are left. Raises
    NotFound, or Conflict when the report was confirmed.
    """
    report = _report(session, branch, fault_id)
    if not _decide(report, DISMISSED, by=by, now=now):
        return _fault_view(report)
    session.flush()
    if report.unit is not None:
        row = _locked_unit(session, branch, report.machine_id, report.unit)
        state = _state_but_for_customers(session, branch, row)
        if state != row.state and not _is_suspected(session, row):
            _change(session, row, state, by=by, note=None, now=now)
    outbox.publish(session, "staff", {"kind": "fault_dismissed"}, now=now)
    return _fault_view(report)


# --- inside -----------------------------------------------------------------------------------


def _repeated(key: str, ids: Sequence[Any]) -> Iterator[tuple[Where, str]]:
    for index, value in enumerate(ids):
        if value in ids[:index]:
            yield (key, index), f"{value} is there twice"


def _task_faults(file: TasksFile) -> Iterator[tuple[Where, str]]:
    yield from _repeated("tasks", [task.id for task in file.tasks])
    services = [task.service for task in file.tasks]
    for index, service_id in enumerate(services):
        if service_id is not None and service_id not in SERVICE_IDS:
            yield ("tasks", index, "service"), f"there is no service {service_id}"
        if service_id is not None and service_id in services[:index]:
            yield ("tasks", index, "service"), f"{service_id} has a task already"
    if IN_ORDER in file.stop_everything:
        yield ("stop_everything",), "a machine in order stops nothing"


def _fault_faults(file: FaultsFile) -> Iterator[tuple[Where, str]]:
    ids = [fault.id for fault in file.faults]
    yield from _repeated("faults", ids)
    missing = [fault_id for fault_id in FAULT_IDS if fault_id not in ids]
    if missing:
        yield ("faults",), f"faults are missing: {', '.join(missing)}"


def _guide_faults(file: GuidesFile, tasks: AbstractSet[str]) -> Iterator[tuple[Where, str]]:
    yield from _repeated("guides", [f"{guide.machine} {guide.task}" for guide in file.guides])
    for index, each in enumerate(file.guides):
        if each.task not in tasks:
            yield ("guides", index, "task"), f"there is no task {each.task}"


def _units(branch: Branch) -> Iterator[tuple[str, int]]:
    for machine in branch.machines.values():
        for unit in range(1, machine.count + 1):
            yield machine.id, unit


def _machine(branch: Branch, machine_id: str) -> Machine:
    machine = branch.machines.get(machine_id)
    if machine is None:
        raise NotFound("no such machine")
    return machine


def _require_unit(branch: Branch, machine_id: str, unit: int) -> None:
    if not 1 <= unit <= _machine(branch, machine_id).count:
        raise NotFound("this machine has no such unit")


def _require_task(task: str | None) -> None:
    if task is not None and task not in facts().tasks:
        raise NotFound("no such task")


def _known_units(session: Session, branch: Branch) -> dict[tuple[str, int], MachineUnit]:
    rows = session.execute(select(MachineUnit).where(MachineUnit.branch_id == branch.id)).scalars()
    return {(row.machine_id, row.unit): row for row in rows}


def _states(session: Session, branch: Branch) -> dict[tuple[str, int], State]:
    """The state of every unit that the branch has; its data may have lost some that were set once."""
    known = _known_units(session, branch)
    return {key: known[key].state if key in known else IN_ORDER for key in _units(branch)}


def _events(branch: Branch, machine_id: str, unit: int) -> Any:
    return (
        select(MachineEvent)
        .where(MachineEvent.branch_id == branch.id, MachineEvent.machine_id == machine_id, MachineEvent.unit == unit)
        .order_by(MachineEvent.id.desc())
    )


def _locked_unit(session: Session, branch: Branch, machine_id: str, unit: int) -> MachineUnit:
    """The row of a unit, made where there is none, and read afresh; locked on PostgreSQL."""
    key = {"branch_id": branch.id, "machine_id": machine_id, "unit": unit}
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(MachineUnit).values(**key, state=IN_ORDER).on_conflict_do_nothing())
    query = select(MachineUnit).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    return session.execute(query).scalar_one()


def _change(
    session: Session,
    row: MachineUnit,
    state: State,
    *,
    by: str,
    note: str | None,
    now: datetime,
    event_id: str | None = None,
) -> None:
    row.state, row.since, row.heard_at, row.by, row.note = state, now, now, by, note
    session.add(
        MachineEvent(
            branch_id=row.branch_id,
            machine_id=row.machine_id,
            unit=row.unit,
            at=now,
            state=state,
            by=by,
            note=note,
            event_id=event_id,
        )
    )
    session.flush()
    outbox.publish(session, "staff", {"kind": "machine_state"}, now=now)


def _suspect(session: Session, row: MachineUnit, now: datetime) -> None:
    if row.state not in facts().stop_everything and _is_suspected(session, row):
        _change(session, row, SUSPECT, by=CUSTOMER, note=None, now=now)


def _is_suspected(session: Session, row: MachineUnit) -> bool:
    return rules.is_suspected(session.execute(_open_on(row).with_only_columns(FaultReport.session_id)).scalars())


def _open_on(row: MachineUnit) -> Any:
    return select(FaultReport).where(
        FaultReport.branch_id == row.branch_id,
        FaultReport.machine_id == row.machine_id,
        FaultReport.unit == row.unit,
        FaultReport.state == OPEN,
    )


def _state_but_for_customers(session: Session, branch: Branch, row: MachineUnit) -> State:
    """The state of a unit; of one that is suspect by customers' reports alone, the state before."""
    if row.by != CUSTOMER:
        return row.state
    query = _events(branch, row.machine_id, row.unit).offset(1).limit(1)
    before = session.execute(query).scalar_one_or_none()
    return IN_ORDER if before is None else before.state


def _is_applied(session: Session, branch: Branch, event_id: str) -> bool:
    query = select(MachineEvent.id).where(MachineEvent.branch_id == branch.id, MachineEvent.event_id == event_id)
    return session.execute(query).first() is not None


def _report_of_turn(session: Session, session_id: str | None, turn_id: str | None) -> FaultReport | None:
    if session_id is None or turn_id is None:
        return None
    query = select(FaultReport).where(FaultReport.session_id == session_id, FaultReport.turn_id == turn_id)
    return session.execute(query).scalar_one_or_none()


def _reports(branch: Branch) -> Any:
    """Those on machines that the branch still has."""
    return select(FaultReport).where(
        FaultReport.branch_id == branch.id, FaultReport.machine_id.in_(list(branch.machines))
    )


def _report(session: Session, branch: Branch, fault_id: int) -> FaultReport:
    query = _reports(branch).where(FaultReport.id == fault_id).with_for_update()
    report = session.execute(query).scalar_one_or_none()
    if report is None:
        raise NotFound("no such report")
    return report


def _decide(report: FaultReport, decision: FaultState, *, by: str, now: datetime) -> bool:
    """Whether the decision is new. Raises Conflict where the report was decided on the other way."""
    if report.state == decision:
        return False
    if report.state != OPEN:
        raise Conflict(f"this report is {report.state} already")
    report.state, report.decided_at, report.decided_by = decision, now, by
    return True


def _said(note: str | None) -> str | None:
    return (note or "").strip() or None


def _unit_view(
    machine_id: str,
    unit: int,
    known: dict[tuple[str, int], MachineUnit],
    reports: dict[tuple[str, int], int],
) -> UnitView:
    row = known.get((machine_id, unit))
    count = reports.get((machine_id, unit), 0)
    if row is None:
        return UnitView(machine_id, unit, IN_ORDER, None, None, None, count)
    return UnitView(machine_id, unit, row.state, row.since, row.by, row.note, count)


def _view_of(session: Session, row: MachineUnit) -> UnitView:
    count = len(session.execute(_open_on(row)).all())
    return UnitView(row.machine_id, row.unit, row.state, row.since, row.by, row.note, count)


def _fault_view(report: FaultReport) -> FaultView:
    return FaultView(
        id=report.id,
        machine_id=report.machine_id,
        unit=report.unit,
        fault_id=report.fault,
        urgent=facts().faults[report.fault].urgent,
        session_id=report.session_id,
        locale=report.locale,
        at=report.at,
        state=report.state,
    )
