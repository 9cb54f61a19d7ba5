"""Tables of the conversation log: every message acknowledged to a customer is here, masked."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.store import Base, JsonText, UtcDateTime


class Conversation(Base):
    """One session of one customer. The client holds `<id>.<secret>`; only the secret's hash is kept."""

    __tablename__ = "conversations"

    id = Column(String(16), primary_key=True)
    secret_hash = Column(String(64), nullable=False)
    channel = Column(String(16), nullable=False)
    device = Column(String(64))
    locale = Column(String(8), nullable=False)
    locale_chosen = Column(Boolean, nullable=False, default=False)  # by hand: detection no longer changes it
    state = Column(String(8), nullable=False, default="open")  # open | ended
    started_at = Column(UtcDateTime, nullable=False)
    last_at = Column(UtcDateTime, nullable=False, index=True)
    last_seq = Column(Integer, nullable=False, default=0)
    staff_id = Column(Integer)  # who has taken the chat over, if anybody
    told_away = Column(
        Boolean, nullable=False, default=False
    )  # heard that the assistant is away, not yet that it is back
    menu_step = Column(String(16))  # what the plain menu waits for: "complaint", or nothing


class Message(Base):
    """One frame a customer sees: a message or a notice, numbered by `seq` within its conversation."""

    __tablename__ = "messages"

    conversation_id = Column(String(16), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    seq = Column(Integer, primary_key=True)
    at = Column(UtcDateTime, nullable=False)
    kind = Column(String(24), nullable=False)  # "message", or the kind of a notice
    sender = Column(String(10), nullable=False)  # customer | bot | staff | system
    text = Column(Text, nullable=False, default="")
    locale = Column(String(8), nullable=False)
    message_id = Column(String(64))  # the customer's own id
    turn = Column(String(64))  # the customer's id that this answers
    choices = Column(JsonText)  # [{label, choice}]
    cards = Column(JsonText)
    data = Column(JsonText)  # of a notice
    intent = Column(String(48))
    capability = Column(String(48))
    confidence = Column(Float)
    entities = Column(JsonText)
    faq = Column(String(80))

    __table_args__ = (UniqueConstraint("conversation_id", "message_id"),)


class Turn(Base):
    """One request of a customer to be answered. The lease says which `web` process is at it."""

    __tablename__ = "turns"

    conversation_id = Column(String(16), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    message_id = Column(String(64), primary_key=True)
    seq = Column(Integer, nullable=False)  # of the customer's message: the order of turns
    request = Column(JsonText, nullable=False)  # {"text"} or {"intent", "entities"} or {"menu", ...}
    state = Column(String(8), nullable=False)  # queued | running | done
    attempts = Column(Integer, nullable=False, default=0)
    worker = Column(String(40))
    lease_until = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False)
    done_at = Column(UtcDateTime)

    __table_args__ = (Index("ix_turns_unfinished", "state", "lease_until"),)


class Choice(Base):
    """What an opaque choice token stands for. Tokens belong to one conversation."""

    __tablename__ = "choices"

    token = Column(String(16), primary_key=True)
    conversation_id = Column(String(16), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True)
    label = Column(String(200), nullable=False)
    request = Column(JsonText, nullable=False)
    once = Column(Boolean, nullable=False, default=False)  # changes state: works one time
    used_at = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False)


class Rating(Base):
    __tablename__ = "ratings"

    conversation_id = Column(String(16), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    message_id = Column(String(64), primary_key=True)
    score = Column(Integer, nullable=False)
    comment = Column(Text)
    at = Column(UtcDateTime, nullable=False)


class Handover(Base):
    """A single-use code that moves a session to another device."""

    __tablename__ = "handovers"

    code_hash = Column(String(64), primary_key=True)
    conversation_id = Column(String(16), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    expires_at = Column(UtcDateTime, nullable=False)
    used_at = Column(UtcDateTime)


class PersonRequest(Base):
    """A customer's call for a person, in line until somebody joins."""

    __tablename__ = "person_requests"

    id = Column(Integer, primary_key=True)
    conversation_id = Column(String(16), nullable=False, index=True)
    turn_id = Column(String(64))
    reason = Column(String(48), nullable=False)
    state = Column(String(8), nullable=False, index=True)  # waiting | joined | closed
    at = Column(UtcDateTime, nullable=False)
    joined_by = Column(Integer)
    joined_at = Column(UtcDateTime)


class Alert(Base):
    """Something staff must know at once: an emergency, or a customer about to be swindled."""

    __tablename__ = "alerts"

    id = Column(Integer, primary_key=True)
    conversation_id = Column(String(16), nullable=False)
    turn_id = Column(String(64))
    kind = Column(String(16), nullable=False)  # emergency, emergency_health and its like, fraud, fraud_paid
    at = Column(UtcDateTime, nullable=False)
    seen_at = Column(UtcDateTime, index=True)
    seen_by = Column(Integer)

    __table_args__ = (UniqueConstraint("conversation_id", "turn_id", "kind"),)


class Feedback(Base):
    __tablename__ = "feedback"

    id = Column(Integer, primary_key=True)
    conversation_id = Column(String(16), nullable=False)
    turn_id = Column(String(64))
    kind = Column(String(16), nullable=False)  # praise | suggestion
    text = Column(Text, nullable=False)
    at = Column(UtcDateTime, nullable=False)

    __table_args__ = (UniqueConstraint("conversation_id", "turn_id"),)
