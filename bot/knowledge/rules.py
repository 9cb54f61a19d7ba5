"""What a deposit earns, what a transfer costs, what foreign money is worth: pure, from the tables passed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.errors import Invalid
from bot.knowledge.schema import (
    DepositRate,
    DepositRates,
    ExchangeRate,
    ExchangeRates,
    Fact,
    Kind,
    Texts,
    TransferFees,
    canonical_term,
)
from bot.locales import pick

CENT = Decimal("0.01")
YUAN = "CNY"

# Deposits by the day count 360 days a year, as mainland banks do; months and years count as such.
_DAYS_A_YEAR = Decimal(360)

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


class BelowMinimum(Invalid):
    """The deposit exists, but starts at `minimum` of its currency."""

    def __init__(self, product: Texts, minimum: Decimal, currency: str) -> None:
        self.product = product
        self.minimum = minimum
        self.currency = currency
        super().__init__(f"{product['en']} starts at {minimum} {currency}")


class OutOfDate(Invalid):
    """The table does not hold on this day, so nothing may be computed from it."""


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


@dataclass(frozen=True)
class Exchange:
    """`amount` of `from_currency` gives `result` of `to_currency`; `rate` is how much one unit gives."""

    amount: Decimal
    from_currency: str
    result: Decimal
    to_currency: str
    rate: Decimal
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
    _check(table, amount, today)
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
    interest = (amount * found.rate / 100 * _years(period)).quantize(CENT, ROUND_HALF_UP)
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


def term_label(term: str, locale: str) -> str:
    """How a term is said: P6M → 6个月, 6個月, 6 months. Raises Invalid where it is no term."""
    canonical = canonical_term(term)
    if canonical is None:
        raise Invalid(f"{term!r} is not a term")
    number, unit = canonical[1:-1], canonical[-1]
    return pick(_UNITS[unit], locale).format(number, s="" if number == "1" else "s")


def transfer_fee(table: TransferFees, *, amount: Decimal, channel: str, to: str, today: date) -> Decimal:
    """Fee in yuan of one transfer, rounded half up to the cent. Raises NotOffered, OutOfDate, Invalid."""
    _check(table, amount, today)
    found = next((fee for fee in table.fees if fee.channel == channel and fee.to == to), None)
    if found is None:
        raise NotOffered("channel", f"{channel} to {to}", (f"{fee.channel} to {fee.to}" for fee in table.fees))
    tier = next(tier for tier in found.tiers if tier.up_to is None or amount <= tier.up_to)
    fee = tier.fee if tier.percent is None else amount * tier.percent / 100
    assert fee is not None
    if tier.maximum is not None:
        fee = min(fee, tier.maximum)
    return fee.quantize(CENT, ROUND_HALF_UP)


def exchange(
    table: ExchangeRates,
    amount: Decimal,
    from_currency: str,
    to_currency: str,
    *,
    today: date,
    cash: bool = False,
) -> Exchange:
    """What the bank gives for `amount`. Between two foreign currencies it buys one and sells the other.

    `cash`: the customer hands over notes. Yen are rounded to the yen, all else to the cent, half up.
    Raises NotOffered, OutOfDate, Invalid.
    """
    _check(table, amount, today)
    if from_currency == to_currency:
        raise Invalid(f"{from_currency} need no exchange")
    worth = Decimal(1)
    if from_currency != YUAN:
        bought = _quote(table, from_currency)
        worth = (bought.buy_cash if cash else bought.buy) / bought.unit
    if to_currency != YUAN:
        sold = _quote(table, to_currency)
        worth = worth / (sold.sell / sold.unit)
    step = Decimal(1) if to_currency == "JPY" else CENT
    return Exchange(
        amount=amount,
        from_currency=from_currency,
        result=(amount * worth).quantize(step, ROUND_HALF_UP),
        to_currency=to_currency,
        rate=worth.quantize(Decimal("0.000001"), ROUND_HALF_UP),
        demo=table.demo,
    )


def _check(table: Fact, amount: Decimal, today: date) -> None:
    if not table.holds(today):
        raise OutOfDate(f"holds from {table.valid_from} to {table.valid_until}")
    if not amount.is_finite() or amount <= 0:
        raise Invalid(f"{amount} is not an amount")


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


def _quote(table: ExchangeRates, currency: str) -> ExchangeRate:
    found = next((rate for rate in table.rates if rate.currency == currency), None)
    if found is None:
        raise NotOffered("currency", currency, (YUAN, *(rate.currency for rate in table.rates)))
    return found
