"""Masks messages before anything else happens to them, and keeps what was masked, encrypted."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.errors import NotFound, SetupError
from bot.privacy import rules
from bot.privacy.models import VaultValue
from bot.settings import Settings


class Vault:
    """Encrypts with the first key, decrypts with any: a new key goes to the front, old ones stay behind it.

    `keys` are Fernet keys (32 bytes in URL-safe base64), newest first. `digest_key` is apart from them and does
    not rotate with them, so that a value is recognised after a rotation.
    """

    def __init__(self, keys: Sequence[bytes], digest_key: bytes) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._digest_key = digest_key

    @classmethod
    def from_settings(cls, settings: Settings) -> Vault:
        return cls([settings.derive_text("vault").encode()], settings.derive("vault-digest"))

    def encrypt(self, text: str) -> str:
        return self.encrypt_bytes(text.encode()).decode()

    def decrypt(self, ciphertext: str) -> str:
        """Raises SetupError when none of the keys fits."""
        return self.decrypt_bytes(ciphertext.encode()).decode()

    def encrypt_bytes(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def decrypt_bytes(self, ciphertext: bytes) -> bytes:
        """Raises SetupError when none of the keys fits."""
        try:
            return self._fernet.decrypt(ciphertext)
        except InvalidToken as error:
            raise SetupError(
                "a stored value was encrypted with another key, or was altered",
                "restore the LOBBY_SECRET_KEY it was stored with",
            ) from error

    def digest(self, *parts: str) -> str:
        """Hex HMAC-SHA256 of `parts`: equal for equal values, tells nothing without the key."""
        return hmac.new(self._digest_key, "\0".join(parts).encode(), sha256).hexdigest()


def mask_message(session: Session, vault: Vault, *, session_id: str, text: str, now: datetime) -> str:
    """`text` with a token for every personal value, which is stored encrypted.

    The same value in the same session gets the same token, under several processes too. On PostgreSQL a second
    writer of the session waits here for the first: call it before `outbox.publish`.
    """
    text = rules.neutralise(text)
    spans = rules.find(text)
    if not spans:
        return text
    values = dict.fromkeys((span.type, rules.canonical(span.type, text[span.start : span.end])) for span in spans)
    # By type, so that two transactions with the same types never wait for each other.
    tokens = {
        value: _token_for(session, vault, session_id=session_id, value=value, now=now)
        for value in sorted(values, key=lambda value: value[0])
    }
    return rules.substitute(text, spans, tokens)


def reveal(session: Session, vault: Vault, *, session_id: str, token: str) -> str:
    """The value behind a token of this session, in canonical form. Raises NotFound for any other."""
    query = select(VaultValue.ciphertext).where(VaultValue.session_id == session_id, VaultValue.token == token)
    ciphertext = session.execute(query).scalar_one_or_none()
    if ciphertext is None:
        raise NotFound("no such token in this session")
    return vault.decrypt(ciphertext)


def redact(text: str) -> dict[str, Any]:
    """`{"text", "spans": [{"type", "start", "end"}]}`: tokens numbered within this text, offsets into the input."""
    plain = rules.neutralise(text)
    spans = rules.find(plain)
    return {"text": rules.mask(plain, spans, {}).text, "spans": [span._asdict() for span in spans]}


def _token_for(session: Session, vault: Vault, *, session_id: str, value: tuple[str, str], now: datetime) -> str:
    kind, plain = value
    digest = vault.digest(session_id, kind, plain)
    while True:
        query = select(VaultValue.digest, VaultValue.token).where(
            VaultValue.session_id == session_id, VaultValue.type == kind
        )
        tokens = {row.digest: row.token for row in session.execute(query)}
        if digest in tokens:
            return str(tokens[digest])
        last = max((int(token.strip("⟨⟩").partition(":")[2]) for token in tokens.values()), default=0)
        token = rules.token(kind, last + 1)
        # Waits for another writer of this session; where that one was first, look again.
        inserted = session.execute(
            _insert(session)
            .values(
                session_id=session_id,
                token=token,
                type=kind,
                digest=digest,
                ciphertext=vault.encrypt(plain),
                created_at=now,
            )
            .on_conflict_do_nothing()
        )
        if inserted.rowcount == 1:
            return token


def _insert(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(VaultValue.__table__)
