"""What every calculation shares: whether a table holds, terms and their names, and what is refused.

The calculations themselves are pure too: `deposits`, `loans`, `exchange` and `fees`, from the tables passed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.errors import Invalid
from bot.knowledge.schema import Fact, canonical_term
from bot.locales import pick

CENT = Decimal("0.01")
YUAN = "CNY"

_UNITS = {
    "Y": {"zh-Hans": "{}年", "zh-Hant": "{}年", "en": "{} year{s}"},
    "M": {"zh-Hans": "{}个月", "zh-Hant": "{}個月", "en": "{} month{s}"},
    "D": {"zh-Hans": "{}天", "zh-Hant": "{}天", "en": "{} day{s}"},
}


class NotOffered(Invalid):
    """The bank has no such term, currency or channel. `what` names which, `offered` holds those it has."""

    def __init__(self, what: str, asked: str, offered: Iterable[str]) -> None:
        self.what = what
        self.offered = tuple(dict.fromkeys(offered))
        super().__init__(f"no {what} {asked}; offered: {', '.join(self.offered)}")


class OutOfDate(Invalid):
    """The table does not hold on this day, so nothing may be computed from it."""


def require_usable(table: Fact, amount: Decimal, today: date) -> None:
    """Raises OutOfDate where `table` does not hold on `today`, Invalid where `amount` is no sum of money."""
    require_valid(table, today)
    if not amount.is_finite() or amount <= 0:
        raise Invalid(f"{amount} is not an amount")


def require_valid(table: Fact, today: date) -> None:
    """Raises OutOfDate where `table` does not hold on `today`."""
    if not table.holds(today):
        raise OutOfDate(f"holds from {table.valid_from} to {table.valid_until}")


def to_cent(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def term_label(term: str, locale: str) -> str:
    """How a term is said: P6M → 6个月, 6個月, 6 months. Raises Invalid where it is no term."""
    canonical = canonical_term(term)
    if canonical is None:
        raise Invalid(f"{term!r} is not a term")
    number, unit = canonical[1:-1], canonical[-1]
    return pick(_UNITS[unit], locale).format(number, s="" if number == "1" else "s")
