"""A person instead of the assistant."""

from __future__ import annotations

from actions import forms
from actions.base import IntentAction
from actions.turn import Events, Turn
from bot.conversations import service as conversations


class CallPerson(IntentAction):
    action_name = "action_human"

    def respond(self, turn: Turn) -> Events:
        return call(turn)


def call(turn: Turn) -> Events:
    """Put the customer in line for a person; whatever form was going on waits."""
    with turn.edge.store.begin() as session:
        place = conversations.request_person(
            session, session_id=turn.session_id, reason="asked", turn_id=turn.turn_id, now=turn.now
        )
    turn.say("utter_human", place_in_line=place)
    forms.offer_to_resume(turn)
    return forms.suspend(turn)
