"""Tables of the queue: tickets, what happened to them, and the last number given."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text

from bot.store import Base, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")


class Ticket(Base):
    """One customer's place in line on one branch day.

    `rank` orders the line of a day; a delay moves it. `route` ("counter" or "express") and the service decide
    which windows call it. `amount_fen` is the sum the customer named, in hundredths of a yuan.
    """

    __tablename__ = "tickets"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    day = Column(Date, nullable=False)
    number = Column(String(12), nullable=False)
    code = Column(String(32), nullable=False, unique=True)
    letter = Column(String(1), nullable=False)
    service_id = Column(String(40), nullable=False)
    route = Column(String(10), nullable=False)
    amount_fen = Column(BigInteger)
    rank = Column(BigInteger, nullable=False)
    state = Column(String(10), nullable=False)
    window_id = Column(String(8))
    session_id = Column(String(64), index=True)
    turn_id = Column(String(200))
    locale = Column(String(10), nullable=False)
    taken_at = Column(UtcDateTime, nullable=False)
    called_at = Column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("branch_id", "day", "number"),
        UniqueConstraint("session_id", "turn_id"),
        Index("ix_tickets_line", "branch_id", "day", "state", "rank"),
        # A window serves one ticket at a time, whatever two members of staff press at once.
        Index(
            "uq_tickets_window",
            "branch_id",
            "window_id",
            unique=True,
            sqlite_where=text("state = 'called'"),
            postgresql_where=text("state = 'called'"),
        ),
        {"sqlite_autoincrement": True},
    )


class TicketEvent(Base):
    """What happened to a ticket, when, and by whom ("customer" or the name of a member of staff)."""

    __tablename__ = "ticket_events"

    id = Column(_Id, primary_key=True, autoincrement=True)
    ticket_id = Column(_Id, ForeignKey("tickets.id"), nullable=False, index=True)
    at = Column(UtcDateTime, nullable=False)
    kind = Column(String(12), nullable=False)
    window_id = Column(String(8))
    by = Column(String(80), nullable=False)


class TicketCounter(Base):
    """The last number given for a letter on a branch day."""

    __tablename__ = "ticket_counters"

    branch_id = Column(String(40), primary_key=True)
    day = Column(Date, primary_key=True)
    letter = Column(String(1), primary_key=True)
    last = Column(Integer, nullable=False)
