"""Tables of staff: who they are, where they are signed in, what they did."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Text

from bot.store.base import Base, UtcDateTime


class StaffMember(Base):
    __tablename__ = "staff_members"

    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False, unique=True)  # folded, what one signs in with
    display_name = Column(String(80), nullable=False)  # what customers and colleagues read
    role = Column(String(12), nullable=False)
    password_hash = Column(String(200), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class StaffSession(Base):
    __tablename__ = "staff_sessions"

    token_digest = Column(String(64), primary_key=True)
    staff_id = Column(Integer, ForeignKey("staff_members.id"), nullable=False, index=True)
    created_at = Column(UtcDateTime, nullable=False, index=True)
    seen_at = Column(UtcDateTime, nullable=False)


class LoginFailure(Base):
    """An attempt that has not succeeded, kept as long as it counts."""

    __tablename__ = "staff_login_failures"

    id = Column(Integer, primary_key=True)
    key = Column(String(64), nullable=False, index=True)  # digest of name and address
    at = Column(UtcDateTime, nullable=False, index=True)


class AuditEntry(Base):
    """Who did what to which thing, and why. Never changed, never deleted."""

    __tablename__ = "audit_entries"

    id = Column(Integer, primary_key=True)
    at = Column(UtcDateTime, nullable=False, index=True)
    staff_id = Column(Integer, ForeignKey("staff_members.id"), nullable=False, index=True)
    action = Column(String(40), nullable=False)
    object = Column(String(80), nullable=False, default="")
    reason = Column(Text)
