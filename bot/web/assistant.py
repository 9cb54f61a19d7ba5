"""The connection to Rasa: one turn out, one answer back; and whether Rasa is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.errors import AssistantAway
from bot.settings import Settings

log = logging.getLogger(__name__)

TURN_SECONDS = 20.0
PROBE_SECONDS = 1.0


@dataclass(frozen=True)
class Answer:
    """What Rasa said to one turn; shapes as in bot/rasa/channel.py."""

    messages: list[dict[str, Any]]
    understood: dict[str, Any] = field(default_factory=dict)
    form: str | None = None


class Assistant:
    """Rasa as `web` sees it. `ready` is kept by `watch`."""

    def __init__(self, settings: Settings) -> None:
        token = settings.derive_text("rasa-channel")
        self._client = httpx.AsyncClient(
            base_url=settings.rasa_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(TURN_SECONDS, connect=2.0),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
            trust_env=False,
        )
        self._actions_health = settings.action_url.rsplit("/", 1)[0] + "/health"
        self.ready = False

    async def turn(
        self,
        *,
        sender: str,
        turn: str,
        text: str | None,
        choice: dict[str, Any] | None,
        locale: str,
        channel: str,
    ) -> Answer:
        """Rasa's answer to one message or choice. Raises AssistantAway when there is none to be had."""
        body = {
            "sender": sender,
            "turn": turn,
            "text": text,
            "choice": choice,
            "metadata": {"locale": locale, "channel": channel},
        }
        try:
            response = await self._client.post("/webhooks/lobby/turn", json=body)
        except httpx.HTTPError as error:
            raise AssistantAway(type(error).__name__) from error
        if response.status_code != 200:
            raise AssistantAway(f"Rasa answered {response.status_code}")
        data = response.json()
        return Answer(messages=data["messages"], understood=data.get("understood") or {}, form=data.get("form"))

    async def watch(self, on_back: Callable[[], Awaitable[None]]) -> None:
        """Run until cancelled: probe Rasa and the action server, and call `on_back` when they have come back."""
        while True:
            there = await self._probe()
            if there and not self.ready:
                log.info("the assistant is ready")
                self.ready = True
                await on_back()
            elif not there and self.ready:
                log.warning("the assistant is away")
                self.ready = False
            await asyncio.sleep(PROBE_SECONDS)

    async def close(self) -> None:
        await self._client.aclose()

    async def _probe(self) -> bool:
        """Both servers up and a trained model loaded."""
        try:
            health = await self._client.get("/webhooks/lobby/", timeout=5.0)
            actions = await self._client.get(self._actions_health, timeout=5.0)
        except httpx.HTTPError:
            return False
        return health.status_code == 200 and health.json().get("model") is True and actions.status_code == 200
