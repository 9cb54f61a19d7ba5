"""HTTP routes of visits: prepare at home, book a slot, check in at the kiosk; appointments of a day for staff.

The app that includes this router keeps the branch's `VisitPlan` as `app.state.visit_plan`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, validator

from bot.branch.schema import Branch, Locale, Texts
from bot.conversations import service as conversations
from bot.errors import NotFound
from bot.http import Edge, edge
from bot.queueing import service as queueing
from bot.staff.api import StaffIdentity, signed_in
from bot.visits import rules
from bot.visits import service as visits
from bot.visits.rules import State, Timing
from bot.visits.schema import LONGEST_TEXT, VisitPlan
from bot.visits.service import VisitView

router = APIRouter(prefix="/api", tags=["visits"])

LONGEST_CODE = 200  # a scanned address holds one, too
LARGEST_FORM = 20


class VisitPaper(BaseModel):
    """Something to bring. With `when` only in that case, without it always."""

    id: str
    label: Texts
    when: Texts | None


class VisitOption(BaseModel):
    id: str
    label: Texts


class VisitField(BaseModel):
    """A field that may be filled in. `most`: greatest count, or length of a text."""

    id: str
    kind: Literal["amount", "choice", "count", "text"]
    label: Texts
    options: list[VisitOption]
    most: int | None


class VisitService(BaseModel):
    """`appointments`: whether slots can be booked. More than `unbooked_up_to` (yuan) in cash has to be booked."""

    id: str
    label: Texts
    bring: list[VisitPaper]
    fields_: list[VisitField] = Field(..., alias="fields")
    appointments: bool
    unbooked_up_to: str | None


class VisitServices(BaseModel):
    demo: bool
    items: list[VisitService]


class VisitInfo(BaseModel):
    """A visit for its page, in all three locales. `fields` as filled in; an amount is yuan as a decimal string."""

    code: str
    service_id: str
    service: Texts
    state: State
    held: list[str]
    missing: list[VisitPaper]
    complete: bool
    fields_: dict[str, str] = Field(..., alias="fields")
    needs_booking: bool
    slot: datetime | None
    valid_until: datetime
    ticket_code: str | None
    ticket_number: str | None


class VisitSlotInfo(BaseModel):
    at: datetime
    free: int


class VisitSlots(BaseModel):
    """Slots of `day`, and all `days` (branch-local) that have some; `day` is null when there are none."""

    day: date | None
    days: list[date]
    slots: list[VisitSlotInfo]


class VisitCheckIn(BaseModel):
    """`ticket` is the card `ticket` of the contract. `again`: this code had its ticket already."""

    ticket: dict[str, Any]
    visit: VisitInfo
    timing: Timing
    again: bool


class StaffVisit(BaseModel):
    """An appointment for staff. `amount` in yuan as a decimal string; `ticket_number` once it checked in."""

    slot: datetime
    service: Texts
    amount: str | None
    complete: bool
    missing: list[Texts]
    state: State
    ticket_number: str | None


class StaffVisits(BaseModel):
    day: date
    items: list[StaffVisit]


class PapersBody(BaseModel):
    held: list[str] = Field([], max_items=50)
    fields_: dict[str, str] = Field({}, alias="fields")

    @validator("fields_")
    def _small(cls, value: dict[str, str]) -> dict[str, str]:
        if len(value) > LARGEST_FORM or any(len(text) > LONGEST_TEXT for text in value.values()):
            raise ValueError("too much")
        return value


class VisitBody(PapersBody):
    service: str = Field(..., max_length=40)
    locale: Locale = "zh-Hans"


class SlotBody(BaseModel):
    """`at` is the start of a slot, with its zone; null gives the slot up."""

    at: datetime | None

    @validator("at")
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value


class CheckInBody(BaseModel):
    """`code` as typed or scanned. `session` is the kiosk's, so that its customer hears when the number is called.

    Without `locale` the ticket speaks the one the visit was prepared in.
    """

    code: str = Field(..., max_length=LONGEST_CODE)
    session: str | None = Field(None, max_length=200)
    locale: Locale | None = None
    customer_class: str = Field(queueing.INDIVIDUAL, max_length=20)


def visit_plan(request: Request) -> VisitPlan:
    """FastAPI dependency: the plan of this process's branch."""
    found = request.app.state.visit_plan
    assert isinstance(found, VisitPlan)
    return found


class Guesses:
    """Lets few wrong codes come from one address. Typing errors do not count: their check character is wrong."""

    def __init__(self, request: Request, e: Edge = Depends(edge)) -> None:
        self.address = request.client.host if request.client else ""
        self.edge = e

    @contextmanager
    def counted(self) -> Iterator[None]:
        e = self.edge
        with e.store.read() as session:
            visits.admit(session, kind=rules.WRONG_CODES, address=self.address, now=e.clock())
        try:
            yield
        except NotFound:
            with e.store.begin() as session:
                visits.note_attempt(session, kind=rules.WRONG_CODES, address=self.address, now=e.clock())
            raise


# --- for customers ----------------------------------------------------------------------------


@router.get("/visits/services")
def list_services(e: Edge = Depends(edge), plan: VisitPlan = Depends(visit_plan)) -> VisitServices:
    """What can be prepared: papers and form of every service."""
    items = []
    for service in e.branch.services.values():
        limit = service.unbooked_up_to
        items.append(
            VisitService(
                id=service.id,
                label=service.label,
                bring=[VisitPaper(**paper.dict()) for paper in service.bring],
                fields=[VisitField(**field.dict()) for field in plan.form(service.id)],
                appointments=service.letter in plan.seats,
                unbooked_up_to=None if limit is None else f"{limit.amount:f}",
            )
        )
    return VisitServices(demo=plan.demo, items=items)


@router.post("/visits")
def prepare(
    body: VisitBody, request: Request, e: Edge = Depends(edge), plan: VisitPlan = Depends(visit_plan)
) -> VisitInfo:
    """Makes the code. Nothing in it says who the customer is."""
    address, now = request.client.host if request.client else "", e.clock()
    with e.store.begin() as session:
        visits.admit(session, kind=rules.NEW_VISITS, address=address, now=now)
        visits.note_attempt(session, kind=rules.NEW_VISITS, address=address, now=now)
        view = visits.prepare(
            session,
            e.branch,
            plan,
            service_id=body.service,
            held=set(body.held),
            fields=body.fields_,
            locale=body.locale,
            now=now,
        )
    return _visit(e.branch, view)


@router.get("/visits/slots")
def list_slots(
    service: str,
    day: date | None = None,
    amount: Decimal | None = None,
    e: Edge = Depends(edge),
    plan: VisitPlan = Depends(visit_plan),
) -> VisitSlots:
    """Slots of a day, of the first one that has some when none is named. `amount` in yuan: large sums need a day."""
    now = e.clock()
    days = visits.bookable_days(e.branch, plan, service_id=service, amount=amount, now=now)
    wanted = day or (days[0] if days else None)
    if wanted is None:
        return VisitSlots(day=None, days=[], slots=[])
    with e.store.read() as session:
        slots = visits.free_slots(session, e.branch, plan, service_id=service, day=wanted, now=now, amount=amount)
    return VisitSlots(day=wanted, days=days, slots=[VisitSlotInfo(at=slot.at, free=slot.free) for slot in slots])


@router.post("/visits/check-in")
def check_in(
    body: CheckInBody,
    e: Edge = Depends(edge),
    plan: VisitPlan = Depends(visit_plan),
    guesses: Guesses = Depends(),
) -> VisitCheckIn:
    """At the kiosk: the code becomes a ticket."""
    session_id = None
    if body.session is not None:
        with e.store.read() as session:
            session_id = conversations.require_open(session, body.session)
    with guesses.counted(), e.store.begin() as session:
        done = visits.check_in(
            session,
            e.branch,
            plan,
            code=body.code,
            session_id=session_id,
            turn_id=None,
            locale=body.locale,
            now=e.clock(),
            customer_class=body.customer_class,
        )
    e.wake()
    return VisitCheckIn(
        ticket=queueing.ticket_card(e.branch, done.ticket, body.locale or done.visit.locale),
        visit=_visit(e.branch, done.visit),
        timing=done.timing,
        again=done.again,
    )


@router.get("/visits/{code}")
def show_visit(code: str, e: Edge = Depends(edge), guesses: Guesses = Depends()) -> VisitInfo:
    with guesses.counted(), e.store.read() as session:
        view = visits.visit_by_code(session, e.branch, code=code, now=e.clock())
    return _visit(e.branch, view)


@router.post("/visits/{code}/papers")
def revise(
    code: str,
    body: PapersBody,
    e: Edge = Depends(edge),
    plan: VisitPlan = Depends(visit_plan),
    guesses: Guesses = Depends(),
) -> VisitInfo:
    """Tick and fill in anew under the same code."""
    with guesses.counted(), e.store.begin() as session:
        view = visits.revise(
            session, e.branch, plan, code=code, held=set(body.held), fields=body.fields_, now=e.clock()
        )
    e.wake()
    return _visit(e.branch, view)


@router.post("/visits/{code}/slot")
def book(
    code: str,
    body: SlotBody,
    e: Edge = Depends(edge),
    plan: VisitPlan = Depends(visit_plan),
    guesses: Guesses = Depends(),
) -> VisitInfo:
    """Book a slot, move to another, or give it up."""
    with guesses.counted(), e.store.begin() as session:
        view = visits.book(session, e.branch, plan, code=code, slot_at=body.at, now=e.clock())
    e.wake()
    return _visit(e.branch, view)


@router.post("/visits/{code}/cancel")
def cancel(
    code: str, e: Edge = Depends(edge), plan: VisitPlan = Depends(visit_plan), guesses: Guesses = Depends()
) -> VisitInfo:
    with guesses.counted(), e.store.begin() as session:
        view = visits.cancel(session, e.branch, plan, code=code, now=e.clock())
    e.wake()
    return _visit(e.branch, view)


# --- for staff --------------------------------------------------------------------------------


@router.get("/staff/visits")
def list_appointments(
    day: date | None = None, _: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)
) -> StaffVisits:
    """Appointments of a branch-local day, today's when none is named."""
    now = e.clock()
    wanted = day or e.branch.day(now)
    with e.store.read() as session:
        views = visits.appointments_on(session, e.branch, day=wanted, now=now)
    return StaffVisits(day=wanted, items=[_staff_visit(e.branch, view) for view in views])


# --- inside -----------------------------------------------------------------------------------


def _visit(branch: Branch, view: VisitView) -> VisitInfo:
    service = branch.services[view.service_id]
    fields = {field_id: str(value) for field_id, value in view.fields.items()}
    if view.amount is not None:
        fields[visits.AMOUNT] = f"{view.amount:f}"
    return VisitInfo(
        code=view.code,
        service_id=service.id,
        service=service.label,
        state=view.state,
        held=list(view.held),
        missing=[VisitPaper(**paper.dict()) for paper in service.bring if paper.id in view.missing],
        complete=view.complete,
        fields=fields,
        needs_booking=view.needs_booking,
        slot=view.slot_at,
        valid_until=view.valid_until,
        ticket_code=view.ticket_code,
        ticket_number=view.ticket_number,
    )


def _staff_visit(branch: Branch, view: VisitView) -> StaffVisit:
    assert view.slot_at is not None
    service = branch.services[view.service_id]
    return StaffVisit(
        slot=view.slot_at,
        service=service.label,
        amount=None if view.amount is None else f"{view.amount:f}",
        complete=view.complete,
        missing=[paper.label for paper in service.bring if paper.id in view.missing],
        state=view.state,
        ticket_number=view.ticket_number,
    )
