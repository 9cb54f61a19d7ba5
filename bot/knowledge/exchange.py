"""What foreign money is worth: pure, from the table passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.errors import Invalid
from bot.knowledge.rules import CENT, YUAN, NotOffered, require_usable, require_valid
from bot.knowledge.schema import ExchangeRate, ExchangeRates


@dataclass(frozen=True)
class Exchange:
    """`amount` of `from_currency` gives `result` of `to_currency`; `rate` is how much one unit gives."""

    amount: Decimal
    from_currency: str
    result: Decimal
    to_currency: str
    rate: Decimal
    demo: bool


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
    require_usable(table, amount, today)
    worth = _worth(table, from_currency, to_currency, cash)
    return Exchange(
        amount=amount,
        from_currency=from_currency,
        result=_rounded(amount * worth, to_currency),
        to_currency=to_currency,
        rate=worth.quantize(Decimal("0.000001"), ROUND_HALF_UP),
        demo=table.demo,
    )


def exchange_price(
    table: ExchangeRates,
    result: Decimal,
    from_currency: str,
    to_currency: str,
    *,
    today: date,
    cash: bool = False,
) -> Exchange:
    """What a customer hands over to get `result` of `to_currency`: `exchange` the other way about."""
    require_usable(table, result, today)
    worth = _worth(table, from_currency, to_currency, cash)
    return Exchange(
        amount=_rounded(result / worth, from_currency),
        from_currency=from_currency,
        result=result,
        to_currency=to_currency,
        rate=worth.quantize(Decimal("0.000001"), ROUND_HALF_UP),
        demo=table.demo,
    )


def quote_of(table: ExchangeRates, currency: str, *, today: date) -> ExchangeRate:
    """What the bank buys and sells a currency at. Raises NotOffered, OutOfDate."""
    require_valid(table, today)
    return _quote(table, currency)


def exchange_card(table: ExchangeRates, done: Exchange | None, locale: str) -> dict[str, Any]:
    """The card `exchange`: one row a currency, in yuan for `unit` of it, and what was asked for, all as text."""
    card = {
        "kind": "exchange",
        "rows": [
            {
                "currency": rate.currency,
                "unit": str(rate.unit),
                "buy": f"{rate.buy:f}",
                "buy_cash": f"{rate.buy_cash:f}",
                "sell": f"{rate.sell:f}",
            }
            for rate in table.rates
        ],
        "valid_from": table.valid_from.isoformat(),
        "valid_until": table.valid_until.isoformat(),
        "source": table.source_in(locale),
        "demo": table.demo,
    }
    if done is None:
        return card
    result = {
        "amount": f"{done.amount:f}",
        "from": done.from_currency,
        "result": f"{done.result:f}",
        "to": done.to_currency,
        "rate": f"{done.rate.normalize():f}",
    }
    return {**card, "result": result}


def _worth(table: ExchangeRates, from_currency: str, to_currency: str, cash: bool) -> Decimal:
    """How much of one currency a unit of the other gives."""
    if from_currency == to_currency:
        raise Invalid(f"{from_currency} need no exchange")
    worth = Decimal(1)
    if from_currency != YUAN:
        bought = _quote(table, from_currency)
        worth = (bought.buy_cash if cash else bought.buy) / bought.unit
    if to_currency != YUAN:
        sold = _quote(table, to_currency)
        worth = worth / (sold.sell / sold.unit)
    return worth


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1) if currency == "JPY" else CENT, ROUND_HALF_UP)


def _quote(table: ExchangeRates, currency: str) -> ExchangeRate:
    found = next((rate for rate in table.rates if rate.currency == currency), None)
    if found is None:
        raise NotOffered("currency", currency, (YUAN, *(rate.currency for rate in table.rates)))
    return found
