from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.knowledge.loans import (
    OutOfRange,
    TermTooLong,
    equal_payment,
    equal_principal,
    loan_card,
    loan_cost,
    loans_fitting,
)
from bot.knowledge.rules import NotOffered, OutOfDate
from bot.knowledge.schema import LoanRates
from tests.knowledge.conftest import FACT, LABEL, TODAY

ROWS = [
    ("consumer", "3.60", "1000", "200000", "P5Y", "P3Y"),
    ("mortgage", "3.10", "50000", "10000000", "P30Y", "P20Y"),
    ("car", "3.80", "10000", "500000", "P5Y", "P3Y"),
]
TABLE = LoanRates.parse_obj(
    {
        **FACT,
        "labels": {"equal_payment": LABEL, "equal_principal": LABEL},
        "rates": [
            {
                "product": product,
                "label": {"zh-Hans": "贷款", "zh-Hant": "貸款", "en": product},
                "rate": rate,
                "minimum": minimum,
                "maximum": maximum,
                "longest": longest,
                "amounts": [maximum],
                "terms": [term],
            }
            for product, rate, minimum, maximum, longest, term in ROWS
        ],
    }
)
amounts = st.decimals(Decimal("1000"), Decimal("10000000"), places=2)
rates = st.decimals(Decimal("0.05"), Decimal("24"), places=2)
months = st.integers(1, 360)


def test_equal_payment_is_the_annuity() -> None:
    paid = equal_payment(Decimal(500000), Decimal("3.10"), 240)
    assert paid.first == Decimal("2798.08")
    assert set(paid.payments[:-1]) == {paid.first}
    assert paid.last == Decimal("2799.52")  # what 239 rounded payments have left
    assert paid.interest == Decimal("171540.64")


def test_equal_principal_falls_by_the_interest_of_what_is_paid_back() -> None:
    paid = equal_principal(Decimal(120000), Decimal("3.60"), 12)
    assert paid.first == Decimal("10360.00")
    assert paid.payments[1] == Decimal("10330.00")
    assert paid.last == Decimal("10030.00")
    assert paid.interest == 2340


def test_without_interest_the_loan_is_what_is_paid() -> None:
    for repaid in (equal_payment, equal_principal):
        paid = repaid(Decimal(100), Decimal(0), 3)
        assert paid.payments == (Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))
        assert paid.interest == 0


def test_one_month_is_one_payment() -> None:
    for repaid in (equal_payment, equal_principal):
        paid = repaid(Decimal(1000), Decimal(12), 1)
        assert paid.payments == (Decimal("1010.00"),)


@given(amounts, rates, months)
def test_payments_add_up(amount: Decimal, rate: Decimal, count: int) -> None:
    for repaid in (equal_payment, equal_principal):
        paid = repaid(amount, rate, count)
        assert len(paid.payments) == count
        assert sum(paid.payments) == paid.total == amount + paid.interest
        assert all(payment >= 0 and payment == round(payment, 2) for payment in paid.payments)


@given(st.decimals(Decimal("0.01"), Decimal("5"), places=2), st.decimals(Decimal(0), Decimal(100), places=2), months)
def test_nobody_is_ever_paid_for_a_tiny_loan(amount: Decimal, rate: Decimal, count: int) -> None:
    for repaid in (equal_payment, equal_principal):
        paid = repaid(amount, rate, count)
        assert all(payment >= 0 for payment in paid.payments)
        assert paid.total >= amount


@given(st.decimals(Decimal(10000), Decimal(10000000), places=2), st.decimals(Decimal(1), Decimal(24), places=2), months)
def test_equal_principal_costs_no_more_interest(amount: Decimal, rate: Decimal, count: int) -> None:
    payment, principal = equal_payment(amount, rate, count), equal_principal(amount, rate, count)
    # Each month's interest is rounded, which may differ by half a cent in either way.
    assert principal.interest <= payment.interest + Decimal("0.01") * count
    if count >= 12:
        assert principal.interest < payment.interest
        assert principal.first > payment.first
        assert principal.last < payment.last


@given(st.decimals(Decimal(10000), Decimal(10000000), places=2), st.decimals(Decimal(1), Decimal(24), places=2), months)
def test_longer_is_less_a_month_and_more_in_all(amount: Decimal, rate: Decimal, count: int) -> None:
    for repaid in (equal_payment, equal_principal):
        shorter, longer = repaid(amount, rate, count), repaid(amount, rate, count + 1)
        assert longer.first < shorter.first
        assert longer.interest > shorter.interest


@given(st.decimals(Decimal(1000), Decimal(10000000), places=2), rates, months)
def test_equal_principal_never_rises_but_for_the_rest(amount: Decimal, rate: Decimal, count: int) -> None:
    paid = equal_principal(amount, rate, count).payments[:-1]
    assert list(paid) == sorted(paid, reverse=True)


def test_loan_without_a_kind_is_the_first_that_takes_it() -> None:
    small = loan_cost(TABLE, amount=Decimal(100000), term="P3Y", today=TODAY)
    large = loan_cost(TABLE, amount=Decimal(300000), term="P36M", today=TODAY)
    asked = loan_cost(TABLE, amount=Decimal(100000), term="P3Y", product="car", today=TODAY)
    assert [cost.product for cost in (small, large, asked)] == ["consumer", "mortgage", "car"]
    assert [cost.rate for cost in (small, large, asked)] == [Decimal(r) for r in ("3.60", "3.10", "3.80")]
    assert large.months == 36
    assert small.by("equal_principal").way == "equal_principal"


def test_what_is_unknown_fits_every_loan() -> None:
    def fitting(**known: str) -> list[str]:
        amount = Decimal(known["amount"]) if "amount" in known else None
        found = loans_fitting(TABLE, amount=amount, term=known.get("term"), product=known.get("product"), today=TODAY)
        return [loan.product for loan in found]

    assert fitting() == ["consumer", "mortgage", "car"]
    assert fitting(amount="5000") == ["consumer"]
    assert fitting(term="P5Y1M") == ["mortgage"]
    assert fitting(amount="200000", term="P5Y") == ["consumer", "mortgage", "car"]
    assert fitting(product="car") == ["car"]


@pytest.mark.parametrize(
    ("amount", "product", "bounds"),
    [
        ("999.99", None, (1000, 200000)),
        ("10000000.01", None, (50000, 10000000)),
        ("9999", "car", (10000, 500000)),
        ("500001", "car", (10000, 500000)),
    ],
)
def test_amount_out_of_range_names_the_range(amount: str, product: str | None, bounds: tuple[int, int]) -> None:
    with pytest.raises(OutOfRange) as caught:
        loan_cost(TABLE, amount=Decimal(amount), term="P1Y", product=product, today=TODAY)
    assert (caught.value.minimum, caught.value.maximum) == bounds


def test_both_ends_of_the_range_are_lent() -> None:
    for amount in (10000, 500000):
        assert loan_cost(TABLE, amount=Decimal(amount), term="P5Y", product="car", today=TODAY).months == 60


@pytest.mark.parametrize(
    ("product", "term", "longest"), [(None, "P31Y", "P30Y"), ("car", "P61M", "P5Y"), ("mortgage", "P361M", "P30Y")]
)
def test_term_too_long_names_the_longest(product: str | None, term: str, longest: str) -> None:
    with pytest.raises(TermTooLong) as caught:
        loan_cost(TABLE, amount=Decimal(100000), term=term, product=product, today=TODAY)
    assert caught.value.longest == longest


def test_what_is_not_offered_is_not_worked_out() -> None:
    with pytest.raises(NotOffered) as caught:
        loan_cost(TABLE, amount=Decimal(100000), term="P1Y", product="boat", today=TODAY)
    assert (caught.value.what, caught.value.offered) == ("product", ("consumer", "mortgage", "car"))
    for term in ("P30D", "soon"):
        with pytest.raises(NotOffered) as caught:
            loan_cost(TABLE, amount=Decimal(100000), term=term, today=TODAY)
        assert (caught.value.what, caught.value.offered) == ("term", ("P3Y", "P20Y"))


def test_table_out_of_date_works_out_nothing() -> None:
    assert loans_fitting(TABLE, today=date(2026, 12, 31))
    with pytest.raises(OutOfDate):
        loans_fitting(TABLE, today=date(2027, 1, 1))
    with pytest.raises(OutOfDate):
        loan_cost(TABLE, amount=Decimal(100000), term="P1Y", today=date(2027, 1, 1))


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity"])
def test_amount_must_be_one(amount: str) -> None:
    with pytest.raises(Invalid):
        loan_cost(TABLE, amount=Decimal(amount), term="P1Y", today=TODAY)


def test_card_has_a_row_for_each_way() -> None:
    cost = loan_cost(TABLE, amount=Decimal(120000), term="P1Y", today=TODAY)
    card = loan_card(TABLE, cost, "en")
    assert (card["kind"], card["product"], card["term"], card["rate"]) == ("loan", "consumer", "1 year", "3.60%")
    assert len(card["rows"]) == 2
    assert card["rows"][1] == {
        "way": "Deposit",
        "first": "10360.00",
        "last": "10030.00",
        "interest": "2340.00",
        "total": "122340.00",
    }
    assert card["demo"] is True
