from __future__ import annotations

from decimal import Decimal

import pytest

from bot.errors import Invalid
from bot.knowledge.deposits import deposit_interest
from bot.knowledge.exchange import exchange
from bot.knowledge.fees import transfer_fee
from bot.knowledge.loans import loan_cost
from bot.knowledge.rules import term_label
from bot.knowledge.schema import Tables, canonical_term, months_of
from tests.knowledge.conftest import TODAY


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


@pytest.mark.parametrize(
    ("term", "months"), [("P20Y", 20 * 12), ("P1Y6M", 18), ("P6M", 6), ("P7D", None), ("1Y", None)]
)
def test_term_has_months_unless_it_is_in_days(term: str, months: int | None) -> None:
    assert months_of(term) == months


def test_term_label_minds_the_plural() -> None:
    assert term_label("P1Y", "en") == "1 year"
    assert term_label("P2Y", "en") == "2 years"
    assert term_label("P7D", "zh-Hans") == "7天"
    with pytest.raises(Invalid):
        term_label("soon", "en")


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
    for loan in tables.loan_rates.rates:
        for amount in loan.amounts:
            cost = loan_cost(tables.loan_rates, amount=amount, term=loan.terms[-1], product=loan.product, today=TODAY)
            assert all(instalments.total > amount for instalments in cost.ways)
