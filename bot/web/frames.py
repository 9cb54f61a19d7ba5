"""Client frames of the socket contract, parsed and checked. Pure: no socket, no clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from bot.conversations.rules import TEXT_LIMIT, clean_text
from bot.locales import LOCALES

PROTOCOL = 1
ID_LIMIT = 64
COMMENT_LIMIT = 500


class FrameError(Exception):
    """A frame that is refused: the code of the contract, and the id it carried if one could be read."""

    def __init__(self, code: str, *, id: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.id = id


@dataclass(frozen=True)
class Hello:
    channel: Literal["kiosk", "web"]
    locale: str | None
    device: str | None
    session: str | None
    last_seq: int
    handover: str | None


@dataclass(frozen=True)
class Say:
    id: str
    text: str


@dataclass(frozen=True)
class Choose:
    id: str
    choice: str


@dataclass(frozen=True)
class SetLocale:
    locale: str


@dataclass(frozen=True)
class Rate:
    id: str
    score: int
    comment: str | None


@dataclass(frozen=True)
class Ping:
    pass


@dataclass(frozen=True)
class End:
    pass


Frame = Hello | Say | Choose | SetLocale | Rate | Ping | End


def parse(raw: str) -> Frame:
    """The frame in one text message.

    Raises FrameError: bad_json, bad_frame (a field is missing or of the wrong kind), unknown_type,
    unsupported_protocol, too_long, empty.
    """
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise FrameError("bad_json") from None
    if not isinstance(data, dict):
        raise FrameError("bad_frame")
    kind = data.get("type")
    if kind == "hello":
        return _hello(data)
    if kind == "say":
        return _say(data)
    if kind == "choose":
        return Choose(id=_id(data), choice=_text(data, "choice", ID_LIMIT))
    if kind == "set":
        return SetLocale(locale=_locale(data.get("locale")))
    if kind == "rate":
        return _rate(data)
    if kind == "ping":
        return Ping()
    if kind == "end":
        return End()
    raise FrameError("unknown_type", id=_id_or_none(data))


def _hello(data: dict[str, Any]) -> Hello:
    if data.get("protocol") != PROTOCOL:
        raise FrameError("unsupported_protocol")
    channel = data.get("channel")
    if channel not in ("kiosk", "web"):
        raise FrameError("bad_frame")
    last_seq = data.get("last_seq")
    if last_seq is None:
        last_seq = 0
    if isinstance(last_seq, bool) or not isinstance(last_seq, int) or not 0 <= last_seq < 2**31:
        raise FrameError("bad_frame")
    locale = data.get("locale")
    return Hello(
        channel=channel,
        locale=None if locale is None else _locale(locale),
        device=_optional(data, "device", ID_LIMIT),
        session=_optional(data, "session", 128),
        last_seq=last_seq,
        handover=_optional(data, "handover", ID_LIMIT),
    )


def _say(data: dict[str, Any]) -> Say:
    identity = _id(data)
    text = data.get("text")
    if not isinstance(text, str):
        raise FrameError("bad_frame", id=identity)
    if len(text) > TEXT_LIMIT:
        raise FrameError("too_long", id=identity)
    cleaned = clean_text(text)
    if not cleaned:
        raise FrameError("empty", id=identity)
    return Say(id=identity, text=cleaned)


def _rate(data: dict[str, Any]) -> Rate:
    identity = _id(data)
    score = data.get("score")
    if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= 5:
        raise FrameError("bad_frame", id=identity)
    comment = data.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise FrameError("bad_frame", id=identity)
    if comment is not None and len(comment) > COMMENT_LIMIT:
        raise FrameError("too_long", id=identity)
    return Rate(id=identity, score=score, comment=clean_text(comment) or None if comment else None)


def _id(data: dict[str, Any]) -> str:
    identity = _id_or_none(data)
    if identity is None:
        raise FrameError("bad_frame")
    return identity


def _id_or_none(data: dict[str, Any]) -> str | None:
    identity = data.get("id")
    if isinstance(identity, str) and 0 < len(identity) <= ID_LIMIT and identity.isprintable():
        return identity
    return None


def _text(data: dict[str, Any], name: str, limit: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit or not value.isprintable():
        raise FrameError("bad_frame", id=_id_or_none(data))
    return value


def _optional(data: dict[str, Any], name: str, limit: int) -> str | None:
    return None if data.get(name) is None else _text(data, name, limit)


def _locale(value: object) -> str:
    if not isinstance(value, str) or value not in LOCALES:
        raise FrameError("bad_frame")
    return value
