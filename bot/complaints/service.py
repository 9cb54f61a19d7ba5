"""Complaints on record. The only code that touches their tables; never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.branch.schema import Branch
from bot.complaints import rules
from bot.complaints.models import Complaint, ComplaintCounter, ComplaintEvent
from bot.errors import Invalid, NotFound
from bot.privacy.service import Vault
from bot.store import new_code, outbox
from bot.store.counters import next_count

CUSTOMER = "customer"


@dataclass(frozen=True)
class ComplaintView:
    """A complaint as its customer sees it. `due_on` is a branch-local date; times aware, UTC."""

    number: str
    code: str
    due_on: date
    state: str
    received_at: datetime


@dataclass(frozen=True)
class ComplaintLine:
    """One line of the list of staff. `days_left` is negative once the deadline has passed."""

    view: ComplaintView
    days_left: int
    what: str
    locale: str


@dataclass(frozen=True)
class Happened:
    at: datetime
    kind: str
    by: str


@dataclass(frozen=True)
class ComplaintDetail:
    """All that staff may see; of the contact only the masked end, None where none was left."""

    line: ComplaintLine
    when_text: str | None
    where_text: str | None
    who_text: str | None
    contact_masked: str | None
    session_id: str | None
    events: tuple[Happened, ...]


def file_complaint(
    session: Session,
    branch: Branch,
    vault: Vault,
    *,
    what: str,
    when_text: str | None,
    where_text: str | None,
    who_text: str | None,
    contact: str | None,
    session_id: str | None,
    turn_id: str | None,
    locale: str,
    now: datetime,
) -> ComplaintView:
    """Put a complaint on record; the same turn of a session again gives the one it filed before.

    `contact` is plain text and stored encrypted; the other texts are stored as they are, so mask them first.
    Raises Invalid when nothing is said.
    """
    known = _of_turn(session, session_id, turn_id)
    if known is not None:
        return _view(known)
    if not what.strip():
        raise Invalid("a complaint has to say what happened")
    reachable_at = _said(contact)
    day = branch.day(now)
    count = next_count(session, ComplaintCounter, branch_id=branch.id, day=day)
    complaint = Complaint(
        branch_id=branch.id,
        number=rules.number(day, count),
        code=new_code(),
        what=what.strip(),
        when_text=_said(when_text),
        where_text=_said(where_text),
        who_text=_said(who_text),
        contact=None if reachable_at is None else vault.encrypt(reachable_at),
        session_id=session_id,
        turn_id=turn_id,
        locale=locale,
        state=rules.RECEIVED,
        received_at=now,
        due_on=rules.due_on(now, branch.timezone),
    )
    session.add(complaint)
    session.flush()
    session.add(ComplaintEvent(complaint_id=complaint.id, at=now, kind=rules.RECEIVED, by=CUSTOMER))
    for topic in (f"complaint:{complaint.code}", "staff"):
        outbox.publish(session, topic, {"kind": "complaint_received"}, now=now)
    return _view(complaint)


def complaint_by_code(session: Session, branch: Branch, *, code: str) -> ComplaintView:
    """Raises NotFound for an unknown code."""
    query = select(Complaint).where(Complaint.branch_id == branch.id, Complaint.code == code)
    complaint = session.execute(query).scalar_one_or_none()
    if complaint is None:
        raise NotFound("no such complaint")
    return _view(complaint)


def latest_of_session(session: Session, *, session_id: str) -> ComplaintView | None:
    """The newest complaint of a conversation."""
    query = select(Complaint).where(Complaint.session_id == session_id).order_by(Complaint.id.desc()).limit(1)
    complaint = session.execute(query).scalar_one_or_none()
    return None if complaint is None else _view(complaint)


def list_complaints(session: Session, branch: Branch, *, now: datetime) -> list[ComplaintLine]:
    """All complaints of the branch, the one that is due first on top."""
    query = select(Complaint).where(Complaint.branch_id == branch.id).order_by(Complaint.due_on, Complaint.id)
    return [_line(branch, complaint, now) for complaint in session.execute(query).scalars()]


def complaint_detail(session: Session, branch: Branch, vault: Vault, *, number: str, now: datetime) -> ComplaintDetail:
    """One complaint for staff. Raises NotFound for an unknown number."""
    query = select(Complaint).where(Complaint.branch_id == branch.id, Complaint.number == number)
    complaint = session.execute(query).scalar_one_or_none()
    if complaint is None:
        raise NotFound("no such complaint")
    events = select(ComplaintEvent).where(ComplaintEvent.complaint_id == complaint.id).order_by(ComplaintEvent.id)
    return ComplaintDetail(
        line=_line(branch, complaint, now),
        when_text=complaint.when_text,
        where_text=complaint.where_text,
        who_text=complaint.who_text,
        contact_masked=None if complaint.contact is None else rules.mask_contact(vault.decrypt(complaint.contact)),
        session_id=complaint.session_id,
        events=tuple(Happened(event.at, event.kind, event.by) for event in session.execute(events).scalars()),
    )


def complaint_card(view: ComplaintView, locale: str) -> dict[str, Any]:
    """Card `complaint` of the contract; nothing in it depends on the locale, since pages write the date."""
    return {
        "kind": "complaint",
        "number": view.number,
        "code": view.code,
        "due_on": view.due_on.isoformat(),
        "state": view.state,
    }


def _of_turn(session: Session, session_id: str | None, turn_id: str | None) -> Complaint | None:
    if session_id is None or turn_id is None:
        return None
    query = select(Complaint).where(Complaint.session_id == session_id, Complaint.turn_id == turn_id)
    return session.execute(query).scalar_one_or_none()


def _said(text: str | None) -> str | None:
    """The text, or None for nothing but white space."""
    return (text or "").strip() or None


def _view(complaint: Complaint) -> ComplaintView:
    return ComplaintView(
        number=complaint.number,
        code=complaint.code,
        due_on=complaint.due_on,
        state=complaint.state,
        received_at=complaint.received_at,
    )


def _line(branch: Branch, complaint: Complaint, now: datetime) -> ComplaintLine:
    return ComplaintLine(
        view=_view(complaint),
        days_left=rules.days_left(complaint.due_on, now, branch.timezone),
        what=complaint.what,
        locale=complaint.locale,
    )
