"""The pages: files that the front-end build has made, and QR codes of our own addresses."""

import io

import segno
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse

from bot.errors import Invalid, NotFound
from bot.http import Edge, edge
from bot.settings import ROOT

router = APIRouter(include_in_schema=False)

DIST = ROOT / "frontend" / "dist"
CSP = "; ".join(
    [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


def _page(name: str) -> FileResponse:
    file = DIST / name
    if not file.is_file():
        raise NotFound("the pages are not built; run `make run`, or `lobby build`")
    return FileResponse(file, headers={"Cache-Control": "no-cache"})


@router.get("/kiosk")
def kiosk() -> FileResponse:
    return _page("kiosk.html")


@router.get("/demo")
def demo() -> FileResponse:
    return _page("demo.html")


@router.get("/board")
def board() -> FileResponse:
    return _page("board.html")


@router.get("/t/{code}")
def ticket(code: str) -> FileResponse:
    return _page("ticket.html")


@router.get("/c/{code}")
def complaint(code: str) -> FileResponse:
    return _page("complaint.html")


@router.get("/guide/{machine}/{task}")
def guide(machine: str, task: str) -> FileResponse:
    return _page("guide.html")


@router.get("/visit")
def new_visit() -> FileResponse:
    return _page("visit.html")


@router.get("/v/{code}")
def visit(code: str) -> FileResponse:
    return _page("visit.html")


@router.get("/staff")
def staff() -> FileResponse:
    return _page("staff.html")


@router.get("/widget.js")
def widget() -> FileResponse:
    file = DIST / "widget.js"
    if not file.is_file():
        raise NotFound("the widget is not built; run `make run`, or `lobby build`")
    headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(file, media_type="text/javascript", headers=headers)


@router.get("/api/qr.svg")
def qr(request: Request, path: str = Query(..., max_length=200), e: Edge = Depends(edge)) -> Response:
    """The QR code of one of our own addresses, as SVG."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise Invalid("a path on this server is needed")
    address = str(request.base_url).rstrip("/") + path
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False, dark="#10243e")
    return Response(out.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})
