"""The conversation log and its turns. The only code that touches these tables; never commits."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.conversations import rules
from bot.conversations.models import (
    Alert,
    Choice,
    Conversation,
    Feedback,
    Handover,
    Message,
    PersonRequest,
    Rating,
    Turn,
)
from bot.errors import Conflict, NotFound, TooMany
from bot.store import new_code, outbox


@dataclass(frozen=True)
class Offer:
    """A choice to be shown: its label, the request it stands for, whether it works only once."""

    label: str
    request: dict[str, Any]
    once: bool = False


@dataclass(frozen=True)
class Reply:
    """One message to a customer, before it has a number."""

    text: str
    offers: Sequence[Offer] = ()
    cards: Sequence[dict[str, Any]] = ()
    sender: str = "bot"


@dataclass(frozen=True)
class Understood:
    """What the assistant made of a customer's message; kept beside it for review."""

    intent: str | None
    capability: str | None
    confidence: float | None
    entities: Sequence[dict[str, Any]]
    faq: str | None


@dataclass(frozen=True)
class ClaimedTurn:
    conversation_id: str
    message_id: str
    request: dict[str, Any]
    locale: str
    channel: str
    staff_joined: bool
    menu_step: str | None
    attempts: int


# --- sessions ---------------------------------------------------------------------------------


def open_conversation(
    session: Session, *, channel: str, device: str | None, locale: str, now: datetime
) -> tuple[Conversation, str]:
    """A new conversation and the session token that its client keeps."""
    secret = secrets.token_urlsafe(24)
    conversation = Conversation(
        id=new_code(),
        secret_hash=_hash(secret),
        channel=channel,
        device=device,
        locale=locale,
        started_at=now,
        last_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation, f"{conversation.id}.{secret}"


def find_open(session: Session, token: str) -> Conversation | None:
    """The open conversation of a session token, or None if there is none (any more)."""
    identity, _, secret = token.partition(".")
    conversation = session.get(Conversation, identity)
    if conversation is None or not hmac.compare_digest(conversation.secret_hash, _hash(secret)):
        return None
    return conversation if conversation.state == "open" else None


def current(session: Session, conversation_id: str) -> Conversation:
    """The conversation, locked until the transaction ends. Raises Conflict once it has ended."""
    conversation = _locked(session, conversation_id)
    if conversation.state != "open":
        raise Conflict("the conversation has ended")
    return conversation


def require_open(session: Session, token: str) -> str:
    """The conversation id of a session token. Raises NotFound where it is unknown or ended."""
    conversation = find_open(session, token)
    if conversation is None:
        raise NotFound("no such session")
    return str(conversation.id)


def key_of(conversation: Conversation) -> str:
    """Tells the tokens of one session apart, without being one: a device moved away from has the old key."""
    return str(conversation.secret_hash)[:12]


def end(session: Session, conversation_id: str, *, now: datetime) -> None:
    """The customer is done: the session can't be resumed, nobody waits for it any more."""
    conversation = _locked(session, conversation_id)
    conversation.state = "ended"
    conversation.last_at = now
    conversation.staff_id = None
    for request in _person_requests(session, conversation_id):
        request.state = "closed"
    outbox.publish(session, f"session:{conversation_id}", {"bye": "ended"}, now=now)
    outbox.publish(session, "staff", {"kind": "conversation"}, now=now)


def choose_locale(session: Session, conversation_id: str, locale: str) -> None:
    conversation = _locked(session, conversation_id)
    conversation.locale = locale
    conversation.locale_chosen = True


def make_handover(session: Session, conversation_id: str, *, now: datetime) -> tuple[str, datetime]:
    """A single-use code, and when it ends, that moves this session to another device."""
    code = new_code()
    expires_at = now + rules.HANDOVER_LIFE
    session.add(Handover(code_hash=_hash(code), conversation_id=conversation_id, expires_at=expires_at))
    return code, expires_at


def take_handover(
    session: Session, code: str, *, channel: str, device: str | None, now: datetime
) -> tuple[Conversation, str] | None:
    """The conversation behind a handover code with a fresh token; the old device's token is void. None if stale."""
    query = select(Handover).where(Handover.code_hash == _hash(code)).with_for_update()
    handover = session.execute(query).scalar_one_or_none()
    if handover is None or handover.used_at is not None or handover.expires_at < now:
        return None
    conversation = _locked(session, handover.conversation_id)
    if conversation.state != "open":
        return None
    handover.used_at = now
    secret = secrets.token_urlsafe(24)
    conversation.secret_hash = _hash(secret)
    conversation.channel = channel
    conversation.device = device
    outbox.publish(session, f"session:{conversation.id}", {"bye": "moved", "key": key_of(conversation)}, now=now)
    return conversation, f"{conversation.id}.{secret}"


# --- messages ---------------------------------------------------------------------------------


def add_customer_turn(
    session: Session,
    conversation_id: str,
    *,
    message_id: str,
    text: str,
    request: dict[str, Any],
    locale: str,
    worker: str,
    now: datetime,
) -> ClaimedTurn | None:
    """Store a customer's message and its turn; claim the turn at once if no other one is before it.

    Returns None when an earlier turn goes first, or the same message id was stored before.
    Raises Conflict in an ended conversation, TooMany where too many of its messages wait for an answer.
    """
    conversation = _locked(session, conversation_id)
    if find_turn(session, conversation_id, message_id) is not None:
        return None
    if conversation.state != "open":
        raise Conflict("the conversation has ended")
    waiting = _unfinished(session, conversation_id)
    if len(waiting) >= rules.PENDING_TURNS:
        raise TooMany("too many messages wait for an answer", retry_after=1.0)
    conversation.locale = locale
    message = _append(
        session, conversation, now=now, sender="customer", text=text, locale=locale, message_id=message_id
    )
    turn = Turn(
        conversation_id=conversation_id,
        message_id=message_id,
        seq=message.seq,
        request=request,
        state="queued",
        attempts=0,
        created_at=now,
    )
    session.add(turn)
    claimed = None if waiting else _claim(turn, conversation, worker, now)
    session.flush()
    return claimed


def find_turn(session: Session, conversation_id: str, message_id: str) -> Turn | None:
    turn: Turn | None = session.get(Turn, (conversation_id, message_id))
    return turn


def claim_turn(session: Session, conversation_id: str, *, worker: str, now: datetime) -> ClaimedTurn | None:
    """The oldest unfinished turn, if no live worker is at it. Turns of one session run one after another."""
    conversation = _locked(session, conversation_id)
    waiting = _unfinished(session, conversation_id)
    if not waiting:
        return None
    first = waiting[0]
    if not rules.may_claim(state=first.state, lease_until=first.lease_until, now=now):
        return None
    return _claim(first, conversation, worker, now)


def complete_turn(
    session: Session,
    turn: ClaimedTurn,
    *,
    replies: Sequence[Reply],
    understood: Understood | None,
    locale: str,
    now: datetime,
    told_away: bool | None = None,
    menu_step: str | None = None,
) -> bool:
    """Store the answer and end the turn, in one transaction. A turn that is done already stays as it is.

    Returns whether another turn of the conversation waits.
    """
    conversation = _locked(session, turn.conversation_id)
    row = find_turn(session, turn.conversation_id, turn.message_id)
    if row is None or row.state == "done":
        return bool(_unfinished(session, turn.conversation_id))
    row.state = "done"
    row.done_at = now
    conversation.menu_step = menu_step
    if told_away is not None:
        conversation.told_away = told_away
    if understood is not None:
        _annotate(session, turn, understood)
    for reply in replies:
        _reply(session, conversation, reply, turn=turn.message_id, locale=locale, now=now)
    outbox.publish(session, f"session:{turn.conversation_id}", {"done": turn.message_id}, now=now)
    outbox.publish(session, "staff", {"kind": "conversation"}, now=now)
    return bool(_unfinished(session, turn.conversation_id))


def add_reply(session: Session, conversation_id: str, reply: Reply, *, now: datetime) -> None:
    """A message that answers no turn: from staff, or from the assistant of its own accord."""
    conversation = _locked(session, conversation_id)
    _reply(session, conversation, reply, turn=None, locale=conversation.locale, now=now)
    outbox.publish(session, f"session:{conversation_id}", {}, now=now)


def add_notice(session: Session, *, session_id: str, kind: str, data: dict[str, Any], now: datetime) -> None:
    """Push `kind` to the customer of this conversation. Unknown ids are passed over: `rasa shell` has no log."""
    conversation = session.get(Conversation, session_id, with_for_update=True)
    if conversation is None or conversation.state != "open":
        return
    _append(session, conversation, now=now, sender="system", kind=kind, data=data, locale=conversation.locale)
    outbox.publish(session, f"session:{session_id}", {}, now=now)


def messages_after(session: Session, conversation_id: str, seq: int, limit: int = 500) -> list[Message]:
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def done_turns_after(session: Session, conversation_id: str, seq: int) -> list[str]:
    """Ids of finished turns with an answer newer than `seq`: what a reconnecting client must know is done."""
    query = (
        select(Turn.message_id)
        .join(Message, (Message.conversation_id == Turn.conversation_id) & (Message.turn == Turn.message_id))
        .where(Turn.conversation_id == conversation_id, Turn.state == "done", Message.seq > seq)
        .group_by(Turn.message_id, Turn.seq)
        .order_by(Turn.seq)
    )
    return list(session.execute(query).scalars())


def use_choice(session: Session, conversation_id: str, token: str, *, now: datetime) -> Choice:
    """The choice behind a token of this conversation. Raises NotFound, or Conflict if it was used up."""
    query = select(Choice).where(Choice.token == token, Choice.conversation_id == conversation_id).with_for_update()
    choice: Choice | None = session.execute(query).scalar_one_or_none()
    if choice is None:
        raise NotFound("unknown choice")
    if choice.once and choice.used_at is not None:
        raise Conflict("this choice was used before")
    choice.used_at = choice.used_at or now
    return choice


def rate(
    session: Session, conversation_id: str, *, message_id: str, score: int, comment: str | None, now: datetime
) -> None:
    """Keep a rating; the same id again changes it."""
    session.merge(Rating(conversation_id=conversation_id, message_id=message_id, score=score, comment=comment, at=now))
    outbox.publish(session, "staff", {"kind": "rating"}, now=now)


# --- turns over processes -----------------------------------------------------------------------


def orphaned(session: Session, *, now: datetime, limit: int = 100) -> list[str]:
    """Conversations with a turn that no live worker is at."""
    query = (
        select(Turn.conversation_id)
        .where(Turn.state != "done", or_(Turn.lease_until.is_(None), Turn.lease_until < now))
        .distinct()
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def told_away(session: Session) -> list[Conversation]:
    """Open conversations that heard the assistant is away and not yet that it is back."""
    query = select(Conversation).where(Conversation.told_away.is_(True), Conversation.state == "open")
    return list(session.execute(query).scalars())


def tell_back(session: Session, conversation_id: str, *, now: datetime) -> None:
    conversation = _locked(session, conversation_id)
    if conversation.told_away:
        conversation.told_away = False
        conversation.menu_step = None
        add_notice(session, session_id=conversation_id, kind="assistant_back", data={}, now=now)


# --- people -------------------------------------------------------------------------------------


def request_person(session: Session, *, session_id: str, reason: str, turn_id: str | None, now: datetime) -> int:
    """Call for a person; a customer who waits already keeps the place. Returns the place in line, from 1."""
    mine = _person_requests(session, session_id)
    if not mine:
        request = PersonRequest(conversation_id=session_id, turn_id=turn_id, reason=reason, state="waiting", at=now)
        session.add(request)
        session.flush()
        outbox.publish(session, "staff", {"kind": "person"}, now=now)
        mine = [request]
    before = select(func.count()).where(PersonRequest.state == "waiting", PersonRequest.id < mine[0].id)
    return rules.place_in_line(session.execute(before).scalar_one())


def waiting_requests(session: Session) -> list[PersonRequest]:
    query = select(PersonRequest).where(PersonRequest.state != "closed").order_by(PersonRequest.id)
    return list(session.execute(query).scalars())


def join(session: Session, conversation_id: str, *, staff_id: int, staff_name: str, now: datetime) -> None:
    """A member of staff takes the chat over. Raises Conflict when a colleague has it."""
    conversation = _locked(session, conversation_id)
    if conversation.state != "open":
        raise Conflict("the customer has ended the conversation")
    if conversation.staff_id not in (None, staff_id):
        raise Conflict("a colleague has taken this conversation")
    if conversation.staff_id == staff_id:
        return
    conversation.staff_id = staff_id
    for request in _person_requests(session, conversation_id):
        request.state, request.joined_by, request.joined_at = "joined", staff_id, now
    add_notice(session, session_id=conversation_id, kind="staff_joined", data={"name": staff_name}, now=now)
    outbox.publish(session, "staff", {"kind": "person"}, now=now)


def leave(session: Session, conversation_id: str, *, staff_id: int, now: datetime) -> None:
    """Hand the chat back to the assistant."""
    conversation = _locked(session, conversation_id)
    if conversation.staff_id != staff_id:
        raise Conflict("this conversation is not yours")
    conversation.staff_id = None
    for request in _person_requests(session, conversation_id):
        request.state = "closed"
    add_notice(session, session_id=conversation_id, kind="staff_left", data={}, now=now)
    outbox.publish(session, "staff", {"kind": "person"}, now=now)


def staff_say(
    session: Session, conversation_id: str, *, staff_id: int, message_id: str, text: str, now: datetime
) -> None:
    """A message of staff in a chat they have joined; the same id twice is stored once."""
    conversation = _locked(session, conversation_id)
    if conversation.staff_id != staff_id:
        raise Conflict("join the conversation first")
    known = select(Message.seq).where(
        Message.conversation_id == conversation_id, Message.sender == "staff", Message.turn == message_id
    )
    if session.execute(known).first() is None:
        _append(session, conversation, now=now, sender="staff", text=text, locale=conversation.locale, turn=message_id)
        outbox.publish(session, f"session:{conversation_id}", {}, now=now)
        outbox.publish(session, "staff", {"kind": "conversation"}, now=now)


def alert_staff(session: Session, *, session_id: str, kind: str, turn_id: str | None, now: datetime) -> None:
    """Tell staff at once; a turn that runs again raises no second alert."""
    known = select(Alert.id).where(Alert.conversation_id == session_id, Alert.turn_id == turn_id, Alert.kind == kind)
    if turn_id is None or session.execute(known).first() is None:
        session.add(Alert(conversation_id=session_id, turn_id=turn_id, kind=kind, at=now))
        outbox.publish(session, "staff", {"kind": "alert"}, now=now)


def open_alerts(session: Session) -> list[Alert]:
    return list(session.execute(select(Alert).where(Alert.seen_at.is_(None)).order_by(Alert.id)).scalars())


def see_alert(session: Session, alert_id: int, *, staff_id: int, now: datetime) -> None:
    alert = session.get(Alert, alert_id)
    if alert is None:
        raise NotFound("no such alert")
    if alert.seen_at is None:
        alert.seen_at, alert.seen_by = now, staff_id
        outbox.publish(session, "staff", {"kind": "alert"}, now=now)


def add_feedback(
    session: Session, *, session_id: str, kind: str, text: str, turn_id: str | None, now: datetime
) -> None:
    """Keep praise or a suggestion (masked text); a turn that runs again writes no second one."""
    known = select(Feedback.id).where(Feedback.conversation_id == session_id, Feedback.turn_id == turn_id)
    if turn_id is None or session.execute(known).first() is None:
        session.add(Feedback(conversation_id=session_id, turn_id=turn_id, kind=kind, text=text, at=now))
        outbox.publish(session, "staff", {"kind": "feedback"}, now=now)


# --- review -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """One line of the list of conversations."""

    conversation: Conversation
    messages: int
    last_text: str
    waiting_for_person: bool


def list_conversations(session: Session, *, before: datetime | None, text: str | None, limit: int) -> list[Summary]:
    """Newest first; `text` finds a piece of any message, `before` goes on after the last one seen."""
    query = select(Conversation).where(Conversation.last_seq > 0).order_by(Conversation.last_at.desc()).limit(limit)
    if before is not None:
        query = query.where(Conversation.last_at < before)
    if text:
        hit = select(Message.conversation_id).where(Message.text.ilike(f"%{_like(text)}%", escape="\\"))
        query = query.where(Conversation.id.in_(hit))
    found = list(session.execute(query).scalars())
    ids = [conversation.id for conversation in found]
    counts = dict(
        session.execute(
            select(Message.conversation_id, func.count())
            .where(Message.conversation_id.in_(ids), Message.kind == "message")
            .group_by(Message.conversation_id)
        ).all()
    )
    newest = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(ids), Message.sender == "customer")
        .group_by(Message.conversation_id)
        .subquery()
    )
    texts = dict(
        session.execute(
            select(Message.conversation_id, Message.text).join(
                newest, (newest.c.conversation_id == Message.conversation_id) & (newest.c.seq == Message.seq)
            )
        ).all()
    )
    waiting = {request.conversation_id for request in waiting_requests(session) if request.state == "waiting"}
    return [
        Summary(
            conversation, counts.get(conversation.id, 0), texts.get(conversation.id, ""), conversation.id in waiting
        )
        for conversation in found
    ]


def transcript(session: Session, conversation_id: str) -> tuple[Conversation, list[Message]]:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("no such conversation")
    return conversation, messages_after(session, conversation_id, 0, limit=2000)


# --- inside -------------------------------------------------------------------------------------


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _locked(session: Session, conversation_id: str) -> Conversation:
    """The row, locked until the transaction ends, so that numbers within it are given one after another."""
    held: dict[str, Conversation] = session.info.setdefault("locked_conversations", {})
    if conversation_id not in held:
        conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
        if conversation is None:
            raise NotFound("no such conversation")
        held[conversation_id] = conversation
    return held[conversation_id]


def _append(session: Session, conversation: Conversation, *, now: datetime, **fields: Any) -> Message:
    conversation.last_seq += 1
    conversation.last_at = now
    message = Message(
        conversation_id=conversation.id, seq=conversation.last_seq, at=now, **{"kind": "message", **fields}
    )
    session.add(message)
    return message


def _reply(
    session: Session, conversation: Conversation, reply: Reply, *, turn: str | None, locale: str, now: datetime
) -> None:
    choices = []
    for offer in reply.offers:
        token = new_code()
        session.add(
            Choice(
                token=token,
                conversation_id=conversation.id,
                label=offer.label,
                request=offer.request,
                once=offer.once,
                created_at=now,
            )
        )
        choices.append({"label": offer.label, "choice": token})
    _append(
        session,
        conversation,
        now=now,
        sender=reply.sender,
        text=reply.text,
        locale=locale,
        turn=turn,
        choices=choices,
        cards=list(reply.cards),
    )


def _annotate(session: Session, turn: ClaimedTurn, understood: Understood) -> None:
    query = select(Message).where(
        Message.conversation_id == turn.conversation_id, Message.message_id == turn.message_id
    )
    message = session.execute(query).scalar_one()
    message.intent = understood.intent
    message.capability = understood.capability
    message.confidence = understood.confidence
    message.entities = list(understood.entities)
    message.faq = understood.faq


def _unfinished(session: Session, conversation_id: str) -> list[Turn]:
    query = select(Turn).where(Turn.conversation_id == conversation_id, Turn.state != "done").order_by(Turn.seq)
    return list(session.execute(query).scalars())


def _claim(turn: Turn, conversation: Conversation, worker: str, now: datetime) -> ClaimedTurn:
    turn.state = "running"
    turn.worker = worker
    turn.lease_until = now + rules.LEASE
    turn.attempts += 1
    return ClaimedTurn(
        conversation_id=conversation.id,
        message_id=turn.message_id,
        request=turn.request,
        locale=conversation.locale,
        channel=conversation.channel,
        staff_joined=conversation.staff_id is not None,
        menu_step=conversation.menu_step,
        attempts=turn.attempts,
    )


def _person_requests(session: Session, conversation_id: str) -> list[PersonRequest]:
    query = select(PersonRequest).where(
        PersonRequest.conversation_id == conversation_id, PersonRequest.state != "closed"
    )
    return list(session.execute(query).scalars())
