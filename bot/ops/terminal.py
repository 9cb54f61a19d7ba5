"""`lobby chat`: the assistant in a terminal, over the same socket as the pages."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from websockets.client import connect

from bot.errors import SetupError
from bot.settings import Settings


async def talk(settings: Settings, locale: str | None) -> None:
    """Until Ctrl-D or an empty line. A number picks a choice of the last answer."""
    address = f"ws://{settings.host}:{settings.port}/ws"
    try:
        socket = await connect(address, compression=None, open_timeout=5)
    except OSError as error:
        raise SetupError(f"nothing answers at {address}", "start the assistant with `make run` first") from error
    try:
        await _conversation(socket, locale)
    finally:
        await socket.close()


async def _conversation(socket: Any, locale: str | None) -> None:
    await socket.send(json.dumps({"type": "hello", "protocol": 1, "channel": "web", "locale": locale}))
    choices: list[dict[str, Any]] = []
    while True:
        try:
            line = (await asyncio.to_thread(input, "> ")).strip()
        except EOFError:
            return
        if not line:
            return
        identity = uuid.uuid4().hex
        if line.isdigit() and 0 < int(line) <= len(choices):
            frame = {"type": "choose", "id": identity, "choice": choices[int(line) - 1]["choice"]}
        else:
            frame = {"type": "say", "id": identity, "text": line}
        await socket.send(json.dumps(frame))
        choices = await _print_answer(socket, identity)


async def _print_answer(socket: Any, identity: str) -> list[dict[str, Any]]:
    choices: list[dict[str, Any]] = []
    while True:
        frame = json.loads(await socket.recv())
        if frame["type"] == "message" and frame["sender"] != "customer":
            print(frame["text"])
            for card in frame["cards"]:
                print(f"  [{card['kind']}] " + ", ".join(f"{k}: {v}" for k, v in card.items() if k != "kind"))
            for choice in frame["choices"]:
                choices.append(choice)
                print(f"  {len(choices)}. {choice['label']}")
        elif frame["type"] == "error":
            print(f"! {frame['message']}")
            if frame.get("id") == identity:
                return choices
        elif frame["type"] == "done" and frame["id"] == identity:
            return choices
