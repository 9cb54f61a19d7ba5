"""Engine, migrations and outbox on real databases."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from bot.conversations import service as conversations
from bot.errors import SetupError
from bot.store import Store, outbox
from bot.store.migrate import is_current, upgrade
from bot.store.tables import metadata


def test_the_migrations_make_exactly_the_tables_of_the_models(store: Store) -> None:
    def ours(_object: object, name: str, *_: object) -> bool:
        return name not in ("alembic_version", "sqlite_sequence")

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        differences = compare_metadata(context, metadata)
    assert differences == []


def test_a_migrated_database_is_current_and_migrating_again_changes_nothing(store: Store) -> None:
    assert is_current(store)
    upgrade(store)
    assert is_current(store)


def test_an_empty_database_is_not_current(tmp_path: object) -> None:
    assert not is_current(Store(f"sqlite:///{tmp_path}/empty.db"))


def test_outbox_rows_are_read_in_the_order_they_became_visible(store: Store, now: datetime) -> None:
    """Many writers commit out of step while a tail reads by id: none is passed over."""
    writers, each = 6, 25
    seen: list[int] = []
    stop = threading.Event()

    def write(number: int) -> None:
        for index in range(each):
            with store.begin() as session:
                outbox.publish(session, "board", {"n": number * each + index}, now=now)

    def tail() -> None:
        cursor = 0
        last_look = False
        while not last_look:
            # Once more after the last commit: a look before it may have found nothing.
            last_look = stop.is_set()
            with store.read() as session:
                rows = outbox.after(session, cursor)
                seen.extend(row.payload["n"] for row in rows)
                cursor = rows[-1].id if rows else cursor

    reader = threading.Thread(target=tail)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    reader.join()
    assert sorted(seen) == list(range(writers * each))


def test_a_reader_does_not_wait_for_a_writer(store: Store, now: datetime) -> None:
    with store.begin() as writing:
        made, token = conversations.open_conversation(writing, channel="web", device=None, locale="en", now=now)
        with store.read() as reading:
            assert conversations.find_open(reading, token) is None
    with store.read() as reading:
        assert conversations.find_open(reading, token).id == made.id


def test_a_row_is_written_only_when_its_change_is_committed(store: Store, now: datetime) -> None:
    with pytest.raises(RuntimeError), store.begin() as session:
        outbox.publish(session, "board", {}, now=now)
        raise RuntimeError
    with store.read() as session:
        assert outbox.last_id(session) == 0


def test_old_outbox_rows_are_swept_and_their_numbers_never_used_again(store: Store, now: datetime) -> None:
    with store.begin() as session:
        outbox.publish(session, "board", {}, now=now)
    with store.begin() as session:
        last = outbox.last_id(session)
        assert outbox.sweep(session, now=now + timedelta(hours=2)) == 1
    with store.begin() as session:
        outbox.publish(session, "board", {}, now=now)
    with store.read() as session:
        assert outbox.last_id(session) > last


def test_times_come_back_aware_and_naive_ones_are_refused(store: Store) -> None:
    east = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=8)))
    with store.begin() as session:
        outbox.publish(session, "board", {}, now=east)
    with store.read() as session:
        found = outbox.after(session, 0)[0].at
    assert found == east
    assert found.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="without a zone"), store.begin() as session:
        outbox.publish(session, "board", {}, now=datetime(2026, 11, 23))


@pytest.mark.parametrize("url", ["nonsense", "mysql://a/b", "sqlite", "postgresql+nosuch://a/b", ""])
def test_a_wrong_address_names_cause_and_mend(url: str) -> None:
    with pytest.raises(SetupError) as caught:
        Store(url)
    assert "LOBBY_DATABASE_URL" in caught.value.cause
    assert "sqlite:///" in caught.value.mend


def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    store = Store("postgresql+psycopg2://lobby:secret@127.0.0.1:9/lobby")
    with pytest.raises(SetupError) as caught:
        store.check()
    assert "secret" not in str(caught.value)
    assert "LOBBY_DATABASE_URL" in caught.value.mend


def test_sqlite_is_durable_and_in_wal_mode(tmp_path: object) -> None:
    store = Store(f"sqlite:///{tmp_path}/lobby.db")
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
