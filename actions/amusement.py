"""Something to pass the time: a riddle, a joke, a fact about money, a quiz for children."""

from __future__ import annotations

from actions import games
from actions.base import IntentAction
from actions.turn import Events, Turn


class Amuse(IntentAction):
    action_name = "action_amusement"

    def respond(self, turn: Turn) -> Events:
        return amuse(turn)


def amuse(turn: Turn) -> Events:
    """What was chosen or asked for; all four as choices where it was only that the wait is long."""
    what, _, about = (turn.entity("option") or "").partition(":")
    if what == "answer":
        return games.reveal(turn, about)
    if what == "quiz" and about:
        question, _, letter = about.partition(":")
        return games.judge(turn, question, letter)
    if what in games.KINDS:
        return games.tell(turn, what)
    wanted = None if turn.is_choice else games.kind_of(turn.text)
    if wanted is None and not turn.is_choice and games.MORE.search(turn.text):
        wanted = games.last_told(turn)
    return games.offer(turn) if wanted is None else games.tell(turn, wanted)
