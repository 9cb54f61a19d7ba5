"""What a transfer costs, as a customer hears it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.calculation import SLOT
from actions.calculators import TransferFee
from tests.actions.conftest import Hear, Heard, Said


def fee(hear: Hear, text: str, locale: str = "zh-Hans", **entities: str) -> Heard:
    heard = hear(Said(text, "transfer_fee", entities=entities, locale=locale))
    heard.events = TransferFee().respond(heard.turn)
    return heard


def lines(heard: Heard) -> str:
    return str(heard.dispatcher.messages[0]["lines"])


def card(heard: Heard) -> dict[str, Any]:
    return heard.dispatcher.messages[0]["custom"]["cards"][0]


def kept(heard: Heard) -> Any:
    return next(event["value"] for event in heard.events if event.get("name") == SLOT)


def test_every_channel_says_what_it_costs(hear: Hear) -> None:
    heard = fee(hear, "跨行转5万手续费多少", amount="5万=50000")
    assert heard.responses == ["utter_fees"]
    assert lines(heard) == "转到其他银行：手机银行 免费、网上银行 免费、自助机 5.00 元、柜台 15.00 元"
    assert card(heard)["columns"] == ["转到其他银行"]
    assert card(heard)["rows"][3] == {"channel": "柜台", "fees": ["15.00 元"]}


def test_both_banks_are_told_where_none_is_named(hear: Hear) -> None:
    heard = fee(hear, "转5万手续费多少", amount="5万=50000")
    assert lines(heard).splitlines()[0] == "转到本行：都免费"
    assert card(heard)["columns"] == ["转到本行", "转到其他银行"]
    assert card(heard)["rows"][2]["fees"] == ["免费", "5.00 元"]


def test_channel_that_is_asked_for_is_the_one_that_is_said(hear: Hear) -> None:
    heard = fee(hear, "send 20,000 to another bank at the counter", "en", amount="20,000=20000")
    assert lines(heard) == "To another bank: counter 15.00 yuan"
    assert len(card(heard)["rows"]) == 4


def test_amount_over_a_daily_limit_is_told(hear: Hear) -> None:
    heard = fee(hear, "跨行转10万", amount="10万=100000")
    assert "自助机 每天最多转 50,000 元" in lines(heard)
    assert "都免费" not in lines(fee(hear, "本行转10万", amount="10万=100000"))


def test_without_an_amount_the_span_is_told_and_the_amount_asked_for(hear: Hear) -> None:
    heard = fee(hear, "跨行转账手续费")
    assert heard.responses == ["utter_fees_general"]
    assert "柜台 2.00–50.00 元" in lines(heard)
    assert heard.choices[0] == '/transfer_fee{"amount": "2000"}'
    assert card(heard)["amount"] is None
    assert kept(heard) == {"kind": "fee", "to": "other_bank"}


@pytest.mark.parametrize("text", ["汇5000美元手续费", "汇款到国外手续费多少", "fee for sending money abroad"])
def test_money_sent_abroad_is_not_in_this_table(hear: Hear, text: str) -> None:
    entities = {"currency": "美元=USD"} if "美元" in text else {}
    heard = fee(hear, text, **entities)
    assert heard.responses == ["utter_fees_abroad"]
    assert "/human" in heard.choices


def test_money_sent_abroad_gets_its_answer_where_there_is_one(hear: Hear) -> None:
    faq = [{"id": "forex_and_cash_exchange.remit_abroad", "score": 0.9}]
    heard = hear(Said("汇款到国外手续费多少", "transfer_fee", faq=faq))
    TransferFee().respond(heard.turn)
    assert heard.responses == ["utter_answer"]


def test_fees_out_of_date_offer_a_person(hear: Hear) -> None:
    heard = hear(Said("转账手续费", "transfer_fee"))
    heard.turn.now = heard.turn.now.replace(year=2031)
    TransferFee().respond(heard.turn)
    assert heard.responses == ["utter_fees_out_of_date"]
    assert heard.choices == ["/human"]
