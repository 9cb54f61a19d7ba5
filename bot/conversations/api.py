"""HTTP routes of conversations: handover for customers, review and take-over for staff."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from bot.conversations import rules
from bot.conversations import service as conversations
from bot.errors import Invalid
from bot.http import Edge, edge
from bot.privacy import service as privacy
from bot.staff.api import StaffIdentity, signed_in, signed_in_to_change

router = APIRouter(prefix="/api", tags=["conversations"])


class HandoverAnswer(BaseModel):
    code: str
    url: str
    expires_at: datetime


class ConversationLine(BaseModel):
    id: str
    started_at: datetime
    last_at: datetime
    channel: str
    locale: str
    messages: int
    last_text: str
    state: str
    waiting_for_person: bool
    staff_joined: bool


class ConversationList(BaseModel):
    items: list[ConversationLine]
    next: datetime | None


class MessageView(BaseModel):
    seq: int
    at: datetime
    kind: str
    sender: str
    text: str
    locale: str
    intent: str | None
    capability: str | None
    confidence: float | None
    entities: list[dict[str, Any]]
    faq: str | None
    choices: list[str]
    cards: list[dict[str, Any]]


class ConversationView(BaseModel):
    id: str
    channel: str
    locale: str
    state: str
    joined_by_me: bool
    staff_joined: bool
    messages: list[MessageView]


class HandoffLine(BaseModel):
    id: int
    conversation: str
    reason: str
    kind: str
    at: datetime
    place: int | None
    joined_by_me: bool


class HandoffList(BaseModel):
    items: list[HandoffLine]


class AlertLine(BaseModel):
    id: int
    kind: str
    conversation: str
    at: datetime


class AlertList(BaseModel):
    items: list[AlertLine]


class StaffSays(BaseModel):
    id: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=rules.TEXT_LIMIT)


class Done(BaseModel):
    ok: bool = True


@router.post("/sessions/{session}/handover", response_model=HandoverAnswer)
def make_handover(session: str, e: Edge = Depends(edge)) -> HandoverAnswer:
    """A single-use code that moves this session to another device within ten minutes."""
    with e.store.begin() as db:
        conversation_id = conversations.require_open(db, session)
        code, expires_at = conversations.make_handover(db, conversation_id, now=e.clock())
    return HandoverAnswer(code=code, url=f"/demo?handover={code}", expires_at=expires_at)


@router.get("/staff/conversations", response_model=ConversationList)
def list_conversations(
    before: datetime | None = None,
    q: str | None = Query(None, max_length=100),
    limit: int = Query(50, ge=1, le=200),
    e: Edge = Depends(edge),
    _staff: StaffIdentity = Depends(signed_in),
) -> ConversationList:
    with e.store.read() as db:
        found = conversations.list_conversations(db, before=before, text=q, limit=limit)
    items = [
        ConversationLine(
            id=line.conversation.id,
            started_at=line.conversation.started_at,
            last_at=line.conversation.last_at,
            channel=line.conversation.channel,
            locale=line.conversation.locale,
            messages=line.messages,
            last_text=line.last_text,
            state=line.conversation.state,
            waiting_for_person=line.waiting_for_person,
            staff_joined=line.conversation.staff_id is not None,
        )
        for line in found
    ]
    return ConversationList(items=items, next=items[-1].last_at if len(items) == limit else None)


@router.get("/staff/conversations/{conversation_id}", response_model=ConversationView)
def read_conversation(
    conversation_id: str, e: Edge = Depends(edge), staff: StaffIdentity = Depends(signed_in)
) -> ConversationView:
    with e.store.read() as db:
        conversation, messages = conversations.transcript(db, conversation_id)
    return ConversationView(
        id=conversation.id,
        channel=conversation.channel,
        locale=conversation.locale,
        state=conversation.state,
        joined_by_me=conversation.staff_id == staff.id,
        staff_joined=conversation.staff_id is not None,
        messages=[
            MessageView(
                seq=message.seq,
                at=message.at,
                kind=message.kind,
                sender=message.sender,
                text=message.text,
                locale=message.locale,
                intent=message.intent,
                capability=message.capability,
                confidence=message.confidence,
                entities=message.entities or [],
                faq=message.faq,
                choices=[choice["label"] for choice in message.choices or []],
                cards=message.cards or [],
            )
            for message in messages
        ],
    )


@router.get("/staff/handoffs", response_model=HandoffList)
def list_handoffs(e: Edge = Depends(edge), staff: StaffIdentity = Depends(signed_in)) -> HandoffList:
    """Customers who have called for a person, first come first."""
    with e.store.read() as db:
        requests = conversations.waiting_requests(db)
    items = []
    place = 0
    for request in requests:
        waiting = request.state == "waiting"
        place += waiting
        items.append(
            HandoffLine(
                id=request.id,
                conversation=request.conversation_id,
                reason=request.reason,
                kind=request.state,
                at=request.at,
                place=place if waiting else None,
                joined_by_me=request.joined_by == staff.id,
            )
        )
    return HandoffList(items=items)


@router.post("/staff/conversations/{conversation_id}/join", response_model=Done)
def join(conversation_id: str, e: Edge = Depends(edge), staff: StaffIdentity = Depends(signed_in_to_change)) -> Done:
    """Take the chat over: the assistant is silent until staff leave."""
    with e.store.begin() as db:
        conversations.join(db, conversation_id, staff_id=staff.id, staff_name=staff.display_name, now=e.clock())
    e.wake()
    return Done()


@router.post("/staff/conversations/{conversation_id}/leave", response_model=Done)
def leave(conversation_id: str, e: Edge = Depends(edge), staff: StaffIdentity = Depends(signed_in_to_change)) -> Done:
    with e.store.begin() as db:
        conversations.leave(db, conversation_id, staff_id=staff.id, now=e.clock())
    e.wake()
    return Done()


@router.post("/staff/conversations/{conversation_id}/say", response_model=Done)
def say(
    conversation_id: str,
    body: StaffSays,
    e: Edge = Depends(edge),
    staff: StaffIdentity = Depends(signed_in_to_change),
) -> Done:
    text = rules.clean_text(body.text)
    if not text:
        raise Invalid("the message is empty")
    now = e.clock()
    with e.store.begin() as db:
        masked = privacy.mask_message(db, e.vault, session_id=conversation_id, text=text, now=now)
        conversations.staff_say(db, conversation_id, staff_id=staff.id, message_id=body.id, text=masked, now=now)
    e.wake()
    return Done()


@router.get("/staff/alerts", response_model=AlertList)
def list_alerts(e: Edge = Depends(edge), _staff: StaffIdentity = Depends(signed_in)) -> AlertList:
    with e.store.read() as db:
        alerts = conversations.open_alerts(db)
    return AlertList(items=[AlertLine(id=a.id, kind=a.kind, conversation=a.conversation_id, at=a.at) for a in alerts])


@router.post("/staff/alerts/{alert_id}/seen", response_model=Done)
def see_alert(alert_id: int, e: Edge = Depends(edge), staff: StaffIdentity = Depends(signed_in_to_change)) -> Done:
    with e.store.begin() as db:
        conversations.see_alert(db, alert_id, staff_id=staff.id, now=e.clock())
    e.wake()
    return Done()
