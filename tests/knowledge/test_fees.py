from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.errors import Invalid
from bot.knowledge.fees import amounts_that_matter, transfer_fee, transfer_fees
from bot.knowledge.rules import NotOffered, OutOfDate
from bot.knowledge.schema import Limit, TransferFees
from tests.knowledge.conftest import FACT, TODAY

LIMIT = {
    "id": "machine_transfer",
    "amount": "50000",
    "currency": "CNY",
    "per": "card_day",
    "inclusive": True,
    "source": "the test",
    "verified": False,
    "demo": True,
}


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


def table(*tiers: dict[str, str], channel: str = "machine") -> TransferFees:
    return TransferFees.parse_obj({**FACT, "fees": [{"channel": channel, "to": "other_bank", "tiers": list(tiers)}]})


def test_every_channel_is_quoted_for_an_amount() -> None:
    (quote,) = transfer_fees(table({"fee": "5"}), {}, amount=Decimal(3000), today=TODAY)
    assert (quote.channel, quote.to, quote.low, quote.high, quote.over) == ("machine", "other_bank", 5, 5, None)
    (free,) = transfer_fees(table({"fee": "0"}), {}, amount=Decimal(3000), today=TODAY)
    assert free.is_free


def test_channel_that_does_not_take_so_much_says_so() -> None:
    limits = {"machine_transfer": Limit.parse_obj(LIMIT)}
    (within,) = transfer_fees(table({"fee": "5"}), limits, amount=Decimal(50000), today=TODAY)
    (above,) = transfer_fees(table({"fee": "5"}), limits, amount=Decimal("50000.01"), today=TODAY)
    assert within.over is None
    assert above.over is not None
    assert above.over.amount == 50000


@pytest.mark.parametrize(
    ("tiers", "span"),
    [
        ([{"fee": "0"}], (0, 0)),
        ([{"fee": "2", "up_to": "2000"}, {"percent": "0.03", "maximum": "50"}], (2, 50)),
        ([{"fee": "60", "up_to": "2000"}, {"percent": "0.03", "maximum": "50"}], (60, 60)),
        ([{"percent": "1", "up_to": "2000"}, {"fee": "25"}], (0, 25)),
        ([{"fee": "2", "up_to": "2000"}, {"percent": "0.03"}], (2, None)),
    ],
)
def test_without_an_amount_the_fee_is_a_span(tiers: list[dict[str, str]], span: tuple[int, int | None]) -> None:
    (quote,) = transfer_fees(table(*tiers), {}, amount=None, today=TODAY)
    assert (quote.low, quote.high) == span


def test_fees_out_of_date_are_not_quoted() -> None:
    for amount in (None, Decimal(5)):
        with pytest.raises(OutOfDate):
            transfer_fees(table({"fee": "5"}), {}, amount=amount, today=date(2027, 1, 1))
    with pytest.raises(Invalid):
        transfer_fees(table({"fee": "5"}), {}, amount=Decimal(0), today=TODAY)


def test_amounts_that_matter_are_where_a_fee_changes() -> None:
    assert amounts_that_matter(table({"fee": "2", "up_to": "2000"}, {"fee": "5", "up_to": "5000"}, {"fee": "9"})) == [
        2000,
        5000,
    ]
