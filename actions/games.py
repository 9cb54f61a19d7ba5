"""Riddles, jokes, facts and the quiz as a conversation: what comes next, and what a customer's words guess.

Slots: `told` counts what this customer has heard of each kind, so that nothing comes twice before all has been told;
`guess` is the riddle or question that was asked just now; `quiz` is a round that is not finished.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from rasa_sdk.events import SlotSet

from actions import forms
from actions.turn import Events, Turn, choice
from bot.knowledge.amusement import LETTERS, Question, Riddle, letter_of, next_of, solves

KINDS = ("riddle", "joke", "fact", "quiz")
ROUND = 5
# Wrong words in answer to a riddle; every other intent is a wish of its own.
GUESSES = frozenset({"inform", "oos", "chitchat", "amusement", "affirm", "deny"})
GIVES_UP = re.compile(
    r"^\W*(?:我)?(?:猜不(?:出来?|到|着|著)|不猜了?|不知道|不会|不會|投降|放弃|放棄|"
    r"(?:看|公布|告诉我|告訴我|说|說)?(?:一下)?答案(?:吧|是什么|是什麼)?|"
    r"(?:i )?give up|no idea|i don'?t know|(?:show|tell)(?: me)? the answer|what is it|what'?s the answer)\W*$",
    re.IGNORECASE,
)


def offer(turn: Turn) -> Events:
    """All that there is, as choices."""
    kinds = [choice(turn.label(f"amusement_{kind}"), "amusement", option=kind) for kind in KINDS]
    turn.say("utter_amusement", choices=kinds)
    return []


def tell(turn: Turn, kind: str) -> Events:
    """The next riddle, joke or fact that this customer has not heard, or a new round of the quiz."""
    if kind == "quiz":
        return _ask_question(turn, {"asked": 0, "right": 0})
    amusement, told = turn.edge.amusement, _told(turn)
    start, heard = _start(turn), told.get(kind, 0)
    kept = [SlotSet("told", {**told, kind: heard + 1, "last": kind})]
    again = [_again(turn, kind), choice(turn.label("amusement_other"), "amusement")]
    if kind == "riddle":
        riddle = next_of(amusement.riddles, heard, start)
        show = choice(turn.label("amusement_show_answer"), "amusement", option=f"answer:{riddle.id}")
        turn.say("utter_riddle", riddle=turn.pick(riddle.ask), choices=[show])
        return [*kept, SlotSet("guess", {"riddle": riddle.id})]
    if kind == "joke":
        turn.say("utter_joke", joke=turn.pick(next_of(amusement.jokes, heard, start)), choices=again)
    else:
        fact = next_of(amusement.facts, heard, start)
        turn.say("utter_fact", fact=turn.pick(fact.text), source=turn.pick(fact.source), choices=again)
    return kept


def reveal(turn: Turn, identity: str) -> Events:
    """The answer to a riddle; all that there is where there is no such riddle (any more)."""
    riddle = turn.edge.amusement.riddle(identity)
    if riddle is None:
        return offer(turn)
    turn.say("utter_riddle_answer", answer=turn.pick(riddle.answer), choices=_after_riddle(turn))
    return []


def judge(turn: Turn, identity: str, letter: str | None) -> Events:
    """Right or wrong and why, then the next question, or the end of the round with a kind word.

    A question that is not open (any more) counts for nothing: the open one is asked again.
    """
    question = turn.edge.amusement.question(identity)
    if question is None or (turn.slot("guess") or {}).get("quiz") != identity:
        return resume(turn) or offer(turn)
    right = letter == question.right
    if right:
        turn.say("utter_quiz_right", why=turn.pick(question.why))
    else:
        turn.say("utter_quiz_wrong", solution=turn.pick(question.solution), why=turn.pick(question.why))
    so_far = turn.slot("quiz") or {"asked": 1, "right": 0}
    quiz = {"asked": so_far["asked"], "right": so_far["right"] + right}
    if quiz["asked"] < ROUND:
        return _ask_question(turn, quiz)
    _praise(turn, quiz["right"])
    return [SlotSet("quiz", None)]


def resume(turn: Turn) -> Events:
    """Ask the open question of an unfinished round again; nothing if there is none."""
    quiz = turn.slot("quiz")
    return _ask_question(turn, quiz, again=True) if quiz else []


def guessed(turn: Turn) -> Events:
    """What a guess at the riddle or question just asked leads to; nothing where the message is no guess."""
    guess = turn.slot("guess") or {}
    if not guess or turn.is_choice or turn.form is not None or turn.intent in forms.URGENT:
        return []
    if riddle := turn.edge.amusement.riddle(guess.get("riddle", "")):
        return _guessed_riddle(turn, riddle)
    if question := turn.edge.amusement.question(guess.get("quiz", "")):
        return _guessed_question(turn, question)
    return []


def _guessed_riddle(turn: Turn, riddle: Riddle) -> Events:
    if solves(riddle, turn.text):
        turn.say("utter_riddle_right", answer=turn.pick(riddle.answer), choices=_after_riddle(turn))
        return [SlotSet("guess", None)]
    if GIVES_UP.match(turn.text):
        return [*reveal(turn, riddle.id), SlotSet("guess", None)]
    if _tries(turn):
        show = choice(turn.label("amusement_show_answer"), "amusement", option=f"answer:{riddle.id}")
        turn.say("utter_riddle_wrong", choices=[show, _again(turn, "riddle")])
        return [SlotSet("guess", {"riddle": riddle.id})]
    return []


def _guessed_question(turn: Turn, question: Question) -> Events:
    letter = letter_of(question, turn.text, turn.locale)
    if letter is not None or GIVES_UP.match(turn.text):
        return judge(turn, question.id, letter)
    return resume(turn) if _tries(turn) else []


def _tries(turn: Turn) -> bool:
    """Whether words that solve nothing were meant to: no wish, and not something else to pass the time."""
    is_other = kind_of(turn.text) is not None or bool(MORE.search(turn.text))
    return turn.intent in GUESSES and not is_other and forms.is_brief(turn.text)


# What the words ask for, most particular first.
ASKED = {
    "riddle": re.compile(r"谜|謎|riddle|急转弯|急轉彎|猜一?猜|打一", re.IGNORECASE),
    "quiz": re.compile(
        r"问答|問答|考考|测一?测我|測一?測我|小小金融家|小朋友|小孩|孩子|娃|孙子|孫子|孙女|孫女|"
        r"quiz|\btest me\b|\bkids?\b|\bchild",
        re.IGNORECASE,
    ),
    "fact": re.compile(
        r"知识|知識|冷知|趣闻|趣聞|学点|學點|长长见识|長長見識|故事|\bfacts?\b|\btrivia\b|\binteresting\b|\bstory\b",
        re.IGNORECASE,
    ),
    "joke": re.compile(r"笑|逗|段子|乐一乐|樂一樂|开心|開心|\bjokes?\b|\bfunny\b|\blaugh|\bcheer", re.IGNORECASE),
}
MORE = re.compile(
    r"再[来來讲講出考给給]|再[说說]一?[个個]|[换換]一|另一|[还還]要|[还還]有[吗嗎没沒]|下一|"
    r"\b(?:another|one more|more|next)\b",
    re.IGNORECASE,
)


def kind_of(text: str) -> str | None:
    """What a customer's words ask for; None where they say only that time is long."""
    return next((kind for kind, words in ASKED.items() if words.search(text)), None)


def last_told(turn: Turn) -> str | None:
    """The kind that "another one" means."""
    last = _told(turn).get("last")
    return last if last in KINDS else None


def _ask_question(turn: Turn, quiz: dict[str, int], *, again: bool = False) -> Events:
    """The next question of a round, or the one that is open, with its three choices."""
    told = _told(turn)
    heard = told.get("quiz", 0)
    question = next_of(turn.edge.amusement.quiz, heard - again, _start(turn))
    number = quiz["asked"] + (not again)
    turn.say(
        "utter_quiz_question",
        number=number,
        total=ROUND,
        question=turn.pick(question.ask),
        choices=_letters(turn, question),
    )
    return [
        SlotSet("told", {**told, "quiz": heard + (not again), "last": "quiz"}),
        SlotSet("quiz", {**quiz, "asked": number}),
        SlotSet("guess", {"quiz": question.id}),
    ]


def _letters(turn: Turn, question: Question) -> list[dict[str, str]]:
    return [
        choice(f"{letter.upper()}. {turn.pick(text)}", "amusement", option=f"quiz:{question.id}:{letter}")
        for letter, text in zip(LETTERS, question.choices, strict=True)
    ]


def _praise(turn: Turn, right: int) -> None:
    said = "utter_quiz_all" if right == ROUND else "utter_quiz_most" if right * 2 > ROUND else "utter_quiz_some"
    choices = [_again(turn, "quiz"), choice(turn.label("amusement_other"), "amusement")]
    turn.say(said, right=right, total=ROUND, choices=choices)


def _after_riddle(turn: Turn) -> list[dict[str, str]]:
    return [_again(turn, "riddle"), choice(turn.label("amusement_other"), "amusement")]


def _again(turn: Turn, kind: str) -> dict[str, str]:
    return choice(turn.label("amusement_again"), "amusement", option=kind)


def _told(turn: Turn) -> dict[str, Any]:
    return turn.slot("told") or {}


def _start(turn: Turn) -> int:
    """Where this customer begins, so that the next one at the kiosk does not hear the same first joke."""
    return zlib.crc32(turn.session_id.encode())
