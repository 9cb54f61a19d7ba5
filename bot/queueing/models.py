"""Tables of the queue: tickets, what happened to them, the last number given, and which windows are open."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, ForeignKey, Index, Integer, String, UniqueConstraint, text

from bot.store import Base, JsonText, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")

# Literal on purpose, in the index and in every query that is to use it: with bound values SQLite cannot tell that the
# index holds what is asked for.
AT_WINDOW = "state IN ('called', 'serving')"


class Ticket(Base):
    """One customer's place in line on one branch day, for one service after another.

    rank          orders the line, lowest first, ties by id: milliseconds since the epoch when the number was taken,
                  less the head start of `customer_class`
    route         decides with the service which windows call it; `wants_window` narrows that to one
    further       ids of the services still to come in the same visit
    amount_fen    the sum the customer named, in hundredths of a yuan
    window_id     the last window that called it
    calls         how often the number was called since it last waited
    waits_since   when it last began to wait; a transfer goes on with the same wait
    held_until    until then it is passed over
    ended_at      when a service of it was last done, or it was missed or given up
    est_*         the minutes of waiting that were told when the number was taken, for the daily back-test
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
    customer_class = Column(String(20), nullable=False, server_default="individual")
    wants_window = Column(String(8))
    further = Column(JsonText, nullable=False, server_default="[]")
    amount_fen = Column(BigInteger)
    rank = Column(BigInteger, nullable=False)
    state = Column(String(10), nullable=False)
    window_id = Column(String(8))
    calls = Column(Integer, nullable=False, server_default="0")
    session_id = Column(String(64), index=True)
    turn_id = Column(String(200))
    locale = Column(String(10), nullable=False)
    taken_at = Column(UtcDateTime, nullable=False)
    waits_since = Column(UtcDateTime)
    held_until = Column(UtcDateTime)
    called_at = Column(UtcDateTime)
    started_at = Column(UtcDateTime)
    ended_at = Column(UtcDateTime)
    est_low = Column(Float)
    est_point = Column(Float)
    est_high = Column(Float)

    __table_args__ = (
        UniqueConstraint("branch_id", "day", "number"),
        UniqueConstraint("session_id", "turn_id"),
        Index("ix_tickets_line", "branch_id", "day", "state", "rank", "id"),
        Index("ix_tickets_calls", "branch_id", "day", "called_at"),
        # A window has one ticket at a time, whatever two members of staff press at once. The day is in it because a
        # call that was forgotten yesterday must not stop the window today.
        Index(
            "uq_tickets_window",
            "branch_id",
            "window_id",
            "day",
            unique=True,
            sqlite_where=text(AT_WINDOW),
            postgresql_where=text(AT_WINDOW),
        ),
        {"sqlite_autoincrement": True},
    )


class TicketEvent(Base):
    """What happened to a ticket, when, and by whom ("customer" or the name of a member of staff).

    `service_id` is the service it was for at that moment: a transfer and a further service change it.
    Kinds: see `rules.STATE_AFTER`.
    """

    __tablename__ = "ticket_events"

    id = Column(_Id, primary_key=True, autoincrement=True)
    ticket_id = Column(_Id, ForeignKey("tickets.id"), nullable=False, index=True)
    at = Column(UtcDateTime, nullable=False)
    kind = Column(String(12), nullable=False)
    service_id = Column(String(40))
    window_id = Column(String(8))
    by = Column(String(80), nullable=False)


class TicketCounter(Base):
    """The last number given for a letter on a branch day."""

    __tablename__ = "ticket_counters"

    branch_id = Column(String(40), primary_key=True)
    day = Column(Date, primary_key=True)
    letter = Column(String(1), primary_key=True)
    last = Column(Integer, nullable=False)


class WindowState(Base):
    """What staff made of a window, since when. It holds for `day`; a new branch day begins as the data say."""

    __tablename__ = "window_states"

    branch_id = Column(String(40), primary_key=True)
    window_id = Column(String(8), primary_key=True)
    day = Column(Date, nullable=False)
    state = Column(String(6), nullable=False)
    since = Column(UtcDateTime, nullable=False)
    by = Column(String(80), nullable=False)


class Forecast(Base):
    """What is foreseen or known of other days, by kind (see `forecast`); one row each, written anew."""

    __tablename__ = "forecasts"

    branch_id = Column(String(40), primary_key=True)
    kind = Column(String(10), primary_key=True)
    at = Column(UtcDateTime, nullable=False)
    content = Column(JsonText, nullable=False)
