"""HTTP routes of the printer: a slip for who stands at a kiosk, state and test for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from bot.conversations import service as conversations
from bot.datafiles import Texts
from bot.errors import Conflict, NotAllowed, NotFound
from bot.http import Edge, edge
from bot.locales import LOCALES
from bot.printing.rules import OK, SLIPS_A_TICKET
from bot.printing.service import Printing, PrintResult, StateName
from bot.queueing import service as queueing
from bot.queueing.rules import CALLED, WAITING
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change
from bot.store import outbox

router = APIRouter(prefix="/api", tags=["printing"])


class PrintBody(BaseModel):
    """`session`: the token of the kiosk's conversation."""

    session: str = Field(max_length=200)


class PrintAnswer(BaseModel):
    """`reason` is null when it is printed, else paper_out, offline, none (no printer) or limit (printed twice)."""

    printed: bool
    reason: Literal["paper_out", "offline", "none", "limit"] | None
    message: Texts


class PrinterInfo(BaseModel):
    """What the last slip told of the printer. `since` is null before the first one and where there is no printer."""

    state: StateName
    since: datetime | None
    message: Texts


def printing(request: Request) -> Printing:
    """FastAPI dependency: the printing of this process."""
    found = request.app.state.printing
    assert isinstance(found, Printing)
    return found


@router.post("/tickets/{code}/print")
def print_ticket(
    code: str, body: PrintBody, request: Request, e: Edge = Depends(edge), printer: Printing = Depends(printing)
) -> PrintAnswer:
    """Print a slip at the kiosk, in the language of its conversation. The ticket is valid whether or not it prints."""
    now = e.clock()
    with e.store.read() as session:
        locale = _locale_of_kiosk(session, body.session)
        view = queueing.ticket_by_code(session, e.branch, code=code, now=now)
    if view.state not in (WAITING, CALLED):
        raise Conflict(f"the ticket is {view.state}")
    result = printer.print_ticket(view, e.branch, locale=locale, address=_address(request, f"t/{view.code}"), now=now)
    _tell_staff(e, printer, now)
    return _answer(printer, result, view.number)


@router.get("/staff/printer")
def show_printer(_: StaffIdentity = Depends(signed_in), printer: Printing = Depends(printing)) -> PrinterInfo:
    return _info(printer)


@router.post("/staff/printer/test")
def try_printer(
    request: Request,
    _: StaffIdentity = Depends(signed_in_to_change),
    e: Edge = Depends(edge),
    printer: Printing = Depends(printing),
) -> PrinterInfo:
    """Print a test slip, and say how that went."""
    now = e.clock()
    printer.print_trial(e.branch, locale=e.branch.locale, address=_address(request, ""), now=now)
    _tell_staff(e, printer, now)
    return _info(printer)


def _locale_of_kiosk(session: Session, token: str) -> str:
    conversation = conversations.find_open(session, token)
    if conversation is None:
        raise NotFound("no such session")
    if conversation.channel != "kiosk":
        raise NotAllowed("slips are printed at the kiosk")
    return str(conversation.locale)


def _address(request: Request, path: str) -> str:
    return f"{str(request.base_url).rstrip('/')}/{path}"


def _tell_staff(e: Edge, printer: Printing, now: datetime) -> None:
    """Of what is new about the printer, not of every slip."""
    news = printer.news()
    if news is None:
        return
    with e.store.begin() as session:
        outbox.publish(session, "staff", {"kind": "printer"}, now=now)
    printer.told(news)
    e.wake()


def _answer(printer: Printing, result: PrintResult, number: str) -> PrintAnswer:
    if result == OK:
        return PrintAnswer(printed=True, reason=None, message=_texts(printer, "printed"))
    message = _texts(printer, f"not_printed_{result}", number=number, limit=SLIPS_A_TICKET)
    return PrintAnswer(printed=False, reason=result, message=message)


def _info(printer: Printing) -> PrinterInfo:
    state = printer.state
    return PrinterInfo(state=state.name, since=state.since, message=_texts(printer, f"state_{state.name}"))


def _texts(printer: Printing, key: str, **values: object) -> Texts:
    return Texts({locale: printer.texts.say(key, locale, **values) for locale in LOCALES})
