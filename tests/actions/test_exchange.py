"""What foreign money is worth, as a customer asks and hears it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.calculation import SLOT
from actions.calculators import ExchangeCalculation
from tests.actions.conftest import Hear, Heard, Said

CODES = {
    "美元": "USD",
    "人民币": "CNY",
    "欧元": "EUR",
    "日元": "JPY",
    "泰铢": "THB",
    "yuan": "CNY",
    "euros": "EUR",
    "dollars": "USD",
    "yen": "JPY",
}


def exchange(hear: Hear, text: str, amount: str = "", last: dict[str, Any] | None = None) -> Heard:
    """A turn whose currencies are those of CODES; `amount` is "as said=normalised"."""
    heard = hear(
        Said(
            text,
            "exchange_calculation",
            entities={"amount": amount} if amount else {},
            slots={SLOT: last} if last else {},
        )
    )
    for word, code in CODES.items():
        if word in text:
            start = text.index(word)
            currency = {"entity": "currency", "value": code, "start": start, "end": start + len(word)}
            heard.turn.entities.append(currency)
    heard.events = ExchangeCalculation().respond(heard.turn)
    return heard


def kept(heard: Heard) -> Any:
    return next(event["value"] for event in heard.events if event.get("name") == SLOT)


def said(heard: Heard) -> dict[str, Any]:
    return heard.dispatcher.messages[0]


@pytest.mark.parametrize(
    ("text", "amount", "response", "gives", "gets"),
    [
        ("1000美元换多少人民币", "1000", "utter_exchange_both", "1,000 美元", "7,105.00 元"),
        ("1000美元是多少钱", "1000", "utter_exchange_both", "1,000 美元", "7,105.00 元"),
        ("把1000美元换成人民币", "1000", "utter_exchange_both", "1,000 美元", "7,105.00 元"),
        ("换1000美元成人民币", "1000", "utter_exchange_both", "1,000 美元", "7,105.00 元"),
        ("我有1000美元现钞能换多少", "1000", "utter_exchange_cash", "1,000 美元", "7,047.00 元"),
        ("how much is 5,000 yuan in euros", "5,000=5000", "utter_exchange_result", "5,000 元", "603.86 欧元"),
        ("how many yen for 2000 yuan", "2000", "utter_exchange_result", "2,000 元", "42,017 日元"),
        ("5000块能换多少欧元", "5000块=5000", "utter_exchange_result", "5,000 元", "603.86 欧元"),
        ("5000能换多少欧元", "5000", "utter_exchange_result", "5,000 元", "603.86 欧元"),
        ("1000美元能换多少日元", "1000", "utter_exchange_both", "1,000 美元", "149,265 日元"),
        ("换1000美元要多少人民币", "1000", "utter_exchange_price", "7,135.00 元", "1,000 美元"),
        ("用人民币换1000美元要多少", "1000", "utter_exchange_price", "7,135.00 元", "1,000 美元"),
        ("I want to buy 1000 dollars", "1000", "utter_exchange_price", "7,135.00 元", "1,000 美元"),
        ("sell 1000 dollars", "1000", "utter_exchange_both", "1,000 美元", "7,105.00 元"),
        ("what do I get for 1000 dollars", "1000", "utter_exchange_both", "1,000 美元", "7,105.00 元"),
    ],
)
def test_amount_goes_the_way_it_is_asked(
    hear: Hear, text: str, amount: str, response: str, gives: str, gets: str
) -> None:
    heard = exchange(hear, text, amount)
    assert heard.responses == [response]
    answer = said(heard)
    assert f"{answer['amount']} {answer['unit']}" == gives
    assert f"{answer['result']} {answer['currency']}" == gets
    assert answer["custom"]["cards"][0]["result"]


def test_notes_are_worth_less_and_that_is_said(hear: Hear) -> None:
    assert said(exchange(hear, "1000美元换多少人民币", "1000"))["notes"] == "7,047.00"


def test_rate_without_an_amount_is_todays_table(hear: Hear) -> None:
    heard = exchange(hear, "美元汇率多少")
    assert heard.responses == ["utter_exchange_rate"]
    assert (said(heard)["unit"], said(heard)["buy"], said(heard)["sell"]) == ("100", "710.50", "713.50")
    card = said(heard)["custom"]["cards"][0]
    assert "result" not in card
    assert [row["currency"] for row in card["rows"]] == ["USD", "HKD", "EUR", "JPY", "GBP"]


def test_rate_between_foreign_currencies_is_shown_for_a_sample(hear: Hear) -> None:
    heard = exchange(hear, "美元兑日元汇率")
    assert (said(heard)["amount"], said(heard)["result"]) == ("100", "14,926")


def test_question_for_the_rate_forgets_the_amount(hear: Hear) -> None:
    last = {"kind": "exchange", "amount": "1000", "currency": "USD", "to": "CNY"}
    assert kept(exchange(hear, "欧元汇率多少", last=last)) == {"kind": "exchange", "currency": "EUR", "to": "CNY"}


def test_missing_currency_is_asked_for_with_choices(hear: Hear) -> None:
    everything = exchange(hear, "今天汇率")
    assert everything.responses == ["utter_exchange_table"]
    assert '/exchange_calculation{"currency": "USD", "option": "CNY"}' in everything.choices
    amount = exchange(hear, "5000块人民币能换多少外币", "5000块=5000")
    assert amount.responses == ["utter_exchange_need_currency"]
    assert '/exchange_calculation{"amount": "5000", "currency": "CNY", "option": "EUR"}' in amount.choices


def test_choice_of_a_currency_completes_the_question(hear: Hear) -> None:
    entities = {"amount": "5000", "currency": "CNY", "option": "EUR"}
    heard = hear(Said(intent="exchange_calculation", entities=entities))
    ExchangeCalculation().respond(heard.turn)
    assert said(heard)["result"] == "603.86"


def test_currency_without_a_quote_is_told_with_those_that_have_one(hear: Hear) -> None:
    heard = exchange(hear, "1000泰铢换人民币", "1000")
    assert heard.responses == ["utter_exchange_currency"]
    assert said(heard)["currency"] == "泰铢"
    assert "美元" in said(heard)["offered"]
    assert "currency" not in kept(heard)


@pytest.mark.parametrize("text", ["1000美元换多少人民币", "美元汇率", "汇率"])
def test_quotes_out_of_date_offer_a_person(hear: Hear, text: str) -> None:
    heard = hear(Said(text, "exchange_calculation", entities={"currency": "美元=USD"} if "美元" in text else {}))
    heard.turn.now = heard.turn.now.replace(year=2031)
    ExchangeCalculation().respond(heard.turn)
    assert heard.responses == ["utter_exchange_out_of_date"]
    assert heard.choices == ["/human"]


def test_wanted_amount_stays_wanted(hear: Hear) -> None:
    last = {"kind": "exchange", "amount": "1000", "currency": "CNY", "to": "USD", "wanted": True}
    more = exchange(hear, "那2000呢", "2000", last)
    assert more.responses == ["utter_exchange_price"]
    euros = exchange(hear, "欧元呢", last=last)
    assert (said(euros)["result"], said(euros)["currency"]) == ("1,000", "欧元")
    yuan = exchange(hear, "5000块能换多少美元", "5000块=5000", last)
    assert yuan.responses == ["utter_exchange_result"]


def test_turning_an_exchange_round(hear: Hear) -> None:
    last = {"kind": "exchange", "amount": "1000", "currency": "USD", "to": "CNY"}
    found = kept(exchange(hear, "换成美元呢", last=last))
    assert (found["currency"], found["to"]) == ("CNY", "USD")
