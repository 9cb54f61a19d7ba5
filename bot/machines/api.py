"""HTTP routes of machines: guides and states for everybody, a report of a monitor, states and faults for staff."""

import hmac
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, validator

from bot.branch.schema import Branch, Texts
from bot.errors import NotAllowed, NotFound
from bot.http import Edge, edge
from bot.machines import rules, service
from bot.machines.schema import MonitoredState, State
from bot.machines.service import Change, FaultView, UnitView
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change

router = APIRouter(prefix="/api", tags=["machines"])

LONGEST_NOTE = 200


class UnitState(BaseModel):
    """`unit` counts from 1, as on the machines' plates."""

    unit: int
    state: State


class MachineInfo(BaseModel):
    id: str
    label: Texts
    zone_id: str
    units: list[UnitState]


class MachineList(BaseModel):
    items: list[MachineInfo]


class GuideInfo(BaseModel):
    """A guide in all three locales. `able` are the numbers of the units that can do the task now."""

    machine: str
    machine_label: Texts
    task: str
    title: Texts
    warning: Texts | None
    steps: list[Texts]
    zone: Texts
    zone_id: str
    units: int
    able: list[int]
    source: Texts
    demo: bool


class MonitorBody(BaseModel):
    """How a unit was at `at`, with its UTC offset. The same `event_id` again changes nothing."""

    state: MonitoredState
    at: datetime
    event_id: str | None = Field(None, min_length=1, max_length=80)
    note: str | None = Field(None, max_length=LONGEST_NOTE)

    @validator("at")
    def _aware(cls, value: datetime) -> datetime:
        if value.utcoffset() is None:
            raise ValueError("must have a UTC offset")
        return value


class MonitorAnswer(BaseModel):
    """`outcome`: applied · unchanged · older (newer is known) · held (only staff lift that state) · repeated."""

    outcome: rules.Outcome


class StaffUnit(UnitState):
    """`reports` counts the open reports of customers on it."""

    since: datetime | None
    by: str | None
    note: str | None
    reports: int


class StaffMachine(BaseModel):
    id: str
    label: Texts
    zone: Texts
    units: list[StaffUnit]


class StaffMachines(BaseModel):
    items: list[StaffMachine]


class StateBody(BaseModel):
    state: State
    note: str | None = Field(None, max_length=LONGEST_NOTE)


class UnitChange(BaseModel):
    """`by` is "customer", "monitor" or the name of a member of staff."""

    at: datetime
    state: State
    by: str
    note: str | None


class UnitHistory(BaseModel):
    items: list[UnitChange]


class FaultLine(BaseModel):
    """A report of a customer. `unit` is null while nobody knows which it was; then `units` says how many there are."""

    id: int
    machine: Texts
    machine_id: str
    unit: int | None
    units: int
    fault: Texts
    urgent: bool
    conversation: str | None
    at: datetime
    state: rules.FaultState


class FaultList(BaseModel):
    items: list[FaultLine]


class ConfirmBody(BaseModel):
    """`unit` where the report names none."""

    unit: int | None = None


# --- for customers ----------------------------------------------------------------------------


@router.get("/branch/machines")
def list_machines(e: Edge = Depends(edge)) -> MachineList:
    """The state of every unit, and no more than that."""
    with e.store.read() as session:
        units = service.list_units(session, e.branch)
    return MachineList(
        items=[
            MachineInfo(
                id=machine.id,
                label=machine.label,
                zone_id=machine.zone,
                units=[UnitState(unit=view.unit, state=view.state) for view in units if view.machine_id == machine.id],
            )
            for machine in e.branch.machines.values()
        ]
    )


@router.get("/machines/{machine_id}/guides/{task}")
def show_guide(machine_id: str, task: str, e: Edge = Depends(edge)) -> GuideInfo:
    guide = service.guide(machine_id, task)
    with e.store.read() as session:
        able = service.able_units(session, e.branch, machine_id=machine_id, task=task)
    machine = e.branch.machines[machine_id]
    facts = service.facts()
    return GuideInfo(
        machine=machine.id,
        machine_label=machine.label,
        task=guide.task,
        title=guide.title,
        warning=guide.warning,
        steps=guide.steps,
        zone=e.branch.zones[machine.zone].label,
        zone_id=machine.zone,
        units=machine.count,
        able=list(able),
        source=facts.guides_source,
        demo=facts.guides_demo,
    )


# --- for monitors -----------------------------------------------------------------------------


def known_monitor(request: Request, e: Edge = Depends(edge)) -> None:
    """FastAPI dependency: the caller has the monitor's token. Raises NotFound where there is none, else NotAllowed."""
    token = e.settings.monitor_token
    if token is None:
        raise NotFound("no monitor is set up here")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise NotAllowed("the monitor's token is missing or wrong")


@router.post("/machines/{machine_id}/{unit}/state", dependencies=[Depends(known_monitor)])
def report_state(machine_id: str, unit: int, body: MonitorBody, e: Edge = Depends(edge)) -> MonitorAnswer:
    with e.store.begin() as session:
        outcome = service.take_monitor_report(
            session,
            e.branch,
            machine_id=machine_id,
            unit=unit,
            state=body.state,
            note=body.note,
            event_id=body.event_id,
            at=body.at,
            now=e.clock(),
        )
    e.wake()
    return MonitorAnswer(outcome=outcome)


# --- for staff --------------------------------------------------------------------------------


@router.get("/staff/machines")
def list_staff_machines(_: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> StaffMachines:
    with e.store.read() as session:
        units = service.list_units(session, e.branch)
    return StaffMachines(
        items=[
            StaffMachine(
                id=machine.id,
                label=machine.label,
                zone=e.branch.zones[machine.zone].label,
                units=[_unit(view) for view in units if view.machine_id == machine.id],
            )
            for machine in e.branch.machines.values()
        ]
    )


@router.post("/staff/machines/{machine_id}/{unit}/state")
def set_state(
    machine_id: str,
    unit: int,
    body: StateBody,
    staff: StaffIdentity = Depends(signed_in_to_change),
    e: Edge = Depends(edge),
) -> StaffUnit:
    with e.store.begin() as session:
        view = service.set_state(
            session,
            e.branch,
            machine_id=machine_id,
            unit=unit,
            state=body.state,
            note=body.note,
            by=staff.name,
            now=e.clock(),
        )
    e.wake()
    return _unit(view)


@router.get("/staff/machines/{machine_id}/{unit}/history")
def show_history(
    machine_id: str, unit: int, _: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)
) -> UnitHistory:
    """The last changes, newest first."""
    with e.store.read() as session:
        changes = service.history(session, e.branch, machine_id=machine_id, unit=unit)
    return UnitHistory(items=[_change(change) for change in changes])


@router.get("/staff/faults")
def list_faults(_: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> FaultList:
    """Open reports of customers, the urgent ones first."""
    with e.store.read() as session:
        views = service.open_faults(session, e.branch)
    return FaultList(items=[_fault(e.branch, view) for view in views])


@router.post("/staff/faults/{fault_id}/confirm")
def confirm_fault(
    fault_id: int,
    body: ConfirmBody,
    staff: StaffIdentity = Depends(signed_in_to_change),
    e: Edge = Depends(edge),
) -> FaultLine:
    """It is so: the unit's state follows."""
    with e.store.begin() as session:
        view = service.confirm_fault(session, e.branch, fault_id=fault_id, unit=body.unit, by=staff.name, now=e.clock())
    e.wake()
    return _fault(e.branch, view)


@router.post("/staff/faults/{fault_id}/dismiss")
def dismiss_fault(
    fault_id: int, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)
) -> FaultLine:
    """It is not so, or no longer."""
    with e.store.begin() as session:
        view = service.dismiss_fault(session, e.branch, fault_id=fault_id, by=staff.name, now=e.clock())
    e.wake()
    return _fault(e.branch, view)


# --- inside -----------------------------------------------------------------------------------


def _unit(view: UnitView) -> StaffUnit:
    return StaffUnit(
        unit=view.unit, state=view.state, since=view.since, by=view.by, note=view.note, reports=view.reports
    )


def _change(change: Change) -> UnitChange:
    return UnitChange(at=change.at, state=change.state, by=change.by, note=change.note)


def _fault(branch: Branch, view: FaultView) -> FaultLine:
    machine = branch.machines[view.machine_id]
    return FaultLine(
        id=view.id,
        machine=machine.label,
        machine_id=machine.id,
        unit=view.unit,
        units=machine.count,
        fault=service.facts().faults[view.fault_id].label,
        urgent=view.urgent,
        conversation=view.session_id,
        at=view.at,
        state=view.state,
    )
