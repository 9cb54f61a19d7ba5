"""What an action sees of one turn of a customer, and how it answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.edge import Edge
from bot.locales import LOCALES, ZH_HANS, pick

Events = list[dict[str, Any]]

TAKE, CANCEL, PERSON = "take", "cancel", "person"  # what a yes can accept


class Turn:
    """The customer's latest message with the state of the dialogue, read once."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, edge: Edge) -> None:
        self.edge = edge
        self.now: datetime = edge.clock()
        self.session_id: str = tracker.sender_id
        message = tracker.latest_message
        metadata = message.get("metadata") or {}
        text = message.get("text") or ""
        self.is_choice = text.startswith("/")
        self.text = "" if self.is_choice else text
        self.turn_id: str | None = metadata.get("turn")
        self.channel: str = metadata.get("channel") or "web"
        self.intent: str = (message.get("intent") or {}).get("name") or "oos"
        self.confidence: float = (message.get("intent") or {}).get("confidence") or 0.0
        self.ranking: list[dict[str, Any]] = message.get("intent_ranking") or []
        self.faq: list[dict[str, Any]] = message.get("faq") or []
        self.entities: list[dict[str, Any]] = message.get("entities") or []
        self.form: str | None = tracker.active_loop_name
        self.events = tracker.events
        self._slots = tracker.slots
        self._dispatcher = dispatcher
        self.locale = self._locale(metadata)

    def slot(self, name: str) -> Any:
        return self._slots.get(name)

    def entity(self, *types: str) -> Any:
        """Value of the first entity of these types, as the contract has it; None if there is none."""
        return next((e["value"] for e in self.entities if e["entity"] in types), None)

    def amount(self) -> Decimal | None:
        """The first amount said, in yuan; None if there is none or it is no sum of money."""
        try:
            amount = Decimal(str(self.entity("amount")))
        except InvalidOperation:
            return None
        return amount if amount.is_finite() and amount > 0 else None

    def said(self, *types: str) -> str | None:
        """The customer's own words for the entities of these types; a choice's values. None if there are none."""
        words = [
            self.text[e["start"] : e["end"]] if not self.is_choice else str(e["value"])
            for e in self.entities
            if e["entity"] in types
        ]
        return " ".join(dict.fromkeys(w for w in words if w)) or None

    def say(
        self,
        response: str,
        *,
        cards: Sequence[dict[str, Any]] = (),
        choices: Sequence[dict[str, str]] = (),
        **values: Any,
    ) -> None:
        """Answer with a response of domain.yml; `values` fill its braces."""
        # Rasa's interpolation takes "0[" in a text for its own doing.
        safe = {k: v.replace("0[", "0 [") if isinstance(v, str) else v for k, v in values.items()}
        self._dispatcher.utter_message(
            response=response,
            buttons=list(choices),
            json_message={"cards": list(cards)} if cards else None,
            **safe,
        )

    def say_again(self, said: dict[str, Any]) -> None:
        """Send a bot message of the conversation's events once more, with its choices and cards."""
        data = said.get("data") or {}
        self._dispatcher.utter_message(
            text=said.get("text"), buttons=data.get("buttons") or [], json_message=data.get("custom") or None
        )

    def last_answer(self) -> list[dict[str, Any]]:
        """The bot messages of the latest turn before this one that had any; none in a new conversation."""
        found: list[dict[str, Any]] = []
        for event in reversed(self.events):
            if event["event"] == "user" and found:
                break
            if event["event"] == "bot":
                found.insert(0, event)
        return found

    def label(self, key: str, **values: object) -> str:
        """A short label of data/labels.yml in the customer's language."""
        return self.edge.labels.say(key, self.locale, **values)

    def pick(self, texts: dict[str, str]) -> str:
        return pick(texts, self.locale)

    def was_rejected(self, form: str) -> bool:
        """Whether `form` has already refused this message: it is a digression, answered elsewhere."""
        for event in reversed(self.events):
            if event["event"] == "user":
                return False
            if event["event"] == "action_execution_rejected" and event.get("name") == form:
                return True
        return False

    def _locale(self, metadata: dict[str, Any]) -> str:
        """What the channel sends; in `rasa shell`, which sends none, what the pipeline has detected."""
        locale = metadata.get("locale") or self.slot("locale")
        return locale if locale in LOCALES else ZH_HANS


def choice(label: str, intent: str, **entities: Any) -> dict[str, str]:
    """A button in Rasa's form. Entity values are strings."""
    named = {name: str(value) for name, value in entities.items() if value is not None}
    return {"title": label, "payload": f"/{intent}" + (json.dumps(named, ensure_ascii=False) if named else "")}


def offer(accept: str, **number: str | None) -> dict[str, Any]:
    """What a yes in the next turn accepts: a number (for `service`, asked for if it is not given), or another thing."""
    return SlotSet("offer", {"accept": accept, **number})
