"""Where a dialogue stands: one row a session, owned by the compact tracker store."""

from __future__ import annotations

from sqlalchemy import Column, String, Text

from bot.store import Base, UtcDateTime


class RasaTracker(Base):
    """`state` is JSON text: the checkpoint of what was folded, and the last turns as Rasa's own event dicts."""

    __tablename__ = "rasa_trackers"

    sender_id = Column(String(255), primary_key=True)
    state = Column(Text, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False, index=True)
