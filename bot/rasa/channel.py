"""The way in to Rasa: POST /webhooks/lobby/turn, for `web` alone.

Unlike Rasa's REST channel it wants a token, takes choices as structured data, says when an action failed, and
answers a turn that comes again from the tracker, without running it. Shapes: bot/rasa/wire.py. It never logs text.

200 the answer · 400 {"error": "invalid"} · 401 {"error": "token"}
503 {"error": "action_server" | "tracker_store" | "no_model" | "rasa"}: the turn left no trace and may be sent again
"""

from __future__ import annotations

import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot import settings
from bot.errors import Invalid
from bot.privacy import logs
from bot.rasa import hotspots, wire
from bot.rasa.tracker_store import last_saved, read_ahead

log = logging.getLogger(__name__)

TOKEN_PURPOSE = "rasa-channel"


class LobbyChannel(InputChannel):
    """`token` is the bearer token; by default the one derived from this installation's secret key."""

    def __init__(self, token: str | None = None) -> None:
        hotspots.install()
        self._expected = f"Bearer {token or settings.get().derive_text(TOKEN_PURPOSE)}".encode()

    @classmethod
    def name(cls) -> str:
        return "lobby"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> LobbyChannel:
        logs.install(logging.getLogger().level)  # Rasa has set up its own logging just before
        return cls(**(credentials or {}))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        webhook = Blueprint("lobby_webhook", __name__)

        @webhook.get("/")
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok", "model": _is_ready(request)})

        @webhook.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_allowed(request):
                return json({"error": "token"}, status=401)
            if not _is_ready(request):
                return json({"error": "no_model"}, status=503)
            try:
                wanted = wire.read_request(_body(request))
                return await _answer(request.app.ctx.agent, wanted)
            except Invalid as error:
                return json({"error": "invalid", "message": str(error)}, status=400)
            except Exception as error:
                # Frames only: the message of an exception may quote what the customer said.
                frames = "".join(traceback.format_tb(error.__traceback__))
                log.error("a turn failed: %s\n%s", type(error).__name__, frames)
                return json({"error": "rasa"}, status=503)

        return webhook

    def _is_allowed(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._expected)


def _is_ready(request: Request) -> bool:
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and agent.is_ready()


def _body(request: Request) -> Any:
    try:
        return request.json
    except Exception:  # Sanic wraps every kind of bad JSON or encoding differently
        raise Invalid("the body is not JSON") from None


async def _answer(agent: Any, wanted: wire.TurnRequest) -> HTTPResponse:
    message = UserMessage(
        wanted.text if wanted.text is not None else f"/{wanted.intent}",
        CollectingOutputChannel(),
        wanted.sender,
        parse_data=None if wanted.intent is None else _parse_of_choice(agent, wanted),
        input_channel=LobbyChannel.name(),
        message_id=wanted.turn,
        metadata=wanted.metadata,
    )
    async with agent.lock_store.lock(wanted.sender):
        with hotspots.watching() as failures:
            tracker = await agent.tracker_store.retrieve(wanted.sender)
            if not failures and not wire.is_complete(tracker, wanted.turn):
                read_ahead.set(tracker)
                last_saved.set(None)
                await agent.processor.handle_message(message)
                tracker = last_saved.get() or await agent.tracker_store.retrieve(wanted.sender)
    if failures:
        log.error("a turn failed: %s", ", ".join(failures))
        cause = "tracker_store" if "tracker_store" in failures else "action_server"
        return json({"error": cause}, status=503)
    return json(wire.answer_of(tracker))


def _parse_of_choice(agent: Any, wanted: wire.TurnRequest) -> dict[str, Any]:
    # Rasa adds /restart, /back and the like to every domain.
    intents = set(agent.domain.intents) - set(DEFAULT_INTENTS)
    return wire.parse_of_choice(wanted, intents, agent.domain.entities)
