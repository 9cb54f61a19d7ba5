"""What a deposit earns, as a customer hears it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.calculation import SLOT
from actions.calculators import DepositRates
from tests.actions.conftest import Hear, Heard, Said


def rates(hear: Hear, text: str = "", last: dict[str, Any] | None = None, **entities: str) -> Heard:
    heard = hear(Said(text, "deposit_rates", entities=entities, slots={SLOT: last} if last else {}))
    heard.events = DepositRates().respond(heard.turn)
    return heard


def kept(heard: Heard) -> Any:
    return next(event["value"] for event in heard.events if event.get("name") == SLOT)


def test_interest_of_amount_and_term(hear: Hear) -> None:
    heard = rates(hear, "10万存三年", amount="10万=100000", term="三年=P3Y")
    assert heard.responses == ["utter_rates_interest"]
    assert heard.dispatcher.messages[0]["interest"] == "3,750.00"
    assert kept(heard) == {"kind": "deposit", "amount": "100000", "term": "P3Y"}


def test_table_and_what_is_missing(hear: Hear) -> None:
    assert rates(hear, "存款利率").responses == ["utter_rates_table"]
    amount = rates(hear, "存10万", amount="10万=100000")
    assert amount.responses == ["utter_rates_need_term"]
    assert '/deposit_rates{"amount": "100000", "term": "P3Y"}' in amount.choices
    assert rates(hear, "三年", term="三年=P3Y").responses == ["utter_rates_need_amount"]


def test_certificate_has_its_own_rate_and_minimum(hear: Hear) -> None:
    named = {"product": "大额存单=certificate", "term": "三年=P3Y"}
    enough = rates(hear, "大额存单30万三年", amount="30万=300000", **named)
    assert enough.dispatcher.messages[0]["rate"] == "1.45"
    assert rates(hear, "大额存单10万三年", amount="10万=100000", **named).responses == ["utter_rates_minimum"]


def test_demand_deposit_needs_no_term(hear: Hear) -> None:
    heard = rates(hear, "活期10万", amount="10万=100000", product="活期=demand_deposit")
    assert heard.responses == ["utter_rates_interest"]
    assert heard.dispatcher.messages[0]["interest"] == "50.00"


@pytest.mark.parametrize(
    ("entities", "response", "forgotten"),
    [
        ({"term": "四年=P4Y"}, "utter_rates_no_term", "term"),
        ({"currency": "日元=JPY", "term": "一年=P1Y"}, "utter_rates_currency", "currency"),
        ({"currency": "美元=USD", "product": "大额存单=certificate"}, "utter_rates_no_kind", "product"),
    ],
)
def test_what_is_not_offered_is_told_and_forgotten(
    hear: Hear, entities: dict[str, str], response: str, forgotten: str
) -> None:
    heard = rates(hear, "存10万，四年，一年，日元，美元，大额存单", amount="10万=100000", **entities)
    assert heard.responses == [response]
    assert forgotten not in kept(heard)


def test_question_about_deposits_without_figures_is_answered_in_words(hear: Hear) -> None:
    heard = hear(Said("提前取怎么算", "deposit_rates", faq=[{"id": "deposit_rates.early", "score": 0.9}]))
    DepositRates().respond(heard.turn)
    assert heard.responses == ["utter_answer"]
