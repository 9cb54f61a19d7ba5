"""Answers from data/knowledge to everything a bank is asked."""

from __future__ import annotations

from actions import calculators, faq, safety
from actions.base import IntentAction
from actions.turn import Events, Turn


class GiveAnswer(IntentAction):
    action_name = "action_answer"

    def respond(self, turn: Turn) -> Events:
        if events := calculators.go_on(turn) or safety.paid_after_alarm(turn):
            return events
        return faq.reply(turn, turn.intent)
