"""Who listens in this process, and the outbox tail that tells them.

A socket is a cursor on the message log of its session: woken, it sends what is newer than its cursor, in order.
Whoever stored the message (this process, the action server, another `web`), the outbox row wakes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from bot.store import Store, outbox
from bot.web.threads import Threads

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
SWEEP_SECONDS = 600.0


class Listener(Protocol):
    """What a socket offers the hub."""

    def tell(self, payload: dict[str, Any]) -> None:
        """News of the session; must not block."""


class Hub:
    """Registry of sockets by conversation and of event streams by topic."""

    def __init__(self, store: Store, threads: Threads, clock: Callable[[], Any]) -> None:
        self._store = store
        self._threads = threads
        self._clock = clock
        self._sockets: defaultdict[str, set[Listener]] = defaultdict(set)
        self._streams: defaultdict[str, set[asyncio.Queue[dict[str, Any] | None]]] = defaultdict(set)
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    # --- sockets ---

    def add(self, conversation_id: str, listener: Listener) -> None:
        self._sockets[conversation_id].add(listener)

    def remove(self, conversation_id: str, listener: Listener) -> None:
        listeners = self._sockets.get(conversation_id)
        if listeners is not None:
            listeners.discard(listener)
            if not listeners:
                del self._sockets[conversation_id]

    def tell(self, conversation_id: str, payload: dict[str, Any]) -> None:
        """Wake the sockets of one conversation."""
        for listener in tuple(self._sockets.get(conversation_id, ())):
            listener.tell(payload)

    @property
    def sockets(self) -> int:
        return sum(len(listeners) for listeners in self._sockets.values())

    # --- event streams ---

    async def stream(self, topic: str) -> AsyncIterator[dict[str, Any] | None]:
        """Payloads of `topic` as they come; None every 15 s without news, so that dead readers are noticed."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(maxsize=100)
        self._streams[topic].add(queue)
        try:
            while True:
                try:
                    payload = await asyncio.wait_for(queue.get(), timeout=15)
                except asyncio.TimeoutError:
                    yield None
                    continue
                if payload is None:
                    return
                yield payload
        finally:
            self._streams[topic].discard(queue)

    def close_streams(self) -> None:
        """End every event stream: the process is about to stop."""
        for queues in self._streams.values():
            for queue in queues:
                with contextlib.suppress(asyncio.QueueFull):
                    queue.put_nowait(None)

    # --- outbox ---

    def wake(self) -> None:
        """A transaction with outbox rows has committed. Callable from any thread."""
        self._loop.call_soon_threadsafe(self._news.set)

    async def tail(self) -> None:
        """Run until cancelled: read the outbox and wake listeners. A database that is away is waited for."""
        cursor = await self._first_cursor()
        next_sweep = self._loop.time() + SWEEP_SECONDS
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), timeout=POLL_SECONDS)
            self._news.clear()
            try:
                cursor = await self._drain(cursor)
                if self._loop.time() > next_sweep:
                    await self._threads.run(self._sweep)
                    next_sweep = self._loop.time() + SWEEP_SECONDS
            except Exception:
                log.exception("the outbox could not be read; trying again")
                await asyncio.sleep(1)

    async def _first_cursor(self) -> int:
        while True:
            try:
                return await self._threads.run(self._last_id)
            except Exception:
                log.exception("the outbox could not be read; trying again")
                await asyncio.sleep(1)

    async def _drain(self, cursor: int) -> int:
        rows = await self._threads.run(self._after, cursor)
        for identity, topic, payload in rows:
            cursor = identity
            if topic.startswith("session:"):
                self.tell(topic[len("session:") :], payload)
                continue
            for queue in tuple(self._streams.get(topic, ())):
                with contextlib.suppress(asyncio.QueueFull):
                    queue.put_nowait({"topic": topic, "kind": payload.get("kind", topic.partition(":")[0])})
        return cursor

    def _last_id(self) -> int:
        with self._store.read() as session:
            return outbox.last_id(session)

    def _after(self, cursor: int) -> list[tuple[int, str, dict[str, Any]]]:
        with self._store.read() as session:
            return [(row.id, row.topic, row.payload) for row in outbox.after(session, cursor)]

    def _sweep(self) -> None:
        with self._store.begin() as session:
            outbox.sweep(session, now=self._clock())
