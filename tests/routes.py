"""A small app with some routers on a real edge, for tests of routes without the socket gateway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from bot.branch.service import Branch
from bot.errors import Refused
from bot.http import Edge
from bot.knowledge.service import Knowledge
from bot.privacy.service import Vault
from bot.settings import Settings
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change
from bot.store import Store

AGENT = "lin"


class Routes:
    """`client` speaks to the routers; `woken` counts how often the outbox tail was woken after a commit."""

    def __init__(
        self, *routers: APIRouter, store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime
    ) -> None:
        self.woken = 0
        self.now = now
        self.app = FastAPI()
        self.app.state.edge = Edge(
            settings=settings,
            store=store,
            branch=branch,
            vault=vault,
            knowledge=cast(Knowledge, None),
            clock=lambda: self.now,
            wake=self._wake,
        )
        for router in routers:
            self.app.include_router(router)
        self.app.add_exception_handler(Refused, _refused)
        self.client = TestClient(self.app)

    def sign_in(self) -> None:
        """From now on every request is one of a signed-in member of staff."""
        agent = StaffIdentity(id=1, name=AGENT, role="agent", display_name="Lin")
        dependencies: dict[Callable[..., Any], Callable[..., Any]] = self.app.dependency_overrides
        dependencies[signed_in] = lambda: agent
        dependencies[signed_in_to_change] = lambda: agent

    def _wake(self) -> None:
        self.woken += 1


def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return JSONResponse({"error": {"code": error.code, "message": str(error)}}, status_code=error.status)
