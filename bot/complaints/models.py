"""Tables of complaints: what was said, what happened since, and the last number given on a day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.store import Base, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")


class Complaint(Base):
    """One complaint. Its texts are masked before they come here; `contact` is encrypted by the vault."""

    __tablename__ = "complaints"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    number = Column(String(20), nullable=False)
    code = Column(String(32), nullable=False, unique=True)
    what = Column(Text, nullable=False)
    when_text = Column(Text)
    where_text = Column(Text)
    who_text = Column(Text)
    contact = Column(Text)
    session_id = Column(String(64), index=True)
    turn_id = Column(String(200))
    locale = Column(String(10), nullable=False)
    state = Column(String(12), nullable=False)
    received_at = Column(UtcDateTime, nullable=False)
    due_on = Column(Date, nullable=False)

    __table_args__ = (
        UniqueConstraint("branch_id", "number"),
        UniqueConstraint("session_id", "turn_id"),
        Index("ix_complaints_due", "branch_id", "due_on"),
        {"sqlite_autoincrement": True},
    )


class ComplaintEvent(Base):
    """What happened to a complaint, when, and by whom ("customer" or the name of a member of staff)."""

    __tablename__ = "complaint_events"

    id = Column(_Id, primary_key=True, autoincrement=True)
    complaint_id = Column(_Id, ForeignKey("complaints.id"), nullable=False, index=True)
    at = Column(UtcDateTime, nullable=False)
    kind = Column(String(12), nullable=False)
    by = Column(String(80), nullable=False)


class ComplaintCounter(Base):
    """The last file number given on a branch day."""

    __tablename__ = "complaint_counters"

    branch_id = Column(String(40), primary_key=True)
    day = Column(Date, primary_key=True)
    last = Column(Integer, nullable=False)
