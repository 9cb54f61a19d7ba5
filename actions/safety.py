"""Emergencies and fraud: staff are alerted at once with the kind, and whatever was going on waits.

The customer is told what to do in a few short sentences: in the branch what happens here, elsewhere whom to call.
`alarm` remembers it for the next turn, in which many describe what they could not say at first.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.events import SlotSet

from actions import assistance, faq, forms, tickets
from actions.base import IntentAction
from actions.turn import Events, Turn, choice
from bot.branch import rules
from bot.conversations import service as conversations

# What is said in the branch, and elsewhere.
SAID = {
    "emergency": ("utter_emergency", "utter_emergency_outside"),
    "emergency_health": ("utter_emergency_health", "utter_emergency_health_outside"),
    "emergency_fire": ("utter_emergency_fire", "utter_emergency_fire_outside"),
    "emergency_crime": ("utter_emergency_crime", "utter_emergency_crime_outside"),
    "emergency_child": ("utter_emergency_child", "utter_emergency_child_outside"),
}
TRAPPED = ("utter_emergency_trapped", "utter_emergency_trapped_outside")
KINDS = ("emergency_health", "emergency_fire", "emergency_crime", "emergency_child")
# Not lost but held fast: searching and announcing would help nobody.
IS_TRAPPED = re.compile(
    r"[卡夹夾困锁鎖]|出不[来來]|关在|關在|电梯|電梯|\b(?:stuck|trapped|locked|caught|jammed|lift|elevator)\b",
    re.IGNORECASE,
)
FRAUD, FRAUD_PAID = "fraud", "fraud_paid"
# The money, or what opens the way to it, has gone. What is only asked for or was refused, or came in, has not.
IS_PAID = re.compile(
    r"(?<![给給]我)(?<![让讓叫要])(?:转|轉|汇|匯|打|付|充|投|交|垫|墊|扫|掃|刷)(?:账|賬|帐|帳|款|钱|錢)?"
    r"(?:了|完|过去了|過去了|出去了|走了|咗|给了|給了)|"
    r"把[^，。,.]{0,4}[钱錢款][^，。,.]{0,3}(?:转|轉|汇|匯|打|交|给|給)[^，。,.]{0,10}了|"
    r"(?:钱|錢|存款|卡里)[^，。,.]{0,6}(?:没了|沒了|不见了|不見了|被)|被(?:转走|轉走|划走|劃走|盗刷|盜刷)|"
    r"被(?:骗|騙)|(?:骗|騙)(?:了|走|去|咗)(?:我|我们|我們|她|他|俺)|"
    r"(?:码|碼)[^，。,.]{0,6}(?:告诉|告訴|说|說|给|給|报|報|发|發)[^，。,.]{0,4}了|共享[^，。,.]{0,6}(?:了|以后|以後)|"
    r"\b(?:sent|transferred|paid|wired|gave|lost|shared)\b|\btold (?:him|her|them|somebody|someone)\b|"
    r"\bmoney (?:is|has|was|got) (?:\w+ )?(?:gone|taken|stolen|disappeared)\b|"
    r"\b(?:scammed|cheated|swindled|defrauded|tricked|conned)\b",
    re.IGNORECASE,
)
IS_UNPAID = re.compile(
    r"(?:没|沒|未|不敢|不想)[^，。,.]{0,3}(?:转|轉|汇|匯|打款|付|给|給|交|告诉|告訴|说|說|被)|"
    r"\b(?:have not|haven't|has not|hasn't|did not|didn't|not yet|before i)\b",
    re.IGNORECASE,
)


class Emergency(IntentAction):
    """The answer to every intent of an emergency; the intent is the kind staff are told."""

    action_name = "action_emergency"

    def respond(self, turn: Turn) -> Events:
        kind = turn.intent if turn.intent in SAID else "emergency"
        _alert(turn, kind)
        said = TRAPPED if kind == "emergency_child" and IS_TRAPPED.search(turn.text) else SAID[kind]
        turn.say(said[0] if turn.channel == "kiosk" else said[1], **_helps(turn, kind))
        if kind == "emergency_health" and tickets.is_in_hall(turn):
            assistance.first_aid(turn)
        return [*forms.suspend(turn), SlotSet("alarm", kind)]


class FraudAlarm(IntentAction):
    """Stop, first of all; where money has gone already, what to do in the first minutes."""

    action_name = "action_fraud_alarm"

    def respond(self, turn: Turn) -> Events:
        paid = turn.entity("option") == "paid" or is_paid(turn.text)
        kind = FRAUD_PAID if paid else FRAUD
        _alert(turn, kind)
        person = choice(turn.label("intent_human"), "human")
        known = faq.retrieved(turn, "anti_fraud")
        more = [choice(turn.pick(known.title), "anti_fraud", answer=known.id)] if known else []
        if paid:
            said = "utter_fraud_paid" if turn.channel == "kiosk" else "utter_fraud_paid_outside"
            turn.say(said, choices=[person, *more])
        else:
            gone = choice(turn.label("fraud_paid"), "fraud_alarm", option="paid")
            said = "utter_fraud" if turn.channel == "kiosk" else "utter_fraud_outside"
            turn.say(said, choices=[gone, person, *more])
        return [*forms.suspend(turn), SlotSet("alarm", kind)]


def is_paid(text: str) -> bool:
    """Whether a message says that money, or a code for it, has been handed over."""
    return bool(IS_PAID.search(text)) and not IS_UNPAID.search(text)


def paid_after_alarm(turn: Turn) -> Events:
    """After a warning: that the money has gone all the same. Nothing for any other message."""
    if turn.slot("alarm") != FRAUD or turn.is_choice or not is_paid(turn.text):
        return []
    return FraudAlarm().respond(turn)


def noted(turn: Turn) -> Events:
    """What is said right after an alarm belongs to it: staff read it in the conversation the alarm names."""
    alarm = turn.slot("alarm")
    if not alarm or turn.is_choice:
        return []
    if events := paid_after_alarm(turn):
        return events
    turn.say("utter_alarm_noted" if turn.channel == "kiosk" else "utter_alarm_noted_outside")
    return [SlotSet("alarm", alarm)]


def _helps(turn: Turn, kind: str) -> dict[str, Any]:
    """What is shown beside the words: for the sick where the first aid is, for an unknown danger its kinds."""
    if kind == "emergency":
        return {"choices": [choice(turn.label(f"intent_{name}"), name) for name in KINDS]}
    first_aid = turn.edge.branch.amenities.get("first_aid")
    if kind == "emergency_health" and turn.channel == "kiosk" and first_aid is not None:
        place = rules.Place("amenity", first_aid.id, first_aid.label, first_aid.zone, first_aid.about)
        return {
            "cards": [
                rules.place_card(turn.edge.branch, place, turn.locale, start=turn.edge.branch.ways.starts[turn.channel])
            ]
        }
    return {}


def _alert(turn: Turn, kind: str) -> None:
    with turn.edge.store.begin() as session:
        conversations.alert_staff(session, session_id=turn.session_id, kind=kind, turn_id=turn.turn_id, now=turn.now)
