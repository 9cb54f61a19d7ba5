"""Small talk, and what steers a conversation: yes, no, a bare word, "forget it", "that is wrong", no idea."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions import calculators, complaint, faq, forms, games, human, queue, recommendation, safety, tickets
from actions.base import IntentAction
from actions.forms import COMPLAINT, RECOMMENDATION, TICKET
from actions.places import show, wanted_place
from actions.turn import CANCEL, PERSON, TAKE, Events, Turn, choice, offer

GUESSES = 3
GUESSED = 0.05  # below this a guess is none
GUESSED_ANSWER = 0.3
# What is never offered as a guess: answers to questions of ours, and what has no choice of its own.
NOT_GUESSED = frozenset(
    {"oos", "inform", "affirm", "deny", "cancel", "correct", "repeat", "resume", "greet", "goodbye", "chitchat"}
)
CANCELLED = {
    COMPLAINT: "utter_cancel_complaint",
    TICKET: "utter_cancel_ticket",
    RECOMMENDATION: "utter_cancel_recommendation",
}


class Greet(IntentAction):
    action_name = "action_greet"

    def respond(self, turn: Turn) -> Events:
        turn.say("utter_greet")
        return []


class Goodbye(IntentAction):
    action_name = "action_goodbye"

    def respond(self, turn: Turn) -> Events:
        turn.say("utter_goodbye", cards=[{"kind": "rating"}])
        return []


class Chitchat(IntentAction):
    action_name = "action_chitchat"

    def respond(self, turn: Turn) -> Events:
        turn.say("utter_chitchat")
        return []


class Affirm(IntentAction):
    """A yes accepts what was offered last, or goes on with what was put aside."""

    action_name = "action_affirm"

    def respond(self, turn: Turn) -> Events:
        offered = turn.slot("offer") or {}
        if offered.get("accept") == TAKE:
            return queue.accept(turn, offered)
        if offered.get("accept") == CANCEL:
            return queue.cancel(turn)
        if offered.get("accept") == PERSON:
            return human.call(turn)
        if events := forms.resume(turn):
            return events
        turn.say("utter_affirm")
        return []


class Deny(IntentAction):
    action_name = "action_deny"

    def respond(self, turn: Turn) -> Events:
        turn.say("utter_deny")
        return []


class Inform(IntentAction):
    """A bare word without a question of ours: take it up where the conversation is, or ask what it is for."""

    action_name = "action_inform"

    def respond(self, turn: Turn) -> Events:
        if events := safety.noted(turn) or recommendation.again(turn):
            return events
        if complaint.is_story(turn):
            return complaint.start(turn)
        if events := calculators.go_on(turn):
            return events
        if turn.entity("term"):
            return calculators.begin(turn, "deposit")
        if tickets.service_of(turn) is not None:
            return queue.take(turn)
        place = wanted_place(turn)
        if place is not None:
            show(turn, place)
            return []
        turn.say("utter_inform")
        return []


class Cancel(IntentAction):
    action_name = "action_cancel"

    def respond(self, turn: Turn) -> Events:
        form = turn.form or forms.suspended(turn)
        if form is not None:
            turn.say(CANCELLED[form])
            return forms.end(turn, form)
        if turn.slot("quiz"):
            turn.say("utter_cancel_quiz")
            return [SlotSet("quiz", None)]
        held = tickets.active(turn)
        if held is not None:
            turn.say("utter_cancel_ticket_offer", number=held.number)
            return [offer(CANCEL)]
        turn.say("utter_cancel_nothing")
        return []


class Correct(IntentAction):
    """After "no, I meant ...": what is named is taken up anew, what is not named is asked for."""

    action_name = "action_correct"

    def respond(self, turn: Turn) -> Events:
        if events := recommendation.again(turn) or calculators.go_on(turn) or queue.change(turn):
            return events
        if tickets.service_of(turn) is not None:
            return queue.take(turn)
        turn.say("utter_correct")
        return []


class Repeat(IntentAction):
    """Says the last answer again, with its choices; what it left open stays open."""

    action_name = "action_repeat"
    moves_on = False

    def respond(self, turn: Turn) -> Events:
        said = turn.last_answer()
        if turn.form is not None:  # its question, the last thing said, is asked again by the form itself
            said = said[:-1]
        elif not said:
            turn.say("utter_repeat_nothing")
        for message in said:
            turn.say_again(message)
        return []


class Resume(IntentAction):
    """Goes on with what was left: a form that was put aside, an unfinished quiz, the form that is open."""

    action_name = "action_resume"

    def respond(self, turn: Turn) -> Events:
        if turn.form is not None:
            turn.say("utter_resume")
            return []
        if events := forms.resume(turn) or games.resume(turn):
            return events
        turn.say("utter_resume_nothing")
        return []


class OutOfScope(IntentAction):
    """Says that it does not know, offers its best guesses and, always, a person."""

    action_name = "action_oos"

    def respond(self, turn: Turn) -> Events:
        if events := safety.noted(turn) or calculators.go_on(turn):
            return events
        trouble = int(turn.slot("trouble") or 0) + 1
        person = choice(turn.label("intent_human"), "human")
        choices = [*guesses(turn), person]
        if trouble == 1:
            turn.say("utter_oos", choices=choices)
            return [SlotSet("trouble", trouble)]
        turn.say("utter_oos_again", choices=choices[::-1])
        return [SlotSet("trouble", trouble), offer(PERSON)]


def guesses(turn: Turn) -> list[dict[str, str]]:
    """Choices for what the message may have meant, best first; the usual things where nothing comes near."""
    service_id = tickets.service_of(turn)
    found = []
    if service_id is not None:
        label = turn.label("take_number_for", service=tickets.service_label(turn, service_id))
        found.append(choice(label, "take_ticket", service=service_id))
    found += [
        choice(turn.pick(a.title), a.capability, answer=a.id)
        for a, score in faq.near(turn)[:1]
        if score >= GUESSED_ANSWER
    ]
    likely = (entry["name"] for entry in turn.ranking if entry["confidence"] >= GUESSED)
    ranked = [intent for intent in likely if intent not in NOT_GUESSED]
    usual = ["take_ticket", "find_place", "deposit_rates"]
    for intent in dict.fromkeys([*ranked[:GUESSES], *usual]):
        if intent != "human":
            found.append(choice(turn.label(f"intent_{intent}"), intent))
    return found[:GUESSES]
