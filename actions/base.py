"""What all actions do alike."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import assistance, faq, forms, games, machines, moods, tickets, visits
from actions.edge import edge
from actions.forms import REQUESTED, SLOTS
from actions.turn import Events, Turn, choice

# What is forgotten as soon as the customer goes on to something else.
PASSING = ("offer", "trouble", "guess", "recommended", "alarm", "topic")
# So often in a row an answer may be asked for again before a person is offered.
PATIENCE = 2


class LobbyAction(Action, ABC):
    """An action that answers in a worker thread, so that a slow database holds up no other customer."""

    action_name: str

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    def respond(self, turn: Turn) -> Events:
        """Answer one turn. Returns the events that change the dialogue."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return await asyncio.to_thread(self.answer, Turn(dispatcher, tracker, edge()))

    def answer(self, turn: Turn) -> Events:
        return self.respond(turn)


class IntentAction(LobbyAction):
    """The answer to an intent.

    "Continue" takes up what was put aside, and the solution of a riddle solves it, whatever intent they were taken
    for. What passes is forgotten, unless the action does not move on (`moves_on`).
    """

    moves_on = True

    def answer(self, turn: Turn) -> Events:
        goes_on = turn.form is None and forms.RESUME.match(turn.text)
        events = (forms.resume(turn) or games.resume(turn)) if goes_on else []
        events = events or games.guessed(turn) or moods.calm(turn) or faq.follow_up(turn)
        if not events:
            events = self._told_in_words(turn)
            moods.offer_person(turn)
        if not self.moves_on:
            return events
        touched = {event.get("name") for event in events if event["event"] == "slot"}
        passed = [name for name in PASSING if turn.slot(name) is not None and name not in touched]
        return [*events, *(SlotSet(name, None) for name in passed)]

    def _told_in_words(self, turn: Turn) -> Events:
        """A code, an appointment, a machine's fault and a wish for help are known by their words, whatever the intent.

        Each of them says None where the message is none of its own.
        """
        for answered in (tickets.back, visits.checked_in, visits.asked, machines.told, assistance.asked):
            events = answered(turn)
            if events is not None:
                return events
        return self.respond(turn)


class FormAnswers(LobbyAction):
    """A form's validation action."""

    form: str

    @abstractmethod
    def take(self, turn: Turn, asked: str) -> dict[str, Any] | None:
        """Slots that the message answers, `{}` where `asked` must be asked again, None for a digression."""

    def respond(self, turn: Turn) -> Events:
        asked = turn.slot(REQUESTED)
        answers: dict[str, Any] | None = {}
        is_answer = turn.form == self.form and asked in SLOTS[self.form] and not turn.was_rejected(self.form)
        if is_answer and forms.GIVE_UP.match(turn.text):
            # Ends the form with nothing in it; the action after it says so.
            return [*(SlotSet(slot, None) for slot in SLOTS[self.form]), SlotSet(REQUESTED, None)]
        if is_answer and not forms.RESUME.match(turn.text):
            answers = self.take(turn, asked)
        if answers is None:
            return []
        values = {slot: turn.slot(slot) for slot in SLOTS[self.form]} | answers
        missing = next((slot for slot in SLOTS[self.form] if values[slot] is None), None)
        events = [SlotSet(slot, value) for slot, value in answers.items()]
        if is_answer and not events:
            # Setting the asked slot to nothing tells Rasa that the form stays in charge and asks again.
            events = [SlotSet(asked, None), *self._trouble(turn)]
        elif turn.slot("trouble"):
            events.append(SlotSet("trouble", None))
        return [*events, SlotSet(REQUESTED, missing)]

    @staticmethod
    def _trouble(turn: Turn) -> Events:
        """Counts answers in a row that were none; a person is offered before it gets tiresome."""
        trouble = int(turn.slot("trouble") or 0) + 1
        if trouble >= PATIENCE:
            turn.say("utter_person_offered", choices=[choice(turn.label("intent_human"), "human")])
        return [SlotSet("trouble", trouble)]
