"""The last calculation: which messages go on with it, and what they change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from actions import calculation
from actions.answers import GiveAnswer
from actions.base import IntentAction
from actions.calculation import SLOT, Calculation
from actions.calculators import DepositRates, ExchangeCalculation, LoanCalculation, TransferFee, go_on
from actions.talk import Correct, Inform, OutOfScope
from tests.actions.conftest import Hear, Heard, Said

DEPOSIT = {"kind": "deposit", "amount": "100000", "term": "P3Y"}
LOAN = {"kind": "loan", "amount": "500000", "term": "P20Y", "product": "home_loan"}
DOLLARS = {"kind": "exchange", "amount": "1000", "currency": "USD", "to": "CNY"}
FEE = {"kind": "fee", "amount": "50000", "to": "other_bank"}

ACTIONS: dict[str, IntentAction] = {
    "inform": Inform(),
    "correct": Correct(),
    "oos": OutOfScope(),
    "loan": GiveAnswer(),
    "deposit_rates": DepositRates(),
    "loan_calculation": LoanCalculation(),
    "exchange_calculation": ExchangeCalculation(),
    "transfer_fee": TransferFee(),
}


def kept(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the events keep of the calculation; None where they leave it alone."""
    return next((event["value"] for event in events if event.get("name") == SLOT), None)


def changed(hear: Hear, last: dict[str, Any], said: Said) -> dict[str, Any] | None:
    """What `said` makes of the last calculation; None where it is not about it."""
    said.slots = {SLOT: last}
    return kept(go_on(hear(said).turn))


def answered(hear: Hear, said: Said, last: dict[str, Any] | None = None) -> tuple[dict[str, Any] | None, Heard]:
    said.slots = {SLOT: last} if last else {}
    heard = hear(said)
    return kept(ACTIONS[said.intent].respond(heard.turn)), heard


def test_calculation_survives_the_slot(hear: Hear) -> None:
    asked = Calculation("exchange", amount=Decimal("1234.50"), currency="USD", to="CNY", wanted=True)
    event = asked.kept()
    assert event["value"] == {"kind": "exchange", "amount": "1234.50", "currency": "USD", "to": "CNY", "wanted": True}
    assert calculation.latest(hear(Said(slots={SLOT: event["value"]})).turn) == asked
    assert calculation.latest(hear(Said()).turn) is None


@pytest.mark.parametrize(
    ("last", "said", "change"),
    [
        (DEPOSIT, Said("那五年的呢", "deposit_rates", entities={"term": "五年=P5Y"}), {"term": "P5Y"}),
        (DEPOSIT, Said("20万呢", "loan", entities={"amount": "20万=200000"}), {"amount": "200000"}),
        (DEPOSIT, Said("那一年呢", "inform", entities={"term": "一年=P1Y"}), {"term": "P1Y"}),
        (
            DEPOSIT | {"term": "P1Y"},
            Said("what about dollars", "exchange_calculation", entities={"currency": "dollars=USD"}),
            {"currency": "USD"},
        ),
        (LOAN, Said("那三年的呢", "deposit_rates", entities={"term": "三年=P3Y"}), {"term": "P3Y"}),
        (LOAN, Said("10万呢", "inform", entities={"amount": "10万=100000"}), {"amount": "100000"}),
        (LOAN, Said("换成等额本金呢", "oos"), {"way": "equal_principal"}),
        (LOAN, Said("換成本金平均攤還呢", "oos"), {"way": "equal_principal"}),
        (LOAN, Said("make it equal payments", "loan_calculation"), {"way": "equal_payment"}),
        (LOAN, Said("不对，是30年", "correct", entities={"term": "30年=P30Y"}), {"term": "P30Y"}),
        (LOAN, Said("不是20年，是10年", "correct", entities={"term": "10年=P10Y"}), {"term": "P10Y"}),
        (LOAN, Said("I meant 5 years", "correct", entities={"term": "5 years=P5Y"}), {"term": "P5Y"}),
        (LOAN, Said("公积金贷款呢", "loan", entities={"product": "公积金贷款=fund_loan"}), {"product": "fund_loan"}),
        (LOAN, Said("25年", "oos", entities={"term": "25年=P25Y"}), {"term": "P25Y"}),
        (LOAN, Said("等额本金", "inform"), {"way": "equal_principal"}),
        (DOLLARS, Said("2000呢", "inform", entities={"amount": "2000"}), {"amount": "2000"}),
        (DOLLARS, Said("欧元呢", "deposit_rates", entities={"currency": "欧元=EUR"}), {"currency": "EUR"}),
        (DOLLARS, Said("换成日元呢", "inform", entities={"currency": "日元=JPY"}), {"to": "JPY"}),
        (DOLLARS, Said("现钞呢", "inform"), {"cash": True}),
        (
            DOLLARS | {"currency": "CNY", "to": "USD"},
            Said("what about euros", "inform", entities={"currency": "euros=EUR"}),
            {"to": "EUR"},
        ),
        (FEE, Said("柜台呢", "oos"), {"channel": "counter"}),
        (FEE, Said("手机银行呢", "inform", entities={"service": "手机银行=mobile_banking"}), {"channel": "phone"}),
        (FEE, Said("转本行呢", "inform"), {"to": "own_bank"}),
        (FEE, Said("what about 5,000", "inform", entities={"amount": "5,000=5000"}), {"amount": "5000"}),
        (FEE, Said("在柜台", "inform"), {"channel": "counter"}),
    ],
)
def test_ellipsis_changes_one_thing_of_whatever_was_last(
    hear: Hear, last: dict[str, Any], said: Said, change: dict[str, Any]
) -> None:
    assert changed(hear, last, said) == last | change


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (LOAN, Said("取5万", "inform", entities={"service": "取=cash_withdrawal", "amount": "5万=50000"})),
        (LOAN, Said("存三年呢", "deposit_rates", entities={"term": "三年=P3Y"})),
        (LOAN, Said("美元汇率呢", "exchange_calculation", entities={"currency": "美元=USD"})),
        (DEPOSIT, Said("那房贷呢", "loan", entities={"product": "房贷=home_loan", "amount": "100=100"})),
        (DEPOSIT, Said("等额本金呢", "loan_calculation")),
        (DEPOSIT, Said("跨行转5万呢", "transfer_fee", entities={"amount": "5万=50000"})),
        (DEPOSIT, Said("我等了三年了你们也不管管我这件事情到底怎么办", "oos", entities={"term": "三年=P3Y"})),
        (FEE, Said("柜台态度差", "inform")),
        (FEE, Said("几点关门", "opening_hours")),
        (DOLLARS, Said("三年呢", "deposit_rates", entities={"term": "三年=P3Y"})),
        (DOLLARS, Said(intent="exchange_calculation", entities={"currency": "EUR"})),
    ],
)
def test_message_about_something_else_leaves_it_alone(hear: Hear, last: dict[str, Any], said: Said) -> None:
    assert changed(hear, last, said) is None


@pytest.mark.parametrize("intent", ["inform", "correct", "oos", "loan", "transfer_fee", "deposit_rates"])
def test_every_intent_an_ellipsis_may_be_taken_for_goes_on(hear: Hear, intent: str) -> None:
    found, heard = answered(hear, Said("那三十年的呢", intent, entities={"term": "三十年=P30Y"}), LOAN)
    assert found == LOAN | {"term": "P30Y"}
    assert heard.responses == ["utter_loan_cost"]


def test_another_kind_replaces_the_last_one(hear: Hear) -> None:
    said = Said("存10万三年利息多少", "deposit_rates", entities={"amount": "10万=100000", "term": "三年=P3Y"})
    assert answered(hear, said, LOAN)[0] == DEPOSIT


def test_whole_question_begins_anew(hear: Hear) -> None:
    said = Said("贷10万3年一个月还多少", "loan_calculation", entities={"amount": "10万=100000", "term": "3年=P3Y"})
    assert answered(hear, said, LOAN | {"way": "equal_principal"})[0] == {
        "kind": "loan",
        "amount": "100000",
        "term": "P3Y",
    }


def test_question_that_leaves_something_out_takes_it_from_before(hear: Hear) -> None:
    said = Said("存三年多少利息", "deposit_rates", entities={"term": "三年=P3Y"})
    assert answered(hear, said, DEPOSIT | {"term": "P1Y"})[0] == DEPOSIT


def test_answer_to_what_was_asked_completes_it(hear: Hear) -> None:
    waiting = {"kind": "loan", "term": "P10Y"}
    found, heard = answered(hear, Said("三十万", "inform", entities={"amount": "三十万=300000"}), waiting)
    assert found == waiting | {"amount": "300000"}
    assert heard.responses == ["utter_loan_cost"]


def test_choice_goes_by_its_own_intent(hear: Hear) -> None:
    found, _ = answered(hear, Said(intent="deposit_rates", entities={"term": "P1Y"}), LOAN)
    assert found == {"kind": "deposit", "term": "P1Y"}
    found, _ = answered(hear, Said(intent="loan_calculation", entities={"term": "P10Y"}), LOAN)
    assert found == LOAN | {"term": "P10Y"}


def test_bare_term_with_nothing_before_is_a_deposit(hear: Hear) -> None:
    found, heard = answered(hear, Said("三年", "inform", entities={"term": "三年=P3Y"}))
    assert found == {"kind": "deposit", "term": "P3Y"}
    assert heard.responses == ["utter_rates_need_amount"]


def test_bare_amount_with_nothing_before_is_asked_about(hear: Hear) -> None:
    found, heard = answered(hear, Said("三万", "inform", entities={"amount": "三万=30000"}))
    assert found is None
    assert heard.responses == ["utter_inform"]
