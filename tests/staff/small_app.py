"""A small real app for the routes of one domain: SQLite, an edge, a clock that tests move."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

import bot.conversations.models
import bot.uploads.models  # noqa: F401
from bot.errors import LobbyError, Refused
from bot.http import Edge
from bot.privacy.service import Vault
from bot.settings import load
from bot.staff import service
from bot.staff.api import CSRF_HEADER
from bot.store import Base, Store

PASSWORD = "correct horse"


class SmallApp:
    """`app`, its `store`, `edge` and `now`; `client()` is a browser of its own."""

    def __init__(self, folder: Path, now: datetime, routers: list[APIRouter]) -> None:
        settings = load({"LOBBY_HOME": str(folder), "LOBBY_SECRET_KEY": "test"})
        self.now = now
        self.store = Store(settings.database_url)
        Base.metadata.create_all(self.store.engine)
        nothing = cast(Any, None)  # these routes know no branch and no answers
        vault = Vault.from_settings(settings)
        self.edge = Edge(settings, self.store, nothing, vault, nothing, lambda: self.now, lambda: None)
        self.app = FastAPI()
        self.app.state.edge = self.edge
        for router in routers:
            self.app.include_router(router)
        self.app.add_exception_handler(Refused, cast(Any, _refused))
        self.app.add_exception_handler(LobbyError, cast(Any, _broken))

    def client(self, address: str = "10.0.0.1") -> TestClient:
        return TestClient(self.app, client=(address, 50000))

    def add_staff(self, name: str = "li.ming", role: str = "agent") -> None:
        with self.store.begin() as session:
            service.add_member(session, name=name, password=PASSWORD, role=role, display_name="李明", now=self.now)

    def signed_in_client(self, name: str = "li.ming") -> TestClient:
        client = self.client()
        answer = client.post("/api/staff/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200
        client.headers[CSRF_HEADER] = answer.json()["csrf"]
        return client

    def wait(self, **period: float) -> None:
        self.now += timedelta(**period)


async def _refused(_request: Request, error: Refused) -> JSONResponse:
    return JSONResponse({"error": {"code": error.code, "message": str(error)}}, status_code=error.status)


async def _broken(_request: Request, error: LobbyError) -> JSONResponse:
    return JSONResponse({"error": {"code": error.code, "message": ""}}, status_code=503)
