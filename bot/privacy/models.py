"""Tables of personal values: encrypted, and found again only within their own session."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Text, UniqueConstraint

from bot.store.base import Base, UtcDateTime


class VaultValue(Base):
    """What one token of one session stands for."""

    __tablename__ = "vault_values"

    id = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    session_id = Column(String(80), nullable=False)
    token = Column(String(24), nullable=False)
    type = Column(String(12), nullable=False)
    digest = Column(String(64), nullable=False)  # hex HMAC-SHA256 of session, type and value
    ciphertext = Column(Text, nullable=False)
    created_at = Column(UtcDateTime, nullable=False, index=True)

    # Named: the convention would give both the same name, from their first column.
    __table_args__ = (
        UniqueConstraint("session_id", "token", name="uq_vault_values_session_token"),
        UniqueConstraint("session_id", "type", "digest", name="uq_vault_values_session_value"),
    )
