from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.knowledge.exchange import exchange, exchange_card, exchange_price, quote_of
from bot.knowledge.rules import NotOffered, OutOfDate
from bot.knowledge.schema import ExchangeRates
from tests.knowledge.conftest import FACT, TODAY

ROWS = [("USD", 100, "710", "704", "714"), ("JPY", 100, "4.72", "4.57", "4.76")]
QUOTES = ExchangeRates.parse_obj(
    {**FACT, "rates": [dict(zip(("currency", "unit", "buy", "buy_cash", "sell"), r, strict=True)) for r in ROWS]}
)
amounts = st.decimals(Decimal("1"), Decimal("1000000"), places=2)


def test_bank_buys_below_what_it_sells_at() -> None:
    assert exchange(QUOTES, Decimal(100), "USD", "CNY", today=TODAY).result == 710
    assert exchange(QUOTES, Decimal(100), "USD", "CNY", today=TODAY, cash=True).result == 704
    assert exchange(QUOTES, Decimal(714), "CNY", "USD", today=TODAY).result == 100


def test_exchange_between_foreign_currencies_goes_through_yuan() -> None:
    given = exchange(QUOTES, Decimal(100), "USD", "JPY", today=TODAY)
    assert given.result == 14916  # 710 yuan at 4.76 for 100 yen, in whole yen
    assert given.rate == Decimal("149.159664")


def test_price_is_what_the_bank_sells_at() -> None:
    dollars = exchange_price(QUOTES, Decimal(1000), "CNY", "USD", today=TODAY)
    assert (dollars.amount, dollars.result) == (Decimal("7140.00"), 1000)
    yuan = exchange_price(QUOTES, Decimal(7040), "USD", "CNY", today=TODAY, cash=True)
    assert yuan.amount == 1000
    yen = exchange_price(QUOTES, Decimal(100), "JPY", "USD", today=TODAY)
    assert yen.amount == 15127  # 714 yuan, for which the bank wants yen at 4.72 a hundred


@given(amounts, st.sampled_from(["USD", "JPY"]), st.sampled_from(["CNY", "USD", "JPY"]))
def test_there_and_back_never_gains(amount: Decimal, there: str, home: str) -> None:
    if there == home:
        return
    given = exchange(QUOTES, amount, home, there, today=TODAY).result
    if given:
        back = exchange(QUOTES, given, there, home, today=TODAY).result
        half_a_unit = Decimal("0.5") if there == "JPY" else Decimal("0.005")
        worth_of_rounding = exchange(QUOTES, Decimal(100), there, home, today=TODAY).rate * half_a_unit + 1
        assert back <= amount + worth_of_rounding


def test_exchange_refuses_what_it_has_no_quote_for() -> None:
    with pytest.raises(NotOffered) as caught:
        exchange(QUOTES, Decimal(100), "THB", "CNY", today=TODAY)
    assert caught.value.offered == ("CNY", "USD", "JPY")
    with pytest.raises(Invalid):
        exchange(QUOTES, Decimal(100), "USD", "USD", today=TODAY)
    with pytest.raises(OutOfDate):
        exchange(QUOTES, Decimal(100), "USD", "CNY", today=date(2025, 1, 1))


def test_quote_is_refused_where_there_is_none() -> None:
    assert quote_of(QUOTES, "USD", today=TODAY).sell == 714
    with pytest.raises(NotOffered):
        quote_of(QUOTES, "THB", today=TODAY)
    with pytest.raises(OutOfDate):
        quote_of(QUOTES, "USD", today=date(2027, 1, 1))


def test_price_is_refused_like_an_exchange() -> None:
    with pytest.raises(Invalid):
        exchange_price(QUOTES, Decimal(0), "CNY", "USD", today=TODAY)
    with pytest.raises(NotOffered):
        exchange_price(QUOTES, Decimal(100), "CNY", "THB", today=TODAY)


def test_card_has_every_currency_and_what_was_worked_out() -> None:
    plain = exchange_card(QUOTES, None, "en")
    assert plain["kind"] == "exchange"
    assert plain["rows"][0] == {"currency": "USD", "unit": "100", "buy": "710", "buy_cash": "704", "sell": "714"}
    assert "result" not in plain
    done = exchange(QUOTES, Decimal("1234.5"), "USD", "CNY", today=TODAY)
    assert exchange_card(QUOTES, done, "en")["result"] == {
        "amount": "1234.5",
        "from": "USD",
        "result": "8764.95",
        "to": "CNY",
        "rate": "7.1",
    }
