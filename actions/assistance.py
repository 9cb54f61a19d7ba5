"""Help in the hall: what somebody asks staff for becomes a task of theirs, and the customer is told who comes."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from actions import tickets
from actions.turn import Events, Turn, choice
from bot.assistance import rules
from bot.assistance import service as assistance
from bot.assistance.rules import NoneLeft
from bot.assistance.schema import OTHER
from bot.assistance.service import RequestView

FIRST_AID = "first_aid"
SEND = "send:"
# Words that want it done, not only known of: borrow, bring, help.
ASKS_FOR = re.compile(
    r"借|给我|給我|拿|帮|幫|来人|來人|叫人|请人|請人|需要|想要|麻烦|麻煩|唔該|"
    r"\b(?:borrow|lend|bring|help|need|can i have|could i have|can somebody|can someone|please|send)\b",
    re.IGNORECASE,
)
# What else people say it as than a wish for what is there: to nobody, or as a grumble.
ELSEWHERE = frozenset({"oos", "chitchat", "praise_or_feedback"})


def asked(turn: Turn) -> Events | None:
    """A wish for help that staff can give, as their task; None where the message is no such wish."""
    if turn.is_choice:
        option = str(turn.entity("option") or "")
        if not option.startswith(SEND):
            return None
        chosen, _, thing = option.removeprefix(SEND).partition("/")
        return send(turn, chosen, thing or None)
    if turn.form is not None or turn.intent not in {"accessibility_and_amenities", *ELSEWHERE}:
        return None
    kind, item = rules.recognise(turn.edge.assistance, turn.text)
    if kind == OTHER or not tickets.is_in_hall(turn):
        return None
    lends = kind == turn.edge.assistance.lending.id
    wants = ASKS_FOR.search(turn.text) or turn.intent in ELSEWHERE or not lends
    return send(turn, kind, item) if wants else None


def send_choice(turn: Turn) -> list[dict[str, str]]:
    """The choice to have somebody come with what the message is about; none where nobody would."""
    if not turn.text or not tickets.is_in_hall(turn):
        return []
    kind, item = rules.recognise(turn.edge.assistance, turn.text)
    if kind == OTHER:
        return []
    option = SEND + (kind if item is None else f"{kind}/{item}")
    return [choice(turn.label("send_somebody"), "accessibility_and_amenities", option=option)]


def first_aid(turn: Turn) -> None:
    """A task beside the alarm, so that it is seen who went; nothing more is said."""
    if FIRST_AID in turn.edge.assistance.kinds:
        with turn.edge.store.begin() as session:
            _ask(turn, session, FIRST_AID, None, alert=False)


def send(turn: Turn, kind: str, item: str | None) -> Events:
    """Staff's task, and who comes within which time; or that none is left, and when one is due back."""
    branch, catalogue = turn.edge.branch, turn.edge.assistance
    try:
        with turn.edge.store.begin() as session:
            request = _ask(turn, session, kind, item)
    except NoneLeft as none:
        label = turn.pick(catalogue.items[none.item_id].label)
        person = choice(turn.label("intent_human"), "human")
        if none.due_back is None:
            turn.say("utter_request_none", item=label, choices=[person])
        else:
            turn.say("utter_request_none_until", item=label, until=tickets.clock(turn, none.due_back), choices=[person])
        return []
    shown = assistance.request_card(branch, catalogue, request, turn.locale)
    turn.say("utter_request_sent", comes=str(shown["text"]), minutes=request.promise_minutes, cards=[shown])
    return []


def _ask(turn: Turn, session: Session, kind: str, item: str | None, *, alert: bool = True) -> RequestView:
    assert turn.turn_id is not None
    return assistance.ask(
        session,
        turn.edge.branch,
        turn.edge.assistance,
        kind=kind,
        item=item,
        zone_id=None,
        words=turn.text or None,
        session_id=turn.session_id,
        turn_id=turn.turn_id,
        locale=turn.locale,
        now=turn.now,
        alert=alert,
    )
