from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.errors import Invalid
from bot.knowledge.rules import (
    BelowMinimum,
    NotOffered,
    OutOfDate,
    deposit_interest,
    exchange,
    rates_card,
    term_label,
    terms_offered,
    transfer_fee,
)
from bot.knowledge.schema import DepositRates, ExchangeRates, Tables, TransferFees, canonical_term
from bot.knowledge.service import Knowledge

LABEL = {"zh-Hans": "存款", "zh-Hant": "存款", "en": "Deposit"}
FACT = {
    "source": "the test",
    "verified": False,
    "demo": True,
    "valid_from": date(2026, 1, 1),
    "valid_until": date(2026, 12, 31),
}
TODAY = date(2026, 11, 23)


@pytest.fixture
def tables(knowledge: Knowledge) -> Tables:
    return knowledge.tables


@pytest.fixture
def rates() -> DepositRates:
    rows = [
        ("CNY", "demand", None, "0.05", "0.01"),
        ("CNY", "notice", "P7D", "0.30", "50000"),
        ("CNY", "fixed", "P3M", "0.65", "50"),
        ("CNY", "fixed", "P1Y", "0.95", "50"),
        ("CNY", "fixed", "P3Y", "1.25", "50"),
        ("CNY", "certificate", "P3Y", "1.45", "200000"),
        ("USD", "fixed", "P1Y", "2.60", "50"),
    ]
    return DepositRates.parse_obj(
        {
            **FACT,
            "labels": {kind: LABEL for kind in ("demand", "notice", "fixed", "certificate")},
            "rates": [dict(zip(("currency", "kind", "term", "rate", "minimum"), row, strict=True)) for row in rows],
        }
    )


@pytest.mark.parametrize(
    ("amount", "term", "interest"),
    [
        ("100000", "P3Y", "3750.00"),
        ("100000", "P36M", "3750.00"),
        ("10000", "P3M", "16.25"),
        ("50", "P1Y", "0.48"),  # 0.475 is rounded up
        ("123456.78", "P1Y", "1172.84"),
    ],
)
def test_fixed_deposit_earns_simple_interest(rates: DepositRates, amount: str, term: str, interest: str) -> None:
    earned = deposit_interest(rates, amount=Decimal(amount), term=term, today=TODAY)
    assert earned.kind == "fixed"
    assert earned.interest == Decimal(interest)
    assert earned.total == Decimal(amount) + Decimal(interest)


def test_certificate_is_computed_when_asked_for(rates: DepositRates) -> None:
    usual = deposit_interest(rates, amount=Decimal(200000), term="P3Y", today=TODAY)
    certificate = deposit_interest(rates, amount=Decimal(200000), term="P3Y", today=TODAY, kind="certificate")
    assert usual.interest == 7500
    assert certificate.interest == 8700


def test_demand_deposit_takes_any_time(rates: DepositRates) -> None:
    half_year = deposit_interest(rates, amount=Decimal(10000), term="P6M", today=TODAY, kind="demand")
    hundred_days = deposit_interest(rates, amount=Decimal(10000), term="P100D", today=TODAY, kind="demand")
    untold = deposit_interest(rates, amount=Decimal(10000), term=None, today=TODAY, kind="demand")
    assert (half_year.interest, half_year.period) == (Decimal("2.50"), "P6M")
    assert (hundred_days.interest, hundred_days.period) == (Decimal("1.39"), "P100D")
    assert (untold.interest, untold.period) == (Decimal("5.00"), "P1Y")


def test_notice_deposit_is_told_for_a_year(rates: DepositRates) -> None:
    earned = deposit_interest(rates, amount=Decimal(50000), term="P1W", today=TODAY)
    assert (earned.kind, earned.term, earned.period) == ("notice", "P7D", "P1Y")
    assert earned.interest == 150


def test_unknown_term_names_the_terms_offered(rates: DepositRates) -> None:
    for term in ("P4Y", "P18M", "next year", "P1Y3D", None):
        with pytest.raises(NotOffered) as caught:
            deposit_interest(rates, amount=Decimal(1000), term=term, today=TODAY)
        assert caught.value.what == "term"
        assert caught.value.offered == ("P7D", "P3M", "P1Y", "P3Y")


def test_unknown_currency_names_those_offered(rates: DepositRates) -> None:
    with pytest.raises(NotOffered) as caught:
        deposit_interest(rates, amount=Decimal(1000), term="P1Y", currency="CHF", today=TODAY)
    assert caught.value.offered == ("CNY", "USD")


def test_deposit_starts_at_its_minimum(rates: DepositRates) -> None:
    assert deposit_interest(rates, amount=Decimal(50), term="P1Y", today=TODAY).interest
    with pytest.raises(BelowMinimum) as caught:
        deposit_interest(rates, amount=Decimal("49.99"), term="P1Y", today=TODAY)
    assert (caught.value.minimum, caught.value.currency) == (50, "CNY")


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity"])
def test_amount_must_be_one(rates: DepositRates, amount: str) -> None:
    with pytest.raises(Invalid):
        deposit_interest(rates, amount=Decimal(amount), term="P1Y", today=TODAY)


def test_expired_rates_compute_nothing(rates: DepositRates) -> None:
    assert deposit_interest(rates, amount=Decimal(50), term="P1Y", today=date(2026, 12, 31))
    with pytest.raises(OutOfDate):
        deposit_interest(rates, amount=Decimal(50), term="P1Y", today=date(2027, 1, 1))


def test_terms_are_offered_in_order_and_once(rates: DepositRates) -> None:
    assert terms_offered(rates) == ["P7D", "P3M", "P1Y", "P3Y"]
    assert terms_offered(rates, kind="certificate") == ["P3Y"]
    assert terms_offered(rates, "USD") == ["P1Y"]


def test_rates_card_says_terms_in_the_locale(rates: DepositRates) -> None:
    card = rates_card(rates, "CNY", "en")
    assert card["kind"] == "rates"
    assert card["rows"][2] == {"product": "Deposit", "term": "3 months", "rate": "0.65%", "minimum": "50"}
    assert card["rows"][5]["minimum"] == "200,000"
    assert rates_card(rates, "CNY", "zh-Hant")["rows"][2]["term"] == "3個月"
    assert card["demo"] is True
    with pytest.raises(NotOffered):
        rates_card(rates, "CHF", "en")


@pytest.mark.parametrize(
    ("term", "canonical"),
    [
        ("P12M", "P1Y"),
        ("P1Y6M", "P18M"),
        ("P2W", "P14D"),
        ("P7D", "P7D"),
        ("P1M1D", None),
        ("P0D", None),
        ("P", None),
        ("1Y", None),
        ("P1YX", None),
    ],
)
def test_term_has_one_shortest_form(term: str, canonical: str | None) -> None:
    assert canonical_term(term) == canonical


def test_term_label_minds_the_plural() -> None:
    assert term_label("P1Y", "en") == "1 year"
    assert term_label("P2Y", "en") == "2 years"
    assert term_label("P7D", "zh-Hans") == "7天"
    with pytest.raises(Invalid):
        term_label("soon", "en")


@pytest.fixture
def quotes() -> ExchangeRates:
    rows = [("USD", 100, "710", "704", "714"), ("JPY", 100, "4.72", "4.57", "4.76")]
    return ExchangeRates.parse_obj(
        {**FACT, "rates": [dict(zip(("currency", "unit", "buy", "buy_cash", "sell"), r, strict=True)) for r in rows]}
    )


def test_bank_buys_below_what_it_sells_at(quotes: ExchangeRates) -> None:
    assert exchange(quotes, Decimal(100), "USD", "CNY", today=TODAY).result == 710
    assert exchange(quotes, Decimal(100), "USD", "CNY", today=TODAY, cash=True).result == 704
    assert exchange(quotes, Decimal(714), "CNY", "USD", today=TODAY).result == 100


def test_exchange_between_foreign_currencies_goes_through_yuan(quotes: ExchangeRates) -> None:
    given = exchange(quotes, Decimal(100), "USD", "JPY", today=TODAY)
    assert given.result == 14916  # 710 yuan at 4.76 for 100 yen, in whole yen
    assert given.rate == Decimal("149.159664")


def test_exchange_refuses_what_it_has_no_quote_for(quotes: ExchangeRates) -> None:
    with pytest.raises(NotOffered) as caught:
        exchange(quotes, Decimal(100), "THB", "CNY", today=TODAY)
    assert caught.value.offered == ("CNY", "USD", "JPY")
    with pytest.raises(Invalid):
        exchange(quotes, Decimal(100), "USD", "USD", today=TODAY)
    with pytest.raises(OutOfDate):
        exchange(quotes, Decimal(100), "USD", "CNY", today=date(2025, 1, 1))


@pytest.fixture
def fees() -> TransferFees:
    tiers = [{"fee": "2", "up_to": "2000"}, {"fee": "15", "up_to": "50000"}, {"percent": "0.03", "maximum": "50"}]
    return TransferFees.parse_obj({**FACT, "fees": [{"channel": "counter", "to": "other_bank", "tiers": tiers}]})


@pytest.mark.parametrize(
    ("amount", "fee"),
    [("2000", "2"), ("2000.01", "15"), ("50000", "15"), ("50001", "15.00"), ("100000", "30"), ("500000", "50")],
)
def test_fee_follows_the_tier(fees: TransferFees, amount: str, fee: str) -> None:
    charged = transfer_fee(fees, amount=Decimal(amount), channel="counter", to="other_bank", today=TODAY)
    assert charged == Decimal(fee)


def test_fee_of_an_unknown_channel_is_not_guessed(fees: TransferFees) -> None:
    with pytest.raises(NotOffered):
        transfer_fee(fees, amount=Decimal(5), channel="phone", to="other_bank", today=TODAY)


def test_limit_says_whether_the_amount_itself_is_within(tables: Tables) -> None:
    limit = tables.limits["machine_withdrawal"]
    assert limit.holds(Decimal(20000))
    assert not limit.holds(Decimal("20000.01"))
    assert not limit.copy(update={"inclusive": False}).holds(Decimal(20000))


def test_demo_tables_answer_the_usual_questions(tables: Tables) -> None:
    earned = deposit_interest(tables.deposit_rates, amount=Decimal(100000), term="P3Y", today=TODAY)
    assert earned.interest == earned.amount * earned.rate * 3 / 100
    for currency in ("USD", "HKD", "EUR"):
        assert deposit_interest(
            tables.deposit_rates, amount=Decimal(1000), term="P1Y", currency=currency, today=TODAY
        ).interest
        assert exchange(tables.exchange_rates, Decimal(1000), currency, "CNY", today=TODAY).result
    for channel in ("phone", "online", "machine", "counter"):
        fee = transfer_fee(tables.transfer_fees, amount=Decimal(3000), channel=channel, to="own_bank", today=TODAY)
        assert fee == 0
