"""Accounts and sessions of staff, and the record of what they did.

A login is three steps, since checking a password is slow and must hold no lock: `admit` in a transaction,
`passwords.matches` outside of any, `sign_in` in a transaction.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import Conflict, Invalid, NotAllowed, TooMany
from bot.staff import passwords, rules
from bot.staff.models import AuditEntry, LoginFailure, StaffMember, StaffSession
from bot.store.base import new_code

ADMIN = "admin"


@dataclass(frozen=True)
class StaffIdentity:
    """Who is signed in. `name` is for signing in, `display_name` for others to read."""

    id: int
    name: str
    role: str
    display_name: str


@dataclass(frozen=True)
class Candidate:
    """Somebody who may try a password; both None for a name that nobody has."""

    staff_id: int | None
    password_hash: str | None


@dataclass(frozen=True)
class SignedIn:
    identity: StaffIdentity
    token: str  # for the cookie; only its digest is stored


@dataclass(frozen=True)
class Authenticated:
    identity: StaffIdentity
    due: bool  # `keep_alive` should be called


def ensure_admin(session: Session, *, password: str | None, now: datetime) -> str | None:
    """The account `admin`, with this password if one is given. Returns the generated password if one was made.

    A password that differs from the stored one replaces it and ends the account's sessions.
    """
    member = _by_name(session, ADMIN)
    if member is None:
        generated = None if password else _readable_password()
        try:
            with session.begin_nested():
                _insert_member(session, ADMIN, password or generated or "", ADMIN, "Admin", now)
        except IntegrityError:
            # Another process made it in the meantime, with a password of its own.
            return None
        return generated
    if password and not passwords.matches(member.password_hash, password):
        member.password_hash = passwords.hash_password(password)
        session.execute(delete(StaffSession).where(StaffSession.staff_id == member.id))
        session.flush()
    return None


def add_member(
    session: Session, *, name: str, password: str, role: str, display_name: str, now: datetime
) -> StaffIdentity:
    """A new account. Raises Invalid for a value out of its domain, Conflict where the name is taken."""
    name = rules.folded(name)
    if not 0 < len(name) <= rules.LONGEST_NAME:
        raise Invalid(f"a name has 1 to {rules.LONGEST_NAME} characters")
    if role not in rules.ROLES:
        raise Invalid(f"a role is one of: {', '.join(rules.ROLES)}")
    if not rules.SHORTEST_PASSWORD <= len(password) <= rules.LONGEST_PASSWORD:
        raise Invalid(f"a password has {rules.SHORTEST_PASSWORD} to {rules.LONGEST_PASSWORD} characters")
    if not 0 < len(display_name) <= 80:
        raise Invalid("a display name has 1 to 80 characters")
    try:
        with session.begin_nested():
            return _identity(_insert_member(session, name, password, role, display_name, now))
    except IntegrityError as error:
        raise Conflict(f"there is a member of staff named {name}") from error


def admit(session: Session, *, name: str, address: str, now: datetime) -> Candidate:
    """Lets an attempt to sign in begin, counted as a failure until it succeeds.

    Raises TooMany after five failures of this name from this address in 15 minutes.
    """
    session.execute(delete(LoginFailure).where(LoginFailure.at <= now - rules.FAILURE_WINDOW))
    key = rules.failure_key(name, address)
    failures = session.execute(select(LoginFailure.at).where(LoginFailure.key == key)).scalars().all()
    wait = rules.retry_after(failures, now)
    if wait > 0:
        raise TooMany("too many failed logins", retry_after=wait)
    session.add(LoginFailure(key=key, at=now))
    member = _by_name(session, rules.folded(name))
    session.flush()
    return Candidate(member.id, member.password_hash) if member else Candidate(None, None)


def sign_in(session: Session, *, staff_id: int, name: str, address: str, now: datetime) -> SignedIn:
    """A session for somebody whose password was right; forgets their failures."""
    member = session.get(StaffMember, staff_id)
    if member is None:
        raise NotAllowed("wrong name or password")
    session.execute(delete(LoginFailure).where(LoginFailure.key == rules.failure_key(name, address)))
    session.execute(delete(StaffSession).where(StaffSession.created_at <= now - rules.LIFETIME))
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_digest=rules.token_digest(token), staff_id=member.id, created_at=now, seen_at=now))
    audit(session, staff_id=member.id, action="login", object="", reason=None, now=now)
    return SignedIn(_identity(member), token)


def authenticate(session: Session, *, token: str, now: datetime) -> Authenticated:
    """Who holds this token. Raises NotAllowed when it is unknown, signed out or expired. Reads only."""
    query = (
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(StaffSession.token_digest == rules.token_digest(token))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotAllowed("sign in first")
    signed_in, member = found
    if not rules.alive(created_at=signed_in.created_at, seen_at=signed_in.seen_at, now=now):
        raise NotAllowed("the session has expired: sign in again")
    return Authenticated(_identity(member), due=now >= signed_in.seen_at + rules.SEEN_EVERY)


def keep_alive(session: Session, *, token: str, now: datetime) -> None:
    """The holder of this token was here just now."""
    signed_in = session.get(StaffSession, rules.token_digest(token))
    if signed_in is not None:
        signed_in.seen_at = now


def logout(session: Session, *, token: str, now: datetime) -> None:
    """The token is worth nothing from now on; an unknown one is no error."""
    signed_in = session.get(StaffSession, rules.token_digest(token))
    if signed_in is not None:
        audit(session, staff_id=signed_in.staff_id, action="logout", object="", reason=None, now=now)
        session.delete(signed_in)
        session.flush()


def audit(session: Session, *, staff_id: int, action: str, object: str, reason: str | None, now: datetime) -> None:
    """Record that staff did `action` to `object`, such as "upload:<id>". No personal data in either."""
    session.add(AuditEntry(at=now, staff_id=staff_id, action=action, object=object, reason=reason))
    session.flush()


def _by_name(session: Session, name: str) -> StaffMember | None:
    member: StaffMember | None = session.execute(
        select(StaffMember).where(StaffMember.name == name)
    ).scalar_one_or_none()
    return member


def _insert_member(
    session: Session, name: str, password: str, role: str, display_name: str, now: datetime
) -> StaffMember:
    member = StaffMember(
        name=name,
        display_name=display_name,
        role=role,
        password_hash=passwords.hash_password(password),
        created_at=now,
    )
    session.add(member)
    session.flush()
    return member


def _identity(member: StaffMember) -> StaffIdentity:
    return StaffIdentity(member.id, member.name, member.role, member.display_name)


def _readable_password() -> str:
    """Four groups of four, 78 bits: read from a terminal, typed once."""
    code = new_code(16)
    return "-".join(code[place : place + 4] for place in range(0, 16, 4))
