"""Turns: from a stored message to its stored answer.

A session's turns run one after another, whichever process has them: the turn row carries a lease.
The customer's message id is the key of all that a turn writes, so a turn that runs again changes nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Histogram

from bot.conversations import rules
from bot.conversations import service as conversations
from bot.conversations.service import ClaimedTurn, Offer, Reply, Understood
from bot.errors import AssistantAway
from bot.http import Edge
from bot.nlu.capabilities import Capabilities
from bot.texts import Texts
from bot.web import menu
from bot.web.assistant import Answer, Assistant
from bot.web.hub import Hub
from bot.web.threads import Threads

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
TURN_SECONDS = Histogram("lobby_turn_seconds", "From a claimed turn to its stored answer")
TURNS = Counter("lobby_turns_total", "Turns answered, by who answered", ["by"])


class Turns:
    """Runs turns of this process. `worker` names the process in leases."""

    def __init__(
        self,
        edge: Edge,
        texts: Texts,
        capabilities: Capabilities,
        assistant: Assistant,
        hub: Hub,
        threads: Threads,
        worker: str,
    ) -> None:
        self._edge = edge
        self._texts = texts
        self._capabilities = capabilities
        self._assistant = assistant
        self._hub = hub
        self._threads = threads
        self.worker = worker
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, turn: ClaimedTurn) -> None:
        """Answer a claimed turn, and what has queued up behind it, in the background."""
        self._spawn(self._run(turn))

    def wake(self, conversation_id: str) -> None:
        """Look whether a turn of this conversation waits."""
        self._spawn(self._drain(conversation_id))

    async def sweep(self) -> None:
        """Run until cancelled: take over turns whose worker is gone."""
        while True:
            try:
                for conversation_id in await self._threads.run(self._orphaned):
                    await self._drain(conversation_id)
            except Exception:
                log.exception("orphaned turns could not be read; trying again")
            await asyncio.sleep(SWEEP_SECONDS)

    async def tell_back(self) -> None:
        """Tell everybody who heard that the assistant is away that it is back."""
        await self._threads.run(self._tell_back)
        self._hub.wake()

    async def close(self) -> None:
        """Let running turns end; a turn cut off here is taken over when its lease ends."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=3)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, conversation_id: str) -> None:
        turn = await self._threads.run(self._claim, conversation_id)
        if turn is not None:
            await self._run(turn)

    async def _run(self, first: ClaimedTurn) -> None:
        turn: ClaimedTurn | None = first
        while turn is not None:
            try:
                with TURN_SECONDS.time():
                    more = await self._answer(turn)
            except Exception:
                # The lease ends by itself; the sweep then tries again, up to rules.ATTEMPTS times.
                log.exception("turn failed")
                return
            self._hub.tell(turn.conversation_id, {"done": turn.message_id})
            turn = await self._threads.run(self._claim, turn.conversation_id) if more else None

    async def _answer(self, turn: ClaimedTurn) -> bool:
        """Answer a turn and store the answer. Returns whether another one waits behind it."""
        if turn.attempts > rules.ATTEMPTS:
            replies = [Reply(self._texts.say("apology", turn.locale))]
            TURNS.labels("apology").inc()
            return await self._store(lambda session, now: self._complete(session, turn, replies, None, now))
        if turn.staff_joined and "text" in turn.request:
            TURNS.labels("staff").inc()
            return await self._store(lambda session, now: self._complete(session, turn, [], None, now))
        self._hub.tell(turn.conversation_id, {"typing": True})
        if menu.is_menu(turn.request):
            TURNS.labels("menu").inc()
            return await self._store(lambda session, now: self._menu(session, turn, now, away=None))
        try:
            answer = await self._assistant.turn(
                sender=turn.conversation_id,
                turn=turn.message_id,
                text=turn.request.get("text"),
                choice=None if "text" in turn.request else turn.request,
                locale=turn.locale,
                channel=turn.channel,
            )
        except AssistantAway as away:
            log.warning("turn answered by the plain menu: %s", away)
            TURNS.labels("menu").inc()
            return await self._store(lambda session, now: self._menu(session, turn, now, away=True))
        TURNS.labels("assistant").inc()
        return await self._store(lambda session, now: self._rasa(session, turn, answer, now))

    async def _store(self, write: Callable[[Any, datetime], bool]) -> bool:
        def run() -> bool:
            with self._edge.store.begin() as session:
                return write(session, self._edge.clock())

        more = await self._threads.run(run)
        self._hub.wake()
        return more

    def _complete(
        self, session: Any, turn: ClaimedTurn, replies: list[Reply], understood: Understood | None, now: datetime
    ) -> bool:
        return conversations.complete_turn(
            session, turn, replies=replies, understood=understood, locale=turn.locale, now=now
        )

    def _menu(self, session: Any, turn: ClaimedTurn, now: datetime, *, away: bool | None) -> bool:
        answered = menu.answer(session, self._edge, self._texts, turn, now=now)
        return conversations.complete_turn(
            session,
            turn,
            replies=answered.replies,
            understood=None,
            locale=turn.locale,
            now=now,
            told_away=away,
            menu_step=answered.step,
        )

    def _rasa(self, session: Any, turn: ClaimedTurn, answer: Answer, now: datetime) -> bool:
        replies = [
            Reply(
                message.get("text") or "",
                offers=[
                    Offer(
                        choice["label"],
                        {"intent": choice["intent"], "entities": choice.get("entities") or {}},
                        once=self._capabilities.changes_state(choice["intent"]),
                    )
                    for choice in message.get("choices") or []
                ],
                cards=message.get("cards") or [],
            )
            for message in answer.messages
        ]
        if not replies:
            log.error("Rasa gave no message for intent %s", answer.understood.get("intent"))
            replies = [Reply(self._texts.say("apology", turn.locale))]
        return self._complete(session, turn, replies, self._understood(answer), now)

    def _understood(self, answer: Answer) -> Understood | None:
        intent = answer.understood.get("intent")
        if intent is None:
            return None
        return Understood(
            intent=intent,
            capability=self._capabilities.of_intent(intent),
            confidence=answer.understood.get("confidence"),
            entities=answer.understood.get("entities") or [],
            faq=answer.understood.get("faq"),
        )

    def _claim(self, conversation_id: str) -> ClaimedTurn | None:
        with self._edge.store.begin() as session:
            return conversations.claim_turn(session, conversation_id, worker=self.worker, now=self._edge.clock())

    def _orphaned(self) -> list[str]:
        with self._edge.store.read() as session:
            return conversations.orphaned(session, now=self._edge.clock())

    def _tell_back(self) -> None:
        with self._edge.store.begin() as session:
            for conversation in conversations.told_away(session):
                conversations.tell_back(session, conversation.id, now=self._edge.clock())
