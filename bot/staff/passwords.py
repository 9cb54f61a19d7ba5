"""Password hashes. Slow on purpose: never call these inside a write transaction that customers wait for."""

from __future__ import annotations

from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

# OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A flood of logins takes neither both cores nor the memory.
_AT_ONCE = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_as_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long where there is no hash, so that names can't be found out."""
    known = password_hash or _nobody()
    with _AT_ONCE:
        try:
            _HASHER.verify(known, _as_bytes(password))
        except VerificationError:
            return False
    return password_hash is not None


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")


def _as_bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
