"""Decisions about requests and loans: what is asked for, what a state allows, what is late. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from bot.assistance.schema import OTHER, Catalogue, Item, Kind
from bot.branch.schema import Aliases
from bot.errors import Conflict, Invalid
from bot.locales import to_simplified
from bot.mentions import mentions

State = Literal["open", "taken", "done", "cancelled"]
OPEN: State = "open"
TAKEN: State = "taken"
DONE: State = "done"
CANCELLED: State = "cancelled"
UNFINISHED: tuple[State, ...] = (OPEN, TAKEN)

LoanState = Literal["out", "returned", "lost"]
OUT: LoanState = "out"
RETURNED: LoanState = "returned"
LOST: LoanState = "lost"

# A ticket's number, or the id of a conversation: neither says who somebody is.
_REFERENCE = re.compile(r"[A-Z]\d{1,6}|[2-9A-HJ-NP-TV-Z]{16}")


class NoneLeft(Conflict):
    """Every one of a thing is lent or promised. `due_back` is when the next is expected (aware, UTC), if one is."""

    code = "none_left"

    def __init__(self, item_id: str, due_back: datetime | None) -> None:
        self.item_id = item_id
        self.due_back = due_back
        when = "nobody knows when one is back" if due_back is None else f"one is due back at {due_back.isoformat()}"
        super().__init__(f"no {item_id} is left; {when}")


def recognise(catalogue: Catalogue, text: str) -> tuple[str, str | None]:
    """Ids of the kind of request a text in any locale makes, and of the thing it wants to borrow.

    An urgent kind goes before all others; then the longest words win, 借 and 老花镜 counted together. The name of a
    thing alone asks to borrow it: "有伞吗". Words of no kind make it `other`.
    """
    said = _folded(text)
    items = {item.id: _said(said, item.aliases) for item in catalogue.items.values()}
    item_id = max(items, key=lambda key: items[key], default=None)
    if item_id is not None and items[item_id] == 0:
        item_id = None
    kinds = {kind.id: _said(said, kind.aliases) for kind in catalogue.kinds.values()}
    lending = catalogue.lending.id
    if kinds[lending] and item_id is not None:
        kinds[lending] += items[item_id]
    best = max(kinds, key=lambda key: (kinds[key] > 0 and catalogue.kinds[key].urgent, kinds[key]))
    if kinds[best] == 0:
        best = OTHER if item_id is None else lending
    return best, item_id if best == lending else None


def due_at(kind: Kind, asked_at: datetime) -> datetime:
    """By when somebody has promised to come."""
    return asked_at + timedelta(minutes=kind.promise_minutes)


def due_back_at(item: Item, lent_at: datetime) -> datetime:
    return lent_at + timedelta(hours=item.lend_hours)


def overdue(state: str, due: datetime, now: datetime) -> bool:
    """Nobody has taken the request in time, or the thing is not back in time."""
    return state in (OPEN, OUT) and now > due


def next_due_back(due: Iterable[datetime], now: datetime) -> datetime | None:
    """The next of these times; on what is late already nobody can count."""
    return min((time for time in due if time >= now), default=None)


def require_unfinished(state: str) -> None:
    """Raises Conflict for a request that is done or cancelled."""
    if state not in UNFINISHED:
        raise Conflict(f"the request is {state}")


def first_name(display_name: str) -> str:
    """What a customer is told of a colleague's name: Lin of "Lin Zhang"; a Han name, which has no blank, whole."""
    return display_name.strip().partition(" ")[0]


def reference(text: str | None) -> str | None:
    """A ticket number or the id of a conversation, as stored; None for nothing.

    Raises Invalid for anything else: names and telephone numbers do not belong on a loan.
    """
    given = unicodedata.normalize("NFKC", text or "").strip().upper()
    if given and not _REFERENCE.fullmatch(given):
        raise Invalid("a reference is a ticket number, such as A001, or a conversation")
    return given or None


def _said(text: str, aliases: Aliases) -> int:
    """Length of the longest alias in a folded text, 0 where there is none."""
    names = {_folded(name) for names in aliases.values() for name in names}
    return max((len(name) for name in names if mentions(text, name)), default=0)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """NFKC, lower case, simplified script, straight apostrophes, one blank for any white space."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    simplified = to_simplified()
    return " ".join("".join(simplified.get(char, char) for char in plain).split())
