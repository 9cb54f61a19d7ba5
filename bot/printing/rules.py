"""What a slip says, how its lines break, what a printer's status bytes mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.branch.schema import Branch
from bot.locales import pick
from bot.queueing import service as queueing
from bot.queueing.rules import CALLED
from bot.queueing.service import TicketView
from bot.texts import Texts

Status = Literal["ok", "paper_low", "paper_out", "offline"]
OK: Final = "ok"
PAPER_LOW: Final = "paper_low"
PAPER_OUT: Final = "paper_out"
OFFLINE: Final = "offline"

SLIPS_A_TICKET = 2  # the second for who lost the first
MOST_TO_BRING = 4  # a slip is short; the rest is on the page behind its code

# Answers to DLE EOT, by Epson's command reference: bits 1 and 4 are always set, bits 0 and 7 never.
_FIXED, _FIXED_SET = 0b1001_0011, 0b0001_0010
_OFFLINE_BIT = 0b0000_1000  # n = 1
_NEAR_END, _END = 0b0000_1100, 0b0110_0000  # n = 4

# No line begins with these; after those of Chinese a line breaks best.
_CLOSING_CHINESE = "，。、；：！？）》」』”’"
_CLOSING = re.escape(_CLOSING_CHINESE + "%,.;:!?)")
_PHRASE = re.compile(rf"\s+|[^\s{_CLOSING_CHINESE}]+[{_CLOSING_CHINESE}]*|[{_CLOSING_CHINESE}]+")
_CHARACTER = re.compile(rf"(?:[^\s\u2e80-\u9fff\uf900-\uffef]+|\S)[{_CLOSING}]*")


@dataclass(frozen=True)
class Slip:
    """What stands on a slip from top to bottom, in one locale. `address` is what its QR code says."""

    locale: str
    branch: str
    title: str
    subtitle: str
    lines: tuple[str, ...]
    address: str
    hint: str
    at: str


def ticket_slip(view: TicketView, branch: Branch, texts: Texts, *, locale: str, address: str, now: datetime) -> Slip:
    """The slip of a ticket that waits or is called. `address` is that of its page; `now` is shown in branch time."""
    card = queueing.ticket_card(branch, view, locale)
    separator = texts.say("list_separator", locale)
    windows = separator.join(card["windows"])
    if view.state == CALLED:
        lines = [texts.say("called", locale, windows=windows), texts.say("zone", locale, zone=card["zone"])]
    else:
        lines = [
            _wait(view, texts, locale),
            texts.say("zone", locale, zone=card["zone"]),
            texts.say("windows", locale, windows=windows),
        ]
    # What is only needed in some cases has its place on the page, where there is room to say when.
    always = [item for item in branch.services[view.service_id].bring if item.when is None]
    if always:
        things = separator.join(pick(item.label, locale) for item in always[:MOST_TO_BRING])
        lines.append(texts.say("bring", locale, things=things))
    return Slip(
        locale=locale,
        branch=pick(branch.name, locale),
        title=view.number,
        subtitle=card["service"],
        lines=tuple(lines),
        address=address,
        hint=texts.say("follow", locale),
        at=texts.say("at", locale, time=_local(branch, now)),
    )


def trial_slip(branch: Branch, texts: Texts, *, locale: str, address: str, now: datetime) -> Slip:
    """The slip by which staff see that all scripts are printed."""
    others = [other for other in branch.name if other != locale]
    return Slip(
        locale=locale,
        branch=pick(branch.name, locale),
        title=texts.say("test_title", locale),
        subtitle="0123456789",
        lines=tuple(texts.say("test_line", one) for one in (locale, *others)),
        address=address,
        hint="",
        at=texts.say("at", locale, time=_local(branch, now)),
    )


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """`text` in lines that `measure` finds no wider than `width`, broken at spaces and after Chinese punctuation.

    Where that is not enough Chinese breaks between characters; a longer word of another script stands alone.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, measure):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def status(paper: bytes | None, online: bytes | None) -> Status:
    """What the answers to DLE EOT 4 and DLE EOT 1 say; None where there was none, which is no bad news.

    A printer without paper is offline too, so the paper is judged first.
    """
    paper_bits, online_bits = _answer(paper), _answer(online)
    if paper_bits & _END:
        return PAPER_OUT
    if online_bits & _OFFLINE_BIT:
        return OFFLINE
    return PAPER_LOW if paper_bits & _NEAR_END else OK


def _answer(received: bytes | None) -> int:
    """The last byte that can be an answer: printers may send other news in between."""
    answers = [byte for byte in received or b"" if byte & _FIXED == _FIXED_SET]
    return answers[-1] if answers else 0


def _wait(view: TicketView, texts: Texts, locale: str) -> str:
    if not view.open_windows:
        return texts.say("no_window", locale)
    low, high = view.wait_low, view.wait_high
    minutes = str(high) if low == high else f"{low}–{high}"
    return texts.say("wait" if view.ahead else "wait_first", locale, ahead=view.ahead, minutes=minutes)


def _local(branch: Branch, now: datetime) -> str:
    return f"{now.astimezone(branch.timezone):%Y-%m-%d %H:%M}"


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What may stand on a line together: phrases, and the characters of those that no line could hold."""
    for phrase in _PHRASE.findall(text):
        if measure(phrase) <= width:
            yield phrase
        else:
            yield from _CHARACTER.findall(phrase)
