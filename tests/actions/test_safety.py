"""Emergencies and fraud: who is told, what is said, what waits."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from sqlalchemy import select

from actions import safety
from actions.answers import GiveAnswer
from actions.safety import Emergency, FraudAlarm
from actions.talk import Inform, OutOfScope
from bot.conversations.models import Alert
from bot.settings import DATA, ROOT
from tests.actions.conftest import Hear, Heard, Said

RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
NUMBERS = {"emergency_health": "120", "emergency_fire": "119", "emergency_crime": "110", "emergency_child": "110"}


def alerts(heard: Heard) -> list[str]:
    with heard.turn.edge.store.read() as session:
        return [alert.kind for alert in session.execute(select(Alert).order_by(Alert.id)).scalars()]


def values(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in events if e["event"] == "slot"}


@pytest.mark.parametrize("kind", ["emergency", *NUMBERS])
@pytest.mark.parametrize("channel", ["kiosk", "web"])
def test_staff_are_told_the_kind_at_once(hear: Hear, kind: str, channel: str) -> None:
    heard = hear(Said("快来人", kind, channel=channel))
    Emergency().answer(heard.turn)
    assert alerts(heard) == [kind]
    expected = f"utter_{kind}" if channel == "kiosk" else f"utter_{kind}_outside"
    assert heard.responses == [expected]


def test_the_same_turn_alerts_once(hear: Hear) -> None:
    for _ in range(2):
        heard = hear(Said("着火了", "emergency_fire"))
        Emergency().answer(heard.turn)
    assert alerts(heard) == ["emergency_fire"]


def test_every_kind_fits_the_column_of_alerts() -> None:
    assert all(len(kind) <= Alert.kind.type.length for kind in (*safety.SAID, safety.FRAUD, safety.FRAUD_PAID))


def test_what_was_going_on_waits(hear: Hear) -> None:
    heard = hear(Said("有人晕倒了", "emergency_health", form="complaint_form", slots={"complaint_what": "x"}))
    events = Emergency().answer(heard.turn)
    assert values(events)["suspended"] == ["complaint_form"]
    assert "complaint_what" not in values(events)


def test_words_tell_whom_to_call_in_a_few_short_sentences() -> None:
    for kind, number in NUMBERS.items():
        for name in safety.SAID[kind]:
            for variation in RESPONSES[name]:
                is_inside_child = name == "utter_emergency_child"
                assert is_inside_child or number in variation["text"], name
                assert len(variation["text"]) <= 320, name


def test_for_the_sick_the_first_aid_is_shown(hear: Hear) -> None:
    heard = hear(Said("有人晕倒了", "emergency_health"))
    Emergency().answer(heard.turn)
    (card,) = heard.dispatcher.messages[0]["custom"]["cards"]
    assert card["kind"] == "place"


def test_a_cry_for_help_asks_which(hear: Hear) -> None:
    heard = hear(Said("救命", "emergency"))
    Emergency().answer(heard.turn)
    assert heard.choices == [f"/{kind}" for kind in NUMBERS]


@pytest.mark.parametrize("text", ["电梯卡住人了", "小孩手夹门里了", "my son is stuck in the lift", "孩子被反鎖在廁所"])
def test_who_is_stuck_is_not_searched_for(hear: Hear, text: str) -> None:
    heard = hear(Said(text, "emergency_child"))
    Emergency().answer(heard.turn)
    assert heard.responses == ["utter_emergency_trapped"]
    assert alerts(heard) == ["emergency_child"]


@pytest.mark.parametrize("action", [Inform, OutOfScope])
def test_what_follows_an_alarm_belongs_to_it(hear: Hear, action: Any) -> None:
    heard = hear(Said("五岁，穿红衣服", "inform", slots={"alarm": "emergency_child"}))
    events = action().answer(heard.turn)
    assert heard.responses == ["utter_alarm_noted"]
    assert values(events)["alarm"] == "emergency_child"


def test_later_it_is_a_bare_word_again(hear: Hear) -> None:
    heard = hear(Said("你们几点关门", "opening_hours", slots={"alarm": "emergency_child"}))
    assert values(GiveAnswer().answer(heard.turn))["alarm"] is None


@pytest.mark.parametrize(
    "text",
    [
        "有人让我把钱转到安全账户",
        "公安局打电话说我洗钱，让我转钱",
        "有人说是你们银行的，问我要验证码",
        "谈了个对象没见过面，让我汇五万给她",
        "短信说我中奖了要先交税",
        "陌生人给我转了一笔钱又叫我退给他",
        "说我孩子在外面撞人了要五万保释，叫我别告诉别人",
        "他叫我转账，我还没转",
        "someone wants me to move my money to a safe account",
        "they asked for my code but I haven't told them",
    ],
)
def test_a_swindle_that_can_still_be_stopped(hear: Hear, text: str) -> None:
    heard = hear(Said(text, "fraud_alarm"))
    FraudAlarm().answer(heard.turn)
    assert heard.responses == ["utter_fraud"]
    assert alerts(heard) == ["fraud"]
    assert '/fraud_alarm{"option": "paid"}' in heard.choices


@pytest.mark.parametrize(
    "text",
    [
        "被骗了两万块怎么办",
        "我刚转完钱就觉得不对劲，能不能赶紧拦下来",
        "我剛剛把錢匯給詐騙集團了救命",
        "验证码告诉别人了怎么办",
        "扫了个码钱没了",
        "共享屏幕以后卡里的钱被转走了",
        "I transferred 5000 to a scammer",
        "my mother has sent them money",
        "I was scammed",
    ],
)
def test_after_the_money_has_gone_the_first_minutes_count(hear: Hear, text: str) -> None:
    heard = hear(Said(text, "fraud_alarm"))
    FraudAlarm().answer(heard.turn)
    assert heard.responses == ["utter_fraud_paid"]
    assert alerts(heard) == ["fraud_paid"]


def test_outside_the_branch_nobody_is_promised_to_come(hear: Hear) -> None:
    for option, response in (("", "utter_fraud_outside"), ("paid", "utter_fraud_paid_outside")):
        heard = hear(Said(intent="fraud_alarm", entities={"option": option}, channel="web"))
        FraudAlarm().answer(heard.turn)
        assert heard.responses == [response]
    for name in ("utter_fraud_outside", "utter_fraud_paid_outside"):
        assert not any("过来" in v["text"] or "is coming" in v["text"] for v in RESPONSES[name])


def test_a_warning_says_stop_and_whom_to_call() -> None:
    for name in ("utter_fraud", "utter_fraud_outside", "utter_fraud_paid", "utter_fraud_paid_outside"):
        for variation in RESPONSES[name]:
            assert "96110" in variation["text"]
            assert "110" in variation["text"].replace("96110", "")


def test_an_alarm_suspends_and_a_later_word_of_payment_raises_it(hear: Hear) -> None:
    heard = hear(Said("有人让我转钱", "fraud_alarm", form="ticket_form"))
    events = FraudAlarm().answer(heard.turn)
    assert values(events)["suspended"] == ["ticket_form"]
    assert values(events)["alarm"] == "fraud"
    later = hear(Said("已经转了两万", "inform", slots={"alarm": "fraud"}, turn="m2"))
    Inform().answer(later.turn)
    assert later.responses == ["utter_fraud_paid"]
    assert alerts(later) == ["fraud", "fraud_paid"]


def test_a_question_about_swindles_is_answered_and_alerts_nobody(hear: Hear) -> None:
    heard = hear(Said("怎么防诈骗", "anti_fraud", form="complaint_form"))
    events = GiveAnswer().answer(heard.turn)
    assert heard.responses == ["utter_answer"]
    assert heard.dispatcher.messages[0]["faq"] == "anti_fraud.overview"
    assert alerts(heard) == []
    assert "suspended" not in values(events)


def test_the_staff_page_names_every_kind_in_three_locales() -> None:
    for locale in ("zh-Hans", "zh-Hant", "en"):
        text = (ROOT / "frontend" / "src" / "i18n" / f"{locale}.ts").read_text(encoding="utf-8")
        alerts_block = text[text.index("  alerts: {") :]
        alerts_block = alerts_block[: alerts_block.index("  },")]
        for kind in (*safety.SAID, safety.FRAUD, safety.FRAUD_PAID):
            assert f"{kind}:" in alerts_block, (locale, kind)


def test_capabilities_know_every_emergency() -> None:
    index = yaml.safe_load((DATA / "capabilities.yml").read_text(encoding="utf-8"))["capabilities"]
    assert set(index["emergency"]["intents"]) == set(safety.SAID)
