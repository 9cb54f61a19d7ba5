"""HTTP routes of complaints: progress for who has the code, the list and the file for staff."""

from datetime import date, datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.complaints import rules
from bot.complaints import service as complaints
from bot.complaints.service import ComplaintLine
from bot.http import Edge, edge
from bot.staff.api import StaffIdentity, signed_in

router = APIRouter(prefix="/api", tags=["complaints"])


class ComplaintInfo(BaseModel):
    """Progress for its customer: no text of it, since the address may be passed on.

    `days_left` until `due_on` (branch-local dates); negative once it has passed.
    """

    number: str
    code: str
    state: str
    received_at: datetime
    due_on: date
    days_left: int


class StaffComplaintLine(BaseModel):
    number: str
    state: str
    received_at: datetime
    due_on: date
    days_left: int
    what: str
    locale: str


class StaffComplaintList(BaseModel):
    items: list[StaffComplaintLine]


class HappenedInfo(BaseModel):
    at: datetime
    kind: str
    by: str


class StaffComplaint(StaffComplaintLine):
    """`when`, `where` and `who` as the customer said it; of the contact only the masked end, such as •••5678."""

    when: str | None
    where: str | None
    who: str | None
    contact: str | None
    conversation: str | None
    events: list[HappenedInfo]


@router.get("/complaints/{code}")
def show_complaint(code: str, e: Edge = Depends(edge)) -> ComplaintInfo:
    with e.store.read() as session:
        view = complaints.complaint_by_code(session, e.branch, code=code)
    return ComplaintInfo(
        number=view.number,
        code=view.code,
        state=view.state,
        received_at=view.received_at,
        due_on=view.due_on,
        days_left=rules.days_left(view.due_on, e.clock(), e.branch.timezone),
    )


@router.get("/staff/complaints")
def list_complaints(_: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> StaffComplaintList:
    """All complaints, the one that is due first on top."""
    with e.store.read() as session:
        lines = complaints.list_complaints(session, e.branch, now=e.clock())
    return StaffComplaintList(items=[_line(line) for line in lines])


@router.get("/staff/complaints/{number}")
def show_file(number: str, _: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> StaffComplaint:
    with e.store.read() as session:
        detail = complaints.complaint_detail(session, e.branch, e.vault, number=number, now=e.clock())
    return StaffComplaint(
        **_line(detail.line).dict(),
        when=detail.when_text,
        where=detail.where_text,
        who=detail.who_text,
        contact=detail.contact_masked,
        conversation=detail.session_id,
        events=[HappenedInfo(at=event.at, kind=event.kind, by=event.by) for event in detail.events],
    )


def _line(line: ComplaintLine) -> StaffComplaintLine:
    return StaffComplaintLine(
        number=line.view.number,
        state=line.view.state,
        received_at=line.view.received_at,
        due_on=line.view.due_on,
        days_left=line.days_left,
        what=line.what,
        locale=line.locale,
    )
