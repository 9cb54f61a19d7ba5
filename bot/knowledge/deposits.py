"""What a deposit earns: pure, from the table passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.errors import Invalid
from bot.knowledge.rules import YUAN, NotOffered, require_usable, term_label, to_cent
from bot.knowledge.schema import DepositRate, DepositRates, Kind, Texts, canonical_term
from bot.locales import pick

# Deposits by the day count 360 days a year, as mainland banks do; months and years count as such.
_DAYS_A_YEAR = Decimal(360)


class BelowMinimum(Invalid):
    """The deposit exists, but starts at `minimum` of its currency."""

    def __init__(self, product: Texts, minimum: Decimal, currency: str) -> None:
        self.product = product
        self.minimum = minimum
        self.currency = currency
        super().__init__(f"{product['en']} starts at {minimum} {currency}")


@dataclass(frozen=True)
class Interest:
    """What `amount` earns. `rate` in percent a year, `interest` and `total` to the cent.

    `period` (ISO 8601) is the time the interest is for. It is `term`, except that a notice deposit's
    term is only its notice: its interest is for a year.
    """

    kind: Kind
    product: Texts
    currency: str
    amount: Decimal
    term: str
    period: str
    rate: Decimal
    interest: Decimal
    total: Decimal
    demo: bool


def deposit_interest(
    table: DepositRates,
    *,
    amount: Decimal,
    term: str | None,
    currency: str = YUAN,
    today: date,
    kind: Kind | None = None,
) -> Interest:
    """Simple interest of a deposit, rounded half up to the cent.

    `term` is ISO 8601 in any form (P12M is P1Y). Without `kind` a term in days is a notice deposit and any
    other a fixed one; certificates and demand deposits are computed when asked for. A demand deposit takes
    any term, a year where there is none.
    Raises NotOffered (currency or term, with those on offer), BelowMinimum, OutOfDate, Invalid.
    """
    require_usable(table, amount, today)
    of_currency = [rate for rate in table.rates if rate.currency == currency]
    if not of_currency:
        raise NotOffered("currency", currency, (rate.currency for rate in table.rates))
    found = _deposit(of_currency, term, kind)
    product = table.labels[found.kind]
    if amount < found.minimum:
        raise BelowMinimum(product, found.minimum, currency)
    period = found.term or "P1Y"
    if found.kind == "notice":
        period = "P1Y"
    elif found.kind == "demand" and term is not None:
        period = canonical_term(term) or "P1Y"
    interest = to_cent(amount * found.rate / 100 * _years(period))
    return Interest(
        kind=found.kind,
        product=product,
        currency=currency,
        amount=amount,
        term=found.term or period,
        period=period,
        rate=found.rate,
        interest=interest,
        total=amount + interest,
        demo=table.demo,
    )


def terms_offered(table: DepositRates, currency: str = YUAN, kind: Kind | None = None) -> list[str]:
    """Terms of a currency in the order of the table; of every kind where none is asked for."""
    return list(
        dict.fromkeys(
            rate.term
            for rate in table.rates
            if rate.currency == currency and rate.term is not None and kind in (None, rate.kind)
        )
    )


def rates_card(table: DepositRates, currency: str, locale: str) -> dict[str, Any]:
    """The card `rates`: one row a deposit, with rates and minimums as text. Raises NotOffered."""
    rows = [rate for rate in table.rates if rate.currency == currency]
    if not rows:
        raise NotOffered("currency", currency, (rate.currency for rate in table.rates))
    return {
        "kind": "rates",
        "currency": currency,
        "rows": [
            {
                "product": pick(table.labels[rate.kind], locale),
                "term": term_label(rate.term, locale) if rate.term else "",
                "rate": f"{rate.rate:f}%",
                "minimum": f"{rate.minimum:,f}",
            }
            for rate in rows
        ],
        "valid_from": table.valid_from.isoformat(),
        "valid_until": table.valid_until.isoformat(),
        "source": table.source_in(locale),
        "demo": table.demo,
    }


def _deposit(rates: list[DepositRate], term: str | None, kind: Kind | None) -> DepositRate:
    kinds = (kind,) if kind else ("fixed", "notice")
    canonical = canonical_term(term) if term else None
    offered = [rate for rate in rates if rate.kind in kinds]
    if not offered:
        raise NotOffered("kind", " or ".join(kinds), (rate.kind for rate in rates))
    for rate in offered:
        if rate.kind == "demand" and (term is None or canonical is not None):
            return rate
        if rate.term is not None and rate.term == canonical:
            return rate
    raise NotOffered("term", term or "at all", (rate.term for rate in offered if rate.term))


def _years(period: str) -> Decimal:
    number, unit = Decimal(period[1:-1]), period[-1]
    return number / {"Y": Decimal(1), "M": Decimal(12), "D": _DAYS_A_YEAR}[unit]
