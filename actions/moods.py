"""How a customer sounds: angry ones are offered a person without having to ask."""

from __future__ import annotations

from actions.turn import PERSON, Events, Turn, choice, offer

# What says nothing but the anger; the answer is an apology and a person.
ONLY_ANGRY = frozenset({"chitchat", "oos", "deny", "greet", "goodbye", "repeat", "inform", "amusement", "cancel"})
# What brings an apology or a person by itself.
HEARD = frozenset({"complaint_new", "complaint_progress", "human", "fraud_alarm"})


def calm(turn: Turn) -> Events:
    """The answer to somebody who is only angry; nothing for everybody else."""
    if turn.form is not None or not _is_angry(turn):
        return []
    if turn.intent not in ONLY_ANGRY and not (
        turn.intent == "complaint_new" and turn.edge.moods.is_only_anger(turn.text)
    ):
        return []
    person, complain = (choice(turn.label(f"intent_{name}"), name) for name in ("human", "complaint_new"))
    turn.say("utter_angry", choices=[person, complain])
    return [offer(PERSON)]


def offer_person(turn: Turn) -> None:
    """After the answer to what an angry customer asked for: a person, too."""
    if turn.form is None and _is_angry(turn) and not (turn.intent in HEARD or turn.intent.startswith("emergency")):
        turn.say("utter_person_offered", choices=[choice(turn.label("intent_human"), "human")])


def _is_angry(turn: Turn) -> bool:
    return not turn.is_choice and turn.edge.moods.is_angry(turn.text)
