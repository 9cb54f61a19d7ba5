"""Who may do what, when a login is refused, how long a session lives. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

# What a role may do beyond running the queue, the hall and the chats, which all may.
#   capture: write a complaint down at the desk      complaints: see and handle complaints
#   approve: be the second pair of eyes              guide: guidance from head office, calling in experts
#   report: figures of complaints                    reveal: one personal value, for a reason that is recorded
#   privacy: export, erase, legal hold               accounts: who may sign in
_HANDLER = frozenset({"capture", "complaints", "reveal"})
_SUPERVISOR = _HANDLER | {"approve", "report"}
_HEAD_OFFICE = frozenset({"complaints", "guide", "approve", "report"})
_PRIVACY = frozenset({"privacy", "reveal"})
RIGHTS = {
    "agent": frozenset({"capture"}),
    "handler": _HANDLER,
    "supervisor": _SUPERVISOR,
    "head_office": _HEAD_OFFICE,
    "privacy": _PRIVACY,
    "admin": _SUPERVISOR | _HEAD_OFFICE | _PRIVACY | {"accounts"},
}
ROLES = tuple(RIGHTS)

FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)

LIFETIME = timedelta(hours=12)  # a long working day
IDLE = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=5)  # how exactly idle time is known; a write for every request would be dear

LONGEST_NAME = 40
SHORTEST_PASSWORD = 8  # NIST SP 800-63B, 5.1.1.2
LONGEST_PASSWORD = 200


def may(role: str, right: str) -> bool:
    return right in RIGHTS.get(role, frozenset())


def retry_after(failures: Sequence[datetime], now: datetime) -> float:
    """Seconds until the next attempt is let in, 0 for at once. `failures` in any order, from any time."""
    recent = sorted(at for at in failures if at > now - FAILURE_WINDOW)
    if len(recent) < FAILURES:
        return 0.0
    return (recent[-FAILURES] + FAILURE_WINDOW - now).total_seconds()


def alive(*, created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    return now < created_at + LIFETIME and now < seen_at + IDLE


def folded(name: str) -> str:
    """The form in which names are stored and compared: what a database can't hold is left out."""
    return name.encode("utf-8", "ignore").decode().replace("\0", "").strip().casefold()


def failure_key(name: str, address: str) -> str:
    """What failures are counted by. A digest: people type their password into the name field."""
    return sha256(f"{folded(name)}\0{address}".encode()).hexdigest()


def token_digest(token: str) -> str:
    """How a session token is stored: 32 random bytes need no salt."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_token(token: str) -> str:
    """The token a page sends back in X-Lobby-CSRF; only who holds the session token can make it."""
    return hmac.new(token.encode("utf-8", "replace"), b"lobby-csrf", sha256).hexdigest()
