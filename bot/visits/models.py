"""Tables of visits: what was prepared at home, the seats taken of every slot, tickets it became, attempts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String

from bot.store import Base, JsonText, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")


class Visit(Base):
    """One trip as prepared by a customer who is not known by name.

    `held` is a list of ids of `service.bring`, `fields` a mapping of the ids in visits.yml to what was filled in, free
    text masked. `amount_fen` is the sum in hundredths of a yuan. `slot_at` is the start of the appointment, if any.
    """

    __tablename__ = "visits"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    code = Column(String(8), nullable=False, unique=True)
    service_id = Column(String(40), nullable=False)
    letter = Column(String(1), nullable=False)
    held = Column(JsonText, nullable=False)
    fields = Column(JsonText, nullable=False)
    amount_fen = Column(BigInteger)
    locale = Column(String(10), nullable=False)
    slot_at = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False)
    valid_until = Column(UtcDateTime, nullable=False)
    cancelled_at = Column(UtcDateTime)

    __table_args__ = (
        Index("ix_visits_branch_id_slot_at", "branch_id", "slot_at"),
        {"sqlite_autoincrement": True},
    )


class VisitSlot(Base):
    """How many appointments of a letter begin at this time; counted here so that the last seat is given once."""

    __tablename__ = "visit_slots"

    branch_id = Column(String(40), primary_key=True)
    letter = Column(String(1), primary_key=True)
    at = Column(UtcDateTime, primary_key=True)
    taken = Column(Integer, nullable=False)


class VisitTicket(Base):
    """A queue ticket that a visit became; the newest one counts."""

    __tablename__ = "visit_tickets"

    id = Column(_Id, primary_key=True, autoincrement=True)
    visit_id = Column(_Id, ForeignKey("visits.id"), nullable=False, index=True)
    ticket_id = Column(_Id, ForeignKey("tickets.id"), nullable=False, unique=True)
    ticket_code = Column(String(32), nullable=False)
    ticket_number = Column(String(12), nullable=False)
    at = Column(UtcDateTime, nullable=False)

    __table_args__ = {"sqlite_autoincrement": True}


class VisitAttempt(Base):
    """Something of which one address may do only so much: `source` is a digest of what and where."""

    __tablename__ = "visit_attempts"

    id = Column(_Id, primary_key=True, autoincrement=True)
    source = Column(String(64), nullable=False, index=True)
    at = Column(UtcDateTime, nullable=False, index=True)
