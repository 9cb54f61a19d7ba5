"""The public process: a FastAPI app that puts the rooms together. `make_app()` is the whole map."""

import asyncio
import logging
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage

import bot
from bot import settings as settings_module
from bot.assistance import api as assistance_api
from bot.assistance.service import load_catalogue
from bot.branch import api as branch_api
from bot.branch.service import load_branch
from bot.complaints import api as complaints_api
from bot.conversations import api as conversations_api
from bot.errors import LobbyError, Refused, TooMany
from bot.http import Edge
from bot.knowledge.service import load_knowledge
from bot.machines import api as machines_api
from bot.machines import service as machines
from bot.nlu import capabilities as capability_index
from bot.printing import api as printing_api
from bot.printing import service as printing_service
from bot.privacy.service import Vault
from bot.queueing import api as queueing_api
from bot.queueing import forecast_api
from bot.settings import DATA, Settings
from bot.staff import api as staff_api
from bot.store import Store, utc_now
from bot.texts import Texts
from bot.uploads import api as uploads_api
from bot.visits import api as visits_api
from bot.visits.service import load_visit_plan
from bot.web import events, pages
from bot.web.assistant import Assistant
from bot.web.forecasts import Forecasts
from bot.web.gateway import AddressLimits, Gateway
from bot.web.hub import Hub
from bot.web.threads import Threads
from bot.web.turns import Turns

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": pages.CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=()",
}


class Health(BaseModel):
    status: str
    version: str


def make_app(settings: Settings | None = None) -> FastAPI:
    """The app. What can be wrong in `data/` or the settings is found here and raised as SetupError."""
    settings = settings or settings_module.get()
    store = Store(settings.database_url)
    branch = load_branch(settings.branch_dir)
    knowledge = load_knowledge(DATA / "knowledge")
    visit_plan = load_visit_plan(settings.branch_dir, branch)
    load_catalogue(settings.branch_dir)
    machines.facts()
    printing = printing_service.from_settings(settings)
    texts = Texts(DATA / "texts.yml")
    capabilities = capability_index.load()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        threads = Threads()
        hub = Hub(store, threads, utc_now)
        edge = Edge(settings, store, branch, Vault.from_settings(settings), knowledge, utc_now, hub.wake)
        assistant = Assistant(settings)
        worker = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        turns = Turns(edge, texts, capabilities, assistant, hub, threads, worker)
        app.state.edge = edge
        app.state.visit_plan = visit_plan
        app.state.printing = printing
        app.state.hub = hub
        app.state.assistant = assistant
        app.state.gateway = Gateway(edge, texts, hub, turns, threads, AddressLimits())
        tasks = [
            asyncio.ensure_future(hub.tail()),
            asyncio.ensure_future(assistant.watch(turns.tell_back)),
            asyncio.ensure_future(turns.sweep()),
            asyncio.ensure_future(Forecasts(edge, hub, threads).run()),
        ]
        yield
        hub.close_streams()
        await turns.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await assistant.close()
        threads.close()
        store.close()

    app = FastAPI(title="Lobby", version=bot.VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    for part in (
        branch_api,
        queueing_api,
        forecast_api,
        visits_api,
        machines_api,
        assistance_api,
        printing_api,
        complaints_api,
        conversations_api,
        staff_api,
        uploads_api,
        events,
        pages,
    ):
        app.include_router(part.router)
    if (pages.DIST / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=pages.DIST / "assets"), name="assets")
    _add_probes(app)
    _add_answers_to_errors(app)
    app.add_middleware(SafeHeaders)
    return app


class SafeHeaders:
    """Security headers on every HTTP answer, pages and API alike."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: ASGIMessage) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _add_probes(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse("/demo")

    @app.get("/healthz", response_model=Health)
    def healthz() -> Health:
        """Answers as soon as `web` lives, whatever else does."""
        return Health(status="ok", version=bot.VERSION)

    @app.get("/readyz", response_model=Health)
    def readyz(request: Request, response: Response) -> Health:
        """200 only when a message would be answered by the trained model."""
        ready = request.app.state.assistant.ready
        response.status_code = 200 if ready else 503
        return Health(status="ready" if ready else "assistant_away", version=bot.VERSION)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @app.websocket("/ws")
    async def ws(socket: WebSocket) -> None:
        gateway: Gateway = socket.app.state.gateway
        await gateway.serve(socket)


def _add_answers_to_errors(app: FastAPI) -> None:
    """Every error is JSON with a code; no exception text of ours or a library's reaches a customer."""

    def problem(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
        return JSONResponse({"error": {"code": code, "message": message}}, status_code=status, headers=headers)

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        headers = {"Retry-After": str(int(error.retry_after) + 1)} if isinstance(error, TooMany) else None
        return problem(error.status, error.code, str(error), headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = ", ".join(str(detail["loc"][-1]) for detail in error.errors())
        return problem(422, "invalid", f"missing or not as it should be: {fields}")

    @app.exception_handler(404)
    async def not_found(_request: Request, _error: Exception) -> JSONResponse:
        return problem(404, "not_found", "there is nothing at this address")

    @app.exception_handler(SQLAlchemyError)
    async def store_away(_request: Request, _error: SQLAlchemyError) -> JSONResponse:
        log.exception("the store refused a request")
        return problem(503, "store", "the store does not answer; nothing was changed", {"Retry-After": "2"})

    @app.exception_handler(LobbyError)
    async def broken(_request: Request, error: LobbyError) -> JSONResponse:
        log.exception("a request failed")
        return problem(503, error.code, "this does not work at the moment; nothing was changed")

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> JSONResponse:
        log.exception("a request failed unexpectedly")
        return problem(500, "internal", "something went wrong; nothing was changed")
