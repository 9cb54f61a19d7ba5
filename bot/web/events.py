"""Event streams: pages that are not a chat learn that something changed, and fetch it again."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from bot.complaints import service as complaints
from bot.http import Edge, edge
from bot.queueing import service as queueing
from bot.staff.api import StaffIdentity, signed_in
from bot.web.hub import Hub

router = APIRouter(prefix="/api", tags=["events"])

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def _stream(request: Request, topic: str) -> StreamingResponse:
    hub: Hub = request.app.state.hub

    async def body() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        async for payload in hub.stream(topic):
            if payload is None:
                yield ": still here\n\n"
            else:
                yield f"event: changed\ndata: {json.dumps(payload)}\n\n"

    return StreamingResponse(body(), media_type="text/event-stream", headers=HEADERS)


@router.get("/tickets/{code}/events", response_class=StreamingResponse)
def ticket_events(code: str, request: Request, e: Edge = Depends(edge)) -> StreamingResponse:
    """`changed` whenever this ticket changes."""
    with e.store.read() as session:
        queueing.ticket_by_code(session, e.branch, code=code, now=e.clock())
    return _stream(request, f"ticket:{code}")


@router.get("/complaints/{code}/events", response_class=StreamingResponse)
def complaint_events(code: str, request: Request, e: Edge = Depends(edge)) -> StreamingResponse:
    """`changed` whenever this complaint changes."""
    with e.store.read() as session:
        complaints.complaint_by_code(session, e.branch, code=code)
    return _stream(request, f"complaint:{code}")


@router.get("/board/events", response_class=StreamingResponse)
def board_events(request: Request) -> StreamingResponse:
    """`changed` whenever the queue moves."""
    return _stream(request, "board")


@router.get("/staff/events", response_class=StreamingResponse)
def staff_events(request: Request, _staff: StaffIdentity = Depends(signed_in)) -> StreamingResponse:
    """`changed` whenever there is something new for staff; `kind` says what."""
    return _stream(request, "staff")
