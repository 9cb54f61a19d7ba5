from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.errors import Invalid
from bot.knowledge.deposits import BelowMinimum, deposit_interest, rates_card, terms_offered
from bot.knowledge.rules import NotOffered, OutOfDate
from bot.knowledge.schema import DepositRates
from tests.knowledge.conftest import FACT, LABEL, TODAY


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
