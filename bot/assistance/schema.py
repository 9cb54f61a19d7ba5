"""What a branch helps with in the hall, as read from `data/branch/<id>/assistance.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any, Literal

from pydantic import Field, validator

from bot.branch.schema import Aliases
from bot.datafiles import Strict, Texts

OTHER = "other"
URGENT = "urgent"
BY, PLACE, ITEM = "by", "place", "item"


class Kind(Strict):
    """A kind of request. Somebody comes within `promise_minutes` to `zone`, unless the customer is elsewhere.

    `comes` tells the customer who comes; it may hold {by}, {place} and, where things are lent, {item}.
    """

    id: str = Field(..., regex="^[a-z_]{1,40}$")
    label: Texts
    priority: Literal["urgent", "normal"]
    promise_minutes: int = Field(..., ge=1, le=240)
    zone: str
    lends: bool = False
    comes: Texts
    aliases: Aliases

    @validator("comes")
    def _known_blanks(cls, value: Texts, values: dict[str, Any]) -> Texts:
        known = {BY, PLACE, ITEM} if values.get("lends") else {BY, PLACE}
        for locale, text in value.items():
            blanks = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            if not blanks <= known:
                raise ValueError(f"{locale} has {{{', '.join(sorted(blanks - known))}}}, which nothing fills in")
        return value

    @property
    def urgent(self) -> bool:
        return self.priority == URGENT


class Item(Strict):
    """A thing that is lent for `lend_hours`. `count` were there on `counted_on`, those on loan that day included.

    `picture` names an icon of the staff console.
    """

    id: str = Field(..., regex="^[a-z_]{1,40}$")
    label: Texts
    picture: str = Field(..., regex="^[a-z_]{1,20}$")
    count: int = Field(..., ge=0, le=10_000)
    counted_on: date
    lend_hours: int = Field(..., ge=1, le=24 * 90)
    aliases: Aliases


class AssistanceFile(Strict):
    """`staff` stands for {by} until somebody has taken a request, `something` for an {item} nobody has named."""

    demo: bool
    source: str
    staff: Texts
    something: Texts
    kinds: list[Kind] = Field(..., min_items=1)
    items: list[Item]


@dataclass(frozen=True)
class Catalogue:
    """The file, checked: every zone exists, `other` exists, one kind lends. Mappings keep its order."""

    staff: Texts
    something: Texts
    kinds: Mapping[str, Kind]
    items: Mapping[str, Item]

    @property
    def lending(self) -> Kind:
        return next(kind for kind in self.kinds.values() if kind.lends)

    def known_kind(self, kind_id: str) -> Kind:
        """The kind of a stored request; `other` where the file has lost it since."""
        return self.kinds.get(kind_id) or self.kinds[OTHER]
