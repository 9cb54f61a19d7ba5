"""HTTP routes of the queue: a ticket for who has its code, the board for the hall, windows for staff."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.branch import rules as branch_rules
from bot.branch.schema import Branch, Texts
from bot.http import Edge, edge
from bot.queueing import service as queueing
from bot.queueing.rules import Route, State
from bot.queueing.service import Call, TicketView
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change

router = APIRouter(prefix="/api", tags=["queueing"])


class WindowLabel(BaseModel):
    id: str
    label: Texts


class TicketInfo(BaseModel):
    """A ticket for its page, in all three locales. `window` is where it was called, null before."""

    number: str
    code: str
    service: Texts
    zone: Texts
    zone_id: str
    windows: list[WindowLabel]
    ahead: int
    wait_minutes: tuple[int, int]
    state: State
    window: WindowLabel | None
    taken_at: datetime
    called_at: datetime | None


class CallInfo(BaseModel):
    number: str
    window: WindowLabel
    called_at: datetime


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
    """A ticket for staff. `amount` in yuan as a decimal string, null when the customer named none."""

    number: str
    service: Texts
    letter: str
    route: Route
    amount: str | None
    reasons: list[str]
    state: State
    ahead: int
    wait_minutes: tuple[int, int]
    window: WindowLabel | None
    taken_at: datetime
    called_at: datetime | None


class StaffTickets(BaseModel):
    items: list[StaffTicket]


class StaffWindow(BaseModel):
    """`waiting` counts the tickets this window may call; `current` is the one it serves."""

    id: str
    label: Texts
    zone: Texts
    open: bool
    waiting: int
    current: StaffTicket | None


class StaffWindows(BaseModel):
    items: list[StaffWindow]


class NextTicket(BaseModel):
    """`ticket` is null when nobody waits for this window."""

    ticket: StaffTicket | None


# --- for customers ----------------------------------------------------------------------------


@router.get("/tickets/{code}")
def show_ticket(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    with e.store.read() as session:
        view = queueing.ticket_by_code(session, e.branch, code=code, now=e.clock())
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/cancel")
def cancel_ticket(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    with e.store.begin() as session:
        view = queueing.cancel_ticket(session, e.branch, code=code, now=e.clock(), by=queueing.CUSTOMER)
    e.wake()
    return _ticket(e.branch, view)


@router.post("/tickets/{code}/delay")
def delay_ticket(code: str, e: Edge = Depends(edge)) -> TicketInfo:
    """Let three others go first."""
    with e.store.begin() as session:
        view = queueing.delay_ticket(session, e.branch, code=code, now=e.clock())
    e.wake()
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
        windows = queueing.list_windows(session, e.branch, now=e.clock())
    items = []
    for view in windows:
        window = e.branch.windows[view.window_id]
        items.append(
            StaffWindow(
                id=window.id,
                label=window.label,
                zone=e.branch.zones[window.zone].label,
                open=view.open,
                waiting=view.waiting,
                current=None if view.current is None else _staff_ticket(e.branch, view.current),
            )
        )
    return StaffWindows(items=items)


@router.post("/staff/windows/{window_id}/next")
def call_next(
    window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)
) -> NextTicket:
    """Call the next number; the one called here before is done."""
    with e.store.begin() as session:
        view = queueing.call_next(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
    e.wake()
    return NextTicket(ticket=None if view is None else _staff_ticket(e.branch, view))


@router.post("/staff/windows/{window_id}/recall")
def recall(window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)) -> StaffTicket:
    """Call the same number again."""
    with e.store.begin() as session:
        view = queueing.recall(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
    e.wake()
    return _staff_ticket(e.branch, view)


@router.post("/staff/windows/{window_id}/done")
def finish(window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)) -> StaffTicket:
    with e.store.begin() as session:
        view = queueing.finish_ticket(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
    e.wake()
    return _staff_ticket(e.branch, view)


@router.post("/staff/windows/{window_id}/no-show")
def no_show(
    window_id: str, staff: StaffIdentity = Depends(signed_in_to_change), e: Edge = Depends(edge)
) -> StaffTicket:
    """The customer did not come."""
    with e.store.begin() as session:
        view = queueing.no_show(session, e.branch, window_id=window_id, by=staff.name, now=e.clock())
    e.wake()
    return _staff_ticket(e.branch, view)


@router.get("/staff/tickets")
def list_tickets(
    state: Literal["waiting", "called", "done", "no_show", "cancelled"] | None = None,
    _: StaffIdentity = Depends(signed_in),
    e: Edge = Depends(edge),
) -> StaffTickets:
    """Today's tickets in the order of the line."""
    with e.store.read() as session:
        views = queueing.list_tickets(session, e.branch, state=state, now=e.clock())
    return StaffTickets(items=[_staff_ticket(e.branch, view) for view in views])


# --- inside -----------------------------------------------------------------------------------


def _window(branch: Branch, window_id: str | None) -> WindowLabel | None:
    return None if window_id is None else WindowLabel(id=window_id, label=branch.windows[window_id].label)


def _call(branch: Branch, call: Call) -> CallInfo:
    window = WindowLabel(id=call.window_id, label=branch.windows[call.window_id].label)
    return CallInfo(number=call.number, window=window, called_at=call.called_at)


def _ticket(branch: Branch, view: TicketView) -> TicketInfo:
    return TicketInfo(
        number=view.number,
        code=view.code,
        service=branch.services[view.service_id].label,
        zone=branch.zones[view.zone_id].label,
        zone_id=view.zone_id,
        windows=[WindowLabel(id=one, label=branch.windows[one].label) for one in view.window_ids],
        ahead=view.ahead,
        wait_minutes=(view.wait_low, view.wait_high),
        state=view.state,
        window=_window(branch, view.window_id),
        taken_at=view.taken_at,
        called_at=view.called_at,
    )


def _staff_ticket(branch: Branch, view: TicketView) -> StaffTicket:
    return StaffTicket(
        number=view.number,
        service=branch.services[view.service_id].label,
        letter=view.letter,
        route=view.route,
        amount=None if view.amount is None else f"{view.amount:f}",
        reasons=list(branch_rules.triage(branch, view.service_id, view.amount, "kiosk").ticket.reasons),
        state=view.state,
        ahead=view.ahead,
        wait_minutes=(view.wait_low, view.wait_high),
        window=_window(branch, view.window_id),
        taken_at=view.taken_at,
        called_at=view.called_at,
    )
