"""Answers from data/knowledge to everything a bank is asked."""

from __future__ import annotations

from actions import calculators, faq
from actions.base import IntentAction
from actions.turn import Events, Turn, choice


class GiveAnswer(IntentAction):
    action_name = "action_answer"

    def respond(self, turn: Turn) -> Events:
        if events := calculators.go_on(turn):
            return events
        answer = faq.best_answer(turn, turn.intent)
        if answer is None:
            turn.say("utter_answer_unsure", choices=[choice(turn.label("intent_human"), "human")])
            return []
        return faq.give(turn, answer)
