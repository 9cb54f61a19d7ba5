"""Praise and suggestions."""

from __future__ import annotations

import re

from actions.base import IntentAction
from actions.turn import Events, Turn
from bot.conversations import service as conversations

SUGGESTS = re.compile(
    r"建议|建議|希望|应该|應該|最好|能不能|可以.{0,6}(?:加|多|放|装|裝)|要是|如果|"
    r"\b(?:suggest|suggestion|should|could you|would be (?:nice|good|better)|please add|why not|hope|wish)\b",
    re.IGNORECASE,
)


class KeepFeedback(IntentAction):
    action_name = "action_feedback"

    def respond(self, turn: Turn) -> Events:
        kind = "suggestion" if SUGGESTS.search(turn.text) else "praise"
        if turn.text:
            with turn.edge.store.begin() as session:
                conversations.add_feedback(
                    session,
                    session_id=turn.session_id,
                    kind=kind,
                    text=turn.text,
                    turn_id=turn.turn_id,
                    now=turn.now,
                )
        turn.say(f"utter_{kind}")
        return []
