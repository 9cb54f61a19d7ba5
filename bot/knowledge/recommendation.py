"""Which of the bank's products fit a customer's savings: pure, from the table of products and what was told.

Suitability comes before fit: nothing above the risk the customer can bear, nothing whose minimum exceeds the amount,
nothing that locks the money longer than it can lie. What was not told is taken at its most careful. Loans and cards
are never savings; insurance is looked at only by who asks for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from bot.knowledge.rules import require_valid
from bot.knowledge.schema import NOT_SAVED, Need, Product, Products, RiskLevel
from bot.locales import pick

# How much loss could be borne, from a cent too much to large ups and downs.
Risk = Literal["none", "little", "some", "much"]
Reason = Literal["need", "insured", "at_hand", "in_time", "within_risk"]
Cause = Literal["risk", "minimum", "locked"]

NEEDS: tuple[Need, ...] = get_args(Need)
RISKS: tuple[Risk, ...] = get_args(Risk)
# A horizon of no time at all: the money may be needed on any day.
ANY_TIME = "P0D"
MOST, FEWEST = 3, 2
# Two of a kind teach nothing that one does not.
MOST_OF_A_KIND = 2

_LEVELS: tuple[RiskLevel, ...] = get_args(RiskLevel)
# The highest level recommended for what can be borne. R5 is between a customer and an adviser alone.
_CEILINGS: dict[Risk, RiskLevel] = {"none": "R1", "little": "R2", "some": "R3", "much": "R4"}
# Months and years count as banks count them, so that 90 days are three months.
_DAYS = {"Y": 360, "M": 30, "W": 7, "D": 1}


@dataclass(frozen=True)
class Wishes:
    """What a customer has told; None where nothing. `horizon` is ISO 8601, `amount` in yuan."""

    need: Need | None = None
    horizon: str | None = None
    amount: Decimal | None = None
    risk: Risk | None = None
    elderly: bool = False


@dataclass(frozen=True)
class Pick:
    """A product that fits, and why."""

    product: Product
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LeftOut:
    """A product for the same need that does not fit, and what speaks against it first."""

    product: Product
    cause: Cause


@dataclass(frozen=True)
class Advice:
    """At most three products, best first, and what was left out for its risk, minimum or lock."""

    picks: tuple[Pick, ...]
    left_out: tuple[LeftOut, ...]


def recommend(table: Products, wishes: Wishes, *, today: date) -> Advice:
    """The products of `table` that fit, best first. None at all is an answer too.

    Raises OutOfDate where the table does not hold on `today`.
    """
    require_valid(table, today)
    considered = [product for product in table.products if _is_considered(product, wishes)]
    causes = {product.id: unsuitable(product, wishes) for product in considered}
    suitable = sorted((p for p in considered if causes[p.id] is None), key=lambda product: _order(product, wishes))
    for_need = [product for product in suitable if _serves(product, wishes)]
    chosen = _varied(for_need, MOST)
    if wishes.need != "insure":  # who wants cover is not served by a deposit
        others = [product for product in suitable if product not in for_need]
        chosen += _varied(others, max(0, FEWEST - len(chosen)))
    left_out = [
        LeftOut(product, cause) for product in considered if (cause := causes[product.id]) and _serves(product, wishes)
    ]
    return Advice(tuple(Pick(product, _reasons(product, wishes)) for product in chosen), tuple(left_out))


def unsuitable(product: Product, wishes: Wishes) -> Cause | None:
    """What speaks against a product, None where nothing does."""
    if _level(product) > _LEVELS.index(ceiling(wishes)) + 1:
        return "risk"
    if wishes.amount is not None and product.minimum is not None and product.minimum > wishes.amount:
        return "minimum"
    if _is_locked_too_long(product, wishes.horizon):
        return "locked"
    return None


def ceiling(wishes: Wishes) -> RiskLevel:
    """The highest risk level for these wishes: R1 for who did not say, cannot lose, or is elderly."""
    if wishes.risk is None or wishes.elderly:
        return "R1"
    return _CEILINGS[wishes.risk]


def days_of(term: str) -> int:
    """Length of an ISO 8601 term of one unit or several in days. ValueError where it is no such term."""
    parts = re.fullmatch(r"P(?=\d)((?:\d{1,5}[YMWD])+)", term)
    if parts is None:
        raise ValueError(f"{term!r} is not a term")
    return sum(int(number) * _DAYS[unit] for number, unit in re.findall(r"(\d+)([YMWD])", parts[1]))


def product_card(table: Products, product: Product, locale: str) -> dict[str, Any]:
    """The card `product`: texts in `locale`, `minimum` as text in yuan or None, `risk` as R1 to R5 or None."""
    return {
        "kind": "product",
        "id": product.id,
        "name": pick(product.name, locale),
        "category": pick(table.labels[product.kind], locale),
        "risk": product.risk,
        "minimum": None if product.minimum is None else f"{product.minimum:,f}",
        "term": None if product.term is None else pick(product.term, locale),
        "about": pick(product.about, locale),
        "caveat": None if product.caveat is None else pick(product.caveat, locale),
        "source": table.source_in(locale),
        "demo": table.demo,
    }


def _is_considered(product: Product, wishes: Wishes) -> bool:
    if product.kind in NOT_SAVED:
        return False
    # A policy sold beside a deposit is the complaint banks hear most: only who asks for it gets it, and no elderly one.
    return product.kind != "insurance" or (wishes.need in product.needs and not wishes.elderly)


def _serves(product: Product, wishes: Wishes) -> bool:
    return wishes.need is None or wishes.need in product.needs


def _is_locked_too_long(product: Product, horizon: str | None) -> bool:
    if product.locked is None:
        return False
    if horizon is None:  # untold: what can be broken off without a loss of principal
        return product.kind != "deposit"
    return days_of(product.locked) > days_of(horizon)


def _level(product: Product) -> int:
    """0 for a deposit, then 1 for R1 to 5 for R5."""
    return 0 if product.risk is None else _LEVELS.index(product.risk) + 1


def _order(product: Product, wishes: Wishes) -> tuple[Any, ...]:
    """The calmest first, for growth the liveliest allowed; then the lock that uses the time best."""
    lively = wishes.need == "growth" and _serves(product, wishes)
    level = -_level(product) if lively else _level(product)
    entry = product.minimum if wishes.amount is None else Decimal(0)
    locked = days_of(product.locked) if product.locked else 0
    return level, entry, locked if wishes.need == "handy" else -locked


def _varied(products: list[Product], most: int) -> list[Product]:
    chosen: list[Product] = []
    for product in products:
        if len(chosen) < most and sum(other.kind == product.kind for other in chosen) < MOST_OF_A_KIND:
            chosen.append(product)
    return chosen


def _reasons(product: Product, wishes: Wishes) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if wishes.need is not None and wishes.need in product.needs:
        reasons.append("need")
    if product.kind == "deposit":
        reasons.append("insured")
    if product.locked is None and product.kind != "insurance":
        reasons.append("at_hand")
    elif product.locked is not None and wishes.horizon is not None:
        reasons.append("in_time")
    # R1 may lose too: to who can lose nothing its risk is no reason.
    if product.risk is not None and product.kind != "insurance" and ceiling(wishes) != "R1":
        reasons.append("within_risk")
    return tuple(reasons)
