"""Files in from customers and out to staff, over HTTP on a real store and a real folder."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.types import Message

from bot.conversations import service as conversations
from bot.errors import Invalid, TooLong
from bot.staff import api as staff_api
from bot.staff.models import AuditEntry
from bot.uploads import api, rules, service
from bot.uploads.models import Upload
from tests.staff.small_app import SmallApp

PDF = b"%PDF-1.7\n" + b"account 4111111111111111 " * 50


@pytest.fixture
def small(tmp_path: Path, now: datetime) -> Iterator[SmallApp]:
    made = SmallApp(tmp_path, now, [api.router, staff_api.router])
    made.add_staff()
    yield made
    made.store.close()


@pytest.fixture
def customer(small: SmallApp) -> str:
    """The session token of a customer."""
    with small.store.begin() as session:
        _, token = conversations.open_conversation(session, channel="web", device=None, locale="en", now=small.now)
    return token


def send(small: SmallApp, token: str, data: bytes, name: str = "a.pdf", claimed: str = "text/html") -> Response:
    return small.client().post("/api/uploads", data={"session": token}, files={"file": (name, data, claimed)})


def assert_nothing_stored(small: SmallApp) -> None:
    folder = small.edge.settings.uploads
    assert not folder.exists() or list(folder.iterdir()) == []
    with small.store.read() as session:
        assert session.execute(select(Upload)).all() == []


def test_file_comes_back_to_staff_as_it_was_sent(small: SmallApp, customer: str) -> None:
    sent = send(small, customer, PDF)
    assert sent.status_code == 200
    assert sent.json() == {"id": sent.json()["id"], "media_type": "application/pdf", "size": len(PDF)}
    got = small.signed_in_client().get(f"/api/staff/uploads/{sent.json()['id']}")
    assert got.content == PDF
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"] == f'attachment; filename="{sent.json()["id"]}.pdf"'
    assert got.headers["x-content-type-options"] == "nosniff"


def test_row_says_what_was_stored_for_whom(small: SmallApp, customer: str) -> None:
    upload_id = send(small, customer, PDF).json()["id"]
    with small.store.read() as session:
        row = session.execute(select(Upload)).scalar_one()
    assert (row.id, row.session_id, row.at) == (upload_id, customer.partition(".")[0], small.now)
    assert (row.media_type, row.size, row.sha256) == ("application/pdf", len(PDF), sha256(PDF).hexdigest())


def test_file_on_disk_is_encrypted_and_its_own_users_alone(small: SmallApp, customer: str) -> None:
    upload_id = send(small, customer, PDF).json()["id"]
    (stored,) = small.edge.settings.uploads.iterdir()
    assert stored.name == upload_id
    assert b"4111111111111111" not in stored.read_bytes()
    assert stored.stat().st_mode & 0o077 == 0


def test_picture_loses_where_it_was_taken(small: SmallApp, customer: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "home address"
    out = BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, "JPEG", exif=exif)
    assert b"home address" in out.getvalue()
    sent = send(small, customer, out.getvalue()).json()
    got = small.signed_in_client().get(f"/api/staff/uploads/{sent['id']}").content
    assert b"home address" not in got
    assert (sent["media_type"], sent["size"]) == ("image/jpeg", len(got))


def test_only_staff_may_read_and_every_look_is_recorded(small: SmallApp, customer: str) -> None:
    upload_id = send(small, customer, PDF).json()["id"]
    assert small.client().get(f"/api/staff/uploads/{upload_id}").status_code == 403
    staff = small.signed_in_client()
    assert staff.get(f"/api/staff/uploads/{upload_id}").status_code == 200
    assert staff.get("/api/staff/uploads/NOSUCHUPLOAD").status_code == 404
    assert staff.get("/api/staff/uploads/..%2Fsecret.key").status_code == 404
    with small.store.read() as session:
        looks = select(AuditEntry.object).where(AuditEntry.action == "view_upload")
        assert session.execute(looks).scalars().all() == [f"upload:{upload_id}"]


@pytest.mark.parametrize("token", ["", "nobody", "NOSUCHSESSION222.secret"])
def test_unknown_session_is_refused(small: SmallApp, token: str) -> None:
    assert send(small, token, PDF).status_code == 404
    assert_nothing_stored(small)


def test_ended_session_is_refused(small: SmallApp, customer: str) -> None:
    with small.store.begin() as session:
        conversations.end(session, customer.partition(".")[0], now=small.now)
    assert send(small, customer, PDF).status_code == 404
    assert_nothing_stored(small)


def test_session_ended_meanwhile_leaves_no_file(
    small: SmallApp, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = service.checked

    def end_meanwhile(data: bytes) -> service.Content:
        with small.store.begin() as session:
            conversations.end(session, customer.partition(".")[0], now=small.now)
        return checked(data)

    monkeypatch.setattr(service, "checked", end_meanwhile)
    assert send(small, customer, PDF).status_code == 404
    assert_nothing_stored(small)


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!DOCTYPE html><script>", b"MZ"])
def test_type_that_is_not_taken_is_refused_whatever_it_claims_to_be(
    small: SmallApp, customer: str, data: bytes
) -> None:
    assert send(small, customer, data, "a.png", "image/png").status_code == 422
    assert_nothing_stored(small)


def test_damaged_picture_is_refused(small: SmallApp, customer: str) -> None:
    assert send(small, customer, b"\x89PNG\r\n\x1a\n" + b"\0" * 100).status_code == 422
    assert_nothing_stored(small)


def test_ten_megabytes_are_taken_and_one_byte_more_is_not(small: SmallApp, customer: str) -> None:
    most = PDF + b"\0" * (rules.LIMIT - len(PDF))
    assert send(small, customer, most).json()["size"] == rules.LIMIT
    assert send(small, customer, most + b"\0").status_code == 413


def test_endless_body_is_not_read_to_its_end() -> None:
    start = form_body(SESSION, FILE).removesuffix(b"\r\n--x--\r\n")
    given = 0

    async def receive() -> Message:
        nonlocal given
        body = start if given == 0 else b"\0" * (1 << 16)
        given += len(body)
        return {"type": "http.request", "body": body, "more_body": True}

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)
    with pytest.raises(TooLong):
        asyncio.run(api.upload_form(request))
    assert given < rules.LIMIT + (1 << 17)


def test_customer_who_goes_away_in_the_middle_is_no_crash() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)
    with pytest.raises(Invalid):
        asyncio.run(api.upload_form(request))


def test_announced_length_over_the_limit_is_refused_unread(small: SmallApp) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": str(20 * 1024 * 1024)}
    assert small.client().post("/api/uploads", content=b"--x", headers=headers).status_code == 413


def form_body(*parts: bytes) -> bytes:
    return b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--x--\r\n"


FILE = b'name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7'
SESSION = b'name="session"\r\n\r\nabc'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", form_body(SESSION, FILE)),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data; boundary=x", form_body(SESSION, FILE)[:-9]),
        ("multipart/form-data; boundary=x", form_body(FILE)),
        ("multipart/form-data; boundary=x", form_body(SESSION)),
        ("multipart/form-data; boundary=x", form_body(SESSION, FILE, FILE)),
        ("multipart/form-data; boundary=x", form_body(SESSION, SESSION, FILE)),
        ("multipart/form-data; boundary=x", form_body(b'name="session"\r\n\r\n' + b"a" * 2000, FILE)),
        ("multipart/form-data; boundary=x", form_body(b'name="file"\r\n\r\n%PDF-1.7', SESSION)),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n"),
    ],
)
def test_damaged_form_is_refused_and_does_not_crash(small: SmallApp, content_type: str, body: bytes) -> None:
    answer = small.client().post("/api/uploads", content=body, headers={"content-type": content_type})
    assert answer.status_code == 422
    assert_nothing_stored(small)


def test_full_disk_is_said_and_leaves_nothing(small: SmallApp, customer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    answer = send(small, customer, PDF)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage")
    assert_nothing_stored(small)
    with pytest.raises(service.UploadsUnwritable, match="No space left on device"):
        service.write(small.edge.settings.uploads, small.edge.vault, PDF)


def test_folder_that_cannot_be_made_is_said(small: SmallApp, customer: str) -> None:
    small.edge.settings.uploads.write_text("a file is in the way")
    answer = send(small, customer, PDF)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage")


def test_row_that_cannot_be_stored_leaves_no_file(
    small: SmallApp, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_session: Session, **_values: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(service, "record", away)
    with pytest.raises(OperationalError):
        send(small, customer, PDF)
    assert_nothing_stored(small)


def test_lost_file_is_not_found(small: SmallApp, customer: str) -> None:
    upload_id = send(small, customer, PDF).json()["id"]
    (small.edge.settings.uploads / upload_id).unlink()
    assert small.signed_in_client().get(f"/api/staff/uploads/{upload_id}").status_code == 404


def test_form_is_in_the_openapi_document(small: SmallApp) -> None:
    client: TestClient = small.client()
    body = client.get("/openapi.json").json()["paths"]["/api/uploads"]["post"]["requestBody"]
    assert set(body["content"]["multipart/form-data"]["schema"]["properties"]) == {"session", "file"}
