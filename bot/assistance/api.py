"""HTTP routes of help in the hall, for staff: requests, loans, stock."""

from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConstrainedInt, Field

from bot.assistance import service as assistance
from bot.assistance.rules import LoanState, State
from bot.assistance.schema import Catalogue
from bot.assistance.service import LoanView, RequestView
from bot.branch.schema import Branch, Texts
from bot.http import Edge, edge
from bot.locales import LOCALES
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change

router = APIRouter(prefix="/api/staff", tags=["assistance"])


class RowId(ConstrainedInt):
    """A number that a row may have: more than PostgreSQL's bigint holds is an error of who asks."""

    ge = 1
    lt = 2**63


class StaffRequest(BaseModel):
    """A request in the hall. `place` by its label, `words` masked, `by` the first name the customer was told.

    `due_at` is when somebody promised to be there; `conversation` is null where staff entered it.
    """

    id: int
    kind: str
    label: Texts
    item: Texts | None
    place: Texts
    words: str | None
    urgent: bool
    state: State
    asked_at: datetime
    due_at: datetime
    overdue: bool
    by: str | None
    conversation: str | None


class StaffRequests(BaseModel):
    items: list[StaffRequest]


class RequestKind(BaseModel):
    """`lends`: a request of this kind may name a thing that is lent."""

    id: str
    label: Texts
    lends: bool
    zone_id: str


class RequestKinds(BaseModel):
    items: list[RequestKind]


class NewRequest(BaseModel):
    """Without `zone_id` somebody goes to the kind's own zone."""

    kind: str = Field(..., max_length=40)
    item: str | None = Field(None, max_length=40)
    zone_id: str | None = Field(None, max_length=40)
    words: str | None = Field(None, max_length=500)


class StaffLoan(BaseModel):
    """`picture` names an icon, "" where the branch no longer lends the thing. `reference`: ticket or conversation.

    `lent_by` and `closed_by` are accounts of staff.
    """

    id: int
    item: str
    label: Texts
    picture: str
    reference: str | None
    state: LoanState
    lent_at: datetime
    lent_by: str
    due_at: datetime
    overdue: bool
    closed_at: datetime | None
    closed_by: str | None


class StaffLoans(BaseModel):
    items: list[StaffLoan]


class NewLoan(BaseModel):
    item: str = Field(..., max_length=40)
    reference: str | None = Field(None, max_length=64)


class StockLine(BaseModel):
    """Of `owned` things `out` are on loan; `promised` ones are on their way to customers, `free` are neither."""

    item: str
    label: Texts
    picture: str
    owned: int
    out: int
    promised: int
    free: int


class StaffStock(BaseModel):
    items: list[StockLine]


def catalogue(e: Edge = Depends(edge)) -> Catalogue:
    """FastAPI dependency: what this branch helps with."""
    return assistance.load_catalogue(e.settings.branch_dir)


# --- requests ---------------------------------------------------------------------------------


@router.get("/requests")
def list_requests(
    state: State | None = None,
    _: StaffIdentity = Depends(signed_in),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffRequests:
    """Unfinished ones, urgent first; `done` and `cancelled` give today's."""
    with e.store.read() as session:
        views = assistance.list_requests(session, e.branch, c, state=state, now=e.clock())
    return StaffRequests(items=[_request(e.branch, c, view) for view in views])


@router.get("/request-kinds")
def list_kinds(_: StaffIdentity = Depends(signed_in), c: Catalogue = Depends(catalogue)) -> RequestKinds:
    return RequestKinds(
        items=[
            RequestKind(id=kind.id, label=kind.label, lends=kind.lends, zone_id=kind.zone) for kind in c.kinds.values()
        ]
    )


@router.post("/requests")
def enter_request(
    body: NewRequest,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffRequest:
    """Somebody has asked by word of mouth."""
    with e.store.begin() as session:
        view = assistance.enter_request(
            session,
            e.branch,
            c,
            kind=body.kind,
            item=body.item,
            zone_id=body.zone_id,
            words=body.words,
            by=staff,
            now=e.clock(),
        )
    e.wake()
    return _request(e.branch, c, view)


@router.post("/requests/{request_id}/take")
def take(
    request_id: RowId,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffRequest:
    """I go there; the customer is told my first name."""
    with e.store.begin() as session:
        view = assistance.take(session, e.branch, c, request_id=request_id, by=staff, now=e.clock())
    e.wake()
    return _request(e.branch, c, view)


@router.post("/requests/{request_id}/done")
def finish(
    request_id: RowId,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffRequest:
    """It is done; a thing that was asked for is on loan from now on."""
    with e.store.begin() as session:
        view = assistance.finish(session, e.branch, c, request_id=request_id, by=staff, now=e.clock())
    e.wake()
    return _request(e.branch, c, view)


@router.post("/requests/{request_id}/cancel")
def cancel(
    request_id: RowId,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffRequest:
    with e.store.begin() as session:
        view = assistance.cancel(session, e.branch, c, request_id=request_id, by=staff, now=e.clock())
    e.wake()
    return _request(e.branch, c, view)


# --- loans ------------------------------------------------------------------------------------


@router.get("/loans")
def list_loans(
    _: StaffIdentity = Depends(signed_in), c: Catalogue = Depends(catalogue), e: Edge = Depends(edge)
) -> StaffLoans:
    """What is out, overdue ones first."""
    with e.store.read() as session:
        views = assistance.list_loans(session, e.branch, now=e.clock())
    return StaffLoans(items=[_loan(c, view) for view in views])


@router.post("/loans")
def lend(
    body: NewLoan,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffLoan:
    with e.store.begin() as session:
        view = assistance.lend(session, e.branch, c, item=body.item, reference=body.reference, by=staff, now=e.clock())
    e.wake()
    return _loan(c, view)


@router.post("/loans/{loan_id}/return")
def return_item(
    loan_id: RowId,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffLoan:
    with e.store.begin() as session:
        view = assistance.return_item(session, e.branch, loan_id=loan_id, by=staff, now=e.clock())
    e.wake()
    return _loan(c, view)


@router.post("/loans/{loan_id}/lost")
def write_off(
    loan_id: RowId,
    staff: StaffIdentity = Depends(signed_in_to_change),
    c: Catalogue = Depends(catalogue),
    e: Edge = Depends(edge),
) -> StaffLoan:
    """It will not come back; the stock has one less."""
    with e.store.begin() as session:
        view = assistance.write_off(session, e.branch, loan_id=loan_id, by=staff, now=e.clock())
    e.wake()
    return _loan(c, view)


@router.get("/stock")
def list_stock(
    _: StaffIdentity = Depends(signed_in), c: Catalogue = Depends(catalogue), e: Edge = Depends(edge)
) -> StaffStock:
    with e.store.read() as session:
        stocks = assistance.list_stock(session, e.branch, c)
    return StaffStock(
        items=[
            StockLine(
                item=stock.item_id,
                label=c.items[stock.item_id].label,
                picture=c.items[stock.item_id].picture,
                owned=stock.owned,
                out=stock.out,
                promised=stock.promised,
                free=stock.free,
            )
            for stock in stocks
        ]
    )


# --- inside -----------------------------------------------------------------------------------


def _request(branch: Branch, c: Catalogue, view: RequestView) -> StaffRequest:
    return StaffRequest(
        id=view.id,
        kind=view.kind,
        label=c.known_kind(view.kind).label,
        item=None if view.item_id is None else _item_label(c, view.item_id),
        place=assistance.place_of(branch, c, view).label,
        words=view.words,
        urgent=view.urgent,
        state=view.state,
        asked_at=view.asked_at,
        due_at=view.due_at,
        overdue=view.overdue,
        by=view.by,
        conversation=view.session_id,
    )


def _loan(c: Catalogue, view: LoanView) -> StaffLoan:
    item = c.items.get(view.item_id)
    return StaffLoan(
        id=view.id,
        item=view.item_id,
        label=_item_label(c, view.item_id),
        picture="" if item is None else item.picture,
        reference=view.reference,
        state=view.state,
        lent_at=view.lent_at,
        lent_by=view.lent_by,
        due_at=view.due_at,
        overdue=view.overdue,
        closed_at=view.closed_at,
        closed_by=view.closed_by,
    )


def _item_label(c: Catalogue, item_id: str) -> Texts:
    """The id itself for a thing that the branch no longer lends and somebody still has."""
    item = c.items.get(item_id)
    return Texts({locale: item_id for locale in LOCALES}) if item is None else item.label
