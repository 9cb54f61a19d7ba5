"""What customers ask staff for in the hall, and what is lent. The only code that touches its tables; never commits.

Two members of staff at once: a request and a loan are locked when they change, and whoever counts a thing on
PostgreSQL has its stock alone, so that it is never lent below none; SQLite has one writer at a time. Locks are taken
in the order request or loan, stock, conversation, outbox.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.assistance import rules
from bot.assistance.models import Loan, LobbyRequest
from bot.assistance.rules import CANCELLED, DONE, LOST, OPEN, OUT, RETURNED, TAKEN, UNFINISHED, NoneLeft
from bot.assistance.schema import BY, ITEM, OTHER, PLACE, AssistanceFile, Catalogue, Item, Kind
from bot.branch.schema import Branch, Zone, ZonesFile
from bot.conversations import service as conversations
from bot.datafiles import Where, read
from bot.errors import Conflict, Invalid, NotFound
from bot.locales import pick
from bot.privacy.service import redact
from bot.staff.service import StaffIdentity
from bot.store import outbox

CUSTOMER = "customer"
ALERT = "request_urgent"


@dataclass(frozen=True)
class RequestView:
    """A request as shown. Times aware, UTC; somebody has promised to come by `due_at`.

    `by` is the first name of who comes, None until somebody has taken it. `session_id` is the customer's
    conversation, None where staff entered the request.
    """

    id: int
    kind: str
    item_id: str | None
    zone_id: str
    words: str | None
    urgent: bool
    state: rules.State
    session_id: str | None
    asked_at: datetime
    due_at: datetime
    promise_minutes: int
    overdue: bool
    by: str | None
    closed_at: datetime | None


@dataclass(frozen=True)
class LoanView:
    """A thing lent. `lent_by` and `closed_by` are accounts of staff; times aware, UTC."""

    id: int
    item_id: str
    reference: str | None
    state: rules.LoanState
    lent_at: datetime
    lent_by: str
    due_at: datetime
    overdue: bool
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True)
class Stock:
    """Of one thing: `owned` by the branch, of these `out` on loan, and `promised` to customers who wait for it."""

    item_id: str
    owned: int
    out: int
    promised: int

    @property
    def here(self) -> int:
        return max(0, self.owned - self.out)

    @property
    def free(self) -> int:
        return max(0, self.here - self.promised)


# --- the branch's file ------------------------------------------------------------------------


@lru_cache(maxsize=8)
def load_catalogue(folder: Path) -> Catalogue:
    """What the branch in `folder` helps with; read once a process. Raises DataError with file, line and cause."""
    source = read(folder / "assistance.yml")
    file = source.parse(AssistanceFile)
    zones = {zone.id for zone in read(folder / "zones.yml").parse(ZonesFile).zones}
    for where, cause in _faults(file, zones):
        raise source.error(cause, where)
    return Catalogue(
        staff=file.staff,
        something=file.something,
        kinds={kind.id: kind for kind in file.kinds},
        items={item.id: item for item in file.items},
    )


def _faults(file: AssistanceFile, zones: set[str]) -> Iterator[tuple[Where, str]]:
    things: tuple[tuple[str, Sequence[Kind | Item]], ...] = (("kinds", file.kinds), ("items", file.items))
    for key, entries in things:
        seen: Counter[str] = Counter()
        for index, entry in enumerate(entries):
            seen[entry.id] += 1
            if seen[entry.id] == 2:
                yield (key, index), f"{entry.id} is there twice"
    for index, kind in enumerate(file.kinds):
        if kind.zone not in zones:
            yield ("kinds", index, "zone"), f"there is no zone {kind.zone}"
    if OTHER not in {kind.id for kind in file.kinds}:
        yield ("kinds",), f"the kind {OTHER} is missing: it takes what is of no other kind"
    if sum(kind.lends for kind in file.kinds) != 1:
        yield ("kinds",), "exactly one kind lends"


# --- for customers ----------------------------------------------------------------------------


def ask(
    session: Session,
    branch: Branch,
    catalogue: Catalogue,
    *,
    kind: str,
    item: str | None,
    zone_id: str | None,
    words: str | None,
    session_id: str,
    turn_id: str,
    locale: str,
    now: datetime,
    alert: bool = True,
) -> RequestView:
    """A customer asks for help; the same turn of a session again gives the request it made before.

    `words` are the customer's own, as the conversation log has them: masked. Without `zone_id` somebody comes to
    the kind's own zone. `alert` is False where staff were alerted already. Raises Invalid for a kind, item or zone
    that the branch has not, NoneLeft where every one of the things is lent or promised.
    """
    query = select(LobbyRequest).where(LobbyRequest.session_id == session_id, LobbyRequest.turn_id == turn_id)
    known = session.execute(query).scalar_one_or_none()
    if known is not None:
        return _view(catalogue, known, now)
    request = _new_request(branch, catalogue, kind=kind, item=item, zone_id=zone_id, words=words, now=now)
    if request.item_id is not None:
        _require_left(session, branch, catalogue.items[request.item_id], now, free_of_promises=True)
    request.session_id, request.turn_id = session_id, turn_id
    request.locale, request.asked_by = locale, CUSTOMER
    session.add(request)
    session.flush()
    if request.urgent and alert:
        conversations.alert_staff(session, session_id=session_id, kind=ALERT, turn_id=turn_id, now=now)
    _publish(session, "request_asked", now)
    return _view(catalogue, request, now)


def unfinished_of_session(
    session: Session, branch: Branch, catalogue: Catalogue, *, session_id: str, now: datetime
) -> RequestView | None:
    """The newest request of a conversation that is neither done nor cancelled."""
    request = _unfinished_of(session, branch, session_id)
    return None if request is None else _view(catalogue, request, now)


def withdraw(session: Session, branch: Branch, catalogue: Catalogue, *, session_id: str, now: datetime) -> RequestView:
    """The customer needs nobody any more: cancels the newest unfinished request. Raises NotFound without one."""
    request = _unfinished_of(session, branch, session_id, lock=True)
    if request is None:
        raise NotFound("nothing is asked for")
    return _close(session, branch, catalogue, request, CANCELLED, by=CUSTOMER, now=now)


def request_card(branch: Branch, catalogue: Catalogue, view: RequestView, locale: str) -> dict[str, Any]:
    """Card `request` of the contract, in one locale. `by` is a first name or null.

    `text` says who comes where, until the request is done or cancelled; null then.
    """
    kind = catalogue.known_kind(view.kind)
    item = None if view.item_id is None else catalogue.items.get(view.item_id)
    place = pick(place_of(branch, catalogue, view).label, locale)
    blanks = {
        BY: view.by or pick(catalogue.staff, locale),
        PLACE: place,
        ITEM: pick(catalogue.something if item is None else item.label, locale),
    }
    return {
        "kind": "request",
        "label": pick(kind.label if item is None else item.label, locale),
        "state": view.state,
        "place": place,
        "promise_minutes": view.promise_minutes,
        "by": view.by,
        "text": pick(kind.comes, locale).format(**blanks) if view.state in UNFINISHED else None,
    }


def place_of(branch: Branch, catalogue: Catalogue, view: RequestView) -> Zone:
    """Where somebody goes; the kind's own zone where the branch has lost the one of an old request."""
    return branch.zones.get(view.zone_id) or branch.zones[catalogue.known_kind(view.kind).zone]


# --- for staff --------------------------------------------------------------------------------


def enter_request(
    session: Session,
    branch: Branch,
    catalogue: Catalogue,
    *,
    kind: str,
    item: str | None,
    zone_id: str | None,
    words: str | None,
    by: StaffIdentity,
    now: datetime,
) -> RequestView:
    """Staff enter what somebody has asked for by word of mouth; the words are masked here.

    Raises Invalid for a kind, item or zone that the branch has not, NoneLeft where every one is lent or promised.
    """
    masked = None if words is None else str(redact(words)["text"])
    request = _new_request(branch, catalogue, kind=kind, item=item, zone_id=zone_id, words=masked, now=now)
    if request.item_id is not None:
        _require_left(session, branch, catalogue.items[request.item_id], now, free_of_promises=True)
    request.locale, request.asked_by = branch.locale, by.name
    session.add(request)
    session.flush()
    _publish(session, "request_asked", now)
    return _view(catalogue, request, now)


def list_requests(
    session: Session, branch: Branch, catalogue: Catalogue, *, state: rules.State | None, now: datetime
) -> list[RequestView]:
    """All unfinished ones, or those of one state: urgent ones first, then by promise.

    Of the states `done` and `cancelled` only today's, newest first.
    """
    query = select(LobbyRequest).where(LobbyRequest.branch_id == branch.id)
    if state in (None, *UNFINISHED):
        query = query.where(LobbyRequest.state.in_(UNFINISHED if state is None else (state,)))
        query = query.order_by(LobbyRequest.urgent.desc(), LobbyRequest.due_at, LobbyRequest.id)
    else:
        today = datetime.combine(branch.day(now), time.min, branch.timezone)
        query = query.where(LobbyRequest.state == state, LobbyRequest.closed_at >= today)
        query = query.order_by(LobbyRequest.closed_at.desc(), LobbyRequest.id.desc())
    return [_view(catalogue, request, now) for request in session.execute(query).scalars()]


def take(
    session: Session, branch: Branch, catalogue: Catalogue, *, request_id: int, by: StaffIdentity, now: datetime
) -> RequestView:
    """A member of staff goes there, and the customer is told who; taking one's own again is no error.

    Raises NotFound, or Conflict when a colleague has taken it or it is over.
    """
    request = _locked_request(session, branch, request_id)
    rules.require_unfinished(request.state)
    if request.state == TAKEN:
        if request.taken_by != by.name:
            raise Conflict("a colleague has taken this request")
        return _view(catalogue, request, now)
    _taken(request, by, now)
    return _told(session, branch, catalogue, request, now)


def finish(
    session: Session, branch: Branch, catalogue: Catalogue, *, request_id: int, by: StaffIdentity, now: datetime
) -> RequestView:
    """It is done, by whoever took it or a colleague; a thing that was asked for is lent with it.

    Raises NotFound, Conflict when it is over, NoneLeft when there is no such thing to hand over.
    """
    request = _locked_request(session, branch, request_id)
    rules.require_unfinished(request.state)
    if request.state == OPEN:
        _taken(request, by, now)
    item = None if request.item_id is None else catalogue.items.get(request.item_id)
    if item is not None:
        _lend(session, branch, item, request_id=request.id, reference=request.session_id, by=by, now=now)
    return _close(session, branch, catalogue, request, DONE, by=by.name, now=now)


def cancel(
    session: Session, branch: Branch, catalogue: Catalogue, *, request_id: int, by: StaffIdentity, now: datetime
) -> RequestView:
    """Nobody needs to go. Cancelling twice is no error. Raises NotFound, or Conflict when it is done."""
    request = _locked_request(session, branch, request_id)
    if request.state == CANCELLED:
        return _view(catalogue, request, now)
    rules.require_unfinished(request.state)
    return _close(session, branch, catalogue, request, CANCELLED, by=by.name, now=now)


def lend(
    session: Session,
    branch: Branch,
    catalogue: Catalogue,
    *,
    item: str,
    reference: str | None,
    by: StaffIdentity,
    now: datetime,
) -> LoanView:
    """Hand one over at the desk. `reference` is a ticket number or a conversation, if anything.

    Raises Invalid for an unknown thing or another kind of reference, NoneLeft when none is here.
    """
    wanted = _item(catalogue, item)
    loan = _lend(session, branch, wanted, request_id=None, reference=rules.reference(reference), by=by, now=now)
    return _loan_view(loan, now)


def return_item(session: Session, branch: Branch, *, loan_id: int, by: StaffIdentity, now: datetime) -> LoanView:
    """It is back, even after it was written off. Raises NotFound, or Conflict when it was back before."""
    loan = _locked_loan(session, branch, loan_id)
    if loan.state == RETURNED:
        raise Conflict("this is back already")
    return _close_loan(session, loan, RETURNED, by, now)


def write_off(session: Session, branch: Branch, *, loan_id: int, by: StaffIdentity, now: datetime) -> LoanView:
    """It will not come back: the branch owns one less until things are counted again.

    Raises NotFound, or Conflict when it is not on loan.
    """
    loan = _locked_loan(session, branch, loan_id)
    if loan.state != OUT:
        raise Conflict(f"this is {loan.state}, not on loan")
    return _close_loan(session, loan, LOST, by, now)


def list_loans(session: Session, branch: Branch, *, now: datetime) -> list[LoanView]:
    """What is out, the one that is due first on top, so that overdue ones lead."""
    query = select(Loan).where(Loan.branch_id == branch.id, Loan.state == OUT).order_by(Loan.due_at, Loan.id)
    return [_loan_view(loan, now) for loan in session.execute(query).scalars()]


def list_stock(session: Session, branch: Branch, catalogue: Catalogue) -> list[Stock]:
    """Every thing that is lent, in the order of the file."""
    return [_stock(session, branch, item) for item in catalogue.items.values()]


# --- inside: requests -------------------------------------------------------------------------


def _new_request(
    branch: Branch,
    catalogue: Catalogue,
    *,
    kind: str,
    item: str | None,
    zone_id: str | None,
    words: str | None,
    now: datetime,
) -> LobbyRequest:
    """A request that is checked but not stored yet, and of nobody."""
    wanted = catalogue.kinds.get(kind)
    if wanted is None:
        raise Invalid("no such kind of request")
    if item is not None and not wanted.lends:
        raise Invalid(f"nothing is lent with {kind}")
    if zone_id is not None and zone_id not in branch.zones:
        raise Invalid("no such zone")
    return LobbyRequest(
        branch_id=branch.id,
        kind=wanted.id,
        item_id=None if item is None else _item(catalogue, item).id,
        zone_id=zone_id or wanted.zone,
        words=(words or "").strip() or None,
        urgent=wanted.urgent,
        state=OPEN,
        asked_at=now,
        due_at=rules.due_at(wanted, now),
    )


def _unfinished_of(session: Session, branch: Branch, session_id: str, *, lock: bool = False) -> LobbyRequest | None:
    query = (
        select(LobbyRequest)
        .where(
            LobbyRequest.branch_id == branch.id,
            LobbyRequest.session_id == session_id,
            LobbyRequest.state.in_(UNFINISHED),
        )
        .order_by(LobbyRequest.id.desc())
        .limit(1)
    )
    request: LobbyRequest | None = session.execute(_locked(query) if lock else query).scalar_one_or_none()
    return request


def _locked(query: Select) -> Select:
    """Lock the rows on PostgreSQL, and read them afresh."""
    return query.with_for_update().execution_options(populate_existing=True)


def _locked_request(session: Session, branch: Branch, request_id: int) -> LobbyRequest:
    query = select(LobbyRequest).where(LobbyRequest.branch_id == branch.id, LobbyRequest.id == request_id)
    request = session.execute(_locked(query)).scalar_one_or_none()
    if request is None:
        raise NotFound("no such request")
    return request


def _taken(request: LobbyRequest, by: StaffIdentity, now: datetime) -> None:
    request.state = TAKEN
    request.taken_by, request.taken_at = by.name, now
    request.taken_name = rules.first_name(by.display_name)


def _close(
    session: Session,
    branch: Branch,
    catalogue: Catalogue,
    request: LobbyRequest,
    state: rules.State,
    *,
    by: str,
    now: datetime,
) -> RequestView:
    request.state, request.closed_by, request.closed_at = state, by, now
    return _told(session, branch, catalogue, request, now)


def _told(session: Session, branch: Branch, catalogue: Catalogue, request: LobbyRequest, now: datetime) -> RequestView:
    """The request after a change that its customer's conversation and all staff are told of."""
    session.flush()
    view = _view(catalogue, request, now)
    if request.session_id is not None:
        card = request_card(branch, catalogue, view, request.locale)
        conversations.add_notice(session, session_id=request.session_id, kind="request_updated", data=card, now=now)
    _publish(session, f"request_{request.state}", now)
    return view


def _publish(session: Session, kind: str, now: datetime) -> None:
    outbox.publish(session, "staff", {"kind": kind}, now=now)


def _view(catalogue: Catalogue, request: LobbyRequest, now: datetime) -> RequestView:
    return RequestView(
        id=request.id,
        kind=request.kind,
        item_id=request.item_id,
        zone_id=request.zone_id,
        words=request.words,
        urgent=request.urgent,
        state=request.state,
        session_id=request.session_id,
        asked_at=request.asked_at,
        due_at=request.due_at,
        promise_minutes=int((request.due_at - request.asked_at) / timedelta(minutes=1)),
        overdue=rules.overdue(request.state, request.due_at, now),
        by=request.taken_name,
        closed_at=request.closed_at,
    )


# --- inside: loans ----------------------------------------------------------------------------


def _item(catalogue: Catalogue, item_id: str) -> Item:
    item = catalogue.items.get(item_id)
    if item is None:
        raise Invalid("no such thing to lend")
    return item


def _lend(
    session: Session,
    branch: Branch,
    item: Item,
    *,
    request_id: int | None,
    reference: str | None,
    by: StaffIdentity,
    now: datetime,
) -> Loan:
    # Who stands at the desk with the thing in sight is served, whatever is promised to others.
    _require_left(session, branch, item, now, free_of_promises=False)
    loan = Loan(
        branch_id=branch.id,
        item_id=item.id,
        request_id=request_id,
        reference=reference,
        state=OUT,
        lent_at=now,
        lent_by=by.name,
        due_at=rules.due_back_at(item, now),
    )
    session.add(loan)
    session.flush()
    _publish(session, "loan_out", now)
    return loan


def _require_left(session: Session, branch: Branch, item: Item, now: datetime, *, free_of_promises: bool) -> None:
    """Raises NoneLeft. What it finds holds until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        key = zlib.crc32(f"stock {branch.id} {item.id}".encode())
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    stock = _stock(session, branch, item)
    if (stock.free if free_of_promises else stock.here) == 0:
        query = select(Loan.due_at).where(Loan.branch_id == branch.id, Loan.item_id == item.id, Loan.state == OUT)
        raise NoneLeft(item.id, rules.next_due_back(session.execute(query).scalars(), now))


def _stock(session: Session, branch: Branch, item: Item) -> Stock:
    # Whatever was written off before is missing from the count already.
    counted = datetime.combine(item.counted_on, time.min, branch.timezone)
    lost_since = and_(Loan.state == LOST, Loan.closed_at >= counted)
    loans = select(func.count().filter(Loan.state == OUT), func.count().filter(lost_since)).where(
        Loan.branch_id == branch.id, Loan.item_id == item.id, or_(Loan.state == OUT, lost_since)
    )
    out, lost = session.execute(loans).one()
    promised = select(func.count(LobbyRequest.id)).where(
        LobbyRequest.branch_id == branch.id, LobbyRequest.item_id == item.id, LobbyRequest.state.in_(UNFINISHED)
    )
    return Stock(item.id, max(0, item.count - lost), out, session.execute(promised).scalar_one())


def _locked_loan(session: Session, branch: Branch, loan_id: int) -> Loan:
    query = select(Loan).where(Loan.branch_id == branch.id, Loan.id == loan_id)
    loan = session.execute(_locked(query)).scalar_one_or_none()
    if loan is None:
        raise NotFound("no such loan")
    return loan


def _close_loan(session: Session, loan: Loan, state: rules.LoanState, by: StaffIdentity, now: datetime) -> LoanView:
    loan.state, loan.closed_at, loan.closed_by = state, now, by.name
    session.flush()
    _publish(session, f"loan_{state}", now)
    return _loan_view(loan, now)


def _loan_view(loan: Loan, now: datetime) -> LoanView:
    return LoanView(
        id=loan.id,
        item_id=loan.item_id,
        reference=loan.reference,
        state=loan.state,
        lent_at=loan.lent_at,
        lent_by=loan.lent_by,
        due_at=loan.due_at,
        overdue=rules.overdue(loan.state, loan.due_at, now),
        closed_at=loan.closed_at,
        closed_by=loan.closed_by,
    )
