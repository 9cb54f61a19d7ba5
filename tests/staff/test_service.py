"""Accounts, sessions and the audit record, on the real store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from bot.errors import Conflict, Invalid, NotAllowed, TooMany
from bot.staff import passwords, service
from bot.staff.models import AuditEntry, LoginFailure, StaffMember, StaffSession
from bot.staff.service import SignedIn, StaffIdentity
from bot.store import Store
from bot.store.base import CODE_ALPHABET

HERE = "10.0.0.1"


def add(store: Store, now: datetime, **values: str) -> StaffIdentity:
    given = {"name": "li.ming", "password": "correct horse", "role": "agent", "display_name": "李明", **values}
    with store.begin() as session:
        return service.add_member(session, now=now, **given)


def attempt(store: Store, now: datetime, password: str, name: str = "li.ming", address: str = HERE) -> SignedIn | None:
    """The three steps of a login, as the route takes them."""
    with store.begin() as session:
        candidate = service.admit(session, name=name, address=address, now=now)
    if not passwords.matches(candidate.password_hash, password) or candidate.staff_id is None:
        return None
    with store.begin() as session:
        return service.sign_in(session, staff_id=candidate.staff_id, name=name, address=address, now=now)


def ensure_admin(store: Store, now: datetime, password: str | None = None) -> str | None:
    with store.begin() as session:
        return service.ensure_admin(session, password=password, now=now)


def test_first_start_makes_an_admin_with_a_readable_password_shown_once(store: Store, now: datetime) -> None:
    password = ensure_admin(store, now)
    assert password is not None
    assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]
    assert set(password) <= {*CODE_ALPHABET, "-"}
    assert ensure_admin(store, now) is None
    signed_in = attempt(store, now, password, "admin")
    assert signed_in is not None
    assert signed_in.identity.role == "admin"


def test_given_admin_password_is_taken_and_not_repeated(store: Store, now: datetime) -> None:
    assert ensure_admin(store, now, "from the settings") is None
    assert attempt(store, now, "from the settings", "admin")


def test_changed_admin_password_replaces_the_old_one_and_ends_its_sessions(store: Store, now: datetime) -> None:
    ensure_admin(store, now, "first password")
    signed_in = attempt(store, now, "first password", "admin")
    assert signed_in
    assert ensure_admin(store, now, "second password") is None
    assert attempt(store, now, "first password", "admin") is None
    assert attempt(store, now, "second password", "admin")
    with store.read() as session, pytest.raises(NotAllowed):
        service.authenticate(session, token=signed_in.token, now=now)


def test_same_admin_password_keeps_hash_and_sessions(store: Store, now: datetime) -> None:
    ensure_admin(store, now, "first password")
    signed_in = attempt(store, now, "first password", "admin")
    assert signed_in
    ensure_admin(store, now, "first password")
    with store.read() as session:
        assert service.authenticate(session, token=signed_in.token, now=now).identity.name == "admin"


def test_two_processes_starting_at_once_make_one_admin(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ensure_admin(store, now), range(4)))
    shown = [password for password in made if password]
    assert len(shown) == 1
    assert attempt(store, now, shown[0], "admin")


def test_member_signs_in_whatever_the_case_of_the_name(store: Store, now: datetime) -> None:
    identity = add(store, now, name="Li.Ming")
    signed_in = attempt(store, now, "correct horse", "LI.MING ")
    assert signed_in
    assert signed_in.identity == identity == StaffIdentity(identity.id, "li.ming", "agent", "李明")


def test_taken_name_is_refused_and_the_transaction_lives_on(store: Store, now: datetime) -> None:
    add(store, now)
    with store.begin() as session:
        with pytest.raises(Conflict):
            service.add_member(
                session, name="LI.ming", password="correct horse", role="agent", display_name="x", now=now
            )
        service.add_member(session, name="wang", password="correct horse", role="agent", display_name="王", now=now)
    assert attempt(store, now, "correct horse", "wang")


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "n" * 41}, {"password": "short"}, {"role": "root"}, {"display_name": ""}],
    ids=str,
)
def test_value_out_of_its_domain_is_refused(store: Store, now: datetime, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        add(store, now, **wrong)


def test_sixth_attempt_waits_even_with_the_right_password(store: Store, now: datetime) -> None:
    add(store, now)
    for _ in range(5):
        assert attempt(store, now, "wrong") is None
    with pytest.raises(TooMany) as refused:
        attempt(store, now, "correct horse")
    assert refused.value.retry_after == 15 * 60
    # Other people at this address, and this name at another, are let in.
    assert attempt(store, now, "correct horse", address="10.0.0.2")
    assert attempt(store, now, "wrong", name="wang") is None
    assert attempt(store, now + timedelta(minutes=15), "correct horse")


def test_unknown_names_are_throttled_like_known_ones(store: Store, now: datetime) -> None:
    for _ in range(5):
        assert attempt(store, now, "wrong", name="nobody") is None
    with pytest.raises(TooMany):
        attempt(store, now, "wrong", name="nobody")


def test_success_forgets_the_failures(store: Store, now: datetime) -> None:
    add(store, now)
    for _ in range(2):
        for _ in range(4):
            attempt(store, now, "wrong")
        assert attempt(store, now, "correct horse")
    with store.read() as session:
        assert session.execute(select(LoginFailure)).all() == []


def test_old_failures_and_old_sessions_are_swept(store: Store, now: datetime) -> None:
    add(store, now)
    attempt(store, now, "wrong", name="nobody")
    attempt(store, now, "correct horse")
    attempt(store, now + timedelta(hours=13), "correct horse")
    with store.read() as session:
        assert session.execute(select(LoginFailure)).all() == []
        assert len(session.execute(select(StaffSession)).all()) == 1


def test_session_ends_with_logout_and_with_time(store: Store, now: datetime) -> None:
    add(store, now)
    first, second = attempt(store, now, "correct horse"), attempt(store, now, "correct horse")
    assert first
    assert second
    with store.begin() as session:
        service.logout(session, token=first.token, now=now)
        service.logout(session, token="unknown", now=now)
    with store.read() as session:
        with pytest.raises(NotAllowed):
            service.authenticate(session, token=first.token, now=now)
        assert service.authenticate(session, token=second.token, now=now).identity.name == "li.ming"
        with pytest.raises(NotAllowed):
            service.authenticate(session, token=second.token, now=now + timedelta(hours=8))


def test_use_keeps_a_session_alive_for_twelve_hours_at_most(store: Store, now: datetime) -> None:
    add(store, now)
    signed_in = attempt(store, now, "correct horse")
    assert signed_in
    for hours in (4, 11):
        later = now + timedelta(hours=hours)
        with store.begin() as session:
            assert service.authenticate(session, token=signed_in.token, now=later).due
            service.keep_alive(session, token=signed_in.token, now=later)
            assert not service.authenticate(session, token=signed_in.token, now=later).due
    with store.read() as session, pytest.raises(NotAllowed):
        service.authenticate(session, token=signed_in.token, now=now + timedelta(hours=12))


def test_neither_password_nor_token_is_in_the_store(store: Store, now: datetime) -> None:
    add(store, now)
    signed_in = attempt(store, now, "correct horse")
    assert signed_in
    with store.read() as session:
        rows = [session.execute(text(f"SELECT * FROM {table.__tablename__}")).all() for table in TABLES]
        hashes = session.execute(select(StaffMember.password_hash)).scalars().all()
    assert "correct horse" not in repr(rows)
    assert signed_in.token not in repr(rows)
    assert all(stored.startswith("$argon2id$") for stored in hashes)


TABLES = (StaffMember, StaffSession, LoginFailure, AuditEntry)


def test_audit_says_who_did_what_to_what_and_why(store: Store, now: datetime) -> None:
    identity = add(store, now)
    with store.begin() as session:
        service.audit(
            session, staff_id=identity.id, action="reveal", object="complaint:C1", reason="called back", now=now
        )
    with store.read() as session:
        entry = session.execute(select(AuditEntry)).scalar_one()
    assert (entry.at, entry.staff_id, entry.action) == (now, identity.id, "reveal")
    assert (entry.object, entry.reason) == ("complaint:C1", "called back")


def test_password_check_works_as_hard_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    hasher = passwords._HASHER

    class Counting:
        hash = hasher.hash

        def verify(self, known: str, password: bytes) -> bool:
            verified.append(known)
            return hasher.verify(known, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    stored = passwords.hash_password("correct horse")
    assert passwords.matches(stored, "correct horse")
    assert not passwords.matches(stored, "wrong")
    assert not passwords.matches(None, "nobody has this password")
    assert len(verified) == 3
    assert len({known.rsplit("$", 2)[0] for known in verified}) == 1
