"""What crosses the boundary to Rasa, decided without I/O: requests in, answers out.

Nobody outside can inject an intent: a customer's text never begins with "/" for Rasa, and a choice comes as an
intent name and entities, checked against the domain, never as text.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import Invalid

DIVISION_SLASH = "\u2215"
REQUESTED_SLOT = "requested_slot"
LOCALE = "locale"


@dataclass(frozen=True)
class TurnRequest:
    """One message or choice of a customer. Exactly one of `text` and `intent` is set."""

    sender: str
    turn: str
    text: str | None
    intent: str | None
    entities: Mapping[str, Any]
    locale: str | None
    channel: str | None

    @property
    def metadata(self) -> dict[str, Any]:
        """What actions read from `tracker.latest_message["metadata"]`."""
        return {"locale": self.locale, "channel": self.channel, "turn": self.turn}


def read_request(body: Any) -> TurnRequest:
    """The request in a decoded JSON body. Raises Invalid naming the field that is wrong."""
    if not isinstance(body, dict):
        raise Invalid("the body is not an object")
    text, choice = body.get("text"), body.get("choice")
    if (text is None) == (choice is None):
        raise Invalid("exactly one of text and choice is needed")
    intent: str | None = None
    entities: dict[str, Any] = {}
    if choice is not None:
        if not isinstance(choice, dict) or not isinstance(choice.get("intent"), str):
            raise Invalid("choice.intent is not a string")
        intent = choice["intent"]
        entities = {} if choice.get("entities") is None else choice["entities"]
        if not isinstance(entities, dict):
            raise Invalid("choice.entities is not an object")
    elif not isinstance(text, str) or not text.strip():
        raise Invalid("text is empty")
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise Invalid("metadata is not an object")
    return TurnRequest(
        sender=_name(body, "sender"),
        turn=_name(body, "turn"),
        text=None if text is None else without_command(text),
        intent=intent,
        entities=entities,
        locale=metadata.get("locale"),
        channel=metadata.get("channel"),
    )


def _name(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise Invalid(f"{field} is not a string of 1 to 255 characters")
    return value


def without_command(text: str) -> str:
    """`text` stripped, and with a leading slash of any width, behind whatever is invisible, made harmless."""
    text = text.strip()
    for index, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            continue
        if unicodedata.normalize("NFKC", character).startswith("/"):
            return text[:index] + DIVISION_SLASH + text[index + 1 :]
        break
    return text


def parse_of_choice(request: TurnRequest, intents: Collection[str], entities: Collection[str]) -> dict[str, Any]:
    """Parse data of a choice, as if understood with certainty. Raises Invalid for names the domain does not have."""
    if request.intent not in intents:
        raise Invalid("choice.intent is not in the domain")
    unknown = set(request.entities) - set(entities)
    if unknown:
        raise Invalid(f"not entities of the domain: {', '.join(sorted(unknown))}")
    named = dict(request.entities)
    if request.locale is not None:
        named[LOCALE] = request.locale
    intent = {"name": request.intent, "confidence": 1.0}
    return {
        "text": f"/{request.intent}",
        "intent": intent,
        "entities": [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in named.items()],
        "intent_ranking": [intent],
        "faq": [],
    }


def is_complete(tracker: DialogueStateTracker | None, turn: str) -> bool:
    """Whether `turn` is the tracker's last one, and was answered to its end."""
    if tracker is None or tracker.latest_action_name != "action_listen":
        return False
    last = _last_utterance(tracker)
    return last is not None and last.message_id == turn


def answer_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """The answer to the tracker's last turn, as the boundary's contract has it."""
    messages: list[dict[str, Any]] = []
    understood: dict[str, Any] = {"intent": None, "confidence": None, "entities": [], "faq": None}
    for event in _last_turn(tracker):
        if isinstance(event, UserUttered):
            understood.update(_understood(event))
        elif isinstance(event, BotUttered):
            messages.append(_message(event))
            understood["faq"] = event.metadata.get("faq") or understood["faq"]
    form = tracker.active_loop_name
    return {
        "messages": [m for m in messages if m["text"] or m["cards"] or m["choices"]],
        "understood": understood,
        "form": form,
        "asks": tracker.get_slot(REQUESTED_SLOT) if form else None,
    }


def _last_utterance(tracker: DialogueStateTracker) -> UserUttered | None:
    return next((e for e in reversed(tracker.events) if isinstance(e, UserUttered)), None)


def _last_turn(tracker: DialogueStateTracker) -> list[Any]:
    turn: list[Any] = []
    for event in reversed(tracker.events):
        turn.append(event)
        if isinstance(event, UserUttered):
            return turn[::-1]
    return []


def _understood(event: UserUttered) -> dict[str, Any]:
    return {
        "intent": event.intent.get("name"),
        "confidence": event.intent.get("confidence"),
        "entities": [
            {"type": e["entity"], "value": e["value"], "start": e.get("start"), "end": e.get("end")}
            for e in event.entities
            if e["entity"] != LOCALE
        ],
    }


def _message(event: BotUttered) -> dict[str, Any]:
    buttons = [*(event.data.get("buttons") or []), *(event.data.get("quick_replies") or [])]
    custom = event.data.get("custom") or {}
    return {
        "text": event.text or "",
        "choices": [{"label": b["title"], **choice_of_payload(b["payload"])} for b in buttons],
        "cards": list(custom.get("cards", [])) if isinstance(custom, dict) else [],
    }


def choice_of_payload(payload: str) -> dict[str, Any]:
    """Rasa's button payload, `/intent{"entity": "value"}`, as a structured choice."""
    name, brace, entities = payload.lstrip("/").partition("{")
    return {"intent": name.strip(), "entities": json.loads(brace + entities) if brace else {}}
