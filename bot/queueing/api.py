"""HTTP routes of the queue: a ticket for who has its code, the board for the hall, windows and queues for staff."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from bot.branch import rules as branch_rules
from bot.branch.schema import Branch, Texts
from bot.http import Edge, edge
from bot.queueing import service as queueing
from bot.queueing.rules import State, StoredState, WindowStatus
from bot.queueing.service import Call, TicketView, WindowView
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change
from bot.visits import service as visits
from bot.visits.service import Papers

router = APIRouter(prefix="/api", tags=["queueing"])


class WindowLabel(BaseModel):
    id: str
    label: Texts


class ServiceLabel(BaseModel):
    id: str
    label: Texts


class ClassLabel(BaseModel):
    id: str
    label: Texts


class TicketInfo(BaseModel):
    """A ticket for its page, in all three locales.

    `window` is where it was called, null before. `wait_minutes` is the likely range and `wait_point` its middle, in
    minutes. `open_windows` of 0 says that nobody serves this line at the moment. `further` are the services still to
    come in this visit. `hold_minutes` are the choices of `hold`; until `rejoin_until` a missed number may come back.
    """

    number: str
    code: str
    service: Texts
    zone: Texts
    zone_id: str
    windows: list[WindowLabel]
    open_windows: int
    ahead: int
    wait_minutes: tuple[int, int]
    wait_point: int
    state: State
    window: WindowLabel | None
    further: list[Texts]
    taken_at: datetime
    called_at: datetime | None
    calls: int
    held_until: datetime | None
    hold_minutes: list[int]
    rejoin_until: datetime | None


class HoldRequest(BaseModel):
    """`minutes` is one of the ticket's `hold_minutes`."""

    minutes: int


class CallInfo(BaseModel):
    """A number on the board. `calls` grows with every repeated call; `serving`: the customer is at the window."""

    number: str
    window: WindowLabel
    called_at: datetime
    calls: int
    serving: bool


class GroupInfo(BaseModel):
    """Tickets with this letter that wait, and the wait of somebody who takes one now."""

    letter: str
    label: Texts
    waiting: int
    wait_minutes: tuple[int, int]


class BoardInfo(BaseModel):
    """The display in the hall: numbers only, no names."""

    branch: Texts
    at: datetime
    open: bool
    calling: list[CallInfo]
    last_calls: list[CallInfo]
    groups: list[GroupInfo]


class StaffTicket(BaseModel):
    """A ticket for staff. `amount` in yuan as a decimal string, null when the customer named none.

    `papers` says whether a checklist gone through at home was complete, null without one; `missing` what was not.
    """

    number: str
    service: Texts
    service_id: str
    letter: str
    route: str
    customer_class: ClassLabel
    amount: str | None
    reasons: list[str]
    state: State
    ahead: int
    wait_minutes: tuple[int, int]
    wait_point: int
    window: WindowLabel | None
    wants_window: WindowLabel | None
    further: list[ServiceLabel]
    calls: int
    taken_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    held_until: datetime | None
    rejoin_until: datetime | None
    papers: Literal["complete", "missing"] | None
    missing: list[Texts]


class StaffTickets(BaseModel):
    items: list[StaffTicket]


class StaffWindow(BaseModel):
    """`waiting` counts the tickets this window may call; `current` is the one called to it or served at it.

    `since` is null while the window is as the branch's data say. `calls_before_no_show` calls make a no-show possible.
    """

    id: str
    label: Texts
    zone: Texts
    state: WindowStatus
    since: datetime | None
    services: list[ServiceLabel]
    waiting: int
    calls_before_no_show: int
    current: StaffTicket | None
    parked: list[StaffTicket]


class StaffWindows(BaseModel):
    items: list[StaffWindow]


class QueueInfo(BaseModel):
    """The line of one service. `held` are those of `waiting` who asked to be passed over for a while.

    `late` are the numbers that wait longer than `promise_minutes`, longest first.
    """

    id: str
    label: Texts
    letter: str
    waiting: int
    held: int
    longest_wait_minutes: int
    promise_minutes: int | None
    late: list[str]
    open_windows: int


class Queues(BaseModel):
    items: list[QueueInfo]


class NextTicket(BaseModel):
    """`ticket` is null when nobody waits for this window."""

    ticket: StaffTicket | None


class WindowStateRequest(BaseModel):
    state: WindowStatus


class CallRequest(BaseModel):
    """A number of today, such as A012."""

    number: str = Field(..., max_length=12)


class TransferRequest(BaseModel):
    """Where the current ticket waits on: for another service, at one certain window, or both."""

    service_id: str | None = None
    window_id: str | None = None


# --- for customers ----------------------------------------------------------------------------


@router.get("/tickets/{code}")
def show_ticket(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    with e.store.read() as session:
        view = queueing.ticket_by_code(session, e.branch, code=code, now=e.clock())
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/cancel")
def cancel_ticket(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    with _changing(e) as session:
        view = queueing.cancel(session, e.branch, code=code, now=e.clock(), by=queueing.CUSTOMER)
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/delay")
def delay_ticket(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    """Let three others go first."""
    with _changing(e) as session:
        view = queueing.delay(session, e.branch, code=code, now=e.clock())
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/hold")
def hold_ticket(code: str, request: HoldRequest, e: Edge = Depends(edge)) -> TicketInfo:
    """Keep the place but be passed over for so many minutes."""
    with _changing(e) as session:
        view = queueing.hold(session, e.branch, code=code, minutes=request.minutes, now=e.clock())
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/here")
def end_hold(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    """The customer is back: the hold is over."""
    with _changing(e) as session:
        view = queueing.here(session, e.branch, code=code, now=e.clock())
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/rejoin")
def rejoin_line(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    """Back into the line, near its front, after the number was missed."""
    with _changing(e) as session:
        view = queueing.rejoin(session, e.branch, code=code, now=e.clock())
    return _ticket(e.branch, view)


@router.get("/board")
def show_board(e: Edge = Depends(edge)) -> BoardInfo:
    now = e.clock()
    with e.store.read() as session:
        shown = queueing.board(session, e.branch, now=now)
    return BoardInfo(
        branch=e.branch.name,
        at=now,
        open=branch_rules.is_open(e.branch, now),
        calling=[_call(e.branch, call) for call in shown.calling],
        last_calls=[_call(e.branch, call) for call in shown.last_calls],
        groups=[
            GroupInfo(
                letter=group.letter,
                label=e.branch.groups[group.letter].label,
                waiting=group.waiting,
                wait_minutes=(group.low, group.high),
            )
            for group in shown.groups
        ],
    )


# --- for staff --------------------------------------------------------------------------------


@router.get("/staff/windows")
def list_windows(_: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> StaffWindows:
    with e.store.read() as session:
        views = queueing.list_windows(session, e.branch, now=e.clock())
        return StaffWindows(items=_staff_windows(session, e.branch, views))


@router.post("/staff/windows/{window_id}/state")
def set_window_state(
    window_id: str,
    request: WindowStateRequest,
    staff: StaffIdentity = Depends(signed_in_to_change),
    e: Edge = Depends(edge),
) -> StaffWindow:
    """Open, pause or close a window."""
    with _changing(e) as session:
        view = queueing.set_window_state(
            session, e.branch, window_id=window_id, state=request.state, by=staff.name, now=e.clock()
        )
        return _staff_windows(session, e.branch, [view])[0]


@router.post("/staff/windows/{window_id}/next")
def call_next(
    window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)
) -> NextTicket:
    """Call the next number; the one called here before is done."""
    with _changing(e) as session:
        view = queueing.call_next(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
        return NextTicket(ticket=None if view is None else _staff_ticket(session, e.branch, view))


@router.post("/staff/windows/{window_id}/call")
def call_ticket(
    window_id: str,
    request: CallRequest,
    staff: StaffIdentity = Depends(signed_in_to_change),
    e: Edge = Depends(edge),
) -> StaffTicket:
    """Call a certain number that waits, is parked, or was missed a short while ago; the one before is done."""
    with _changing(e) as session:
        view = queueing.call_ticket(
            session, e.branch, window_id=window_id, number=request.number, by=staff.name, now=e.clock()
        )
        return _staff_ticket(session, e.branch, view)


@router.post("/staff/windows/{window_id}/recall")
def recall(window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)) -> StaffTicket:
    """Call the same number again."""
    with _changing(e) as session:
        view = queueing.recall(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
        return _staff_ticket(session, e.branch, view)


@router.post("/staff/windows/{window_id}/start")
def start(window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)) -> StaffTicket:
    """The customer is at the window."""
    with _changing(e) as session:
        view = queueing.start(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
        return _staff_ticket(session, e.branch, view)


@router.post("/staff/windows/{window_id}/done")
def finish(window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)) -> StaffTicket:
    """The customer was served; with further services the ticket waits for the next of them."""
    with _changing(e) as session:
        view = queueing.finish_ticket(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
        return _staff_ticket(session, e.branch, view)


@router.post("/staff/windows/{window_id}/no-show")
def no_show(
    window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)
) -> StaffTicket:
    """The customer did not come, however often called."""
    with _changing(e) as session:
        view = queueing.no_show(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
        return _staff_ticket(session, e.branch, view)


@router.post("/staff/windows/{window_id}/park")
def park(window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)) -> StaffTicket:
    """Keep the current ticket aside; `call` brings it back."""
    with _changing(e) as session:
        view = queueing.park(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
        return _staff_ticket(session, e.branch, view)


@router.post("/staff/windows/{window_id}/transfer")
def transfer(
    window_id: str,
    request: TransferRequest,
    staff: StaffIdentity = Depends(signed_in_to_change),
    e: Edge = Depends(edge),
) -> StaffTicket:
    """The current ticket waits again elsewhere, with its waiting time kept."""
    with _changing(e) as session:
        view = queueing.transfer(
            session,
            e.branch,
            window_id=window_id,
            service_id=request.service_id,
            to_window=request.window_id,
            by=staff.name,
            now=e.clock(),
        )
        return _staff_ticket(session, e.branch, view)


@router.get("/staff/tickets")
def list_tickets(
    state: StoredState | None = None, _: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)
) -> StaffTickets:
    """Today's tickets in the order of the line."""
    with e.store.read() as session:
        views = queueing.list_tickets(session, e.branch, state=state, now=e.clock())
        papers = _papers(session, e.branch, views)
    return StaffTickets(items=[_with_papers(e.branch, view, papers) for view in views])


@router.get("/staff/queues")
def list_queues(_: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> Queues:
    """The line of every service."""
    with e.store.read() as session:
        views = queueing.queues(session, e.branch, now=e.clock())
    items = []
    for view in views:
        service = e.branch.services[view.service_id]
        items.append(
            QueueInfo(
                id=service.id,
                label=service.label,
                letter=service.letter,
                waiting=view.waiting,
                held=view.held,
                longest_wait_minutes=view.longest_wait_minutes,
                promise_minutes=view.promise_minutes,
                late=list(view.late),
                open_windows=view.open_windows,
            )
        )
    return Queues(items=items)


# --- inside -----------------------------------------------------------------------------------


@contextmanager
def _changing(e: Edge) -> Iterator[Session]:
    """One transaction, and word of it to the outbox tail once it is committed."""
    with e.store.begin() as session:
        yield session
    e.wake()


def _window(branch: Branch, window_id: str | None) -> WindowLabel | None:
    return None if window_id is None else WindowLabel(id=window_id, label=branch.windows[window_id].label)


def _windows(branch: Branch, window_ids: tuple[str, ...]) -> list[WindowLabel]:
    return [WindowLabel(id=window_id, label=branch.windows[window_id].label) for window_id in window_ids]


def _services(branch: Branch, service_ids: tuple[str, ...]) -> list[ServiceLabel]:
    return [ServiceLabel(id=service_id, label=branch.services[service_id].label) for service_id in service_ids]


def _call(branch: Branch, call: Call) -> CallInfo:
    window = WindowLabel(id=call.window_id, label=branch.windows[call.window_id].label)
    return CallInfo(number=call.number, window=window, called_at=call.called_at, calls=call.calls, serving=call.serving)


def _ticket(branch: Branch, view: TicketView) -> TicketInfo:
    return TicketInfo(
        number=view.number,
        code=view.code,
        service=branch.services[view.service_id].label,
        zone=branch.zones[view.zone_id].label,
        zone_id=view.zone_id,
        windows=_windows(branch, view.window_ids),
        open_windows=view.open_windows,
        ahead=view.ahead,
        wait_minutes=(view.wait_low, view.wait_high),
        wait_point=view.wait_point,
        state=view.state,
        window=_window(branch, view.window_id),
        further=[branch.services[service_id].label for service_id in view.further],
        taken_at=view.taken_at,
        called_at=view.called_at,
        calls=view.calls,
        held_until=view.held_until,
        hold_minutes=list(branch.queue.hold_minutes),
        rejoin_until=view.rejoin_until,
    )


def _papers(session: Session, branch: Branch, views: Sequence[TicketView]) -> Mapping[int, Papers]:
    return visits.papers_of(session, branch, [view.ticket_id for view in views])


def _staff_ticket(session: Session, branch: Branch, view: TicketView) -> StaffTicket:
    return _with_papers(branch, view, _papers(session, branch, [view]))


def _with_papers(branch: Branch, view: TicketView, papers: Mapping[int, Papers]) -> StaffTicket:
    prepared = papers.get(view.ticket_id)
    customer_class = branch.classes[view.customer_class]
    way = branch_rules.triage(branch, view.service_id, view.amount, "kiosk", customer_class=view.customer_class).ticket
    return StaffTicket(
        number=view.number,
        service=branch.services[view.service_id].label,
        service_id=view.service_id,
        letter=view.letter,
        route=view.route,
        customer_class=ClassLabel(id=customer_class.id, label=customer_class.label),
        amount=None if view.amount is None else f"{view.amount:f}",
        reasons=list(way.reasons),
        state=view.state,
        ahead=view.ahead,
        wait_minutes=(view.wait_low, view.wait_high),
        wait_point=view.wait_point,
        window=_window(branch, view.window_id),
        wants_window=_window(branch, view.wants_window),
        further=_services(branch, view.further),
        calls=view.calls,
        taken_at=view.taken_at,
        called_at=view.called_at,
        started_at=view.started_at,
        held_until=view.held_until,
        rejoin_until=view.rejoin_until,
        papers=None if prepared is None else "complete" if prepared.complete else "missing",
        missing=[] if prepared is None else list(prepared.missing),
    )


def _staff_windows(session: Session, branch: Branch, views: Sequence[WindowView]) -> list[StaffWindow]:
    shown = [ticket for view in views for ticket in (view.current, *view.parked) if ticket is not None]
    papers = _papers(session, branch, shown)
    return [_staff_window(branch, view, papers) for view in views]


def _staff_window(branch: Branch, view: WindowView, papers: Mapping[int, Papers]) -> StaffWindow:
    window = branch.windows[view.window_id]
    return StaffWindow(
        id=window.id,
        label=window.label,
        zone=branch.zones[window.zone].label,
        state=view.state,
        since=view.since,
        services=_services(branch, view.service_ids),
        waiting=view.waiting,
        calls_before_no_show=branch.queue.calls_before_no_show,
        current=None if view.current is None else _with_papers(branch, view.current, papers),
        parked=[_with_papers(branch, one, papers) for one in view.parked],
    )
