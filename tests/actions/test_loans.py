"""What a loan costs, as a customer hears it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.calculation import SLOT
from actions.calculators import LoanCalculation
from actions.edge import Edge
from tests.actions.conftest import Hear, Heard, Said


def loan(hear: Hear, text: str = "", **entities: str) -> Heard:
    heard = hear(Said(text, "loan_calculation", entities=entities))
    heard.events = LoanCalculation().respond(heard.turn)
    return heard


def kept(heard: Heard) -> Any:
    return next(event["value"] for event in heard.events if event.get("name") == SLOT)


def card(heard: Heard) -> dict[str, Any]:
    return heard.dispatcher.messages[0]["custom"]["cards"][0]


def test_both_ways_are_said_with_the_card(hear: Hear) -> None:
    heard = loan(hear, "房贷50万20年每月还多少", product="房贷=home_loan", amount="50万=500000", term="20年=P20Y")
    assert heard.responses == ["utter_loan_cost"]
    said = heard.dispatcher.messages[0]
    assert (said["product"], said["amount"], said["term"], said["rate"]) == ("住房贷款", "500,000", "20年", "3.10")
    assert (said["first"], said["interest"], said["total"]) == ("2,798.08", "171,540.64", "671,540.64")
    assert (said["principal_first"], said["principal_interest"]) == ("3,375.00", "155,646.09")
    rows = card(heard)["rows"]
    assert [row["way"] for row in rows] == ["等额本息", "等额本金"]
    assert rows[0]["first"] == "2798.08"
    assert card(heard)["demo"] is True
    assert {"service": "loan", "accept": "take"}.items() <= offered(heard).items()


def offered(heard: Heard) -> dict[str, Any]:
    return next(event["value"] for event in heard.events if event.get("name") == "offer")


def test_what_is_missing_is_asked_for_with_choices(hear: Hear) -> None:
    nothing = loan(hear, "贷款一个月还多少", term="一个月=P1M")
    assert nothing.responses == ["utter_loan_need_amount"]
    assert '/loan_calculation{"amount": "100000"}' in nothing.choices
    assert kept(nothing) == {"kind": "loan"}
    amount = loan(hear, "车贷十万", product="车贷=car_loan", amount="十万=100000")
    assert amount.responses == ["utter_loan_need_term"]
    assert '/loan_calculation{"amount": "100000", "term": "P3Y", "product": "car_loan"}' in amount.choices
    assert len(loan(hear, "贷50万", amount="50万=500000").choices) <= 6


def test_kind_that_is_not_named_can_be_chosen(hear: Hear) -> None:
    heard = loan(hear, "贷30万10年", amount="30万=300000", term="10年=P10Y")
    assert heard.dispatcher.messages[0]["product"] == "住房贷款"
    assert '/loan_calculation{"amount": "300000", "term": "P10Y", "product": "business_loan"}' in heard.choices
    assert not any("ease_loan" in payload for payload in heard.choices)


def test_loan_is_what_is_borrowed_not_what_is_paid_down(hear: Hear) -> None:
    said = Said("首付30万贷70万20年", "loan_calculation")
    said.entities = {"amount": "30万=300000", "term": "20年=P20Y"}
    heard = hear(said)
    heard.turn.entities.append({"entity": "amount", "value": "700000", "start": 6, "end": 9})
    LoanCalculation().respond(heard.turn)
    assert heard.dispatcher.messages[0]["amount"] == "700,000"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("等额本息贷50万20年", "utter_loan_equal_payment"),
        ("50万20年 equal principal", "utter_loan_equal_principal"),
        ("50万20年等额本息和等额本金比一比", "utter_loan_cost"),
    ],
)
def test_way_that_is_asked_for_is_the_one_that_is_said(hear: Hear, text: str, response: str) -> None:
    heard = loan(hear, text, amount="50万=500000", term="20年=P20Y")
    assert heard.responses == [response]
    assert len(card(heard)["rows"]) == 2


def test_amount_out_of_range_is_told_with_others_to_choose(hear: Hear) -> None:
    heard = loan(hear, "消费贷50万3年", product="消费贷=ease_loan", amount="50万=500000", term="3年=P3Y")
    assert heard.responses == ["utter_loan_amount"]
    assert heard.dispatcher.messages[0]["maximum"] == "200,000"
    assert '/loan_calculation{"amount": "100000", "term": "P3Y", "product": "ease_loan"}' in heard.choices
    assert kept(heard) == {"kind": "loan", "term": "P3Y", "product": "ease_loan"}


def test_amount_and_term_out_of_range_are_told_one_after_the_other(hear: Hear) -> None:
    heard = loan(hear, "车贷100万20年", product="车贷=car_loan", amount="100万=1000000", term="20年=P20Y")
    assert heard.responses == ["utter_loan_amount"]
    assert heard.choices


def test_term_too_long_is_told_with_others_to_choose(hear: Hear) -> None:
    heard = loan(hear, "车贷10万20年", product="车贷=car_loan", amount="10万=100000", term="20年=P20Y")
    assert heard.responses == ["utter_loan_term"]
    assert heard.dispatcher.messages[0]["longest"] == "5年"
    assert '/loan_calculation{"amount": "100000", "term": "P5Y", "product": "car_loan"}' in heard.choices


def test_days_and_foreign_money_are_refused_in_words(hear: Hear) -> None:
    assert loan(hear, "贷10万30天", amount="10万=100000", term="30天=P30D").responses == ["utter_loan_months"]
    heard = loan(hear, "贷10万美元3年", amount="10万=100000", currency="美元=USD", term="3年=P3Y")
    assert heard.responses == ["utter_loan_currency"]
    assert kept(heard) == {"kind": "loan", "amount": "100000", "term": "P3Y"}


def test_question_without_figures_is_answered_in_words(hear: Hear) -> None:
    faq = [{"id": "loan.plan", "score": 0.9}]
    heard = hear(Said("等额本息和等额本金哪个合算", "loan_calculation", faq=faq))
    LoanCalculation().respond(heard.turn)
    assert heard.responses == ["utter_answer"]


def test_same_question_after_a_calculation_compares_its_figures(hear: Hear) -> None:
    slots = {SLOT: {"kind": "loan", "amount": "500000", "term": "P20Y", "way": "equal_payment"}}
    faq = [{"id": "loan.plan", "score": 0.9}]
    heard = hear(Said("等额本息和等额本金哪个合算", "loan_calculation", faq=faq, slots=slots))
    LoanCalculation().respond(heard.turn)
    assert heard.responses == ["utter_loan_cost"]
    again = hear(Said("一共多少利息", "loan_calculation", slots=slots))
    LoanCalculation().respond(again.turn)
    assert again.responses == ["utter_loan_equal_payment"]


def test_table_out_of_date_offers_a_person(hear: Hear, edge: Edge) -> None:
    heard = hear(Said("贷10万3年", "loan_calculation", entities={"amount": "10万=100000", "term": "3年=P3Y"}))
    heard.turn.now = heard.turn.now.replace(year=2031)
    LoanCalculation().respond(heard.turn)
    assert heard.responses == ["utter_loan_out_of_date"]
    assert heard.choices == ["/human"]


def test_branch_without_a_loan_window_offers_no_number(hear: Hear, edge: Edge) -> None:
    said = Said("贷10万3年", "loan_calculation", entities={"amount": "10万=100000", "term": "3年=P3Y"})
    heard = hear(said)
    services = {name: service for name, service in edge.branch.services.items() if name != "loan"}
    heard.turn.edge = replace(edge, branch=replace(edge.branch, services=services))
    heard.events = LoanCalculation().respond(heard.turn)
    assert not any(payload.startswith("/take_ticket") for payload in heard.choices)
    assert [event["name"] for event in heard.events] == [SLOT]
