"""Emergencies and fraud: staff are alerted at once, and whatever was going on waits."""

from __future__ import annotations

from actions import faq, forms
from actions.base import IntentAction
from actions.turn import Events, Turn
from bot.conversations import service as conversations


class Emergency(IntentAction):
    action_name = "action_emergency"

    def respond(self, turn: Turn) -> Events:
        _alert(turn, "emergency")
        turn.say("utter_emergency" if turn.channel == "kiosk" else "utter_emergency_outside")
        return forms.suspend(turn)


class AntiFraud(IntentAction):
    action_name = "action_anti_fraud"

    def respond(self, turn: Turn) -> Events:
        answer = faq.best_answer(turn, turn.intent) if turn.entity("answer") else faq.retrieved(turn, turn.intent)
        if turn.entity("answer") is None:
            _alert(turn, "fraud")
            turn.say("utter_fraud")
        if answer is not None:
            faq.give(turn, answer)
        return forms.suspend(turn)


def _alert(turn: Turn, kind: str) -> None:
    with turn.edge.store.begin() as session:
        conversations.alert_staff(session, session_id=turn.session_id, kind=kind, turn_id=turn.turn_id, now=turn.now)
