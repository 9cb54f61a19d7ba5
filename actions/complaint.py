"""A complaint: the form that takes it down, its record, its progress."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.events import SlotSet

from actions import forms
from actions.base import FormAnswers, IntentAction, LobbyAction
from actions.forms import COMPLAINT, SKIPPED
from actions.turn import Events, Turn
from bot.branch import rules as branch_rules
from bot.complaints import service as complaints
from bot.complaints.service import ComplaintView
from bot.errors import NotFound
from bot.privacy import service as privacy

TOKEN = re.compile(r"⟨(?:phone|email):\d+⟩")
CODE = re.compile(r"(?<![0-9A-Za-z])[2-9A-HJKMNP-TV-Z]{16}(?![0-9A-Za-z])")
LONGEST = 2000
# Words that only announce a complaint; what is left of a message without them is the story, if it is long enough.
ANNOUNCES = re.compile(
    r"我(?:现在|現在)?(?:要|想|得)?|(?:进行|進行)?(?:投诉|投訴|举报|舉報|提意见|提意見)(?:你们|你們|一下)?|(?:这里|這裡|怎么|怎麼|哪里|哪裡)|"
    r"\b(?:i|want|would|like|need|wish|to|make|file|lodge|have|a|an|the|complaint|complain|about|please|how|do|can|"
    r"where|here|my|some|this|is|of|one|it|am|going|gonna|i'm|i'd)\b",
    re.IGNORECASE,
)


class StartComplaint(IntentAction):
    action_name = "action_complaint"

    def respond(self, turn: Turn) -> Events:
        return start(turn)


class ComplaintAnswers(FormAnswers):
    action_name = "validate_complaint_form"
    form = COMPLAINT
    own = frozenset({"complaint_new"})

    def take(self, turn: Turn, asked: str) -> dict[str, Any] | None:
        if turn.intent == "correct" and (corrected := _details(turn)):
            turn.say("utter_corrected")
            return corrected
        return getattr(self, f"_take_{asked.removeprefix('complaint_')}")(turn)

    def _take_what(self, turn: Turn) -> dict[str, Any] | None:
        if forms.is_digression(turn, "story", self.own) and not forms.SKIP.match(turn.text):
            return None
        told = story(turn.text) if turn.intent == "complaint_new" else turn.text.strip()[:LONGEST]
        bare = forms.is_skip(turn) or (turn.intent == "affirm" and forms.is_brief(turn.text))
        if not told or len(told) < 2 or bare or turn.is_choice:
            turn.say("utter_complaint_what_short")
            return {}
        missing = {slot: value for slot, value in _details(turn).items() if turn.slot(slot) is None}
        return {"complaint_what": told, **missing}

    def _take_when(self, turn: Turn) -> dict[str, Any] | None:
        said = turn.said("date", "time")
        if forms.is_skip(turn) and said is None:
            return {"complaint_when": SKIPPED}
        if forms.is_digression(turn, "story" if said else "words", self.own):
            return None
        return {"complaint_when": said if turn.is_choice else turn.text[:LONGEST]} if said or turn.text else {}

    def _take_where(self, turn: Turn) -> dict[str, Any] | None:
        named = turn.said("window") or branch_rules.find_place(turn.edge.branch, turn.text)
        return self._words(turn, "complaint_where", kind="story" if named else "words")

    def _take_who(self, turn: Turn) -> dict[str, Any] | None:
        named = turn.said("person_name", "window")
        return self._words(turn, "complaint_who", kind="story" if named else "words")

    def _take_contact(self, turn: Turn) -> dict[str, Any] | None:
        token = TOKEN.search(turn.text)
        contact = token[0] if token else turn.entity("phone", "email")
        if contact is not None:
            return {"complaint_contact": str(contact)}
        if forms.is_skip(turn):
            return {"complaint_contact": SKIPPED}
        if forms.is_digression(turn, "value", self.own):
            return None
        turn.say("utter_complaint_contact_again")
        return {}

    def _words(self, turn: Turn, slot: str, *, kind: str) -> dict[str, Any] | None:
        """A question that may be skipped and takes any words that are not a digression."""
        if forms.is_skip(turn) and forms.is_brief(turn.text):
            return {slot: SKIPPED}
        if forms.is_digression(turn, kind, self.own):
            return None
        return {slot: turn.text[:LONGEST]} if turn.text else {}


class FileComplaint(LobbyAction):
    """After the form: put it on record, say what was recorded and until when it is answered."""

    action_name = "action_file_complaint"

    def respond(self, turn: Turn) -> Events:
        told = {slot: turn.slot(slot) or None for slot in forms.SLOTS[COMPLAINT]}
        if told["complaint_what"] is None:  # given up on the way
            turn.say("utter_cancel_complaint")
            return forms.end(turn, COMPLAINT)
        with turn.edge.store.begin() as session:
            contact = told["complaint_contact"]
            if contact is not None and TOKEN.fullmatch(contact):
                try:
                    contact = privacy.reveal(session, turn.edge.vault, session_id=turn.session_id, token=contact)
                except NotFound:  # typed by hand, or of another session: nothing to reach the customer by
                    contact = None
            filed = complaints.file_complaint(
                session,
                turn.edge.branch,
                turn.edge.vault,
                what=turn.slot("complaint_what"),
                when_text=told["complaint_when"],
                where_text=told["complaint_where"],
                who_text=told["complaint_who"],
                contact=contact,
                session_id=turn.session_id,
                turn_id=turn.turn_id,
                locale=turn.locale,
                now=turn.now,
            )
        turn.say(
            "utter_complaint_filed",
            number=filed.number,
            code=filed.code,
            due=_date(turn, filed),
            summary=_summary(turn, told),
            cards=[complaints.complaint_card(filed, turn.locale)],
        )
        return forms.end(turn, COMPLAINT)


class ComplaintProgress(IntentAction):
    action_name = "action_complaint_progress"

    def respond(self, turn: Turn) -> Events:
        filed = _asked_for(turn)
        if filed is None:
            turn.say("utter_complaint_progress_unknown")
            return []
        turn.say(
            "utter_complaint_progress",
            number=filed.number,
            state=turn.label(f"complaint_{filed.state}"),
            due=_date(turn, filed),
            code=filed.code,
            cards=[complaints.complaint_card(filed, turn.locale)],
        )
        return []


def start(turn: Turn) -> Events:
    """Begin to take a complaint down, with what the message tells already; or go on where it was left."""
    if forms.GIVE_UP.match(turn.text):
        turn.say("utter_cancel_complaint")
        return forms.end(turn, COMPLAINT)
    if turn.slot("complaint_what") is not None or forms.suspended(turn) == COMPLAINT:
        turn.say("utter_complaint_resumed")
        return forms.begin(turn, COMPLAINT)
    turn.say("utter_complaint_sorry")
    told = _details(turn) | {"complaint_what": story(turn.text)}
    return [*forms.begin(turn, COMPLAINT), *(SlotSet(slot, value) for slot, value in told.items() if value)]


def story(text: str) -> str | None:
    """The message as the account of what happened; None if it only says that there is a complaint."""
    rest = re.sub(r"\W+", "", ANNOUNCES.sub("", text))
    han = len(re.findall(r"[\u3400-\u9fff]", rest))
    words = len(re.findall(r"[A-Za-z']+", ANNOUNCES.sub(" ", text)))
    return text.strip()[:LONGEST] if han >= 6 or words >= 4 else None


def is_story(turn: Turn) -> bool:
    """Whether a statement that answers no question of ours tells at length what happened."""
    if turn.entity("amount", "term") or forms.WISHES.search(turn.text) or forms.ASKS.search(turn.text):
        return False
    return len(re.findall(r"[\u3400-\u9fff]", turn.text)) >= 10 or len(turn.text.split()) >= 8


def _details(turn: Turn) -> dict[str, str]:
    """When and where, as far as the message names them by the way; a named person too."""
    told: dict[str, str] = {}
    when, window, who = turn.said("date", "time"), turn.said("window"), turn.said("person_name")
    if when:
        told["complaint_when"] = when
    place = window or _place_said(turn)
    if place:
        told["complaint_where"] = place
    if who:
        told["complaint_who"] = who
    return told


def _place_said(turn: Turn) -> str | None:
    place = branch_rules.find_place(turn.edge.branch, turn.text) if turn.text else None
    return turn.pick(place.label) if place is not None else None


def _summary(turn: Turn, told: dict[str, str | None]) -> str:
    lines = []
    for slot, value in told.items():
        if slot == "complaint_contact":
            value = turn.label("contact_kept" if value else "contact_none")
        if value:
            lines.append(turn.label(slot, value=value))
    return "\n".join(lines)


def _asked_for(turn: Turn) -> ComplaintView | None:
    """The complaint of a code in the message, else the latest one of this conversation."""
    code = CODE.search(turn.text.upper())
    with turn.edge.store.read() as session:
        if code is not None:
            try:
                return complaints.complaint_by_code(session, turn.edge.branch, code=code[0])
            except NotFound:
                return None
        return complaints.latest_of_session(session, session_id=turn.session_id)


def _date(turn: Turn, filed: ComplaintView) -> str:
    due = filed.due_on
    return turn.label("date", year=due.year, month=due.month, day=due.day)
