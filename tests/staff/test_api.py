"""Signing in over HTTP, and what other routes get from the dependencies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient
from httpx import Response

from bot.staff import api
from bot.staff.api import CSRF_HEADER, StaffIdentity, signed_in, signed_in_to_change
from tests.staff.small_app import PASSWORD, SmallApp

probe = APIRouter(prefix="/api/staff")


@probe.get("/probe")
def read(staff: StaffIdentity = Depends(signed_in)) -> dict[str, str]:
    return {"name": staff.name}


@probe.post("/probe")
def change(staff: StaffIdentity = Depends(signed_in_to_change)) -> dict[str, str]:
    return {"name": staff.name}


@pytest.fixture
def small(tmp_path: Path, now: datetime) -> Iterator[SmallApp]:
    made = SmallApp(tmp_path, now, [api.router, probe])
    made.add_staff()
    yield made
    made.store.close()


def login(client: TestClient, name: str = "li.ming", password: str = PASSWORD) -> Response:
    return client.post("/api/staff/login", json={"name": name, "password": password})


def test_login_sets_a_cookie_that_scripts_and_other_sites_do_not_get(small: SmallApp) -> None:
    answer = login(small.client())
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("lobby_staff=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert answer.json()["name"] == "li.ming"
    assert answer.json()["display_name"] == "李明"
    assert answer.json()["role"] == "agent"


def test_wrong_password_and_unknown_name_look_the_same(small: SmallApp) -> None:
    wrong, unknown = login(small.client(), password="wrong"), login(small.client(), name="nobody")
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.json() == unknown.json()
    assert "set-cookie" not in wrong.headers


def test_sixth_attempt_is_told_to_wait(small: SmallApp) -> None:
    client = small.client()
    assert [login(client, password="wrong").status_code for _ in range(5)] == [403] * 5
    assert login(client).status_code == 429
    assert login(small.client("10.0.0.2")).status_code == 200
    small.wait(minutes=15)
    assert login(client).status_code == 200


def test_me_gives_the_csrf_token_of_login(small: SmallApp) -> None:
    client = small.client()
    made = login(client).json()
    assert client.get("/api/staff/me").json() == made


def test_nobody_is_let_in_without_signing_in(small: SmallApp) -> None:
    client = small.client()
    assert client.get("/api/staff/me").status_code == 403
    assert client.get("/api/staff/probe").status_code == 403
    assert client.post("/api/staff/probe").status_code == 403
    client.cookies.set("lobby_staff", "made-up")
    assert client.get("/api/staff/probe").status_code == 403


def test_change_needs_the_csrf_token_of_this_session(small: SmallApp) -> None:
    client, other = small.client(), small.client()
    mine, theirs = login(client).json()["csrf"], login(other).json()["csrf"]
    assert client.get("/api/staff/probe").json() == {"name": "li.ming"}
    assert client.post("/api/staff/probe").status_code == 403
    assert client.post("/api/staff/probe", headers={CSRF_HEADER: theirs}).status_code == 403
    assert client.post("/api/staff/probe", headers={CSRF_HEADER: mine}).json() == {"name": "li.ming"}


def test_logout_ends_the_session_everywhere(small: SmallApp) -> None:
    client = small.signed_in_client()
    stolen = client.cookies["lobby_staff"]
    assert client.post("/api/staff/logout").json() == {"ok": True}
    assert "lobby_staff" not in client.cookies
    client.cookies.set("lobby_staff", stolen)
    assert client.get("/api/staff/me").status_code == 403


def test_logout_from_another_site_is_refused(small: SmallApp) -> None:
    client = small.signed_in_client()
    del client.headers[CSRF_HEADER]
    assert client.post("/api/staff/logout").status_code == 403
    assert client.get("/api/staff/me").status_code == 200


def test_session_lives_while_used_and_ends_idle(small: SmallApp) -> None:
    client = small.signed_in_client()
    small.wait(hours=7)
    assert client.get("/api/staff/me").status_code == 200
    small.wait(hours=4)
    assert client.get("/api/staff/me").status_code == 200
    small.wait(hours=1)
    assert client.get("/api/staff/me").status_code == 403
    idle = small.signed_in_client()
    small.wait(hours=8)
    assert idle.get("/api/staff/me").status_code == 403


@pytest.mark.parametrize("name", ["", "\0", "' OR 1=1 --", "\ud800", "李" * 80, "admin\0"])
def test_odd_names_and_passwords_are_just_wrong(small: SmallApp, name: str) -> None:
    body = json.dumps({"name": name, "password": name})
    answer = small.client().post("/api/staff/login", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 403


def test_overlong_password_is_refused_unhashed(small: SmallApp) -> None:
    assert login(small.client(), password="x" * 201).status_code == 422
