"""Tables of machines: the state of each unit, what changed it, and the faults that customers report."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, UniqueConstraint

from bot.store import Base, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")


class MachineUnit(Base):
    """How one unit of a machine is now, once anybody has said so; without a row it is in order.

    `since`, `by` and `note` are of the last change; `heard_at` is the time of the newest word on it, changed or not.
    """

    __tablename__ = "machine_units"

    branch_id = Column(String(40), primary_key=True)
    machine_id = Column(String(40), primary_key=True)
    unit = Column(Integer, primary_key=True)
    state = Column(String(12), nullable=False)
    since = Column(UtcDateTime)
    heard_at = Column(UtcDateTime)
    by = Column(String(80))
    note = Column(String(200))


class MachineEvent(Base):
    """A change of a unit's state, by "customer", "monitor" or the name of a member of staff.

    `event_id` is the monitor's own.
    """

    __tablename__ = "machine_events"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    machine_id = Column(String(40), nullable=False)
    unit = Column(Integer, nullable=False)
    at = Column(UtcDateTime, nullable=False)
    state = Column(String(12), nullable=False)
    by = Column(String(80), nullable=False)
    note = Column(String(200))
    event_id = Column(String(80))

    __table_args__ = (
        UniqueConstraint("branch_id", "event_id"),
        Index("ix_machine_events_unit", "branch_id", "machine_id", "unit"),
        {"sqlite_autoincrement": True},
    )


class FaultReport(Base):
    """A customer's report: a task for staff while it is open. `unit` is null while nobody knows which one it was."""

    __tablename__ = "fault_reports"

    id = Column(_Id, primary_key=True, autoincrement=True)
    branch_id = Column(String(40), nullable=False)
    machine_id = Column(String(40), nullable=False)
    unit = Column(Integer)
    fault = Column(String(16), nullable=False)
    session_id = Column(String(64))
    turn_id = Column(String(200))
    locale = Column(String(10), nullable=False)
    at = Column(UtcDateTime, nullable=False)
    state = Column(String(10), nullable=False)
    decided_at = Column(UtcDateTime)
    decided_by = Column(String(80))

    __table_args__ = (
        UniqueConstraint("session_id", "turn_id"),
        Index("ix_fault_reports_open", "branch_id", "state"),
        {"sqlite_autoincrement": True},
    )
