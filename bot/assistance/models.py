"""Tables of help in the hall: what customers asked for, and what was lent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.store import Base, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")


class LobbyRequest(Base):
    """Something staff are asked to do in the hall, and who did it.

    `words` are masked before they come here. `urgent` and `due_at` are what was promised when it was asked.
    `asked_by` and `closed_by` are "customer" or the account of a member of staff, `taken_name` is what the customer
    was told of who comes.
    """

    __tablename__ = "lobby_requests"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    kind = Column(String(40), nullable=False)
    item_id = Column(String(40))
    zone_id = Column(String(40), nullable=False)
    words = Column(Text)
    urgent = Column(Boolean, nullable=False)
    session_id = Column(String(64), index=True)
    turn_id = Column(String(200))
    locale = Column(String(10), nullable=False)
    state = Column(String(10), nullable=False)
    asked_by = Column(String(40), nullable=False)
    asked_at = Column(UtcDateTime, nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    taken_by = Column(String(40))
    taken_name = Column(String(80))
    taken_at = Column(UtcDateTime)
    closed_by = Column(String(40))
    closed_at = Column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("session_id", "turn_id"),
        Index("ix_lobby_requests_state", "branch_id", "state", "item_id"),
        {"sqlite_autoincrement": True},
    )


class Loan(Base):
    """One thing lent. `reference` is a ticket number or a conversation, never a name.

    `lent_by` and `closed_by` are accounts of staff; it is closed when it is back or written off.
    """

    __tablename__ = "loans"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    item_id = Column(String(40), nullable=False)
    request_id = Column(_Id, ForeignKey("lobby_requests.id"), unique=True)
    reference = Column(String(64))
    state = Column(String(10), nullable=False)
    lent_at = Column(UtcDateTime, nullable=False)
    lent_by = Column(String(40), nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    closed_at = Column(UtcDateTime)
    closed_by = Column(String(40))

    __table_args__ = (
        Index("ix_loans_stock", "branch_id", "item_id", "state"),
        {"sqlite_autoincrement": True},
    )
