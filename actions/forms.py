"""How forms are filled, interrupted, suspended, resumed and cancelled.

One general rule an intent is enough. A form's validation action either takes the message as an answer, or returns
nothing: Rasa then rejects the form, the general rule of the message's intent answers, and the form asks again.
What is more urgent than a form suspends it: its slots stay, its name waits in the slot `suspended`.
"""

from __future__ import annotations

import re

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions.turn import Events, Turn

TICKET, COMPLAINT, RECOMMENDATION = "ticket_form", "complaint_form", "recommendation_form"
SLOTS: dict[str, tuple[str, ...]] = {
    TICKET: ("ticket_service", "ticket_amount"),
    COMPLAINT: ("complaint_what", "complaint_when", "complaint_where", "complaint_who", "complaint_contact"),
    RECOMMENDATION: ("recommendation_need", "recommendation_horizon", "recommendation_amount", "recommendation_risk"),
}
REQUESTED = "requested_slot"
SKIPPED = ""

# Intents that can be an answer to a question of ours; every other one is a question or wish of its own.
ANSWERS = frozenset({"inform", "affirm", "deny", "correct", "oos"})
EMERGENCIES = frozenset({"emergency", "emergency_health", "emergency_fire", "emergency_crime", "emergency_child"})
URGENT = EMERGENCIES | {"human", "fraud_alarm"}
# What steers the conversation itself: no story and no answer, however sure the model is.
STEERING = frozenset({"cancel", "repeat", "resume"})

SKIP = re.compile(
    r"^\W*(跳过|跳過|略过|略過|不知道|不清楚|不记得|不記得|记不清了?|記不清了?|忘了|没有|沒有|不想说|不想說|不方便|"
    r"skip|pass|next|none|no idea|don'?t know|i don'?t know|not sure|can'?t remember|i don'?t remember|"
    r"rather not( say)?)\W*$",
    re.IGNORECASE,
)
GIVE_UP = re.compile(
    r"^\W*(?:算了|那)?\W*(?:我)?(?:不想|不要|不用|不)(?:投诉|投訴|举报|舉報|推荐|推薦|买|買|理财|理財)"
    r"(?:了|你们了|你們了)?\W*(?:算了|吧)?\W*$|"
    r"^\W*(?:never mind|forget (?:it|about it)|no complaint|"
    r"i (?:do not|don'?t) want to (?:complain|buy|invest).*)\W*$",
    re.IGNORECASE,
)
RESUME = re.compile(
    r"^\W*(继续|繼續|接着说|接著說|接着来|接著來|接着|接著|继续投诉|繼續投訴|继续说|繼續說|继续吧|繼續吧|"
    r"go on|continue|carry on|resume|let'?s go on|let'?s continue)\W*$",
    re.IGNORECASE,
)
# Words by which a sentence asks or wishes; in a story they are rare at this length.
ASKS = re.compile(
    r"[?？]\s*$|[吗嗎]\W*$|几点|幾點|多少|多久|怎么[办走去样弄]|怎麼[辦走去樣弄]|怎样|怎樣|哪里|哪裡|哪儿|哪兒|在哪|几号|幾號|"
    r"几个人|幾個人|什么时候|什麼時候|能不能|可不可以|有没有|有沒有|是不是|"
    r"^\W*(what|where|when|how|which|who|can|could|do|does|is|are|may)\b",
    re.IGNORECASE,
)
WISHES = re.compile(
    r"^\W*(?:先|请|請|麻烦|麻煩)?(?:我要|我想|我得|帮我|幫我|给我|給我|带我|帶我|取号|取號|"
    r"i want|i'd like|i would like|i need|give me|show me|take me|tell me|please)",
    re.IGNORECASE,
)
SMALL_TALK = frozenset({"greet", "goodbye", "chitchat", "amusement", "praise_or_feedback"})
# By which of their words a form that waits is meant: "back to my complaint".
NAMES = {
    TICKET: re.compile(r"号|號|number|ticket", re.IGNORECASE),
    COMPLAINT: re.compile(r"投诉|投訴|complain", re.IGNORECASE),
    RECOMMENDATION: re.compile(r"推荐|推薦|理财|理財|recommend|saving|invest", re.IGNORECASE),
}


def begin(turn: Turn, form: str) -> Events:
    """Start `form`, or go on where it was left; another one that is active is suspended."""
    return [*suspend(turn, unless=form), *_awake(turn, form), SlotSet(REQUESTED, None), FollowupAction(form)]


def suspend(turn: Turn, *, unless: str | None = None) -> Events:
    """Put the active form aside; its answers stay."""
    if turn.form is None or turn.form == unless:
        return []
    waiting = [name for name in turn.slot("suspended") or [] if name != turn.form]
    return [SlotSet("suspended", [*waiting, turn.form]), ActiveLoop(None), SlotSet(REQUESTED, None)]


def suspended(turn: Turn) -> str | None:
    """The form that was put aside last."""
    waiting = turn.slot("suspended") or []
    return waiting[-1] if waiting else None


def end(turn: Turn, form: str) -> Events:
    """Forget `form` and all its answers."""
    cleared = [SlotSet(slot, None) for slot in SLOTS[form]]
    active = [ActiveLoop(None), SlotSet(REQUESTED, None)] if turn.form == form else []
    return [*cleared, *active, *_awake(turn, form)]


def resume(turn: Turn) -> Events:
    """Go on with the form that the words name, else with the one put aside last; nothing if none waits."""
    waiting = turn.slot("suspended") or []
    form = next((name for name in waiting if NAMES[name].search(turn.text)), suspended(turn))
    if form is None:
        return []
    if form == COMPLAINT:
        turn.say("utter_complaint_resumed")
    elif form == RECOMMENDATION:
        turn.say("utter_recommendation_resumed")
    return begin(turn, form)


def offer_to_resume(turn: Turn, waiting: str | None = None) -> None:
    """Remind a customer, after something more urgent, of the form that waits."""
    waiting = waiting or turn.form or suspended(turn)
    if waiting == COMPLAINT:
        turn.say("utter_complaint_continue_offer")
    elif waiting == TICKET:
        turn.say("utter_ticket_continue_offer")
    elif waiting == RECOMMENDATION:
        turn.say("utter_recommendation_continue_offer")


def _awake(turn: Turn, form: str) -> Events:
    waiting = turn.slot("suspended") or []
    return [SlotSet("suspended", [name for name in waiting if name != form])] if form in waiting else []


def is_digression(turn: Turn, kind: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether a message during a form is about something else than the question.

    `own` are intents that belong to the form itself. `kind` is what the question takes: a "value" is recognised, so
    any other wish is a digression; "words" may mention what they like as long as they do not ask or wish; a "story"
    mentions everything, so only a short and confident question or wish is one.
    """
    if turn.intent in ANSWERS or turn.intent in own:
        return False
    if turn.is_choice:
        return True
    brief, confidence = is_brief(turn.text), turn.confidence
    if turn.intent in URGENT:
        return _urgency(turn) >= (0.5 if brief else 0.85)
    if turn.intent in STEERING:
        return brief and confidence >= 0.4
    if kind == "value":
        return confidence >= 0.4
    if not brief:
        return False
    if turn.intent in SMALL_TALK:
        return confidence >= 0.7
    if kind == "story" and confidence >= 0.9 and len(turn.text) <= 8:  # "存款利率": the name of something, no story
        return True
    return confidence >= (0.4 if kind == "words" else 0.6) and bool(ASKS.search(turn.text) or WISHES.search(turn.text))


def _urgency(turn: Turn) -> float:
    """Confidence that the message is urgent: the kinds of emergency share what is certain about it."""
    if turn.intent not in EMERGENCIES:
        return turn.confidence
    shared = sum(entry["confidence"] for entry in turn.ranking if entry["name"] in EMERGENCIES)
    return max(turn.confidence, float(shared))


def is_brief(text: str) -> bool:
    """Up to 18 characters of Chinese or 12 words of English: a question or wish, hardly a story."""
    words = len(re.findall(r"[A-Za-z0-9'’⟨⟩:]+", text))
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    return han <= 18 and words <= 12


def is_skip(turn: Turn) -> bool:
    return turn.intent == "deny" or bool(SKIP.match(turn.text))
