"""The socket of the contract: one JSON object a text frame, both ways.

Each socket has a reader (frames in) and a writer (frames out, in order). The writer sends what the message log
holds beyond its cursor, so a reconnect, a second tab and a push from another process are the same case.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import Counter, Gauge
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot import locales
from bot.conversations import service as conversations
from bot.conversations.models import Message
from bot.conversations.service import ClaimedTurn
from bot.errors import LobbyError, Refused, TooMany
from bot.http import Edge
from bot.privacy import service as privacy
from bot.texts import Texts
from bot.web import frames
from bot.web.frames import FrameError
from bot.web.hub import Hub
from bot.web.limits import Bucket
from bot.web.threads import Threads
from bot.web.turns import Turns

log = logging.getLogger(__name__)

FRAMES_A_SECOND = 100.0
FRAMES_BURST = 200.0
REFUSALS_BEFORE_CLOSE = 500
SESSIONS_A_SECOND = 20.0  # new sessions from one address: a branch sits behind one
SESSIONS_BURST = 600.0
MESSAGE_KIND = "message"

SOCKETS = Gauge("lobby_sockets", "Open customer sockets")
REFUSED = Counter("lobby_frames_refused_total", "Frames refused, by code", ["code"])


def origin_allowed(origin: str | None, host: str | None, allowed: tuple[str, ...]) -> bool:
    """Whether a page of `origin` may open the socket. No origin: not a browser, nothing to protect it from."""
    if not origin:
        return True
    return urlsplit(origin).netloc == host or origin in allowed


class AddressLimits:
    """New sessions by address; the oldest addresses are forgotten first."""

    def __init__(self, size: int = 10_000) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._size = size

    def take(self, address: str, now: float) -> float:
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = Bucket.full(rate=SESSIONS_A_SECOND, burst=SESSIONS_BURST, now=now)
            self._buckets[address] = bucket
            if len(self._buckets) > self._size:
                self._buckets.popitem(last=False)
        return bucket.take(now)


@dataclass(frozen=True)
class Gateway:
    """What all sockets of this process share."""

    edge: Edge
    texts: Texts
    hub: Hub
    turns: Turns
    threads: Threads
    addresses: AddressLimits

    async def serve(self, socket: WebSocket) -> None:
        """One socket, from handshake to close. A foreign origin is refused with 403."""
        settings = self.edge.settings
        if not origin_allowed(socket.headers.get("origin"), socket.headers.get("host"), settings.origins):
            REFUSED.labels("foreign_origin").inc()
            await socket.close(code=4403)
            return
        await socket.accept()
        SOCKETS.inc()
        try:
            await _Connection(self, socket).run()
        finally:
            SOCKETS.dec()


@dataclass(frozen=True)
class _Stored:
    """The outcome of storing a say or a choose."""

    claimed: ClaimedTurn | None
    done: bool  # the same id was handled before


@dataclass(eq=False)  # a set of listeners holds it
class _Connection:
    gateway: Gateway
    socket: WebSocket
    conversation: str | None = None
    key: str = ""  # which of the session's tokens this socket came with
    cursor: int = 0
    locale: str = "zh-Hans"
    closing: str | None = None  # reason of the bye to be sent
    news: asyncio.Event = field(default_factory=asyncio.Event)
    direct: deque[dict[str, Any]] = field(default_factory=deque)  # frames that are not in the log
    done: deque[str] = field(default_factory=deque)
    done_sent: OrderedDict[str, None] = field(default_factory=OrderedDict)

    # --- listener ---

    def tell(self, payload: dict[str, Any]) -> None:
        if "typing" in payload:
            self.direct.append({"type": "typing"})
        if "done" in payload:
            if payload["done"] in self.done_sent:
                return  # told by this process already; the outbox repeats it for the others
            self.done_sent[payload["done"]] = None
            if len(self.done_sent) > 200:
                self.done_sent.popitem(last=False)
            self.done.append(payload["done"])
        if "bye" in payload and payload.get("key") != self.key:
            self.closing = payload["bye"]
        self.news.set()

    # --- life ---

    @property
    def entered(self) -> str:
        """The conversation; only read after hello."""
        assert self.conversation is not None
        return self.conversation

    async def run(self) -> None:
        now = time.monotonic()
        bucket = Bucket.full(rate=FRAMES_A_SECOND, burst=FRAMES_BURST, now=now)
        writer = asyncio.ensure_future(self._write())
        refusals = 0
        try:
            while self.socket.client_state is WebSocketState.CONNECTED:
                message = await self.socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                wait = bucket.take(time.monotonic())
                if wait > 0:
                    refusals += 1
                    if refusals > REFUSALS_BEFORE_CLOSE:
                        self.tell({"bye": "too_many"})
                        break
                    self._error("too_many", retry_after=round(wait, 2))
                    await asyncio.sleep(0)
                    continue
                raw = message.get("text")
                if raw is None:
                    self._error("binary")
                    continue
                await self._handle(raw)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the peer is gone; its session can be resumed
        finally:
            if self.closing is not None:
                with contextlib.suppress(asyncio.TimeoutError, Exception):
                    await asyncio.wait_for(asyncio.shield(writer), timeout=2)
            if self.conversation is not None:
                self.gateway.hub.remove(self.conversation, self)
            writer.cancel()

    async def _write(self) -> None:
        """Send in order: direct frames, then the log beyond the cursor, then what is done."""
        try:
            while True:
                await self.news.wait()
                self.news.clear()
                done = list(self.done)
                self.done.clear()
                while self.direct:
                    await self.socket.send_json(self.direct.popleft())
                if self.conversation is not None:
                    for frame in await self._unsent():
                        await self.socket.send_json(frame)
                for identity in done:
                    await self.socket.send_json({"type": "done", "id": identity})
                if self.closing is not None:
                    await self.socket.send_json({"type": "bye", "reason": self.closing})
                    await self.socket.close(code=1000)
                    return
        except (WebSocketDisconnect, RuntimeError):
            return
        except SQLAlchemyError:
            log.exception("the message log could not be read; the client will reconnect")
            with contextlib.suppress(Exception):
                await self.socket.close(code=1011)

    async def _unsent(self) -> list[dict[str, Any]]:
        found = await self.gateway.threads.run(self._read_after, self.entered, self.cursor)
        if found:
            self.cursor = found[-1]["seq"]
        return found

    def _read_after(self, conversation_id: str, cursor: int) -> list[dict[str, Any]]:
        with self.gateway.edge.store.read() as session:
            return [as_frame(message) for message in conversations.messages_after(session, conversation_id, cursor)]

    # --- frames in ---

    async def _handle(self, raw: str) -> None:
        identity: str | None = None
        try:
            frame = frames.parse(raw)
            identity = getattr(frame, "id", None)
            if isinstance(frame, frames.Ping):
                self._direct({"type": "pong"})
            elif isinstance(frame, frames.Hello):
                await self._hello(frame)
            elif self.conversation is None:
                raise FrameError("no_hello", id=identity)
            elif isinstance(frame, frames.Say):
                await self._store_turn(frame.id, self._store_say, frame)
            elif isinstance(frame, frames.Choose):
                await self._store_turn(frame.id, self._store_choice, frame)
            elif isinstance(frame, frames.SetLocale):
                await self.gateway.threads.run(self._set_locale, frame.locale)
                self.locale = frame.locale
            elif isinstance(frame, frames.Rate):
                await self.gateway.threads.run(self._rate, frame)
                self._direct({"type": "ack", "id": frame.id})
            else:
                await self.gateway.threads.run(self._end)
                self.tell({"bye": "ended"})
                self.gateway.hub.wake()
        except FrameError as error:
            self._error(error.code, id=error.id)
        except TooMany as error:
            self._error(error.code, id=identity, retry_after=error.retry_after)
        except Refused as error:
            self._error(error.code, id=identity)
        except (SQLAlchemyError, LobbyError):
            log.exception("a frame could not be stored")
            self._error("store", id=identity, retry_after=2.0)

    async def _hello(self, frame: frames.Hello) -> None:
        if self.conversation is not None:
            raise FrameError("bad_frame")
        address = self.socket.client.host if self.socket.client else ""
        if frame.session is None and frame.handover is None:
            wait = self.gateway.addresses.take(address, time.monotonic())
            if wait > 0:
                raise TooMany("too many new sessions from one address", retry_after=round(wait, 2))
        welcome, missed_done, waiting = await self.gateway.threads.run(self._enter, frame)
        self.conversation, self.key = welcome.pop("conversation"), welcome.pop("key")
        self.locale = welcome["locale"]
        self.cursor = frame.last_seq if welcome["resumed"] else 0
        self.gateway.hub.add(self.conversation, self)
        self._direct({"type": "welcome", **welcome})
        for identity in missed_done:
            self.tell({"done": identity})
        self.gateway.hub.wake()
        if waiting:
            self.gateway.turns.wake(self.conversation)

    def _enter(self, frame: frames.Hello) -> tuple[dict[str, Any], list[str], bool]:
        edge = self.gateway.edge
        now = edge.clock()
        with edge.store.begin() as session:
            found = token = None
            if frame.handover is not None:
                moved = conversations.take_handover(
                    session, frame.handover, channel=frame.channel, device=frame.device, now=now
                )
                if moved is not None:
                    found, token = moved
            elif frame.session is not None:
                found, token = conversations.find_open(session, frame.session), frame.session
            resumed = found is not None
            if found is None:
                locale = frame.locale or edge.branch.locale
                found, token = conversations.open_conversation(
                    session, channel=frame.channel, device=frame.device, locale=locale, now=now
                )
            done = conversations.done_turns_after(session, found.id, frame.last_seq) if resumed else []
            welcome = {
                "conversation": found.id,
                "key": conversations.key_of(found),
                "session": token,
                "seq": found.last_seq,
                "locale": found.locale,
                "resumed": resumed,
            }
            return welcome, done, resumed

    async def _store_turn(self, identity: str, store: Any, frame: Any) -> None:
        stored: _Stored = await self.gateway.threads.run(store, frame)
        self._direct({"type": "ack", "id": identity})
        self.news.set()
        if stored.claimed is not None:
            self.locale = stored.claimed.locale
            self.gateway.turns.start(stored.claimed)
        if stored.done:
            self._direct({"type": "done", "id": identity})

    def _store_say(self, frame: frames.Say) -> _Stored:
        edge = self.gateway.edge
        now = edge.clock()
        with edge.store.begin() as session:
            conversation = conversations.current(session, self.entered)
            locale = (
                conversation.locale if conversation.locale_chosen else locales.detect(frame.text, conversation.locale)
            )
            known = conversations.find_turn(session, conversation.id, frame.id)
            if known is not None:
                return _Stored(None, known.state == "done")
            masked = privacy.mask_message(session, edge.vault, session_id=conversation.id, text=frame.text, now=now)
            return self._add(session, frame.id, masked, {"text": masked}, locale, now)

    def _store_choice(self, frame: frames.Choose) -> _Stored:
        edge = self.gateway.edge
        now = edge.clock()
        with edge.store.begin() as session:
            conversation = conversations.current(session, self.entered)
            known = conversations.find_turn(session, conversation.id, frame.id)
            if known is not None:
                return _Stored(None, known.state == "done")
            choice = conversations.use_choice(session, conversation.id, frame.choice, now=now)
            return self._add(session, frame.id, choice.label, choice.request, conversation.locale, now)

    def _add(
        self, session: Any, identity: str, text: str, request: dict[str, Any], locale: str, now: datetime
    ) -> _Stored:
        claimed = conversations.add_customer_turn(
            session,
            self.entered,
            message_id=identity,
            text=text,
            request=request,
            locale=locale,
            worker=self.gateway.turns.worker,
            now=now,
        )
        return _Stored(claimed, False)

    def _set_locale(self, locale: str) -> None:
        with self.gateway.edge.store.begin() as session:
            conversations.choose_locale(session, self.entered, locale)

    def _rate(self, frame: frames.Rate) -> None:
        edge = self.gateway.edge
        now = edge.clock()
        with edge.store.begin() as session:
            comment = frame.comment and privacy.mask_message(
                session, edge.vault, session_id=self.entered, text=frame.comment, now=now
            )
            conversations.rate(session, self.entered, message_id=frame.id, score=frame.score, comment=comment, now=now)

    def _end(self) -> None:
        edge = self.gateway.edge
        with edge.store.begin() as session:
            conversations.end(session, self.entered, now=edge.clock())

    # --- frames out ---

    def _direct(self, frame: dict[str, Any]) -> None:
        self.direct.append(frame)
        self.news.set()

    def _error(self, code: str, *, id: str | None = None, retry_after: float | None = None) -> None:
        REFUSED.labels(code).inc()
        frame: dict[str, Any] = {
            "type": "error",
            "code": code,
            "message": self.gateway.texts.say(f"error_{code}", self.locale),
        }
        if id is not None:
            frame["id"] = id
        if retry_after is not None:
            frame["retry_after"] = retry_after
        self._direct(frame)


def as_frame(message: Message) -> dict[str, Any]:
    """A row of the log as the contract's `message` or `notice`."""
    if message.kind != MESSAGE_KIND:
        return {"type": "notice", "seq": message.seq, "kind": message.kind, "data": message.data or {}}
    frame: dict[str, Any] = {
        "type": "message",
        "seq": message.seq,
        "at": message.at.isoformat().replace("+00:00", "Z"),
        "sender": message.sender,
        "text": message.text,
        "locale": message.locale,
        "choices": message.choices or [],
        "cards": message.cards or [],
    }
    if message.message_id is not None:
        frame["id"] = message.message_id
    if message.turn is not None and message.sender == "bot":
        frame["turn"] = message.turn
    return frame
