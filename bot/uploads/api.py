"""Files from customers in, to staff out."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from bot.conversations import service as conversations
from bot.errors import Invalid, TooLong
from bot.http import Edge, edge
from bot.staff import service as staff_service
from bot.staff.api import StaffIdentity, signed_in
from bot.uploads import rules, service

router = APIRouter(prefix="/api", tags=["uploads"])

# What surrounds the file in the body: boundaries, headers of the parts, the session.
_ENVELOPE = 16 * 1024

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["session", "file"],
                    "properties": {"session": {"type": "string"}, "file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class UploadAnswer(BaseModel):
    id: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Form:
    session: str
    data: bytes


class _InMemoryParser(MultiPartParser):
    # Never to disk as it came: what is personal is only stored encrypted.
    spool_max_size = rules.LIMIT + _ENVELOPE


async def upload_form(request: Request) -> Form:
    """FastAPI dependency: session and file of the request, of which no more than the limit is ever read."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid("send multipart/form-data with session and file")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > rules.LIMIT + _ENVELOPE:
        raise _too_long()
    parser = _InMemoryParser(request.headers, _limited(request), max_files=1, max_fields=1, max_part_size=1024)
    try:
        form = await parser.parse()
    except (MultiPartException, FormParserError, ClientDisconnect) as error:
        raise Invalid("the form is damaged or holds more than session and file") from error
    session, file = form.get("session"), form.get("file")
    if not isinstance(session, str) or not isinstance(file, UploadFile):
        raise Invalid("the form needs session and file")
    return Form(session, await file.read())


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > rules.LIMIT + _ENVELOPE:
            raise _too_long()
        yield chunk


def _too_long() -> TooLong:
    return TooLong(f"a file has up to {rules.LIMIT} bytes")


@router.post("/uploads", response_model=UploadAnswer, openapi_extra=_FORM)
def upload(form: Form = Depends(upload_form), e: Edge = Depends(edge)) -> UploadAnswer:
    """Takes a picture, PDF, video or sound of an open session; pictures lose their metadata."""
    with e.store.read() as session:
        conversations.require_open(session, form.session)
    content = service.checked(form.data)
    upload_id = service.write(e.settings.uploads, e.vault, content.data)
    try:
        with e.store.begin() as session:
            # Again: the customer may have ended the session while the file was worked on.
            session_id = conversations.require_open(session, form.session)
            service.record(session, upload_id=upload_id, session_id=session_id, content=content, now=e.clock())
    except BaseException:
        service.remove(e.settings.uploads, upload_id)
        raise
    return UploadAnswer(id=upload_id, media_type=content.media_type, size=len(content.data))


@router.get("/staff/uploads/{upload_id}", response_class=Response)
def download(upload_id: str, e: Edge = Depends(edge), staff: StaffIdentity = Depends(signed_in)) -> Response:
    """The file, as an attachment whatever its type. Who looked at it is recorded."""
    with e.store.begin() as session:
        found = service.find(session, upload_id)
        staff_service.audit(
            session, staff_id=staff.id, action="view_upload", object=f"upload:{found.id}", reason=None, now=e.clock()
        )
        media_type, name = found.media_type, f"{found.id}.{rules.EXTENSIONS[found.media_type]}"
    return Response(
        service.read(e.settings.uploads, e.vault, upload_id),
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
