"""Visits prepared at home, their appointments, and the tickets they become. The only code that touches their tables.

Never commits. A visit's row is locked first, then the seats of slots by time, then what the queue locks; two who want
the last seat of a slot meet at its row, and one of them is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.branch import rules as branch_rules
from bot.branch.schema import Branch, Service, Texts
from bot.datafiles import read
from bot.errors import Invalid, NotFound, TooMany
from bot.locales import pick
from bot.privacy.service import redact
from bot.queueing import service as queueing
from bot.queueing.rules import CANCELLED, DONE, EXPIRED, NO_SHOW
from bot.queueing.service import TicketView
from bot.store import outbox
from bot.visits import rules
from bot.visits.models import Visit, VisitAttempt, VisitSlot, VisitTicket
from bot.visits.rules import AnotherDay, BookingNeeded, SlotTaken, VisitOver
from bot.visits.schema import VisitPlan, VisitsFile

AMOUNT = "amount"


@dataclass(frozen=True)
class VisitView:
    """A visit as its customer sees it. `held` and `missing` are ids of `service.bring`; times aware, UTC.

    `needs_booking`: cash of this `amount` (yuan) has to be booked and is not. `ticket_code` and `ticket_number` of the
    newest ticket it became.
    """

    code: str
    service_id: str
    held: tuple[str, ...]
    missing: tuple[str, ...]
    fields: Mapping[str, str | int]
    amount: Decimal | None
    needs_booking: bool
    slot_at: datetime | None
    state: rules.State
    valid_until: datetime
    locale: str
    ticket_code: str | None
    ticket_number: str | None

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Slot:
    """An appointment that begins at `at` (UTC), with `free` seats left."""

    at: datetime
    free: int


@dataclass(frozen=True)
class CheckIn:
    """The ticket a code became. `again`: it had been taken with this code before."""

    ticket: TicketView
    visit: VisitView
    timing: rules.Timing
    again: bool


@dataclass(frozen=True)
class Papers:
    """What the window knows of a customer's papers."""

    complete: bool
    missing: tuple[Texts, ...]


# --- the plan ---------------------------------------------------------------------------------


def load_visit_plan(folder: Path, branch: Branch) -> VisitPlan:
    """`visits.yml` in the branch's folder. Raises DataError with file, line and cause for anything that is wrong."""
    source = read(folder / "visits.yml")
    file = source.parse(VisitsFile)
    by_id = {}
    for index, field in enumerate(file.fields_):
        if field.id in by_id:
            raise source.error(f"{field.id} is there twice", ("fields", index))
        by_id[field.id] = field
    forms = {}
    for index, form in enumerate(file.forms):
        here: tuple[str | int, ...] = ("forms", index)
        if form.service not in branch.services:
            raise source.error(f"there is no service {form.service}", (*here, "service"))
        if form.service in forms:
            raise source.error(f"{form.service} has a form already", here)
        for number, field_id in enumerate(form.fields_):
            if field_id not in by_id:
                raise source.error(f"there is no field {field_id}", (*here, "fields", number))
        forms[form.service] = tuple(by_id[field_id] for field_id in dict.fromkeys(form.fields_))
    appointments = file.appointments
    for letter in appointments.seats:
        if letter not in branch.groups:
            raise source.error(f"there is no group {letter}", ("appointments", "seats", letter))
    return VisitPlan(
        demo=file.demo,
        code_days=file.code.days,
        slot=timedelta(minutes=appointments.slot_minutes),
        days_ahead=appointments.days_ahead,
        notice=timedelta(minutes=appointments.notice_minutes),
        check_in_before=timedelta(minutes=appointments.check_in_before_minutes),
        check_in_after=timedelta(minutes=appointments.check_in_after_minutes),
        head_start=timedelta(minutes=appointments.head_start_minutes),
        seats=appointments.seats,
        forms=forms,
    )


# --- preparing --------------------------------------------------------------------------------


def prepare(
    session: Session,
    branch: Branch,
    plan: VisitPlan,
    *,
    service_id: str,
    held: AbstractSet[str],
    fields: Mapping[str, object],
    locale: str,
    now: datetime,
) -> VisitView:
    """A code for what the customer holds and filled in; free text is masked for good.

    Raises Invalid for an unknown service, paper or field, or a value out of its domain.
    """
    service = _service(branch, service_id)
    visit = _new_visit(session, branch, plan, service, locale, now)
    _fill(visit, service, plan, held, fields)
    session.add(visit)
    session.flush()
    return _view(session, branch, visit, now)


def revise(
    session: Session,
    branch: Branch,
    plan: VisitPlan,
    *,
    code: str,
    held: AbstractSet[str],
    fields: Mapping[str, object],
    now: datetime,
) -> VisitView:
    """Replace what was ticked and filled in. A slot that is too soon for a larger sum of cash is given up.

    Raises MistypedCode, NotFound, Invalid as `prepare`, or VisitOver.
    """
    visit = _open(session, branch, code, now)
    service = _service(branch, visit.service_id)
    before = visit.amount_fen or 0
    _fill(visit, service, plan, held, fields)
    if (
        visit.slot_at is not None
        and (visit.amount_fen or 0) > before
        and rules.needs_booking(service, _amount(visit))
        and branch.day(visit.slot_at) < branch_rules.next_booking_day(branch, now)
    ):
        _move(session, branch, plan, visit, None)
        _tell_staff(session, "visit_booked", now)
    session.flush()
    return _view(session, branch, visit, now)


def visit_by_code(session: Session, branch: Branch, *, code: str, now: datetime) -> VisitView:
    """Raises MistypedCode for what is no code, NotFound for an unknown one."""
    return _view(session, branch, _by_code(session, branch, code), now)


def cancel(session: Session, branch: Branch, plan: VisitPlan, *, code: str, now: datetime) -> VisitView:
    """Give the visit up, and its slot; cancelling twice is no error.

    Raises MistypedCode, NotFound, or VisitOver once it has become a ticket.
    """
    visit = _by_code(session, branch, code, lock=True)
    if visit.cancelled_at is None:
        _require_no_ticket(session, visit)
        _move(session, branch, plan, visit, None)
        visit.cancelled_at = now
        session.flush()
        _tell_staff(session, "visit_cancelled", now)
    return _view(session, branch, visit, now)


# --- appointments -----------------------------------------------------------------------------


def bookable_days(
    branch: Branch, plan: VisitPlan, *, service_id: str, amount: Decimal | None, now: datetime
) -> list[date]:
    """Branch-local days with slots for this service and sum of cash, full or not. Raises Invalid."""
    service = _service(branch, service_id)
    today = branch.day(now)
    days = (today + timedelta(days=offset) for offset in range(plan.days_ahead + 1))
    return [day for day in days if _starts(branch, plan, service, amount, day, now)]


def free_slots(
    session: Session,
    branch: Branch,
    plan: VisitPlan,
    *,
    service_id: str,
    day: date,
    now: datetime,
    amount: Decimal | None = None,
) -> list[Slot]:
    """The slots of a branch-local day that can still be booked for this service and sum, the full ones with 0 free.

    Empty for a closed day, one too far ahead, or a service without appointments. Raises Invalid.
    """
    service = _service(branch, service_id)
    starts = _starts(branch, plan, service, amount, day, now)
    query = select(VisitSlot.at, VisitSlot.taken).where(
        VisitSlot.branch_id == branch.id, VisitSlot.letter == service.letter, VisitSlot.at.in_(starts)
    )
    taken = {row.at: row.taken for row in session.execute(query)}
    seats = plan.seats.get(service.letter, 0)
    return [Slot(at, max(0, seats - taken.get(at, 0))) for at in starts]


def book(
    session: Session, branch: Branch, plan: VisitPlan, *, code: str, slot_at: datetime | None, now: datetime
) -> VisitView:
    """Take a seat in the slot that begins at `slot_at` and give up the one held before; None only gives up.

    Raises MistypedCode, NotFound, VisitOver, or SlotTaken for a slot that is full, past, or none; then nothing changes.
    """
    visit = _open(session, branch, code, now)
    if slot_at == visit.slot_at:
        return _view(session, branch, visit, now)
    if slot_at is not None:
        service = _service(branch, visit.service_id)
        if slot_at > now + timedelta(days=plan.days_ahead + 1):
            raise SlotTaken("this is too far ahead")
        if slot_at not in _starts(branch, plan, service, _amount(visit), branch.day(slot_at), now):
            raise SlotTaken("there is no such slot to book")
    _move(session, branch, plan, visit, slot_at)
    session.flush()
    _tell_staff(session, "visit_booked", now)
    return _view(session, branch, visit, now)


def book_cash(
    session: Session,
    branch: Branch,
    plan: VisitPlan,
    *,
    service_id: str,
    amount: Decimal,
    locale: str,
    now: datetime,
) -> VisitView:
    """Book a sum of cash (yuan) that the branch does not pay out unbooked: a visit with the first free slot there is.

    Raises Invalid for a sum that needs no booking or is none, SlotTaken when every slot is full.
    """
    service = _service(branch, service_id)
    amount = rules.money(str(amount))
    if not rules.needs_booking(service, amount):
        raise Invalid("this sum needs no booking")
    visit = _new_visit(session, branch, plan, service, locale, now)
    visit.amount_fen = rules.fen(amount)
    session.add(visit)
    for day in bookable_days(branch, plan, service_id=service_id, amount=amount, now=now):
        for slot in free_slots(session, branch, plan, service_id=service_id, day=day, now=now, amount=amount):
            if slot.free and _take_seat(session, branch, plan, visit.letter, slot.at):
                _keep(branch, visit, slot.at)
                session.flush()
                _tell_staff(session, "visit_booked", now)
                return _view(session, branch, visit, now)
    raise SlotTaken("no slot is free for this sum")


# --- at the branch ----------------------------------------------------------------------------


def check_in(
    session: Session,
    branch: Branch,
    plan: VisitPlan,
    *,
    code: str,
    session_id: str | None,
    turn_id: str | None,
    locale: str | None,
    now: datetime,
    customer_class: str = queueing.INDIVIDUAL,
) -> CheckIn:
    """The ticket of a code, in the visit's own locale when `locale` is None.

    The same code again gives the same ticket while that is alive. An appointment that is kept ranks as if the customer
    had come the head start before the slot; one too early or too late becomes an ordinary ticket.

    Raises MistypedCode, NotFound, VisitOver, AnotherDay, BookingNeeded, or what `take_ticket` raises, such as Conflict
    while the branch is closed.
    """
    visit = _by_code(session, branch, code, lock=True)
    if visit.cancelled_at is not None:
        raise VisitOver("this visit was cancelled")
    used = _last_ticket(session, visit)
    if used is not None:
        ticket = queueing.ticket_by_code(session, branch, code=used.ticket_code, now=now)
        if ticket.state not in (DONE, NO_SHOW, CANCELLED, EXPIRED):
            return CheckIn(ticket, _view(session, branch, visit, now), "none", again=True)
        if ticket.state == DONE:
            raise VisitOver("this visit is done")
    if now >= visit.valid_until:
        raise VisitOver("the days of this code have passed")
    if visit.slot_at is not None and branch.day(visit.slot_at) > branch.day(now):
        raise AnotherDay("the appointment is on another day")
    if _needs_booking(branch, visit):
        raise BookingNeeded("this sum of cash has to be booked first")
    # An appointment is kept once: after a missed number the next one is ordinary.
    slot = visit.slot_at if used is None else None
    timing = rules.timing(slot, now, before=plan.check_in_before, after=plan.check_in_after)
    ticket = queueing.take_ticket(
        session,
        branch,
        service_id=visit.service_id,
        amount=_amount(visit),
        session_id=session_id,
        turn_id=turn_id,
        locale=locale or visit.locale,
        now=now,
        customer_class=customer_class,
        rank_at=min(now, slot - plan.head_start) if slot is not None and timing == "on_time" else None,
    )
    session.add(
        VisitTicket(
            visit_id=visit.id,
            ticket_id=ticket.ticket_id,
            ticket_code=ticket.code,
            ticket_number=ticket.number,
            at=now,
        )
    )
    session.flush()
    _tell_staff(session, "visit_checked_in", now)
    return CheckIn(ticket, _view(session, branch, visit, now), timing, again=False)


def papers_of(session: Session, branch: Branch, ticket_ids: Collection[int]) -> dict[int, Papers]:
    """What was ticked at home, by id of the ticket; tickets that no visit became are left out."""
    query = (
        select(VisitTicket.ticket_id, Visit)
        .join(Visit, Visit.id == VisitTicket.visit_id)
        .where(VisitTicket.ticket_id.in_(list(ticket_ids)))
    )
    found = {}
    for ticket_id, visit in session.execute(query):
        lacking = _missing(branch, visit)
        labels = {item.id: item.label for item in branch.services[visit.service_id].bring}
        found[ticket_id] = Papers(not lacking, tuple(labels[item_id] for item_id in lacking))
    return found


def appointments_on(session: Session, branch: Branch, *, day: date, now: datetime) -> list[VisitView]:
    """Visits with a slot on this branch-local day, by time. Raises Invalid for a day out of our time."""
    if not 2000 <= day.year < 2100:
        raise Invalid("there are no appointments in that year")
    midnight, next_midnight = (rules.end_of_day(one, branch.timezone) for one in (day - timedelta(days=1), day))
    query = (
        select(Visit)
        .where(Visit.branch_id == branch.id, Visit.slot_at >= midnight, Visit.slot_at < next_midnight)
        .order_by(Visit.slot_at, Visit.id)
    )
    return _views(session, branch, list(session.execute(query).scalars()), now)


def visit_card(branch: Branch, view: VisitView, locale: str) -> dict[str, Any]:
    """Card `visit`, in one locale. `slot` is an ISO time in UTC or None, `when` the same in the branch's own time.

    `address` is the path of the visit's page.
    """
    service = branch.services[view.service_id]
    labels = {item.id: item.label for item in service.bring}
    return {
        "kind": "visit",
        "code": view.code,
        "service": pick(service.label, locale),
        "missing": [pick(labels[item_id], locale) for item_id in view.missing],
        "complete": view.complete,
        "slot": None if view.slot_at is None else view.slot_at.isoformat(),
        "when": None if view.slot_at is None else f"{view.slot_at.astimezone(branch.timezone):%Y-%m-%d %H:%M}",
        "address": f"/v/{view.code}",
    }


# --- attempts ---------------------------------------------------------------------------------


def admit(session: Session, *, kind: str, address: str, now: datetime) -> None:
    """Raises TooMany when too much of this kind (rules.LIMITS) came from this address lately."""
    query = select(VisitAttempt.at).where(VisitAttempt.source == _source(kind, address))
    wait = rules.retry_after(list(session.execute(query).scalars()), rules.LIMITS[kind], now)
    if wait > 0:
        raise TooMany("too many attempts", retry_after=wait)


def note_attempt(session: Session, *, kind: str, address: str, now: datetime) -> None:
    session.execute(delete(VisitAttempt).where(VisitAttempt.at <= now - rules.WINDOW))
    session.add(VisitAttempt(source=_source(kind, address), at=now))
    session.flush()


def _source(kind: str, address: str) -> str:
    return sha256(f"{kind}\0{address}".encode()).hexdigest()


# --- inside -----------------------------------------------------------------------------------


def _service(branch: Branch, service_id: str) -> Service:
    service = branch.services.get(service_id)
    if service is None:
        raise Invalid(f"unknown service {service_id!r}")
    return service


def _unused_code(session: Session) -> str:
    while True:
        code = rules.new_code(secrets.choice)
        if session.execute(select(Visit.id).where(Visit.code == code)).first() is None:
            return code


def _new_visit(
    session: Session, branch: Branch, plan: VisitPlan, service: Service, locale: str, now: datetime
) -> Visit:
    """A visit with nothing ticked or filled in, not added to the session yet."""
    return Visit(
        branch_id=branch.id,
        code=_unused_code(session),
        service_id=service.id,
        letter=service.letter,
        held=[],
        fields={},
        locale=locale,
        created_at=now,
        valid_until=rules.end_of_day(branch.day(now) + timedelta(days=plan.code_days), branch.timezone),
    )


def _fill(
    visit: Visit, service: Service, plan: VisitPlan, held: AbstractSet[str], fields: Mapping[str, object]
) -> None:
    form = plan.form(service.id)
    visit.held = rules.checked_held(service, held)
    filled = rules.checked_fields(form, fields)
    amount = filled.pop(AMOUNT, None)
    visit.amount_fen = rules.fen(amount) if isinstance(amount, Decimal) else None
    texts = {field.id for field in form if field.kind == "text"}
    visit.fields = {
        field_id: redact(str(value))["text"] if field_id in texts else value for field_id, value in filled.items()
    }


def _by_code(session: Session, branch: Branch, typed: str, *, lock: bool = False) -> Visit:
    query = select(Visit).where(Visit.branch_id == branch.id, Visit.code == rules.read_code(typed))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    visit = session.execute(query).scalar_one_or_none()
    if visit is None:
        raise NotFound("no such visit")
    return visit


def _open(session: Session, branch: Branch, typed: str, now: datetime) -> Visit:
    """The visit, locked, if it can still be changed."""
    visit = _by_code(session, branch, typed, lock=True)
    if visit.cancelled_at is not None:
        raise VisitOver("this visit was cancelled")
    _require_no_ticket(session, visit)
    if now >= visit.valid_until:
        raise VisitOver("the days of this code have passed")
    return visit


def _last_ticket(session: Session, visit: Visit) -> VisitTicket | None:
    query = select(VisitTicket).where(VisitTicket.visit_id == visit.id).order_by(VisitTicket.id.desc()).limit(1)
    return session.execute(query).scalar_one_or_none()


def _require_no_ticket(session: Session, visit: Visit) -> None:
    if _last_ticket(session, visit) is not None:
        raise VisitOver("this visit has a ticket")


def _starts(
    branch: Branch, plan: VisitPlan, service: Service, amount: Decimal | None, day: date, now: datetime
) -> list[datetime]:
    """Starts (UTC) of the slots of a branch-local day that may be booked now, full ones too."""
    today = branch.day(now)
    if service.letter not in plan.seats or not today <= day <= today + timedelta(days=plan.days_ahead):
        return []
    if rules.needs_booking(service, amount) and day < branch_rules.next_booking_day(branch, now):
        return []
    hours = branch_rules.hours_on(branch, day)
    if hours is None:
        return []
    opening, closing = (datetime.combine(day, each, tzinfo=branch.timezone).astimezone(timezone.utc) for each in hours)
    return [at for at in rules.slot_starts(opening, closing, plan.slot) if at >= now + plan.notice]


def _move(session: Session, branch: Branch, plan: VisitPlan, visit: Visit, slot_at: datetime | None) -> None:
    """Seats change hands in the order of time, so that two who swap slots never wait for each other."""
    for at in sorted(one for one in (visit.slot_at, slot_at) if one is not None):
        if at == visit.slot_at:
            _give_seat_back(session, branch, visit.letter, at)
        elif not _take_seat(session, branch, plan, visit.letter, at):
            raise SlotTaken("this slot is full")
    if slot_at is None:
        visit.slot_at = None
    else:
        _keep(branch, visit, slot_at)


def _keep(branch: Branch, visit: Visit, slot_at: datetime) -> None:
    """The visit has this slot; its code is good for that day at least."""
    visit.slot_at = slot_at.astimezone(timezone.utc)
    visit.valid_until = max(visit.valid_until, rules.end_of_day(branch.day(slot_at), branch.timezone))


def _take_seat(session: Session, branch: Branch, plan: VisitPlan, letter: str, at: datetime) -> bool:
    """Whether a seat was free; it is taken then. The slot's row stays locked until the transaction ends."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(VisitSlot).values(branch_id=branch.id, letter=letter, at=at, taken=0)
    session.execute(row.on_conflict_do_nothing())
    free = _slot(branch, letter, at).where(VisitSlot.taken < plan.seats.get(letter, 0))
    return bool(session.execute(free.values(taken=VisitSlot.taken + 1)).rowcount)


def _give_seat_back(session: Session, branch: Branch, letter: str, at: datetime) -> None:
    session.execute(_slot(branch, letter, at).where(VisitSlot.taken > 0).values(taken=VisitSlot.taken - 1))


def _slot(branch: Branch, letter: str, at: datetime) -> Any:
    query = update(VisitSlot).where(VisitSlot.branch_id == branch.id, VisitSlot.letter == letter, VisitSlot.at == at)
    return query.execution_options(synchronize_session=False)


def _tell_staff(session: Session, kind: str, now: datetime) -> None:
    outbox.publish(session, "staff", {"kind": kind}, now=now)


def _amount(visit: Visit) -> Decimal | None:
    return None if visit.amount_fen is None else Decimal(visit.amount_fen) / 100


def _needs_booking(branch: Branch, visit: Visit) -> bool:
    return visit.slot_at is None and rules.needs_booking(branch.services[visit.service_id], _amount(visit))


def _missing(branch: Branch, visit: Visit) -> tuple[str, ...]:
    return rules.missing(branch.services[visit.service_id], visit.held)


def _view(session: Session, branch: Branch, visit: Visit, now: datetime) -> VisitView:
    return _views(session, branch, [visit], now)[0]


def _views(session: Session, branch: Branch, visits: Sequence[Visit], now: datetime) -> list[VisitView]:
    query = select(VisitTicket).where(VisitTicket.visit_id.in_([visit.id for visit in visits])).order_by(VisitTicket.id)
    tickets = {ticket.visit_id: ticket for ticket in session.execute(query).scalars()}
    return [_seen(branch, visit, tickets.get(visit.id), now) for visit in visits]


def _seen(branch: Branch, visit: Visit, ticket: VisitTicket | None, now: datetime) -> VisitView:
    return VisitView(
        code=visit.code,
        service_id=visit.service_id,
        held=tuple(visit.held),
        missing=_missing(branch, visit),
        fields=visit.fields,
        amount=_amount(visit),
        needs_booking=_needs_booking(branch, visit),
        slot_at=visit.slot_at,
        state=rules.state(
            cancelled=visit.cancelled_at is not None,
            has_ticket=ticket is not None,
            valid_until=visit.valid_until,
            now=now,
        ),
        valid_until=visit.valid_until,
        locale=visit.locale,
        ticket_code=None if ticket is None else ticket.ticket_code,
        ticket_number=None if ticket is None else ticket.ticket_number,
    )
