"""Table of files that customers sent. The content is a file under LOBBY_HOME/uploads, encrypted."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String

from bot.store.base import Base, UtcDateTime


class Upload(Base):
    __tablename__ = "uploads"

    id = Column(String(20), primary_key=True)
    session_id = Column(String(80), nullable=False, index=True)
    media_type = Column(String(40), nullable=False)
    size = Column(Integer, nullable=False)  # bytes, of the content as served
    sha256 = Column(String(64), nullable=False)  # hex, of the content as served
    at = Column(UtcDateTime, nullable=False)
