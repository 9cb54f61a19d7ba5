"""The plain menu: numbers, complaints and calls for a person while Rasa is away. No language is understood here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from bot.complaints import service as complaints
from bot.conversations import service as conversations
from bot.conversations.service import ClaimedTurn, Offer, Reply
from bot.errors import Conflict
from bot.http import Edge
from bot.locales import pick
from bot.queueing import service as queueing
from bot.texts import Texts

COMPLAINT = "complaint"
# What a choice that Rasa issued means here, when Rasa is gone by the time it is pressed.
INTENTS = {"take_ticket": "ticket", "human": "person", "complaint_new": COMPLAINT}


@dataclass(frozen=True)
class MenuAnswer:
    replies: list[Reply]
    step: str | None = None


def is_menu(request: dict[str, Any]) -> bool:
    """Whether a choice was issued by this menu: it is answered here even when Rasa is back."""
    return "menu" in request


def answer(session: Session, edge: Edge, texts: Texts, turn: ClaimedTurn, *, now: datetime) -> MenuAnswer:
    """The menu's answer to one turn, with what it changes done in `session`."""
    request = turn.request
    step = request.get("menu") or INTENTS.get(request.get("intent", ""))
    if step is None and turn.menu_step == COMPLAINT and "text" in request:
        return _file_complaint(session, edge, texts, turn, now=now)
    if step == "ticket":
        entities = request.get("entities") or {}
        service = request.get("service") or entities.get("service")
        if service is not None and service in edge.branch.services:
            return _take_ticket(session, edge, texts, turn, service, entities.get("amount"), now=now)
        return _services(edge, texts, turn.locale)
    if step == COMPLAINT:
        return MenuAnswer([Reply(texts.say("tell_complaint", turn.locale))], step=COMPLAINT)
    if step == "person":
        place = conversations.request_person(
            session, session_id=turn.conversation_id, reason="asked", turn_id=turn.message_id, now=now
        )
        return MenuAnswer([Reply(texts.say("person_called", turn.locale, place=place))])
    return MenuAnswer([offer(texts, turn.locale)])


def offer(texts: Texts, locale: str) -> Reply:
    """The menu itself."""
    return Reply(
        texts.say("away", locale),
        offers=[
            Offer(texts.say("away_number", locale), {"menu": "ticket"}),
            Offer(texts.say("away_complaint", locale), {"menu": COMPLAINT}),
            Offer(texts.say("away_person", locale), {"menu": "person"}, once=True),
        ],
    )


def _services(edge: Edge, texts: Texts, locale: str) -> MenuAnswer:
    offers = [
        Offer(pick(service.label, locale), {"menu": "ticket", "service": identity}, once=True)
        for identity, service in edge.branch.services.items()
    ]
    return MenuAnswer([Reply(texts.say("which_service", locale), offers=offers)])


def _take_ticket(
    session: Session, edge: Edge, texts: Texts, turn: ClaimedTurn, service: str, amount: str | None, *, now: datetime
) -> MenuAnswer:
    try:
        view = queueing.take_ticket(
            session,
            edge.branch,
            service_id=service,
            amount=Decimal(amount) if amount else None,
            session_id=turn.conversation_id,
            turn_id=turn.message_id,
            locale=turn.locale,
            now=now,
        )
    except queueing.NoWindow:
        return MenuAnswer([Reply(texts.say("no_window", turn.locale))])
    except Conflict:
        return MenuAnswer([Reply(texts.say("closed", turn.locale))])
    card = queueing.ticket_card(edge.branch, view, turn.locale)
    separator = ", " if turn.locale == "en" else "、"
    text = texts.say(
        "ticket_taken",
        turn.locale,
        number=view.number,
        zone=card["zone"],
        windows=separator.join(card["windows"]),
        ahead=view.ahead,
        low=view.wait_low,
        high=view.wait_high,
    )
    return MenuAnswer([Reply(text, cards=[card])])


def _file_complaint(session: Session, edge: Edge, texts: Texts, turn: ClaimedTurn, *, now: datetime) -> MenuAnswer:
    view = complaints.file_complaint(
        session,
        edge.branch,
        edge.vault,
        what=turn.request["text"],
        when_text=None,
        where_text=None,
        who_text=None,
        contact=None,
        session_id=turn.conversation_id,
        turn_id=turn.message_id,
        locale=turn.locale,
        now=now,
    )
    card = complaints.complaint_card(view, turn.locale)
    text = texts.say("complaint_filed", turn.locale, number=view.number, due=view.due_on.isoformat(), code=view.code)
    return MenuAnswer([Reply(text, cards=[card])])
