"""Outbox: what somebody must be told, written in the transaction that changed it.

`web` tails it by id and pushes to sockets and event streams, so nothing is lost between two processes.
On PostgreSQL ids may commit out of order; a transaction advisory lock taken before the insert keeps id order
and commit order the same (figures in the design). SQLite has one writer at a time anyway.

Topics: `session:<id>` a conversation has new messages · `ticket:<code>` · `complaint:<code>` · `board` · `staff`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String, delete, event, func, insert, select, text
from sqlalchemy.orm import Session

from bot.store.base import Base, JsonText, UtcDateTime

ADVISORY_LOCK = 0x10BB7
KEEP = timedelta(hours=1)
_PENDING = "outbox"


class OutboxRow(Base):
    __tablename__ = "outbox"

    id = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    at = Column(UtcDateTime, nullable=False, index=True)
    topic = Column(String(80), nullable=False)
    payload = Column(JsonText, nullable=False)

    __table_args__ = {"sqlite_autoincrement": True}


def publish(session: Session, topic: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Tell the listeners of `topic`, once this transaction commits. No personal data in `payload`.

    Rows are written last thing before the commit: the lock is then the last one a transaction takes, so that it can
    be part of no deadlock, and is held shortest.
    """
    session.info.setdefault(_PENDING, []).append({"at": now, "topic": topic, "payload": payload})


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    rows = session.info.pop(_PENDING, [])
    if not rows:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    # In one statement, not as objects: every change of the queue has three.
    session.execute(insert(OutboxRow.__table__), rows)


def last_id(session: Session) -> int:
    """Where a tail that wants only news begins."""
    return session.execute(select(func.max(OutboxRow.id))).scalar() or 0


def after(session: Session, cursor: int, limit: int = 500) -> list[OutboxRow]:
    """Rows newer than `cursor`, oldest first."""
    query = select(OutboxRow).where(OutboxRow.id > cursor).order_by(OutboxRow.id).limit(limit)
    return list(session.execute(query).scalars())


def sweep(session: Session, *, now: datetime) -> int:
    """Drop rows that every tail has long passed. Returns how many."""
    result = session.execute(delete(OutboxRow).where(OutboxRow.at < now - KEEP))
    return int(result.rowcount)
