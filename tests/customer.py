"""A customer at the socket: speaks the contract, remembers what it was sent."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import websockets


@dataclass
class Answer:
    """What came between a say (or choose) and its done."""

    id: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(m["text"] for m in self.messages)

    @property
    def choices(self) -> dict[str, str]:
        return {c["label"]: c["choice"] for m in self.messages for c in m["choices"]}

    def card(self, kind: str) -> dict[str, Any]:
        cards = [card for m in self.messages for card in m["cards"] if card["kind"] == kind]
        assert cards, f"no {kind} card in: {self.text}"
        return cards[0]


class Customer:
    """One socket. `frames` keeps every frame received, in order."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}

    @classmethod
    async def connect(cls, base_url: str, **hello: Any) -> Customer:
        address = base_url.replace("http", "ws", 1) + "/ws"
        customer = cls(await websockets.connect(address, compression=None, max_queue=None))
        customer.welcome = await customer.hello(**hello)
        return customer

    async def hello(self, **fields: Any) -> dict[str, Any]:
        await self.send({"type": "hello", "protocol": 1, "channel": "web", "locale": "zh-Hans", **fields})
        return await self.until(lambda frame: frame["type"] in ("welcome", "error"))

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def receive(self, seconds: float = 20.0) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), seconds))
        self.frames.append(frame)
        return frame

    async def until(self, wanted: Any, seconds: float = 20.0) -> dict[str, Any]:
        while True:
            frame = await self.receive(seconds)
            if wanted(frame):
                return frame

    async def say(self, text: str, id: str | None = None) -> Answer:
        return await self._turn({"type": "say", "id": id or uuid.uuid4().hex, "text": text})

    async def choose(self, choice: str, id: str | None = None) -> Answer:
        return await self._turn({"type": "choose", "id": id or uuid.uuid4().hex, "choice": choice})

    async def notice(self, kind: str, seconds: float = 5.0) -> dict[str, Any]:
        return await self.until(lambda f: f["type"] == "notice" and f["kind"] == kind, seconds)

    async def rest(self, seconds: float = 0.5) -> list[dict[str, Any]]:
        """What still comes within `seconds`."""
        found = []
        while True:
            try:
                found.append(await self.receive(seconds))
            except asyncio.TimeoutError:
                return found

    async def close(self) -> None:
        await self.socket.close()

    async def _turn(self, frame: dict[str, Any]) -> Answer:
        await self.send(frame)
        answer = Answer(id=frame["id"])
        while True:
            received = await self.receive()
            if received["type"] == "message" and received["sender"] != "customer":
                answer.messages.append(received)
            elif received["type"] == "error" and received.get("id") in (None, answer.id):
                answer.errors.append(received)
                return answer
            elif received["type"] == "done" and received["id"] == answer.id:
                return answer
