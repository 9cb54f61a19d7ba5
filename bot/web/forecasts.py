"""Makes a forecast of the waits whenever the queue has moved, in a thread, so that nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from bot.http import Edge
from bot.queueing import forecast, service_times
from bot.queueing.service_times import Learnt
from bot.web.hub import Hub
from bot.web.threads import Threads

log = logging.getLogger(__name__)

# While nothing happens time still passes; a burst of changes is one pass.
REST_SECONDS = 20.0
BURST_SECONDS = 0.5
LEARN_EVERY = timedelta(hours=1)


class Forecasts:
    """One for each `web` process; several at once only write the same."""

    def __init__(self, edge: Edge, hub: Hub, threads: Threads) -> None:
        self._edge = edge
        self._hub = hub
        self._threads = threads
        self._learnt: Learnt | None = None
        self._learnt_at: datetime | None = None

    async def run(self) -> None:
        """Until cancelled. A database that is away is waited for."""
        moved = asyncio.Event()
        listener = asyncio.ensure_future(self._listen(moved))
        try:
            while True:
                try:
                    await self._threads.run(self.make)
                except Exception:
                    log.exception("the waits could not be forecast; trying again")
                    await asyncio.sleep(REST_SECONDS)
                await _either(moved, REST_SECONDS)
                await asyncio.sleep(BURST_SECONDS)
                moved.clear()
        finally:
            listener.cancel()

    def make(self) -> None:
        """One pass: read and play, then store. What other days teach is learnt anew every hour."""
        edge, now = self._edge, self._edge.clock()
        if self._learnt is None or self._learnt_at is None or now - self._learnt_at >= LEARN_EVERY:
            with edge.store.read() as session:
                self._learnt = service_times.learn(session, edge.branch, now)
            self._learnt_at = now
            with edge.store.begin() as session:
                forecast.keep_history(session, edge.branch, now=now)
        with edge.store.read() as session:
            found = forecast.play(session, edge.branch, self._learnt, now=now)
        if found is not None:
            with edge.store.begin() as session:
                forecast.keep(session, edge.branch, found, now=now)
            edge.wake()

    async def _listen(self, moved: asyncio.Event) -> None:
        async for payload in self._hub.stream("board"):
            if payload is not None and payload["kind"] != "waits":
                moved.set()


async def _either(moved: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(moved.wait(), timeout=seconds)
    except asyncio.TimeoutError:
        return
